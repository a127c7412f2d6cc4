"""What was remarked at a return, at its cells of the form: what became of it, and its answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from performance.admin.form.opening_cells import TYPED
from performance.goals.models import State
from performance.goals.opening import LINE, LINES, is_touched, place_of
from performance.goals.sheet import FORM_FIELDS, Sheet, from_json
from performance.review.case import Case
from performance.review.models import Remark

ANSWER = "answer-"
"""Before the id of a remark, in the name of the field of its answer."""


@dataclass(frozen=True)
class Noted:
    """A remark as the form shows it. `at_cell`: it stands beside its cell, not only in the list."""

    remark: Remark
    place: str
    touched: bool
    answer: str
    at_cell: bool

    @property
    def input(self) -> str:
        return f"{ANSWER}{self.remark.pk}"

    @property
    def is_mine(self) -> bool:
        """One that the clerk's side wrote: why a cell was opened."""
        return self.remark.reopened

    @property
    def status(self) -> str:
        """What there is to be done."""
        if self.is_mine:
            return "已开放"
        if self.remark.answer:
            return "已答复"
        return "已修改，送审时自动答复" if self.touched else "还没有修改或答复"

    @property
    def is_done(self) -> bool:
        return self.is_mine or self.touched or bool(self.remark.answer)

    @property
    def place_name(self) -> str:
        """As form and cells are told apart: line key and field."""
        return f"{self.remark.key}-{self.remark.field}"


@dataclass(frozen=True)
class Notes:
    """In the order written."""

    rows: tuple[Noted, ...]

    @property
    def remarks(self) -> list[Noted]:
        return [row for row in self.rows if not row.is_mine]

    @property
    def reopened(self) -> list[Noted]:
        return [row for row in self.rows if row.is_mine]

    @property
    def summary(self) -> str:
        changed = sum(row.touched for row in self.remarks)
        answered = sum(bool(row.remark.answer) for row in self.remarks)
        told = f"{len(self.remarks)} 条意见，已改 {changed} 条，已答复 {answered} 条"
        opened = len(self.reopened)
        return told + (f"；您申请开放 {opened} 处" if opened else "")

    def at(self, key: str) -> dict[str, list[Noted]]:
        """Of one line, or of the head, by field."""
        found: dict[str, list[Noted]] = {}
        for row in self.rows:
            if row.remark.key == key and row.at_cell:
                field = row.remark.field
                shown_at = "level3" if field in (LINE, "level1", "level2") else field
                found.setdefault(shown_at, []).append(row)
        return found


def notes_of(case: Case, sheet: Sheet, typed: Mapping[str, str]) -> Notes | None:
    """`sheet` is what stands on the page, `typed` what was posted or left; None where there is
    nothing to be said."""
    remarks = case.remarks if case.goal.state == State.RETURNED else []
    return Notes(tuple(_noted(remarks, sheet, typed))) if remarks else None


def _noted(remarks: Iterable[Remark], sheet: Sheet, typed: Mapping[str, str]) -> Iterable[Noted]:
    before: dict[int, Sheet] = {}
    keys = {line.key for line in sheet.lines}
    for remark in remarks:
        seen = before.setdefault(remark.revision_id, from_json(remark.revision.content))
        yield Noted(
            remark,
            place_of(remark.key, remark.field, sheet),
            is_touched(seen, sheet, remark.key, remark.field),
            typed.get(f"{ANSWER}{remark.pk}", remark.answer),
            _has_cell(remark, keys),
        )


def _has_cell(remark: Remark, keys: set[str]) -> bool:
    if remark.key:
        levels = ("level1", "level2", LINE)
        return remark.key in keys and remark.field in (*TYPED, *levels)
    return remark.field == LINES or (remark.field in FORM_FIELDS and remark.field != "unit")
