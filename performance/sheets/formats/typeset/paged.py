"""Which rows stand on which page. Pure: heights in, parts of pages out."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from performance.sheets.formats.typeset.cells import Cell, clipped

LEAST_HEIGHT = 20.0
FULL_ENOUGH = 0.55  # a page filled so far may stay so when the next project fits on a page


@dataclass(frozen=True)
class Part:
    """Rows of one block that stand on one page; `flows`: more than a page, its text goes on."""

    first: int
    last: int
    height: float
    flows: bool = False


Measure = Callable[[int, int], float]
Page = tuple[Part, ...]


def heights(cells: Iterable[Cell], needs: Callable[[Cell], float], rows: range) -> list[float]:
    """Of each row, so that every text has its room; what goes over several stretches all alike."""
    found = [LEAST_HEIGHT] * len(rows)
    shown = clipped(cells, rows[0], rows[-1]) if rows else ()
    for cell in sorted(shown, key=lambda cell: cell.rows):
        begin = cell.row - rows[0]
        over = range(begin, begin + cell.rows)
        missing = needs(cell) - sum(found[at] for at in over)
        for at in over if missing > 0 else ():
            found[at] += missing / cell.rows
    return found


def pages(blocks: Sequence[tuple[int, int]], measure: Measure, room: float) -> list[Page]:
    """Blocks one below the other; one that does not fit is cut between rows."""
    done: list[Page] = []
    page: list[Part] = []
    for first, last in blocks:
        for part in _parts(first, last, measure, room, lambda: sum(one.height for one in page)):
            if page and (part is None or part.flows):
                done.append(tuple(page))
                page.clear()
            if part is not None:
                page.append(part)
        if page and page[-1].flows:
            done.append(tuple(page))
            page.clear()
    return [*done, tuple(page)] if page else done


def _parts(
    first: int, last: int, measure: Measure, room: float, used: Callable[[], float]
) -> Iterator[Part | None]:
    """None says: on a new page from here."""
    while first <= last:
        whole, free = measure(first, last), room - used()
        if whole <= free:
            yield Part(first, last, whole)
            return
        together = whole <= room and used() > room * FULL_ENOUGH
        end = first - 1 if together else _fitting(first, last, measure, free)
        if end >= first:
            yield Part(first, end, measure(first, end))
            first = end + 1
        elif not used():
            yield Part(first, last, whole, flows=True)
            return
        if first <= last:
            yield None


def _fitting(first: int, last: int, measure: Measure, free: float) -> int:
    """The last row that still fits below the first one; before the first when none does."""
    ends = range(first, last + 1)
    return first - 1 + bisect_right(ends, free, key=lambda end: measure(first, end))


def with_signature(done: Sequence[Page], measure: Measure, room: float, sign: float) -> list[Page]:
    """Nobody signs an empty page: where the line has no room, the last rows go along with it."""
    if not done or done[-1][-1].flows or sum(part.height for part in done[-1]) + sign <= room:
        return list(done)
    *before, last = done[-1]
    moved = Part(last.last, last.last, measure(last.last, last.last))
    if before and last.height + sign <= room:
        return [*done[:-1], tuple(before), (last,)]
    if last.first == last.last or moved.height + sign > room:
        return list(done)
    stays = Part(last.first, last.last - 1, measure(last.first, last.last - 1))
    return [*done[:-1], (*before, stays), (moved,)]
