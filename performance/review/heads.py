"""The newest hashes of all goals as a file: kept elsewhere, it tells a chain that was made anew.

Whoever owns the database can recompute every chain in it; not one that was written down before.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields

from performance.goals.sheet import canonical

KIND = "performance-goals-heads-1"


@dataclass(frozen=True)
class Head:
    """The ends of both chains of one goal; unit and project are for people to read."""

    goal: int
    year: int
    unit: str
    project: str
    revision_number: int
    revision_hash: str
    events_number: int
    events_hash: str


class NoHeads(Exception):
    """A file is not what `written` makes; says the line and what is wrong."""


def written(head: Head) -> str:
    """One line."""
    return canonical({"kind": KIND} | asdict(head)) + "\n"


def read(lines: Iterable[str]) -> dict[int, Head]:
    heads = {}
    for number, line in enumerate(lines, 1):
        head = _read(line)
        if head is None:
            raise NoHeads(
                f"第{number}行读到“{line.strip()[:40]}”，不是 verify_records --heads 写出的一行。"
            )
        heads[head.goal] = head
    return heads


def differences(
    head: Head, revisions: Mapping[int, str], events: Mapping[int, str]
) -> Iterator[str]:
    """What is no longer as it was when the file was written; chains may have grown since.

    `revisions`, `events`: hash by number, as stored now.
    """
    chains = (
        ("版", head.revision_number, head.revision_hash, revisions),
        ("次办理", head.events_number, head.events_hash, events),
    )
    for name, number, known, stored in chains:
        if not number or stored.get(number) == known:
            continue
        what = "已不在" if number not in stored else "与当时留存的摘要不同，记录被整条重写过"
        yield f"第{number}{name}：{what}。"


def _read(line: str) -> Head | None:
    try:
        data = json.loads(line)
        kinds = {field.name: field.type for field in fields(Head)}
        if data.pop("kind") != KIND or any(type(data[name]) is not kinds[name] for name in kinds):
            return None
        return Head(**data)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
