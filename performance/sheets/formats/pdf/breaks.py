"""What a page break does to cells: which go on, what they then say, and what is doubtful."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from re import Pattern

from performance.sheets.formats.pdf import heading
from performance.sheets.formats.pdf.chain import Chain
from performance.sheets.formats.pdf.heading import heading_cells, plain
from performance.sheets.formats.pdf.joining import APPENDED, Written, joined
from performance.sheets.formats.pdf.mesh import Cell
from performance.sheets.formats.pdf.standing import Standing
from performance.sheets.formats.pdf.words import squeezed

SIDE = 8.0
WIDE = 0.4

CONTINUED = (
    "第{before}页末尾和第{after}页开头看不出是不是同一个项目，已按同一个项目接上，"
    "请核对这一格和两页的指标。"
)
BEGUN = (
    "第{before}页末尾的文字没有以句号结束，第{after}页开头已按另一个项目读取，"
    "请核对是不是同一个项目。"
)
FILLED = "这一格在第{before}页是空的，已取第{after}页同一栏的文字，请核对。"


@dataclass
class Placed:
    """A cell of the whole table, its rows numbered through all pages.

    `cell` is its part on the `page` where its text stands, `end` its part on its last page;
    `standing`: how the text's last part stands in its cell.
    """

    row: int
    last_row: int
    x0: float
    x1: float
    page: int
    cell: Cell
    end: Cell
    text: str
    standing: Standing
    doubts: list[str] = field(default_factory=list)

    def stands_over(self, x0: float, x1: float) -> bool:
        return abs(self.x0 - x0) <= SIDE and abs(self.x1 - x1) <= SIDE


@dataclass
class Pair:
    """The last cell of a page's table and the first of the next one's, in one column."""

    above: Placed
    below: Placed
    certain: bool

    @property
    def texts(self) -> tuple[str, str]:
        return squeezed(self.above.text), squeezed(self.below.text)

    @property
    def is_known(self) -> bool:
        """Neither side lacks our marks; what is empty has none."""
        return all(cell.standing.known or not cell.text for cell in (self.above, self.below))


class Columns:
    """Where the table's named columns are, by its heading; a form has none."""

    def __init__(self, chain: Chain):
        self.cells = heading_cells(chain.first.mesh)
        if not any(heading.NAME.fullmatch(plain(cell.text)) for cell in self.cells):
            self.cells = []
        self.last_row = max((cell.row for cell in self.cells), default=-1)

    def of(self, wanted: Pattern[str], pairs: Sequence[Pair]) -> list[Pair]:
        spans = [c.area for c in self.cells if wanted.fullmatch(plain(c.text))]
        return [p for p in pairs if any(p.above.stands_over(a.x0, a.x1) for a in spans)]


