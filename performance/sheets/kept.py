"""What of a goal stays where a file says nothing of it. Pure."""

from dataclasses import replace

from performance.goals.deciding import with_theirs
from performance.goals.matching import match_lines
from performance.goals.merge import Merged, merge
from performance.goals.sheet import EXTRA_FIELDS, HEAD_FIELDS, LINE_FIELDS, Line, Sheet


def laid_over(before: Sheet, after: Sheet, missing: frozenset[str]) -> Sheet:
    """A file's lines have no keys: they take those of the lines they are.

    A column that the file does not have says nothing: what stands there stays.
    """
    found = match_lines(before.lines, after.lines)
    lines = tuple(
        line if index is None else _kept(before.lines[index], line, missing)
        for index, line in zip(found, after.lines, strict=True)
    )
    absent = [*EXTRA_FIELDS, *(name for name in HEAD_FIELDS if name in missing)]
    head = {name: getattr(before, name) for name in absent}
    return replace(after, lines=lines, **head)


def laid_between(base: Sheet, file: Sheet, missing: frozenset[str], now: Sheet) -> Merged:
    """A file that was compared with `base`, and a goal that somebody has changed since.

    Where both changed a cell, what stands there now is kept.
    """
    merged = merge(base, laid_over(base, file, missing), now)
    return replace(merged, sheet=replace(with_theirs(merged, now), ref=file.ref))


def _kept(before: Line, after: Line, missing: frozenset[str]) -> Line:
    """Another indicator in the same place has nothing to keep."""
    if before.level3 != after.level3:
        return replace(after, key=before.key)
    values = {name: getattr(before, name) for name in LINE_FIELDS if name in missing}
    return replace(after, key=before.key, **values)
