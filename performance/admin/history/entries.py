"""How each thing that happened to a goal is told on its line of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from performance.goals.models import Attachment, AttachmentKind, Goal, Origin, Revision
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.models import Event, Remark, Waiver
from performance.review.saying import Said, said_of, said_with
from performance.sheets.models import Upload

MILESTONES = ("submit", "accept", "approve", "issue")


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `number`: of the revision it made, or was done to."""

    at: datetime
    who: str
    what: str
    number: int | None = None
    is_revision: bool = False
    stands_out: bool = False
    source: str = ""
    source_url: str = ""
    opinion: str = ""
    grades: list[tuple[str, str, str]] = field(default_factory=list)
    remarks: Sequence[Said] = ()
    digest: str = ""
    # of a revision that an approval, or what was issued, stands on today
    standing: str = ""


def revisions(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = list(Revision.objects.filter(pk__in=ids).select_related("by").defer("content"))
    uploads = _uploads(rows, user)
    told = {}
    for row in rows:
        source, url = _source(goal, row, uploads)
        told[row.pk] = Entry(
            at=row.at,
            who=str(row.by),
            what=f"第{row.number}版",
            number=row.number,
            is_revision=True,
            source=source,
            source_url=url,
            digest=row.chain_hash,
            standing=_standing(goal, row),
        )
    return told


def events(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = Event.objects.filter(pk__in=ids).select_related("by", "on_behalf_of", "revision")
    rows = rows.defer("revision__content")
    said = said_with(ids)
    return {
        row.pk: Entry(
            at=row.at,
            who=row.who,
            what=row.label,
            number=row.revision.number,
            stands_out=row.transition in MILESTONES,
            opinion=row.opinion,
            grades=row.graded,
            remarks=said.get(row.pk, ()),
            digest=row.chain_hash,
        )
        for row in rows
    }


def attached(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = Attachment.objects.filter(pk__in=ids).select_related("by")
    return {row.pk: Entry(row.at, str(row.by), f"上传附件{_file(row)}") for row in rows}


def removed(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = Attachment.objects.filter(pk__in=ids).select_related("removed_by")
    return {
        row.pk: Entry(row.removed_at or row.at, str(row.removed_by), f"删除附件{_file(row)}")
        for row in rows
    }


def reopened(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = Remark.objects.filter(pk__in=ids).select_related("by")
    return {
        said.remark.pk: Entry(
            at=said.remark.at,
            who=str(said.remark.by),
            what=f"申请开放{said.place}",
            opinion=said.remark.text,
        )
        for said in said_of(list(rows))
    }


def waived(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = Waiver.objects.filter(pk__in=ids).select_related("by")
    return {
        row.pk: Entry(
            at=row.at,
            who=str(row.by),
            what=f"豁免 {row.rule} 的警告，有效期至{row.until:%Y-%m-%d}",
            opinion=row.reason,
        )
        for row in rows
    }


def lifted(goal: Goal, user: User, ids: Sequence[int]) -> dict[int, Entry]:
    rows = Waiver.objects.filter(pk__in=ids).select_related("lifted_by")
    return {
        row.pk: Entry(row.lifted_at or row.at, str(row.lifted_by), f"撤销 {row.rule} 的豁免")
        for row in rows
    }


def _standing(goal: Goal, row: Revision) -> str:
    if row.pk == goal.issued_revision_id:
        return "已批复的版本"
    return "审核通过的版本" if row.pk == goal.approved_revision_id else ""


def _file(attachment: Attachment) -> str:
    return f"“{attachment.name}”（{AttachmentKind(attachment.kind).label}）"


def _uploads(rows: Sequence[Revision], user: User) -> dict[int, tuple[str, bool]]:
    """Name of the file, and whether the reader may open its page: one's own, or everybody's."""
    ids = {row.origin_id or 0 for row in rows if row.origin == Origin.UPLOAD}
    if not ids:
        return {}
    opens, all_ = holds(user, Right.WRITE_GOALS), holds(user, Right.CREATE_MISSING)
    found = Upload.objects.filter(pk__in=ids).values_list("pk", "name", "by_id")
    return {pk: (name, opens and (all_ or by == user.pk)) for pk, name, by in found}


def _source(goal: Goal, row: Revision, uploads: dict[int, tuple[str, bool]]) -> tuple[str, str]:
    """Where a revision came from, and the address of that."""
    label, origin_id = Origin(row.origin).label, row.origin_id or 0
    if row.origin == Origin.RESTORE and origin_id:
        url = reverse("admin:performance_goal_revision", args=[goal.pk, origin_id])
        return f"恢复第{origin_id}版", url
    if origin_id in uploads and row.origin == Origin.UPLOAD:
        name, opens = uploads[origin_id]
        url = reverse("admin:performance_upload_change", args=[origin_id]) if opens else ""
        return f"{label}《{name}》" if opens else label, url
    return label, ""
