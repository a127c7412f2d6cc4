"""Findings on the preview page: grouped by cause, each with the picture of its place."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from performance.sheets.located import TITLES, Located
from performance.sheets.stored import Beside

PLACES = 200
_ORDER = {"error": 0, "warning": 1, "hint": 2}

Pictured = tuple[Located, str]
"""A finding with the address of the picture of its place, "" where there is none."""


@dataclass(frozen=True)
class Pictures:
    """Where the cells of an upload can be looked at: only those of a file with pages."""

    upload_id: int
    beside: Beside

    def of_sheet(self, sheet: str | None) -> str:
        """The beginning of the addresses of its cells' pictures."""
        if not sheet or not self.beside.boxes:
            return ""
        address = reverse("admin:performance_upload_picture", args=[self.upload_id])
        return f"{address}?{urlencode({'sheet': sheet})}&cell="

    def of(self, finding: Located) -> str:
        sheet, cell = finding.sheet, finding.cell
        if not sheet or not cell or (sheet, cell) not in self.beside.boxes:
            return ""
        return self.of_sheet(sheet) + cell

    def beside_each(self, findings: Iterable[Located]) -> list[Pictured]:
        return [(finding, self.of(finding)) for finding in findings]


@dataclass(frozen=True)
class Group:
    """Findings of one rule and level. `hidden`: how many places are not listed."""

    rule: str
    level: str
    label: str
    places: list[Pictured]
    number: int
    refuses: bool

    @property
    def title(self) -> str:
        return f"{TITLES.get(self.rule, '')}（{self.rule}）"

    @property
    def hidden(self) -> int:
        return self.number - len(self.places)


def worst_first(findings: Iterable[Located]) -> list[Located]:
    return sorted(findings, key=lambda finding: _ORDER[finding.level.value])


def grouped(findings: Iterable[Located], pictures: Pictures) -> list[Group]:
    """The worst first; within a level, what refuses comes before what only blocks 送审."""
    by_cause = defaultdict(list)
    for finding in findings:
        by_cause[_ORDER[finding.level.value], not finding.refuses, finding.rule].append(finding)
    return [
        Group(
            rule,
            rows[0].level.value,
            rows[0].level.label,
            pictures.beside_each(rows[:PLACES]),
            len(rows),
            refuses=not no_refusal,
        )
        for (_, no_refusal, rule), rows in sorted(by_cause.items())
    ]
