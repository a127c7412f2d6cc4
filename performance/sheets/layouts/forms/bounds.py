"""Where each form of a grid begins and ends, with its head and its blocks."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from performance.sheets.grid import Grid
from performance.sheets.layouts.forms.blocks import Block, find_blocks
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.forms.labels import Found, heads, text_of
from performance.sheets.layouts.forms.paper import Paper

_TITLE_ROWS = 4
_GOALS = ("overall_goal", "annual_goal")


@dataclass(frozen=True)
class Form:
    """One form: its rows, its head and its blocks."""

    paper: Paper
    rows: tuple[int, ...]
    head: dict[str, Found]
    blocks: tuple[Block, ...]

    @property
    def first_label(self) -> int:
        """The row that the title stands above."""
        rows = [found.place[0] for found in self.head.values()]
        return min([*rows, *(row for block in self.blocks for row in block.rows)])


def find_forms(layout: FormLayout, grid: Grid) -> Iterator[Form]:
    """A form begins above its project's label and ends above that of the next one."""
    paper = Paper(layout, grid)
    numbers = sorted(grid.rows)
    names = [row for (row, _), text in paper.cells(numbers) if _is_name(layout, text)]
    begins = [_begin(grid, row) for row in dict.fromkeys(names)]
    ends = [*begins[1:], numbers[-1] + 1] if begins else []
    for begin, end in zip(begins, ends, strict=True):
        rows = tuple(numbers[bisect_left(numbers, begin) : bisect_left(numbers, end)])
        blocks = tuple(find_blocks(paper, rows))
        if blocks and not any(_names_projects(layout, grid, row) for row in rows):
            inside = {row for block in blocks for row in block.rows}
            head = _only_goal(heads(paper, [row for row in rows if row not in inside]))
            yield Form(paper, rows, head, blocks)


def _only_goal(head: dict[str, Found]) -> dict[str, Found]:
    """A box that is just called 绩效目标 holds the year's goal, where no other box holds one."""
    goal = head.pop("goal", None)
    if goal and goal.text and not any(text_of(head, name) for name in _GOALS):
        head["annual_goal"] = goal
    return head


def _is_name(layout: FormLayout, text: str) -> bool:
    if not layout.names_project(text):
        return False
    meaning = layout.label_of(text)
    if meaning is None:
        before, colon, _ = text.replace(":", "：").partition("：")
        meaning = layout.label_of(before) if colon else None
    return meaning is not None and meaning[0] == "project"


def _names_projects(layout: FormLayout, grid: Grid, row: int) -> bool:
    """Whether a row heads a list: there the project is a column."""
    fields = {m[0] for text in grid.rows[row] if (m := layout.column_of(text))}
    return "level3" in fields and any(_is_name(layout, text) for text in grid.rows[row])


def _begin(grid: Grid, row: int) -> int:
    """The title's row: few cells on rows that stand close above the label."""
    begin = row
    while begin - 1 in grid.rows and row - begin < _TITLE_ROWS:
        if sum(map(bool, grid.rows[begin - 1])) > 2:
            break
        begin -= 1
    return begin
