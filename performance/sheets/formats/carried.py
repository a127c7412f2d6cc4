"""Grids as JSON lines: how they go from one process to another."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import Any

from performance.sheets.grid import Box, Grid, Look, Note, SheetError


def packed(grids: Iterable[Grid]) -> Iterator[str]:
    """A line a row: one string with everything in it would need all the memory once more."""
    return (f"{json.dumps(line)}\n" for line in _lines(tuple(grids)))


def refused(refusal: SheetError) -> str:
    """What stands there instead where there are no grids."""
    return json.dumps({"kind": refusal.kind, "message": str(refusal)}) + "\n"


def unpacked(output: bytes) -> tuple[Grid, ...]:
    """A SheetError that was sent instead is raised; anything else that is wrong is another error,
    for which `DAMAGES` stands."""
    lines = (json.loads(line) for line in output.decode("ascii").splitlines())
    head = next(lines)
    if "kind" in head:
        raise SheetError(head["kind"], head["message"])
    return tuple(_grid(next(lines), lines) for _ in range(head["grids"]))


DAMAGES = (ValueError, LookupError, TypeError, StopIteration, RuntimeError)


def _lines(grids: tuple[Grid, ...]) -> Iterator[Any]:
    yield {"grids": len(grids)}
    for grid in grids:
        notes = [astuple(note) for note in grid.notes]
        boxes = [(*place, *box) for place, box in grid.boxes.items()]
        head = {"name": grid.name, "rows": len(grid.rows), "merges": grid.merges}
        yield head | {"notes": notes, "boxes": boxes, "look": _look(grid.look)}
        yield from grid.rows.items()


def _look(look: Look | None) -> dict[str, Any] | None:
    return None if look is None else vars(look) | {"left_columns": sorted(look.left_columns)}


def _grid(head: dict[str, Any], lines: Iterator[Any]) -> Grid:
    rows = {number: tuple(cells) for number, cells in _take(lines, head["rows"])}
    merges = tuple((top, left, bottom, right) for top, left, bottom, right in head["merges"])
    notes = tuple(Note(*note) for note in head["notes"])
    boxes = {(row, column): Box(*box) for row, column, *box in head["boxes"]}
    return Grid(head["name"], rows, merges, notes, _as_look(head["look"]), boxes)


def _as_look(told: dict[str, Any] | None) -> Look | None:
    if told is None:
        return None
    sets = {"widths": tuple(told["widths"]), "left_columns": frozenset(told["left_columns"])}
    return Look(**told | sets)


def _take(lines: Iterator[Any], count: int) -> Iterator[Any]:
    return (next(lines) for _ in range(count))
