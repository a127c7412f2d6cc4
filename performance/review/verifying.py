"""Recomputing what is sealed: the chains of all goals, and whether their rows say the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from performance.goals.models import Goal, Revision, State
from performance.goals.sheet import FORM_FIELDS, Sheet, content_hash, from_json
from performance.goals.writing import chain_hash
from performance.review.chain import event_hash
from performance.review.heads import Head, differences
from performance.review.models import Event, Remark
from performance.review.replaying import REPLAYED, misconduct, replayed
from performance.review.walking import Broken, Fault, Link, walk

BATCH = 200
_CHUNK = 100

_TEXTS = {
    Fault.CHANGED: "{what}被改过，或前面的一条被改过",
    Fault.MOVED: "次序被调换，它原来是第{was}{name}",
    Fault.REMOVED: "被删除",
    Fault.INSERTED: "是后来插入的，项目上没有记到它",
    Fault.REPLACED: "与项目上记的摘要不同，记录或项目被改过",
}
Record = TypeVar("Record", Revision, Event)
_REVISION = ("版", "内容、修改人、时间或来源")
_EVENT = ("次办理", "办理记录或其审核意见")


@dataclass(frozen=True)
class Verified:
    """One goal and all that is wrong with it, as sentences; chains as hash by number."""

    head: Head
    problems: tuple[str, ...]


@dataclass
class _Seen:
    """What of a goal's revisions is needed after they went by."""

    numbers: dict[int, int] = field(default_factory=dict)  # by id
    hashes: dict[int, str] = field(default_factory=dict)  # by number
    authors: dict[int, int] = field(default_factory=dict)  # with the id of their first revision
    unlike: list[int] = field(default_factory=list)  # numbers whose content hash is another
    newest: Sheet | None = None

    def hash_of(self, pk: int) -> str:
        return self.hashes[self.numbers[pk]] if pk in self.numbers else ""

    def named(self, pk: int | None) -> str:
        if pk is None:
            return "无"
        return f"第{self.numbers[pk]}版" if pk in self.numbers else "别的项目的版本"


