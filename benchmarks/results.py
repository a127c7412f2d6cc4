"""RESULTS.md out of the runs: promises first, then the tables they rest on."""

import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

from benchmarks.figures import PROMISES, STEPS, Figures, Run, figures_of, ratio

TEMPLATE = Path(__file__).with_name("results.template.md")
PACKAGES = ("Django", "django-import-export", "tablib", "openpyxl", "django-unfold", "psycopg")
SHORT = (
    "**A quick try ({rows} rows, {runs} runs at most): not the promised size, it decides nothing.**"
)
HEAD = "| step | contender | CPU ms | min–max | wall ms | queries | peak MiB | stock / portal |"


@dataclass(frozen=True)
class Setting:
    rows: int
    projects: int
    complete: bool
    postgres: str  # its version, or "" where there is none


def report(runs: list[Run], setting: Setting) -> str:
    databases = list(dict.fromkeys(run.database for run in runs))
    figures = {
        (database, task, name): figures_of(runs, database, task, name)
        for database in databases
        for task in STEPS
        for name in ("stock", "portal")
    }
    longest = max(len(found.runs) for found in figures.values())
    return TEMPLATE.read_text(encoding="utf-8").format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        note="" if setting.complete else SHORT.format(rows=setting.rows, runs=longest) + "\n\n",
        versions=_versions(setting),
        cores=cpu_count(),
        promises=_promises(figures, databases),
        rows=f"{setting.rows:,}",
        projects=f"{setting.projects:,}",
        tables="\n\n".join(_section(figures, name, task) for name in databases for task in STEPS),
    )


def _versions(setting: Setting) -> str:
    postgres = f"PostgreSQL {setting.postgres}"
    return ", ".join(
        (
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in PACKAGES),
            f"SQLite {sqlite3.sqlite_version}",
            postgres if setting.postgres else "PostgreSQL skipped: no server programs were found",
        )
    )


def _promises(figures: dict[tuple[str, str, str], Figures], databases: Sequence[str]) -> str:
    lines = [_row(["promise", *databases]), _row(["---"] * (len(databases) + 1))]
    for promise in PROMISES:
        cells = [promise.text]
        for database in databases:
            pair = (figures[database, promise.task, name] for name in ("stock", "portal"))
            found, met = promise.decide(*pair)
            cells.append(f"{found}: {'met' if met else '**not met**'}")
        lines.append(_row(cells))
    return "\n".join(lines)


def _section(figures: dict[tuple[str, str, str], Figures], database: str, task: str) -> str:
    stock, portal = (figures[database, task, name] for name in ("stock", "portal"))
    lines = [HEAD, "|---|---|--:|--:|--:|--:|--:|--:|"]
    for step in STEPS[task]:
        lines.append(_row([step, "stock", *_cells(stock, step), ""]))
        times = f"**{ratio(stock, portal, step):.1f} ×**"
        lines.append(_row(["", "portal", *_cells(portal, step), times]))
    title = f"## {task.capitalize()}, {database} (median of {len(portal.runs)})"
    return title + "\n\n" + "\n".join(lines)


def _cells(figures: Figures, step: str) -> list[str]:
    cpu = [_ms(value) for value in figures.all(step, "cpu")]
    return [
        _ms(figures.median(step, "cpu")),
        f"{cpu[0]}–{cpu[-1]}",
        _ms(figures.median(step, "wall")),
        f"{max(figures.all(step, 'queries')):,.0f}",
        f"{figures.peak:.0f}",
    ]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}" if seconds >= 1 else f"{seconds * 1000:,.1f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
