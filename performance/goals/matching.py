"""Which line of one sheet is which line of another: the one place that decides it."""

from collections.abc import Callable, Hashable, Sequence

from performance.goals.sheet import Line

# Tried in this order; a line that one clue places is not looked at again by the next.
_CLUES: tuple[Callable[[Line], Hashable], ...] = (
    lambda line: line.key,
    lambda line: line.level3.code,
    lambda line: line.level3.name and (line.level2, line.level3.name),
)


def match_lines(
    old: Sequence[Line], new: Sequence[Line], *, by_position: bool = True
) -> list[int | None]:
    """For each new line the index of the old line it is, or None when it is new.

    By key; else by level-3 code; else by name within its level 2; else, where nothing tells,
    by position. Each old line is used once, so a doubled indicator pairs in order.
    """
    found: list[int | None] = [None] * len(new)
    free = dict(enumerate(old))
    for clue in _CLUES:
        _pair(clue, free, new, found)
    for index, line in enumerate(new if by_position else ()):
        if found[index] is None and index in free and _could_be(free[index], line):
            found[index] = index
            del free[index]
    return found


def _pair(
    clue: Callable[[Line], Hashable],
    free: dict[int, Line],
    new: Sequence[Line],
    found: list[int | None],
) -> None:
    waiting: dict[Hashable, list[int]] = {}
    for index, line in free.items():
        if value := clue(line):
            waiting.setdefault(value, []).append(index)
    for index, line in enumerate(new):
        if found[index] is None and (candidates := waiting.get(clue(line))):
            old_index = candidates.pop(0)
            found[index] = old_index
            del free[old_index]


def _could_be(old: Line, new: Line) -> bool:
    """Two lines that both have keys and were not paired by them are two lines."""
    return not (old.key and new.key)
