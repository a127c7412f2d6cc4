"""What people type as an indicator (a code, a name, or both), as a line's three levels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from performance.goals.refusals import control_character
from performance.goals.sheet import Coded, Line
from performance.library.models import Frame, Indicator, Year
from performance.library.patterns import beginning
from performance.library.plain import plain


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
    by_code: Mapping[str, Indicator]
    by_name: Mapping[str, list[Indicator]]
    level2: Sequence[Frame]
    pattern: str

    @classmethod
    def load(cls, year: Year, texts: Sequence[str]) -> "_Lookup":
        """Two queries for any number of texts."""
        coded = [Coded.parse(text) for text in texts]
        rows = Indicator.objects.filter(year=year).select_related("parent__parent")
        names = {c.name for c in coded if not c.code and not control_character(c.name)}
        found = rows.filter(code__in={c.code for c in coded}) | rows.filter(name__in=names)
        by_name = defaultdict(list)
        for indicator in found:
            by_name[plain(indicator.name)].append(indicator)
        return cls(
            {indicator.code: indicator for indicator in found},
            by_name,
            list(Frame.objects.filter(year=year, parent__isnull=False).select_related("parent")),
            year.level3_pattern,
        )

    def levels(self, text: str) -> tuple[Coded, Coded, Coded]:
        coded = Coded.parse(text)
        named = self.by_name.get(plain(coded.name), []) if not coded.code else []
        indicator = self.by_code.get(coded.code) or (named[0] if len(named) == 1 else None)
        if indicator is None:
            return (*self._levels_of_code(coded.code), coded)
        level2 = indicator.parent
        same = not coded.name or plain(coded.name) == plain(indicator.name)
        return (
            _coded(level2.parent) if level2.parent else Coded(),
            _coded(level2),
            _coded(indicator) if same else coded,
        )

    def _levels_of_code(self, code: str) -> tuple[Coded, Coded]:
        for level2 in self.level2 if code else ():
            if level2.parent is None:
                continue
            if code.startswith(beginning(self.pattern, level2.parent.code, level2.code)):
                return _coded(level2.parent), _coded(level2)
        return Coded(), Coded()


def _coded(entry: Frame | Indicator) -> Coded:
    return Coded(entry.code, entry.name)
