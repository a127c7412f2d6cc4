"""A goal that one may not write now: the bureau's sheet, and what a reviewer needs beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.admin.files.copying import unconfirmed_copy
from performance.admin.history.record import record
from performance.admin.review.adjustment import adjustment_of
from performance.admin.review.assigning import assign_context
from performance.admin.review.bases import PARAMETER, Base, Bases, asked_number, bases_of
from performance.admin.review.decision import grades_in, opinion_of
from performance.admin.review.grades import grade_form
from performance.admin.review.notes import Note, notes_of
from performance.admin.review.progress import progress_of
from performance.admin.review.stale import Typed
from performance.admin.review.steps import deeds_of
from performance.admin.review.table import FOLDS_ABOVE, review_table
from performance.admin.review.waivers import waivers_context
from performance.admin.review.writing import Writing, writing_at
from performance.admin.sheet_view import COPY_TAGS, TAGS, sheet_view
from performance.goals.last_year import last_year_of
from performance.goals.models import Goal, Revision, State
from performance.goals.queries import may
from performance.goals.sheet import Sheet, from_json
from performance.library.review_lists import ReviewLists, review_lists_of
from performance.people.models import User
from performance.people.roles import Right
from performance.quality.finding import Finding
from performance.review.case import ACTS, Case
from performance.review.looking import Version, record_look, versions_of
from performance.review.models import Remark
from performance.review.queries import Step, findings_of
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]


@dataclass(frozen=True)
class Refused:
    """What a person posted to a page that comes back: nothing of it is lost.

    `seen`: the chain hash of a content that is no longer the latest. `typed`: of a step that the
    goal has left, shown unless the page still asks for it.
    """

    posted: QueryDict
    conflict: str = ""
    seen: str = ""
    writing: Writing | None = None
    typed: Typed | None = None


def review_page(
    request: HttpRequest, goal: Goal, context: Context, refused: Refused | None = None
) -> HttpResponse:
    user = user_of(request)
    prefetch_related_objects([goal], "lines")  # they are asked for more than once
    sheet = goal.sheet()
    refused = refused or Refused(QueryDict())
    lists, case = review_lists_of(goal.year_id), Case(user, goal)
    token = request.GET.get(PARAMETER, "") or refused.posted.get(PARAMETER, "")
    versions = versions_of(goal, user, asked_number(token), refused.seen)
    remarks = _remarks(user, goal)
    _known(case, lists, versions, remarks)
    findings = findings_of(sheet, goal.year)
    done = record(request, goal, findings, case)
    bases = _bases(goal, versions, _decided(case, done["last_decided"]), token, refused.seen)
    waivers = waivers_context(request, goal, findings, sheet, case)
    notes = notes_of(sheet, findings, remarks, waivers["waived"])
    context |= {"goal": goal, "findings": findings, "conflict": refused.conflict, **done}
    context |= waivers | assign_context(request, goal, case)
    context |= _sheet_context(request, goal, sheet, findings, notes, bases)
    context |= _review_context(request, goal, sheet, case, lists, notes, done["steps"], refused)
    if request.method == "GET" and context["reviews"]:
        record_look(goal, user, bases.looked)
    return TemplateResponse(request, "admin/performance/goal/sheet.html", context)


def _known(
    case: Case, lists: ReviewLists, versions: Sequence[Version], remarks: Sequence[Remark]
) -> None:
    """What was read already is not asked for again."""
    case.remarks = [remark for remark in remarks if remark.is_open]
    case.authors = {version.by_id for version in versions}
    if lists.steps:
        case.steps = list(lists.steps)


def _decided(case: Case, submitted: Revision | None) -> Revision | None:
    """What was decided on before; not what an earlier step has just passed on to this one."""
    passed_on = bool(case.events) and case.events[0].transition in ACTS
    is_now = submitted is not None and submitted.number == case.goal.revision_number
    return None if passed_on and is_now else submitted


def _bases(
    goal: Goal, versions: Sequence[Version], submitted: Revision | None, token: str, seen: str
) -> Bases:
    bases = bases_of(goal, versions, submitted, last_year_of(goal), token)
    before = next((version for version in versions if version.chain_hash == seen), None)
    if not seen:
        return bases
    sheet = from_json(before.content) if before else None
    label = "您打开页面时的内容"
    chosen = Base(str(before.number) if before else "", label, sheet)
    return Bases(bases.offered, chosen, bases.looked)


def _remarks(user: User, goal: Goal) -> list[Remark]:
    """Open ones, and the drafts of whoever looks: others' are theirs until they are sent."""
    rows = goal.remarks.filter(closed_at=None)
    rows = rows.filter(Q(event__isnull=False) | Q(reopened=True) | Q(by=user))
    return list(rows.select_related("by", "revision", "answered_by", "event").order_by("pk"))


def _sheet_context(
    request: HttpRequest,
    goal: Goal,
    sheet: Sheet,
    findings: list[Finding],
    notes: Sequence[Note],
    bases: Bases,
) -> Context:
    base = bases.chosen
    copied = unconfirmed_copy(request, goal, sheet) if base.sheet is None else None
    before = copied.source if copied else base.sheet
    view = sheet_view(sheet, before, findings, COPY_TAGS if copied else TAGS)
    adjustment = adjustment_of(goal, sheet, bases)
    last_year = next((b.sheet for b in bases.offered if b.token == "last-year"), None)
    folds = base.sheet is not None and view.changed and len(sheet.lines) > FOLDS_ABOVE
    table = review_table(
        view,
        sheet,
        notes,
        None if base.token == "last-year" else last_year,
        adjustment.tags if adjustment else {},
        folds=folds,
        all_extra=may(user_of(request), Right.REVIEW_GOALS, goal),
    )
    return {
        "view": view,
        "table": table,
        "bases": bases,
        "compared": base.sheet is not None,
        "copied": copied,
        "adjustment": adjustment,
        "unfolded": "all" in request.GET,
        "notes": notes,
    }


def _review_context(
    request: HttpRequest,
    goal: Goal,
    sheet: Sheet,
    case: Case,
    lists: ReviewLists,
    notes: Sequence[Note],
    steps: Sequence[Step],
    refused: Refused,
) -> Context:
    posted = refused.posted
    drafts = sum(note.kind == "draft" for note in notes)
    said = [note for note in notes if note.kind in ("remark", "reopened")]
    sent_back = [note for note in said if note.is_sent_back]
    opinions = {name: opinion_of(posted, name) for name in TRANSITIONS}
    deeds = deeds_of(steps, case, drafts, opinions, posted.get("to_step", ""))
    may_remark = any(s.transition.name == "return" and s.is_open for s in steps)
    grades = grade_form(lists, grades_in(posted), goal.year.grades_required)
    held = case.capacity(TRANSITIONS["approve"])
    asked = writing_at(sheet, request.GET.get("remark", "")) if may_remark else None
    return {
        "reviews": may(user_of(request), Right.REVIEW_GOALS, goal),
        "adjust_event": case.last("adjust") if goal.is_adjustment else None,
        "progress": progress_of(case) if goal.state != State.VOID else [],
        "deeds": deeds,
        "acts_for": held.deputy_of if held else None,
        "drafts": drafts,
        "open_remarks": [note for note in said if note not in sent_back],
        "sent_back": sent_back,
        "back_event": case.last("step_back") if sent_back else None,
        "may_remark": may_remark,
        "kinds": lists.kinds,
        "grades": grades if any(d.step.transition.verdicts for d in deeds.decision) else None,
        "writing": refused.writing or asked,
        "typed": None if deeds.decision else refused.typed,
    }
