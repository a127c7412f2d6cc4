"""What to say when no layout fits: what was found instead, and what would be understood."""

from collections.abc import Iterable, Sequence

from performance.sheets.grid import Grid, SheetError
from performance.sheets.layouts.declared import plain_heading
from performance.sheets.layouts.heading import searched_rows
from performance.sheets.layouts.listing import LISTING

_SOME = 3
_SHOWN_GRIDS, _SHOWN_CELLS, _SHOWN_LETTERS = 3, 8, 20


PROSE = (
    "没有找到绩效目标表：这段文字里的指标不是一行一个（一行应依次有一级、二级、三级指标和指标值），"
    "分不清哪些是同一个项目；请直接上传原来的 PDF 或表格文件，或从 Excel、WPS 里复制单元格再粘贴。"
)


class UnknownLayout(SheetError):
    """Rows were read, and no layout knows them: somebody may say what their columns are."""


def no_table(grids: Sequence[Grid]) -> SheetError:
    kind = UnknownLayout if any(grid.rows for grid in grids) else SheetError
    hidden = "".join(note.message for grid in grids for note in grid.notes if not note.row)
    if grids and all(map(_is_prose, grids)):
        return SheetError("no_table", PROSE)
    found = "；".join(map(_found, [grid for grid in grids if grid.rows][:_SHOWN_GRIDS]))
    headings = "、".join(column.heading for column in LISTING.columns)
    return kind(
        "no_table",
        "没有找到绩效目标表：前40行里没有一行含有“三级指标”“项目名称”等至少五个表头，"
        "也没有带“项目名称”和三级指标的申报表。"
        + (f"读到的是{found}。" if found else "文件里没有读到任何内容。")
        + hidden
        + f"能识别的表头有：{headings}。请检查是否选错了文件。",
    )


def likely_heading(grid: Grid) -> int | None:
    """The row that most looks like headings: most known words, else most short texts."""
    rows = searched_rows(grid)
    return max(rows, key=lambda row: _likeness(grid.rows[row]), default=None)


def half_known(grid: Grid) -> int | None:
    """Of a table that no layout fits: the row of its headings, where some are those of goals."""
    row = likely_heading(grid)
    return row if row and _likeness(grid.rows[row])[0] >= _SOME else None


def _is_prose(grid: Grid) -> bool:
    """Lines of text about indicators, in an order that cannot be read."""
    one_column = bool(grid.rows) and all(len(cells) < 2 for cells in grid.rows.values())
    return one_column and any("指标" in text for cells in grid.rows.values() for text in cells)


def _likeness(cells: Iterable[str]) -> tuple[int, int]:
    texts = [text for text in cells if text]
    known = sum(LISTING.field_of(text) is not None for text in texts)
    return known, len({plain_heading(text) for text in texts if len(text) <= _SHOWN_LETTERS})


def _found(grid: Grid) -> str:
    row = likely_heading(grid) or min(grid.rows)
    texts = [" ".join(text.split())[:_SHOWN_LETTERS] for text in grid.rows[row] if text]
    more = "等" if len(texts) > _SHOWN_CELLS else ""
    return f"“{grid.name}”第{row}行：{'、'.join(texts[:_SHOWN_CELLS])}{more}"
