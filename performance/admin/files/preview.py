"""What the preview page of an upload shows: a page of goals, and findings grouped by cause."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict

from performance.admin.sheet_view import SheetView, sheet_view
from performance.goals.models import Goal
from performance.goals.queries import sheets_at
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.located import TITLES, Located
from performance.sheets.models import Upload, UploadState
from performance.sheets.plan import Kind, Operation, Plan
from performance.sheets.stored import load_plan

PER_PAGE = 20
PLACES = 200
_ORDER = {"error": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True)
class Group:
    """Findings of one rule and level. `hidden`: how many places are not listed."""

    rule: str
    level: str
    label: str
    places: list[Located]
    number: int
    refuses: bool

    @property
    def title(self) -> str:
        return f"{TITLES.get(self.rule, '')}（{self.rule}）"

    @property
    def hidden(self) -> int:
        return self.number - len(self.places)


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
    """One goal of the file; `view` is None for a goal that stays as it is."""

    operation: Operation
    view: SheetView | None
    findings: list[Located]
    outdated: bool


def preview_context(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    if upload.state == UploadState.UNREADABLE:
        return {"unreadable": True}
    plan = load_plan(upload.plan)
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
        "rows": _rows(page, plan, upload),
        "groups": _groups(plan.findings),
        "renamings": _renamings(plan, upload),
        "may_create": holds(request.user, Right.CREATE_MISSING),
        "may_confirm": upload.by_id == request.user.pk and upload.state == UploadState.PREVIEW,
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


def _rows(page: Page, plan: Plan, upload: Upload) -> list[Row]:
    operations = [op for _, op in page]
    numbers = _numbers(operations)
    # the revision each goal was compared with
    before = sheets_at({op.goal_id: op.base for op in operations if op.goal_id})
    found = defaultdict(list)
    for finding in plan.findings:
        found[finding.goal].append(finding)
    waiting = upload.state == UploadState.PREVIEW
    return [
        Row(
            op,
            None if op.kind is Kind.SAME else sheet_view(op.sheet, before.get(op.goal_id or 0)),
            found[index],
            waiting and op.goal_id is not None and numbers.get(op.goal_id) != op.base,
        )
        for index, op in page
    ]


def _numbers(operations: Iterable[Operation]) -> dict[int, int]:
    ids = [op.goal_id for op in operations if op.goal_id]
    return dict(Goal.objects.filter(pk__in=ids).values_list("pk", "revision_number"))


def _groups(findings: Iterable[Located]) -> list[Group]:
    """The worst first; within a level, what refuses comes before what only blocks 送审."""
    by_cause = defaultdict(list)
    for finding in findings:
        by_cause[finding.level.value, not finding.refuses, finding.rule].append(finding)
    groups = [
        Group(rule, level, rows[0].level.label, rows[:PLACES], len(rows), not no_refusal)
        for (level, no_refusal, rule), rows in by_cause.items()
    ]
    return sorted(groups, key=lambda g: (_ORDER[g.level], not g.refuses, g.rule))