def verify(goals: QuerySet[Goal], known: Mapping[int, Head] | None = None) -> Iterator[Verified]:
    """Every goal, in the order of their ids; `known`: their heads at an earlier time.

    A goal that seems wrong is read again under its lock: somebody may have saved between two
    of our queries.
    """
    last = 0
    while ids := list(
        goals.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        last = ids[-1]
        found = {one.head.goal: one for one in _verified(ids, known or {}, lock=False)}
        doubtful = [pk for pk, one in found.items() if one.problems]
        if doubtful:
            with transaction.atomic():
                again = _verified(doubtful, known or {}, lock=True)
                found |= {one.head.goal: one for one in again}
        yield from found.values()


def _verified(ids: Sequence[int], known: Mapping[int, Head], *, lock: bool) -> Iterator[Verified]:
    """In a number of queries that does not depend on how many they are."""
    rows = Goal.objects.filter(pk__in=ids).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    goals = list(rows.select_related("year", "unit").prefetch_related("lines"))
    remarks = Prefetch("remarks", Remark.objects.order_by("pk"))
    events = Event.objects.filter(goal__in=ids).order_by("goal_id", "number", "pk")
    by_goal: dict[int, list[Event]] = {}
    for event in events.prefetch_related(remarks):
        by_goal.setdefault(event.goal_id, []).append(event)
    revisions = Revision.objects.filter(goal__in=ids).order_by("goal_id", "number", "pk")
    for goal, own in _along(goals, revisions.iterator(chunk_size=_CHUNK)):
        yield _judge(goal, own, by_goal.get(goal.pk, []), known.get(goal.pk))


def _along(
    goals: Iterable[Goal], revisions: Iterable[Revision]
) -> Iterator[tuple[Goal, Iterable[Revision]]]:
    """Both are in the order of the goals' ids; only one revision is in memory at a time."""
    groups = groupby(revisions, lambda revision: revision.goal_id)
    pk, own = next(groups, (0, ()))
    for goal in goals:
        if goal.pk != pk:
            yield goal, ()
            continue
        yield goal, own
        pk, own = next(groups, (0, ()))


def _judge(
    goal: Goal, revisions: Iterable[Revision], events: list[Event], known: Head | None
) -> Verified:
    seen = _Seen()
    broken = walk(_revision_links(revisions, seen), goal.revision_number, goal.chain_hash)
    problems = [_told(one, *_REVISION) for one in broken]
    told = {one.number for one in broken}
    problems += [f"第{n}版：内容与内容摘要不符。" for n in seen.unlike if n not in told]
    problems += _unlike_rows(goal, seen)
    broken = walk(_event_links(events, seen), goal.events_number, goal.events_hash)
    problems += [_told(one, *_EVENT) for one in broken]
    problems += (
        _conduct(events, seen) if broken else [*_conduct(events, seen), *_led(goal, events, seen)]
    )
    if known:
        problems += differences(known, seen.hashes, {e.number: e.chain_hash for e in events})
    return Verified(_head(goal), tuple(problems))


def _revision_links(revisions: Iterable[Revision], seen: _Seen) -> Iterator[Link]:
    for revision in revisions:
        seen.numbers[revision.pk] = revision.number
        seen.hashes[revision.number] = revision.chain_hash
        seen.authors.setdefault(revision.by_id, revision.pk)
        seen.newest = _read(revision.content)
        if seen.newest is None or content_hash(seen.newest) != revision.content_hash:
            seen.unlike.append(revision.number)

        def seal(number: int, before: str, revision: Revision = revision) -> str:
            return chain_hash(_numbered(revision, number), before)

        yield Link(revision.number, revision.chain_hash, seal)


def _event_links(events: Iterable[Event], seen: _Seen) -> Iterator[Link]:
    for event in events:
        revision = seen.hash_of(event.revision_id)

        def seal(number: int, before: str, event: Event = event, revision: str = revision) -> str:
            return event_hash(_numbered(event, number), revision, event.remarks.all(), before)

        yield Link(event.number, event.chain_hash, seal)


def _numbered(record: Record, number: int) -> Record:
    if record.number == number:
        return record
    moved = copy(record)
    moved.number = number
    return moved


def _read(content: str) -> Sheet | None:
    try:
        return from_json(content)
    except (ValueError, LookupError, TypeError, AttributeError):  # it was tampered with
        return None


def _told(broken: Broken, name: str, what: str) -> str:
    text = _TEXTS[broken.fault].format(what=what, was=broken.was, name=name)
    return f"第{broken.number}{name}：{text}。"


def _unlike_rows(goal: Goal, seen: _Seen) -> Iterator[str]:
    """Whether the working rows say what the newest revision says, keys of lines included."""
    if not goal.revision_number:
        yield "没有任何版本。"
    if seen.newest is None:
        return
    rows, sealed = goal.sheet(), seen.newest
    unlike = [
        label for name, label in FORM_FIELDS.items() if getattr(rows, name) != getattr(sealed, name)
    ]
    if rows.year != sealed.year:
        unlike.append("年度")
    if _keyed(rows) != _keyed(sealed):
        unlike.append("指标")
    if unlike:
        yield f"现在的内容与最新一版不同：{'、'.join(unlike)}。"
    if _belongs_elsewhere(goal, sealed):
        yield f"用款单位：现在归“{goal.unit}”，最新一版写的是“{sealed.unit.text}”。"


def _belongs_elsewhere(goal: Goal, sealed: Sheet) -> bool:
    """Rights go by the unit that the row names. Its code never changes once it has goals; a name
    may, and a text that looks like a code may be one."""
    code, written = goal.unit.code, sealed.unit
    return bool(code and written.code) and code != written.code and goal.unit.name != written.text


def _keyed(sheet: Sheet) -> list[tuple[str, object]]:
    return [(line.key, line) for line in sheet.lines]


def _conduct(events: list[Event], seen: _Seen) -> Iterator[str]:
    for event in events:
        if event.revision_id not in seen.numbers:
            yield f"第{event.number}次办理：所办的版本不属于这个项目。"
        for message in misconduct(event, events, seen.authors):
            yield f"第{event.number}次办理：{message}。"


def _led(goal: Goal, events: list[Event], seen: _Seen) -> Iterator[str]:
    """Whether the goal stands where its events led it."""
    expected = replayed(events)
    for name, label in REPLAYED.items():
        now, then = (_shown(name, getattr(one, name), seen) for one in (goal, expected))
        if now != then:
            yield f"{label}：现在是“{now}”，按办理记录应是“{then}”。"


def _shown(name: str, value: Any, seen: _Seen) -> str:
    if name.endswith("revision_id"):
        return seen.named(value)
    return str(State(value).label if value in State.values else value)


def _head(goal: Goal) -> Head:
    return Head(
        goal=goal.pk,
        year=goal.year.year,
        unit=goal.unit_name or goal.unit_code,
        project=goal.project,
        revision_number=goal.revision_number,
        revision_hash=goal.chain_hash,
        events_number=goal.events_number,
        events_hash=goal.events_hash,
    )
