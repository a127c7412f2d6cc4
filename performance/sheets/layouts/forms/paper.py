"""A grid as a form: what stands right of a cell, left of it and below."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from performance.sheets.grid import Area, Grid
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.table import Place


@dataclass(frozen=True)
class Paper:
    """A grid with the areas of its cells at hand."""

    layout: FormLayout
    grid: Grid

    @cached_property
    def areas(self) -> Mapping[Place, Area]:
        return {area[:2]: area for area in self.grid.merges}

    @cached_property
    def width(self) -> int:
        rights = [right for _, _, _, right in self.grid.merges]
        return max([0, *map(len, self.grid.rows.values()), *rights])

    def cells(self, rows: Iterable[int]) -> Iterator[tuple[Place, str]]:
        """The cells that hold a text, row by row."""
        for row in rows:
            for column, text in enumerate(self.grid.rows[row], 1):
                if text and self.grid.origin(row, column) == (row, column):
                    yield (row, column), text

    def area(self, place: Place) -> Area:
        return self.areas.get(place, (*place, *place))

    def right(self, place: Place) -> Place | None:
        """Where nothing is merged, as in a CSV, the blanks behind a wide label do not count."""
        row, _, _, right = self.area(place)
        if right >= self.width:
            return None
        if not self.grid.merges:
            columns = range(right + 1, self.width + 1)
            return next(((row, c) for c in columns if self.grid.text(row, c)), None)
        return self.grid.origin(row, right + 1)

    def below(self, place: Place) -> Place:
        _, left, bottom, _ = self.area(place)
        return self.grid.origin(bottom + 1, left)

    def covers(self, place: Place, below: Place) -> bool:
        """Whether a wide cell stands right over one that is just as wide and says something."""
        _, left, _, right = self.area(place)
        columns = self.area(below)
        return left < right and (left, right) == (columns[1], columns[3]) and bool(self.text(below))

    def text(self, place: Place | None) -> str:
        return self.grid.text(*place) if place else ""

    def is_own(self, place: Place | None) -> bool:
        """Whether the form's own words stand there."""
        return place is not None and self.layout.knows(self.text(place))

    def follows_label(self, place: Place) -> bool:
        row, column = place
        return column > 1 and self.is_own(self.grid.origin(row, column - 1))
