"""What people type as an indicator (a code, a name, or both), as a line's three levels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from performance.goals.background import codes_of
from performance.goals.sheet import Coded, Line
from performance.library.lookup import Entry, Library
from performance.library.models import Year
from performance.library.patterns import beginning
from performance.library.plain import plain
from performance.library.queries import library_of


@dataclass(frozen=True)
class TypedLine:
    """A row of the form as it was posted; `key` is "" in a row that was never saved."""

    key: str
    level3: str
    cycle_value: str
    annual_value: str

    @property
    def is_blank(self) -> bool:
        return not (self.level3 or self.cycle_value or self.annual_value)


def resolve_lines(
    typed: Sequence[TypedLine], year: Year, known: Iterable[Line]
) -> tuple[Line, ...]:
    """Lines in the order typed; blank rows are no lines.

    An indicator that was not retyped keeps its levels as they were written, also where the
    library has other words. What is not found stays as typed, with the levels its code tells.
    """
    before = {line.key: line for line in known}
    rows = [row for row in typed if not row.is_blank]
    changed = [row for row in rows if not _same(row, before)]
    lookup = _Lookup.load(year, [row.level3 for row in changed]) if changed else None
    return tuple(
        _line(row, before[row.key] if _same(row, before) or lookup is None else None, lookup)
        for row in rows
    )


def _same(row: TypedLine, before: Mapping[str, Line]) -> bool:
    return row.key in before and before[row.key].level3.text == row.level3


def _line(row: TypedLine, before: Line | None, lookup: "_Lookup | None") -> Line:
    if before is not None:
        levels = (before.level1, before.level2, before.level3)
    else:
        assert lookup is not None
        levels = lookup.levels(row.level3)
    return Line(*levels, row.cycle_value, row.annual_value, key=row.key)


@dataclass(frozen=True)
class _Lookup:
    library: Library
    pattern: str

    @classmethod
    def load(cls, year: Year, texts: Iterable[str]) -> "_Lookup":
        """One query for any number of texts."""
        codes = codes_of(Coded.parse(text) for text in texts)
        return cls(library_of(year, codes), year.level3_pattern)

    def levels(self, text: str) -> tuple[Coded, Coded, Coded]:
        """A name may stand under any level 2, so that only one indicator may have it."""
        typed = Coded.parse(text)
        entry = self.library.indicators.find(typed, parent=None)
        if entry is None:
            return (*self._levels_of_code(typed.code), typed)
        level2 = self.library.frame[entry.parent]
        same = not typed.name or not entry.code or plain(typed.name) == plain(entry.name)
        return *self._above(level2), _coded(entry) if same else typed

    def _levels_of_code(self, code: str) -> tuple[Coded, Coded]:
        for level2 in self.library.frame.values() if code else ():
            if (start := self._beginning(level2)) and code.startswith(start):
                return self._above(level2)
        return Coded(), Coded()

    def _beginning(self, level2: Entry) -> str:
        """What the codes of a level 2 begin with; "" where codes do not tell the level 2."""
        level1 = self.library.frame.get(level2.parent)
        if level1 is None or not (level1.code and level2.code):
            return ""
        return beginning(self.pattern, level1.code, level2.code)

    def _above(self, level2: Entry) -> tuple[Coded, Coded]:
        return _coded(self.library.frame[level2.parent]), _coded(level2)


def _coded(entry: Entry) -> Coded:
    """As a sheet would be read that prints the entry: a name may begin like a code."""
    return Coded(entry.code, entry.name) if entry.code else Coded.parse(entry.name)
