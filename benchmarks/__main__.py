"""Runs the contenders in turn, each run in a process and a database of its own.

`make bench` calls it; ARGS="--rows 1000 --runs 1" is a quick try, which is only printed.
"""

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks import listing, workbooks
from benchmarks.figures import Run
from benchmarks.results import Setting, report

ROWS, IMPORT_RUNS, FORM_RUNS = 10_000, 3, 5
CONTENDERS = {"stock": "benchmarks.stock.settings", "portal": "config.settings"}
RESULTS = Path(__file__).parent / "RESULTS.md"
PRIVATE = "postgresql:///app?"  # as bin/postgres-for-tests says it
SILENCED = "ignore:No directory at"  # whitenoise: nobody collected static files


@dataclass(frozen=True)
class Place:
    """Where a contender's run puts its data, and what it is told about it."""

    database: str
    contender: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        names = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        settings = CONTENDERS[self.contender]
        told = {"DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": settings}
        if self.database == "PostgreSQL":
            private = f"postgresql:///bench_{self.contender}?"
            told["DATABASE_URL"] = os.environ["DATABASE_URL"].replace(PRIVATE, private)
        return kept | told | {"PYTHONUTF8": "1"}

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.database == "PostgreSQL":
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
                server.execute(f"DROP DATABASE IF EXISTS bench_{self.contender}")
                server.execute(f"CREATE DATABASE bench_{self.contender}")


def run_all(rows: int, runs: int | None, folder: Path) -> list[Run]:
    """Imports into an empty database; the forms are those of the last import."""
    made: list[Run] = []
    for database in _databases():
        places = [Place(database, name, folder / database / name) for name in CONTENDERS]
        for number in range(runs or IMPORT_RUNS):
            for place in places:
                place.clear()
                made.append(_run(place, "import", rows, folder, number))
        for number in range(runs or FORM_RUNS):
            made += [_run(place, "form", rows, folder, number) for place in places]
    return made


def _databases() -> list[str]:
    """Databases are dropped and made: never on a server that somebody works with."""
    if "DATABASE_URL" not in os.environ:
        return ["SQLite"]
    if not os.environ["DATABASE_URL"].startswith(PRIVATE):
        sys.exit("请用 make bench 运行，不要另设 DATABASE_URL。\nPlease run make bench instead.")
    return ["SQLite", "PostgreSQL"]


def _run(place: Place, task: str, rows: int, folder: Path, number: int) -> Run:
    contender = ["-m", "benchmarks.contender", place.contender, task, str(rows), str(folder)]
    done = subprocess.run(
        [sys.executable, "-W", SILENCED, *contender],
        env=place.environment,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        sys.exit(
            f"没有结果：{place.database} {place.contender} {task} 没有成功，原因见上。\n"
            "No results: a run failed, for the reason above."
        )
    run = Run(place.database, place.contender, task, **json.loads(done.stdout))
    spent = ", ".join(f"{name} {step['cpu']:.3f} s" for name, step in run.steps.items())
    sys.stderr.write(f"{run.database:10} {task} {number + 1} {run.contender:6}: {spent} CPU\n")
    return run


def main() -> None:
    parser = ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the listing")
    parser.add_argument("--runs", type=int, help="of each kind, instead of 3 imports and 5 forms")
    given = parser.parse_args()
    with TemporaryDirectory() as work:
        folder = Path(work)
        made = listing.projects(given.rows)
        workbooks.write_merged(made, folder / "merged.xlsx")
        workbooks.write_flat(made, folder / "flat.xlsx")
        runs = run_all(given.rows, given.runs, folder)
        setting = Setting(
            rows=sum(len(project.lines) for project in made),
            projects=len(made),
            complete=given.rows == ROWS and given.runs is None,
            postgres=_postgres_version(),
        )
    text = report(runs, setting)
    sys.stdout.write(text)
    if setting.complete:  # a quick try leaves the last real results alone
        RESULTS.write_text(text, encoding="utf-8")


def _postgres_version() -> str:
    if "DATABASE_URL" not in os.environ:
        return ""
    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        return server.info.parameter_status("server_version") or ""


if __name__ == "__main__":
    main()
