"""Going along a chain of records: which of them are not as they were sealed. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

MAX_COMPARED = 12
"""So many broken records of one goal are tried in each other's places."""


@dataclass(frozen=True)
class Link:
    """One record: `seal(number, before)` is the hash that it would have at a place of a chain."""

    number: int
    hash: str
    seal: Callable[[int, str], str]


class Fault(Enum):
    CHANGED = "changed"  # it does not say what was sealed, or what stands before it is another
    MOVED = "moved"  # it was sealed at another place of the same chain
    REMOVED = "removed"
    INSERTED = "inserted"  # it stands after the newest that the goal knows, or a second time
    REPLACED = "replaced"  # the newest is not the one that the goal knows


@dataclass(frozen=True)
class Broken:
    fault: Fault
    number: int
    was: int = 0  # of a MOVED one: its place when it was sealed


def walk(links: Iterable[Link], newest: int, head: str) -> list[Broken]:
    """`links` in the order of their numbers; `newest` and `head`: what the goal says of the last.

    Each record is compared with the hash that is stored before it, so that one change is told once.
    """
    hashes: dict[int, str] = {0: ""}
    doubtful: list[Link] = []
    found: list[Broken] = []
    for link in links:
        if link.number in hashes or link.number > newest:
            found.append(Broken(Fault.INSERTED, link.number))
            continue
        before = hashes.get(link.number - 1)  # None: it was removed, which is told below
        if before is not None and link.seal(link.number, before) != link.hash:
            doubtful.append(link)
        hashes[link.number] = link.hash
    lost = [number for number in range(1, newest + 1) if number not in hashes]
    found += [Broken(Fault.REMOVED, number) for number in lost]
    found += _judged(doubtful, hashes)
    if hashes.get(newest, head) != head and newest not in {broken.number for broken in found}:
        found.append(Broken(Fault.REPLACED, newest))
    return found


def _judged(doubtful: list[Link], hashes: dict[int, str]) -> list[Broken]:
    """A record that was sealed in its place is whole: only the one before it was exchanged."""
    places = {link.number: _sealed_at(link, doubtful, hashes) for link in doubtful}
    moved = [
        Broken(Fault.MOVED if was else Fault.CHANGED, number, was)
        for number, was in places.items()
        if was != number
    ]
    return moved or [Broken(Fault.CHANGED, number) for number in places]


def _sealed_at(link: Link, doubtful: list[Link], hashes: dict[int, str]) -> int:
    """Its number when it was sealed, if it was sealed in this chain as it stands; else 0."""
    if len(doubtful) > MAX_COMPARED:
        return 0
    numbers = {other.number + step for other in doubtful for step in (-1, 0, 1)}
    befores = {hashes[number] for number in numbers if number in hashes}
    return next((n for n in numbers for b in befores if link.seal(n, b) == link.hash), 0)
