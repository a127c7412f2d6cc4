"""What is hidden in a worksheet is left out, and people are told how much of it there was."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from performance.sheets.grid import Area, Grid, Note, address

LISTED_RANGES = 5
AND_NOW = "如果其中有要上报的内容，请取消隐藏后重新上传，或者选择“也读入隐藏的行列”。"

Range = tuple[int, int]
Place = tuple[int, int]


class Spans:
    """Numbers as ranges: a million hidden rows are one of them."""

    def __init__(self) -> None:
        self._ranges: list[Range] = []
        self._in_order = True

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __contains__(self, number: int) -> bool:
        return self.after(number) != number

    def add(self, first: int, last: int) -> None:
        """In any order; what touches the range before becomes one with it."""
        before = self._ranges[-1] if self._ranges else (-1, -1)
        if self._ranges and before[0] <= first <= before[1] + 1:
            self._ranges[-1] = (before[0], max(last, before[1]))
            return
        self._in_order = self._in_order and first > before[1]
        self._ranges.append((first, last))

    def ranges(self) -> list[Range]:
        """Each number once, in order."""
        if not self._in_order:
            found, self._ranges, self._in_order = sorted(self._ranges), [], True
            for first, last in found:
                self.add(first, last)
        return self._ranges

    def after(self, number: int) -> int:
        """The first number from this one on that is not among them."""
        ranges = self.ranges()
        index = bisect_right(ranges, (number, float("inf"))) - 1
        if index >= 0 and number <= ranges[index][1]:
            return ranges[index][1] + 1
        return number


def hidden_sheet(name: str) -> Grid:
    """An empty grid in the place of a hidden worksheet."""
    message = f"工作表“{name}”是隐藏的，没有读入；{AND_NOW}"
    return Grid(name, {}, notes=(Note(0, 0, "hint", message),))


def without_hidden(grid: Grid, rows: Spans, columns: Spans) -> Grid:
    """The grid without what nobody sees; what is left keeps its row number and column letter.

    A merged area is seen as long as a part of it is: it then begins at its first visible cell.
    """
    if not rows and not columns:
        return grid
    kept = {row: list(cells) for row, cells in grid.rows.items() if row not in rows}
    for cells in kept.values():
        _blank(cells, columns)
    moved: set[Place] = set()
    merges = tuple(_visible(grid, rows, columns, kept, moved))
    return replace(
        grid,
        rows={row: tuple(_cut(kept[row])) for row in sorted(kept) if any(kept[row])},
        merges=merges,
        notes=(
            *_note(_filled(grid, rows, 0, moved), _filled(grid, columns, 1, moved)),
            *(n for n in grid.notes if n.row not in rows and n.column not in columns),
        ),
    )


def _filled(grid: Grid, spans: Spans, axis: int, moved: Collection[Place]) -> list[int]:
    """Those of the hidden rows (axis 0) or columns (1) that held something."""
    if not spans:
        return []
    places = (
        (row, column)
        for row, cells in grid.rows.items()
        for column, text in enumerate(cells, 1)
        if text
    )
    found = {place[axis] for place in places if place not in moved}
    return sorted(number for number in found if number in spans)


def _blank(cells: list[str], columns: Spans) -> None:
    for first, last in columns.ranges():
        if first > len(cells):
            return
        for column in range(first, min(last, len(cells)) + 1):
            cells[column - 1] = ""


def _visible(
    grid: Grid, rows: Spans, columns: Spans, kept: dict[int, list[str]], moved: set[Place]
) -> Iterator[Area]:
    """The visible parts of merged areas, their texts put where they now begin."""
    for top, left, bottom, right in grid.merges:
        row, column = rows.after(top), columns.after(left)
        if row > bottom or column > right:
            continue
        if (row, column) != (top, left):
            moved.add((top, left))
            _put(kept, row, column, grid.text(top, left))
        if (row, column) != (bottom, right):
            yield row, column, bottom, right


def _put(kept: dict[int, list[str]], row: int, column: int, text: str) -> None:
    if not text:
        return
    cells = kept.setdefault(row, [])
    cells.extend([""] * (column - len(cells)))
    cells[column - 1] = text


def _cut(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _note(rows: list[int], columns: list[int]) -> Iterator[Note]:
    """`rows` and `columns`: those with text; blank ones are nobody's business."""
    parts = []
    if rows:
        parts.append(f"{len(rows)}行（第{_listed(rows, str)}行）")
    if columns:
        parts.append(f"{len(columns)}列（{_listed(columns, _letters)}列）")
    if parts:
        message = f"工作表中有隐藏或筛选掉的{'、'.join(parts)}，没有读入；{AND_NOW}"
        yield Note(0, 0, "warning", message)


def _letters(column: int) -> str:
    return address(1, column)[:-1]


def _listed(numbers: list[int], name: Callable[[int], str]) -> str:
    spans = Spans()
    for number in numbers:
        spans.add(number, number)
    shown = [
        name(first) if first == last else f"{name(first)}–{name(last)}"
        for first, last in spans.ranges()[:LISTED_RANGES]
    ]
    more = " 等" if len(spans.ranges()) > LISTED_RANGES else ""
    return "、".join(shown) + more
