"""Cells of a returned goal as its form shows them: open, closed, or asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from performance.admin.form.fields import GoalForm
from performance.admin.form.lines import PARTS
from performance.goals.models import Goal
from performance.goals.opening import LINE, LINES, PLACES, Opened, place_of, text_at
from performance.goals.sheet import FIELDS, FORM_FIELDS, Line, Sheet, shown, tidy

TYPED = tuple(name for name in PARTS if name != "key")
"""The fields of a line that have an input of their own."""
OPEN, CLOSED, STRAYED = "opened", "closed", "strayed"


@dataclass(frozen=True)
class Cell:
    """One cell of a goal of which not all is open. A `strayed` one is closed and says something
    else than what is saved: it can be typed in, so that it can be put back."""

    name: str
    place: str
    state: str
    stored: str = ""
    asked: bool = False
    at: bool = False

    @property
    def is_closed(self) -> bool:
        return self.state == CLOSED


@dataclass(frozen=True)
class Openness:
    """What a form may change, before one person. `asked` and `at` name a cell: `key-field`."""

    opened: Opened
    stored: Sheet
    asked: str = ""
    at: str = ""

    def head(self, form: GoalForm) -> dict[str, Cell]:
        names = (name for name in FORM_FIELDS if name != "unit")
        return {name: self._cell("", name, str(form[name].value() or "")) for name in names}

    def line(self, line: Line) -> dict[str, Cell]:
        return {name: self._cell(line.key, name, shown(getattr(line, name))) for name in TYPED}

    def row(self, key: str) -> Cell:
        """The line as a whole: whether it may be taken out."""
        return self._cell(key, LINE, "") if self._knows(key) else self._named(key, LINE, OPEN)

    @property
    def lines(self) -> Cell:
        """Whether lines may be added and moved."""
        state = OPEN if self.opened.adds_lines else CLOSED
        return self._named("", LINES, state)

    @property
    def fills(self) -> bool:
        """Whether any cell of the lines may be typed in."""
        return self.opened.adds_lines or any(
            self.opened.allows(line.key, name) for line in self.stored.lines for name in TYPED
        )

    @property
    def removes(self) -> bool:
        """Whether any line may be taken out."""
        return self.opened.adds_lines or any(
            self.opened.removes(line.key) for line in self.stored.lines
        )

    def _cell(self, key: str, field: str, text: str) -> Cell:
        is_place = field in PLACES
        allows = self.opened.removes(key) if is_place else self.opened.allows(key, field)
        if allows or (key and not self._knows(key)) or not (key or field in FORM_FIELDS):
            return self._named(key, field, OPEN)
        stored = text_at(self.stored, key, field) or ""
        same = is_place or tidy(stored) == tidy(text)
        return self._named(key, field, CLOSED if same else STRAYED, stored)

    def _named(self, key: str, field: str, state: str, stored: str = "") -> Cell:
        name = f"{key}-{field}"
        place = place_of(key, field, self.stored) if self._knows(key) or not key else FIELDS[field]
        return Cell(name, place, state, stored, self.asked == name, self.at == name)

    def _knows(self, key: str) -> bool:
        return any(line.key == key for line in self.stored.lines)


def openness_of(request: HttpRequest, goal: Goal | None, stored: Sheet | None) -> Openness | None:
    """None where everything may be changed."""
    opened = Opened.of(goal.open_cells) if goal else Opened()
    if opened.everything or stored is None:
        return None
    asked = request.POST.get("_open") or request.GET.get("ask", "")
    return Openness(opened, stored, asked, request.GET.get("at", ""))


def close_fields(form: GoalForm, cells: Mapping[str, Cell]) -> None:
    """Django draws the inputs of the head; a list of choices cannot be read-only, so it goes."""
    for name, cell in cells.items():
        field = form.fields[name]
        if cell.at:
            field.widget.attrs["autofocus"] = True
        if not cell.is_closed:
            continue
        if name == "category":
            field.widget = field.hidden_widget()
        field.widget.attrs |= {"readonly": True, "aria-describedby": "why-closed"}