@dataclass
class Break:
    """One page break, and what is decided about it."""

    pairs: list[Pair]
    columns: Columns
    tall: Sequence[Placed]
    pages: Mapping[str, int]
    width: float

    def mend(self) -> Iterator[Placed]:
        """Put cells together; the answer is those that are now part of the one above."""
        if not self.pairs:
            return
        goes_on, doubt = self._goes_on()
        for pair in self.pairs:
            if self._is_one(pair, goes_on):
                yield self._put_together(pair)
        self._doubt(self._named().above, doubt)

    def _named(self) -> Pair:
        return (self.columns.of(heading.NAME, self.pairs) or self.pairs)[0]

    def _goes_on(self) -> tuple[bool, str]:
        """Whether the first row belongs to the project before it, and what is doubtful in that."""
        names = self.columns.of(heading.NAME, self.pairs)
        if not names:
            return False, ""
        above, below = names[0].texts
        if names[0].certain or not below:
            return True, ""
        if above == below:
            units = self.columns.of(heading.UNIT, self.pairs)
            return not any(all(unit.texts) and len(set(unit.texts)) > 1 for unit in units), ""
        if not above:
            return True, CONTINUED
        goals = self.columns.of(heading.GOAL, self.pairs)
        if any(goal.certain for goal in goals):
            return True, CONTINUED
        unfinished = any(all(goal.texts) and _is_unfinished(goal.above) for goal in goals)
        return False, BEGUN if unfinished else ""

    def _is_one(self, pair: Pair, goes_on: bool) -> bool:
        above, below = pair.texts
        if pair.certain or (goes_on and self._is_rest_of_row):
            return True
        if self._is_head(pair):
            return goes_on
        if not self._is_tall(pair):
            return self._is_long_text(pair)
        if bool(above) == bool(below):
            return bool(above) and above == below
        return goes_on or not self.columns.cells

    def _is_head(self, pair: Pair) -> bool:
        head = self.columns.of(heading.NAME, [pair]) or self.columns.of(heading.GOAL, [pair])
        return bool(head)

    def _is_tall(self, pair: Pair) -> bool:
        return any(cell.stands_over(pair.above.x0, pair.above.x1) for cell in self.tall)

    @cached_property
    def _is_rest_of_row(self) -> bool:
        """One row cut in two: its values stand on the first page, the second only has text.

        Asked once: what is put together looks different afterwards.
        """
        values = self.columns.of(heading.VALUE, self.pairs)
        lines = self.columns.of(heading.LINE, self.pairs)
        if not values or any(pair.below.last_row > pair.below.row for pair in lines):
            return False
        levels = self.columns.of(heading.INDICATOR, self.pairs)
        if all(pair.is_known for pair in self.pairs):
            return all(pair.above.standing.goes_on or not pair.texts[1] for pair in values + levels)
        return all(pair.texts[0] and not pair.texts[1] for pair in values)

    def _is_long_text(self, pair: Pair) -> bool:
        """In a form a long text may go on, in closed cells, beside a label that is not repeated."""
        label = min(self.pairs, key=lambda other: other.above.x0)
        wide = pair.above.x1 - pair.above.x0 >= WIDE * self.width
        named = bool(label.texts[0]) and not label.texts[1]
        return not self.columns.cells and wide and named and all(pair.texts) and pair is not label

    def _put_together(self, pair: Pair) -> Placed:
        above, below = pair.above, pair.below
        is_cut = not self.columns.cells or self._is_rest_of_row
        one, other = Written(above.text, above.standing), Written(below.text, below.standing)
        text, doubt = joined(one, other, is_cut)
        if doubt != APPENDED or not pair.certain:
            self._doubt(above, doubt)
        if below.text and not above.text:
            if not pair.certain and not _either_is_tall(pair):
                self._doubt(above, FILLED)
            above.page, above.cell = below.page, below.cell
        if below.text:
            above.standing = below.standing
        above.text, above.last_row, above.end = text, below.last_row, below.end
        return below

    def _doubt(self, cell: Placed, doubt: str) -> None:
        if doubt:
            cell.doubts.append(doubt.format(**self.pages))


def _is_unfinished(cell: Placed) -> bool:
    """Whether its page cut the text off, by all that can be seen of it."""
    standing = cell.standing
    return not standing.known and standing.may_go_on and not standing.sentence


def pairs_at(before: Sequence[Placed], after: Sequence[Placed]) -> list[Pair]:
    """Cells above and below a break that stand over each other."""
    open_below = _some([placed.end.open_bottom for placed in before])
    open_above = _some([placed.cell.open_top for placed in after])
    found = []
    for below in after:
        for above in before:
            if above.stands_over(below.x0, below.x1):
                open_here = open_below and above.end.open_bottom
                open_there = open_above and below.cell.open_top
                cut = above.end.cut_bottom or below.cell.cut_top
                found.append(Pair(above, below, open_here or open_there or cut))
    return found


def _either_is_tall(pair: Pair) -> bool:
    return any(cell.last_row > cell.row for cell in (pair.above, pair.below))


def _some(openings: Sequence[bool]) -> bool:
    """Where every cell is open the table just has no border there."""
    return any(openings) and not all(openings)
