"""What a page draws: its characters, each with the area it is clipped to, and its ruled lines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

THIN = 2.0
"""A rectangle no thicker than this is a line."""

UNREADABLE = "\ufffd"
"""Stands for a character of a font that does not say which character it is."""

STRAIGHT = 0.7
SHORTEST = 1.0
MAX_EDGES = 20_000


class Area(NamedTuple):
    """A rectangle on a page, in points from its top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def size(self) -> float:
        return max(self.x1 - self.x0, 0.0) * max(self.bottom - self.top, 0.0)

    def shared(self, other: "Area") -> "Area":
        return Area(
            max(self.x0, other.x0),
            max(self.top, other.top),
            min(self.x1, other.x1),
            min(self.bottom, other.bottom),
        )


class Char(NamedTuple):
    text: str
    area: Area
    size: float
    clip: Area | None

    @property
    def x(self) -> float:
        return (self.area.x0 + self.area.x1) / 2

    @property
    def y(self) -> float:
        return (self.area.top + self.area.bottom) / 2


class Edge(NamedTuple):
    """A ruled line: upright at x = `at`, or level at y = `at`, from `start` to `end`."""

    upright: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Page:
    number: int
    area: Area
    chars: tuple[Char, ...]
    edges: tuple[Edge, ...]


Item = Mapping[str, Any]


def edges_of(objects: Mapping[str, Iterable[Item]], page: Area) -> Iterator[Edge]:
    """Lines, thin rectangles and sides of outlined ones, as far as they are on the page."""
    for kind in ("line", "rect", "curve"):
        for item in objects.get(kind, ()):
            for edge in _edges(kind, item):
                yield from _on_page(edge, page)


def _edges(kind: str, item: Item) -> Iterator[Edge]:
    area = Area(item["x0"], item["top"], item["x1"], item["bottom"])
    width, height = area.x1 - area.x0, area.bottom - area.top
    if kind == "rect" and min(width, height) <= THIN:
        if not _is_white(item, "non_stroking_color" if item.get("fill") else "stroking_color"):
            yield _thin(area)
    elif item.get("stroke") and not _is_white(item, "stroking_color"):
        points = item["pts"] if kind == "curve" else _corners(area, kind)
        for (x0, y0), (x1, y1) in pairwise(points):
            yield from _straight(x0, y0, x1, y1)


def _corners(area: Area, kind: str) -> list[tuple[float, float]]:
    if kind == "line":
        return [(area.x0, area.top), (area.x1, area.bottom)]
    x0, top, x1, bottom = area
    return [(x0, top), (x1, top), (x1, bottom), (x0, bottom), (x0, top)]


def _straight(x0: float, y0: float, x1: float, y1: float) -> Iterator[Edge]:
    if abs(x0 - x1) <= STRAIGHT:
        yield Edge(True, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
    elif abs(y0 - y1) <= STRAIGHT:
        yield Edge(False, (y0 + y1) / 2, min(x0, x1), max(x0, x1))


def _thin(area: Area) -> Edge:
    if area.x1 - area.x0 < area.bottom - area.top:
        return Edge(True, (area.x0 + area.x1) / 2, area.top, area.bottom)
    return Edge(False, (area.top + area.bottom) / 2, area.x0, area.x1)


def _on_page(edge: Edge, page: Area) -> Iterator[Edge]:
    low, high, first, last = (
        (page.top, page.bottom, page.x0, page.x1)
        if edge.upright
        else (page.x0, page.x1, page.top, page.bottom)
    )
    start, end = max(edge.start, low), min(edge.end, high)
    if first <= edge.at <= last and end - start >= SHORTEST:
        yield Edge(edge.upright, edge.at, start, end)


def _is_white(item: Item, key: str) -> bool:
    """White rectangles lie behind cells; nobody sees a white line."""
    color = item.get(key)
    if isinstance(color, int | float):
        color = (color,)
    if not isinstance(color, tuple | list) or not all(isinstance(c, int | float) for c in color):
        return False
    white = (0, 0, 0, 0) if len(color) == 4 else (1,) * len(color)
    return bool(color) and all(abs(a - b) < 0.02 for a, b in zip(color, white, strict=True))
