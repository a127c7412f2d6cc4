"""What the preview page of an upload shows: a page of goals, and what was found in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict

from performance.admin.files.extras import extras_in_words
from performance.admin.files.found import Pictured, Pictures, grouped, worst_first
from performance.admin.files.splits import SplitView, split_view
from performance.admin.sheet_view import SheetView, sheet_view
from performance.goals.models import Goal
from performance.goals.queries import sheets_at
from performance.people.queries import holds
from performance.people.roles import Right
from performance.quality.finding import worksheet_of
from performance.sheets.actions import cuts_of
from performance.sheets.models import Upload, UploadState
from performance.sheets.plan import Kind, Operation, Plan
from performance.sheets.stored import Beside, load_beside, load_plan

PER_PAGE = 20
HIDDEN = "F15"


@dataclass(frozen=True)
class Renaming:
    """A proposed renaming and the choice between it and a new project; `new`: what was chosen."""

    index: int
    operation: Operation
    new: bool

    @property
    def field(self) -> str:
        return rename_field(self.index)


@dataclass(frozen=True)
class Row:
    """One goal of the file.

    `pictures`: the beginning of addresses of its cells' pictures, "" without pages.
    """

    index: int
    operation: Operation
    view: SheetView
    findings: list[Pictured]
    outdated: bool
    split: SplitView | None
    extras: str
    pictures: str


def preview_context(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    mine = upload.by_id == request.user.pk
    if upload.state == UploadState.UNREADABLE:
        return {"unreadable": True, "may_map": mine and upload.waits_for_columns}
    plan, beside = load_plan(upload.plan), load_beside(upload.reading)
    wanted = request.GET.get("kind", "")
    kinds = {kind.value: kind for kind in Kind}
    chosen = [
        (index, op)
        for index, op in enumerate(plan.operations)
        if wanted not in kinds or op.kind.value == wanted
    ]
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("p"))
    return {
        "plan": plan,
        "summary": plan.summary,
        "kinds": [(kind, plan.summary[kind.value]) for kind in Kind],
        "kind": wanted if wanted in kinds else "",
        "page": page,
        "rows": _rows(page, plan, upload, beside),
        "groups": grouped(plan.findings, Pictures(upload.pk, beside)),
        "renamings": _renamings(plan, upload),
        "may_create": holds(request.user, Right.CREATE_MISSING),
        "may_confirm": mine and upload.state == UploadState.PREVIEW,
        "may_unhide": upload.hidden or any(f.rule == HIDDEN for f in plan.findings),
        "has_columns": upload.extension != "txt",
    }


def rename_field(index: int) -> str:
    return f"rename-{index}"


def not_renamed(posted: QueryDict, plan: Plan) -> list[int]:
    """Which proposed renamings are new projects; each has to be answered."""
    answers = {index: posted.get(rename_field(index)) for index in plan.renames}
    if not set(answers.values()) <= {"same", "new"}:
        raise ValidationError("还没有导入：请先选择每个疑似改名的项目是改名还是新建，再确认。")
    return [index for index, answer in answers.items() if answer == "new"]


def _renamings(plan: Plan, upload: Upload) -> list[Renaming]:
    new = upload.choices.get("not_renamed", [])
    return [Renaming(index, op, index in new) for index, op in plan.renames.items()]


def _rows(page: Page, plan: Plan, upload: Upload, beside: Beside) -> list[Row]:
    operations = [op for _, op in page]
    numbers = _numbers(operations)
    # the revision each goal was compared with
    before = sheets_at({op.goal_id: op.base for op in operations if op.goal_id})
    found = defaultdict(list)
    for finding in worst_first(plan.findings):
        found[finding.goal].append(finding)
    waiting = upload.state == UploadState.PREVIEW
    pictures, cuts = Pictures(upload.pk, beside), cuts_of(upload)
    return [
        Row(
            index,
            op,
            sheet_view(op.sheet, before.get(op.goal_id or 0)),
            pictures.beside_each(found[index]),
            waiting and op.goal_id is not None and numbers.get(op.goal_id) != op.base,
            split_view(beside.splits[index], cuts.get(index)) if index in beside.splits else None,
            extras_in_words(beside.extras.get(index)),
            pictures.of_sheet(worksheet_of(op.sheet)),
        )
        for index, op in page
    ]


def _numbers(operations: Iterable[Operation]) -> dict[int, int]:
    ids = [op.goal_id for op in operations if op.goal_id]
    return dict(Goal.objects.filter(pk__in=ids).values_list("pk", "revision_number"))
