"""What was found, as the audit page shows it: six queries at most, however many rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from performance.admin.audit.asking import EVENT, GOAL, LOG, REVISION, UPLOAD, tables
from performance.audit.recording import CHANGED_OWN, RESET, Action
from performance.audit.tables import APP
from performance.audit.wording import PASSWORD, Change, changes_of
from performance.goals.models import Goal, Origin, Revision
from performance.people.models import User
from performance.review.models import Event
from performance.review.saying import Said, said_with

NOBODY = "系统命令"
"""Without a person: somebody at the server itself."""
_ACTIONS = {Action.CREATE: "新增", Action.UPDATE: "修改", Action.DELETE: "删除"}


@dataclass(frozen=True)
class Row:
    """One thing that somebody did; `link` leads to what it was done to, `more` to all of it."""

    at: datetime
    who: str
    table: str
    subject: str
    action: str
    both: bool = True
    link: str = ""
    more: str = ""
    more_label: str = "详情"
    same: str = ""
    changes: list[Change] = field(default_factory=list)
    note: str = ""
    address: str = ""
    upload: int | None = None
    request_id: str = ""


def rows_of(request: HttpRequest, keys: Iterable[tuple[str, int, datetime]]) -> list[Row]:
    """In the order of `keys`."""
    wanted: dict[str, list[int]] = {}
    order = [(kind, number) for kind, number, _ in keys]
    for kind, number in order:
        wanted.setdefault(kind, []).append(number)
    made: dict[tuple[str, int], Row] = {}
    readers: Mapping[str, Callable[[list[int]], Iterable[tuple[int, Row]]]] = {
        LOG: partial(_entries, request),
        EVENT: _events,
        REVISION: _revisions,
    }
    for kind, numbers in wanted.items():
        made |= {(kind, number): row for number, row in readers[kind](numbers)}
    return [made[key] for key in order if key in made]


def entry_row(request: HttpRequest, entry: LogEntry) -> Row:
    name = entry.content_type.model
    model = entry.content_type.model_class()
    changes = entry.changes or {}
    return Row(
        at=entry.timestamp,
        who=_named(entry.actor) if entry.actor else NOBODY,
        table=tables().get(name, name),
        subject=entry.object_repr,
        action=_action(entry, changes),
        both=entry.action == Action.UPDATE,
        link=_page_of(request, model, entry),
        more=reverse("admin:audit_entry", args=[entry.pk]),
        same=f"table={name}&pk={entry.object_id}",
        changes=changes_of(model, changes),
        address=entry.remote_addr or "",
        request_id=entry.cid or "",
    )


def _entries(request: HttpRequest, numbers: list[int]) -> Iterable[tuple[int, Row]]:
    for entry in LogEntry.objects.filter(pk__in=numbers).select_related("actor", "content_type"):
        yield entry.pk, entry_row(request, entry)


def _action(entry: LogEntry, changes: Mapping[str, Any]) -> str:
    if entry.content_type.model == UPLOAD:
        return "确认导入"
    if PASSWORD in changes:
        return CHANGED_OWN if entry.changes_text == CHANGED_OWN else RESET
    return _ACTIONS.get(entry.action, "")


def _page_of(request: HttpRequest, model: Any, entry: LogEntry) -> str:
    """Where the reader may open it: a deleted row has no page."""
    pages = admin.site._registry.get(model)
    if pages is None or entry.action == Action.DELETE:
        return ""
    if not pages.has_view_permission(request):
        return ""
    return reverse(f"admin:{APP}_{model._meta.model_name}_change", args=[entry.object_id])


def _events(numbers: list[int]) -> Iterable[tuple[int, Row]]:
    people = ("by", "on_behalf_of")
    rows = Event.objects.filter(pk__in=numbers).select_related(*people, *_GOAL, "revision")
    remarks = said_with(numbers)
    for event in rows.defer("grades", "revision__content", *_LONG):
        who = _named(event.by)
        if event.on_behalf_of:
            who += f"，代 {_named(event.on_behalf_of)}"
        row = _of_goal(event, event.revision.number, who, event.label)
        note = "；".join([f"第{event.revision.number}版", *_said(event, remarks.get(event.pk, ()))])
        yield event.pk, replace(row, note=note)


def _said(event: Event, remarks: Sequence[Said]) -> Iterable[str]:
    """The opinion, unless it is one of the remarks; and each remark with its place."""
    if event.opinion and event.opinion not in {said.remark.text for said in remarks}:
        yield event.opinion
    for said in remarks:
        yield f"{said.place}（{said.remark.kind}）：{said.remark.text}"


def _revisions(numbers: list[int]) -> Iterable[tuple[int, Row]]:
    rows = Revision.objects.filter(pk__in=numbers).select_related("by", *_GOAL)
    for revision in rows.defer("content", *_LONG):
        row = _of_goal(revision, revision.number, _named(revision.by), "保存")
        upload = revision.origin_id if revision.origin == Origin.UPLOAD else None
        note = f"第{revision.number}版（{revision.get_origin_display()}）"
        yield revision.pk, replace(row, note=note, upload=upload)


_GOAL = ("goal__unit", "goal__year")
_LONG = ("goal__overall_goal", "goal__annual_goal", "goal__open_cells")


def _of_goal(record: Event | Revision, revision: int, who: str, action: str) -> Row:
    goal = record.goal
    return Row(
        at=record.at,
        who=who,
        action=action,
        table=str(Goal._meta.verbose_name),
        subject=f"{goal.year} · {goal.unit.name} · {goal.project}",
        link=reverse("admin:performance_goal_history", args=[goal.pk]),
        more=reverse("admin:performance_goal_revision", args=[goal.pk, revision]),
        more_label="查看这一版",
        same=f"table={GOAL}&pk={goal.pk}",
        request_id=record.request_id,
    )


def _named(user: User) -> str:
    """With the name of the account: two people may be called alike."""
    return f"{user.full_name}（{user.username}）" if user.full_name else user.username
