"""What an auditor asks for, and which entries, steps and revisions answer it: one list of all."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Value
from django.utils.timezone import make_aware

from performance.audit.recording import Action
from performance.audit.tables import APP, audited_models
from performance.audit.wording import PASSWORD
from performance.goals.models import Goal, Origin, Revision
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS
from performance.sheets.models import Upload

LOG, EVENT, REVISION = "log", "event", "revision"
GOAL, UPLOAD = "goal", "upload"
SAVED = "saved"
_LOGGED = {
    "made": ("新增", Q(action=Action.CREATE)),
    "changed": ("修改", Q(action=Action.UPDATE)),
    "deleted": ("删除", Q(action=Action.DELETE)),
    PASSWORD: ("重置或修改密码", Q(changes__has_key=PASSWORD)),
}
_BIGGEST = 2**63 - 1  # an id in the database


def tables() -> dict[str, str]:
    """Names and titles of what can be asked for."""
    found = {model._meta.model_name or "": model for model, _ in audited_models()}
    own = {GOAL: Goal, UPLOAD: Upload}
    return {name: str(model._meta.verbose_name) for name, model in (own | found).items()}


def actions() -> list[tuple[str, str]]:
    logged = [(name, label) for name, (label, _) in _LOGGED.items()]
    return [*logged, (SAVED, "保存绩效目标"), *((t.name, t.label) for t in TRANSITIONS.values())]


def _in_this_century(day: date) -> None:
    if not 2000 <= day.year <= 2100:
        raise ValidationError(f"年份应在2000年至2100年之间，读到{day.year}年，请改正。")


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期请写成 2025-10-31 这样。"},
        validators=[_in_this_century],
    )


class AuditForm(forms.Form):
    """Everything may be left out; `pk` and `request` come with links of the list."""

    who = forms.CharField(label="操作人", required=False, max_length=100)
    table = forms.ChoiceField(label="数据", required=False)
    action = forms.ChoiceField(label="操作", required=False)
    since = _day("自")
    until = _day("至（含当天）")
    text = forms.CharField(label="内容", required=False, max_length=100)
    request = forms.CharField(
        label="请求编号", required=False, max_length=64, widget=forms.HiddenInput
    )
    pk = forms.IntegerField(
        required=False, min_value=1, max_value=_BIGGEST, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, choices in (("table", tables().items()), ("action", actions())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "全部"), *choices]
            field.error_messages["invalid_choice"] = "没有这一项，请从列表中选择。"
        self.fields["who"].widget.attrs["placeholder"] = "姓名或用户名"

    def clean_until(self) -> date | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise ValidationError(f"早于“自”（{since:%Y-%m-%d}），请改正其中一个。")
        return until

    def asked(self) -> dict[str, Any]:
        """What was filled in; of wrong fields nothing, their messages stand beside them."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def found(asked: dict[str, Any]) -> QuerySet:
    """(kind, id, moment) of all that answers, the newest first; one query."""
    parts = [
        rows.order_by()
        .annotate(kind=Value(kind), entry=F("pk"), moment=F(at))
        .values_list("kind", "entry", "moment")
        for kind, at, rows in _sources(asked)
    ]
    if not parts:
        return LogEntry.objects.none()
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    return rows.order_by("-moment", "kind", "-entry")


def _sources(asked: dict[str, Any]) -> Iterator[tuple[str, str, QuerySet]]:
    """Only those that can have what is asked for."""
    table, action = asked.get("table", ""), asked.get("action", "")
    of_goals = table in ("", GOAL)
    of_upload = table == UPLOAD and "pk" in asked
    if table != GOAL and action in ("", *_LOGGED):
        yield LOG, "timestamp", _entries(asked)
    if of_goals and action in ("", *TRANSITIONS):
        yield EVENT, "at", _events(asked)
    if (of_goals or of_upload) and action in ("", SAVED):
        yield REVISION, "at", _revisions(asked)


def _entries(asked: dict[str, Any]) -> QuerySet[LogEntry]:
    rows = LogEntry.objects.filter(_within("timestamp", asked), _by(["actor"], asked))
    if table := asked.get("table"):
        rows = rows.filter(content_type__app_label=APP, content_type__model=table)
    if pk := asked.get("pk"):
        rows = rows.filter(object_id=pk)
    if request := asked.get("request"):
        rows = rows.filter(cid=request)
    if action := asked.get("action"):
        rows = rows.filter(_LOGGED[action][1])
    return rows.filter(_saying(["object_repr", "changes_text"], asked))


def _events(asked: dict[str, Any]) -> QuerySet[Event]:
    rows = Event.objects.filter(_within("at", asked), _by(["by", "on_behalf_of"], asked))
    if action := asked.get("action"):
        rows = rows.filter(transition=action)
    if request := asked.get("request"):
        rows = rows.filter(request_id=request)
    if pk := asked.get("pk"):
        rows = rows.filter(goal=pk)
    return rows.filter(_saying(["goal__project", "goal__unit__name", "opinion"], asked))


def _revisions(asked: dict[str, Any]) -> QuerySet[Revision]:
    rows = Revision.objects.filter(_within("at", asked), _by(["by"], asked))
    if request := asked.get("request"):
        rows = rows.filter(request_id=request)
    if pk := asked.get("pk"):
        of_upload = {"origin": Origin.UPLOAD, "origin_id": pk}
        rows = rows.filter(**of_upload if asked.get("table") == UPLOAD else {"goal": pk})
    return rows.filter(_saying(["goal__project", "goal__unit__name", "content"], asked))


def _within(at: str, asked: dict[str, Any]) -> Q:
    span = Q()
    if since := asked.get("since"):
        span &= Q(**{f"{at}__gte": _moment(since, time.min)})
    if until := asked.get("until"):
        span &= Q(**{f"{at}__lte": _moment(until, time.max)})
    return span


def _moment(day: date, at: time) -> datetime:
    """Days are days in the office."""
    return make_aware(datetime.combine(day, at))


def _by(people: list[str], asked: dict[str, Any]) -> Q:
    who = asked.get("who", "").strip()
    found = Q()
    for person in people if who else ():
        found |= Q(**{f"{person}__full_name__icontains": who})
        found |= Q(**{f"{person}__username__icontains": who})
    return found


def _saying(columns: list[str], asked: dict[str, Any]) -> Q:
    """Every word somewhere."""
    all_words = Q()
    for word in asked.get("text", "").split():
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        all_words &= anywhere
    return all_words
