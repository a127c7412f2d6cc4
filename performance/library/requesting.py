"""A unit asks for an indicator that the library lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils import timezone
from django.utils.timezone import localtime

from performance.library.models import Frame, Indicator, IndicatorRequest, RequestState, Year
from performance.library.plain import control_character, plain
from performance.library.similar import most_similar
from performance.people.models import Unit, User
from performance.people.queries import holds, holds_in, unit_ids
from performance.people.roles import Right

NAME_LENGTH = 200
TEXT_LENGTH = 2_000
ANSWERS_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """What a unit asks for."""

    year: Year
    parent: Frame
    unit: Unit
    name: str
    reason: str


class SimilarExists(Exception):
    """Nothing was asked yet: the library has something like it, the likest first."""

    def __init__(self, indicators: Sequence[Indicator]):
        super().__init__("指标库中有相近的指标。")
        self.indicators = indicators


@transaction.atomic
def ask(wanted: Wanted, *, by: User, anyway: bool = False) -> IndicatorRequest:
    """Put it to the bureau; with `anyway`, also beside similar ones that the asker has seen."""
    if not holds_in(by, Right.WRITE_GOALS, wanted.unit.pk):
        raise PermissionDenied("您不是这个单位的填报人，不能为它申请指标。")
    name, reason = one_line(wanted.name), wanted.reason.strip()
    _check_parent(wanted)
    check_text("name", "指标名称", name, NAME_LENGTH)
    check_text("reason", "用途说明", reason)
    # One after the other: the same request of two people of a unit is one.
    Unit.objects.select_for_update(no_key=True).get(pk=wanted.unit.pk)
    _check_known(wanted, name)
    _check_open(wanted, name)
    alike = [] if anyway else similar_indicators(wanted.year, name)
    if alike:
        raise SimilarExists(alike)
    return IndicatorRequest.objects.create(
        year=wanted.year, parent=wanted.parent, unit=wanted.unit, name=name, reason=reason, by=by
    )


def similar_indicators(year: Year, name: str) -> list[Indicator]:
    """Of the whole year: what is missing under one level 2 may stand under another."""
    names = Indicator.objects.filter(year=year).order_by("code", "pk").values_list("name", "pk")
    ids = [pk for pk, _ in most_similar(name, names)]
    found = Indicator.objects.select_related("parent").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def named_alike(parent: Frame, name: str) -> Indicator | None:
    """The indicator under a level 2 that to people has this very name."""
    siblings = Indicator.objects.filter(parent=parent)
    return next((found for found in siblings if plain(found.name) == plain(name)), None)


def requests_of(user: User) -> QuerySet[IndicatorRequest]:
    """Open ones first, of the units for which a person writes goals; the bureau's are all."""
    rows = IndicatorRequest.objects.select_related(
        "year", "parent__parent", "unit", "by", "answered_by", "indicator"
    ).order_by(Case(When(state=RequestState.OPEN, then=0), default=1), "-pk")
    ids = unit_ids(user, Right.WRITE_GOALS)
    return rows if ids is None else rows.filter(unit__in=ids)


def open_requests(user: User) -> int:
    return requests_of(user).filter(state=RequestState.OPEN).order_by().count()


def recent_answers(user: User) -> QuerySet[IndicatorRequest]:
    """What the person's units were answered lately; nothing for who answers."""
    since = timezone.now() - ANSWERS_SHOWN
    answers = requests_of(user).filter(answered_at__gte=since).order_by("-answered_at", "-pk")
    return answers.none() if holds(user, Right.MANAGE_LIBRARY) else answers


def one_line(text: str) -> str:
    return " ".join(text.split())


def check_text(field: str, label: str, text: str, longest: int = TEXT_LENGTH) -> None:
    """All that a text of a request or an answer may not be, as a sentence at its field."""
    if not text:
        raise ValidationError({field: f"{label}为空，请填写{label}。"})
    if len(text) > longest:
        message = f"{label}有{len(text)}个字，超过{longest}个字的上限，请缩短。"
        raise ValidationError({field: message})
    if control_character(text):
        raise ValidationError({field: f"{label}里有看不见的控制字符，请删除后重新填写。"})


def _check_parent(wanted: Wanted) -> None:
    if wanted.parent.year_id != wanted.year.pk or wanted.parent.parent_id is None:
        raise ValidationError({"parent": f"请选择{wanted.year}的二级指标。"})


def _check_known(wanted: Wanted, name: str) -> None:
    if indicator := named_alike(wanted.parent, name):
        message = f"指标库中已有“{indicator}”，不用申请，请直接选用。"
        raise ValidationError({"name": message})


def _check_open(wanted: Wanted, name: str) -> None:
    waiting = IndicatorRequest.objects.filter(
        unit=wanted.unit, parent=wanted.parent, state=RequestState.OPEN
    )
    for request in waiting.select_related("by"):
        if plain(request.name) == plain(name):
            when = f"{localtime(request.at):%Y-%m-%d}"
            message = f"{request.by} 已在 {when} 为本单位申请过“{request.name}”，请等待答复。"
            raise ValidationError({"name": message})
