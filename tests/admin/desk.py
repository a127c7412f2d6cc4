"""A person at the portal's pages: addresses, what a browser would post, what can be read."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from performance.goals.models import Attachment, Goal, GoalLine, Revision
from performance.goals.sheet import Line, Sheet
from performance.people.models import User
from performance.review.models import Event
from performance.sheets.models import Upload

LISTING_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def goal_url(name: str, *args) -> str:
    return reverse(f"admin:performance_goal_{name}", args=args)


def upload_url(name: str, *args) -> str:
    return reverse(f"admin:performance_upload_{name}", args=args)


def at_desk(user: User, **changes) -> Client:
    """A browser in which somebody has logged in."""
    client = Client(**changes)
    client.force_login(user)
    return client


def typed_lines(lines: Sequence[Line], blank: int = 0) -> dict[str, list[str]]:
    """The grid as the browser posts it: columns of plain inputs, blank rows included."""
    rows = [(x.key, x.level3.text, x.cycle_value, x.annual_value) for x in lines]
    rows += [("", "", "", "")] * blank
    names = ("line_key", "line_level3", "line_cycle", "line_annual")
    columns = zip(*rows, strict=True) if rows else ((),) * 4
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def typed(content: Sheet | Goal, **changes) -> dict:
    """The form as opened for a goal, or filled for a new one, before `changes` are typed."""
    sheet, base = content, 0
    if isinstance(content, Goal):
        sheet, base = content.sheet(), content.revision_number
    head = {
        "base": str(base),
        "project": sheet.project,
        "category": sheet.category.text,
        "overall_goal": sheet.overall_goal,
        "annual_goal": sheet.annual_goal,
        "_save": "",
    }
    return head | typed_lines(sheet.lines, blank=1) | changes


def fresh(goal: Goal) -> Goal:
    return Goal.objects.select_related("year").get(pk=goal.pk)


def everything() -> list[tuple]:
    """All that the pages may change: to see that nothing did."""
    tables = (Goal, GoalLine, Revision, Attachment, Event, Upload)
    return [row for table in tables for row in table.objects.order_by("pk").values_list()]


def told(response: HttpResponse) -> list[str]:
    """Messages that wait for the next page, or stood on this one."""
    context = response.context
    messages = (context or {}).get("messages") if context else None
    return [str(message) for message in (messages or get_messages(response.wsgi_request))]


def body(response: HttpResponse) -> bytes:
    """Also of a file, which is closed by being read to its end."""
    return b"".join(response.streaming_content) if response.streaming else response.content


class _Reader(HTMLParser):
    """What a person can read: text and the attributes that are shown or read out."""

    SILENT = ("script", "style", "template")
    SHOWN = ("title", "placeholder", "aria-label", "alt")
    VOID = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.texts: list[str] = []
        self.inline: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        icon = "material-symbols" in (given.get("class") or "")
        shows = tag not in self.SILENT and not icon and (not self.open or self.open[-1])
        self.texts += [given[name] or "" for name in self.SHOWN if shows and name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value") or "")
        self.inline += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.inline += [v for v in given.values() if (v or "").lstrip().startswith("javascript:")]
        self.in_script = tag == "script" and given.get("type", "").endswith("json") is False
        if tag not in self.VOID:
            self.open.append(shows)

    def handle_endtag(self, tag):
        self.in_script = False
        if tag not in self.VOID and self.open:
            self.open.pop()

    def handle_data(self, data):
        if self.in_script and data.strip():
            self.inline.append(data.strip())
        if self.open and self.open[-1]:
            self.texts.append(data)


def _read(response: HttpResponse) -> _Reader:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


def visible(response: HttpResponse) -> str:
    """The page as one text with single spaces."""
    return " ".join(" ".join(_read(response).texts).split())


def inline_scripts(response: HttpResponse) -> list[str]:
    return _read(response).inline


def english_words(response: HttpResponse) -> Iterator[str]:
    return (word for word in re.findall(r"[A-Za-z]{2,}", visible(response)))


def _is_posted(given: dict[str, str]) -> bool:
    """An input with these attributes, as it stands on the page."""
    is_box = given.get("type") in ("radio", "checkbox")
    return "name" in given and "disabled" not in given and ("checked" in given or not is_box)


class _Form(HTMLParser):
    """The named controls of one form, as a browser would post them."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.in_template = False
        self.select = self.area = ""
        self.text = ""
        self.options: list[tuple[str, bool]] = []
        self.data: dict[str, list[str]] = {}

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if tag == "template":
            self.in_template = True
        if not self.inside or self.in_template:
            return
        if tag == "input" and _is_posted(given):
            self.data.setdefault(given["name"], []).append(given.get("value", ""))
        if tag == "textarea":
            self.area, self.text = given["name"], ""
        if tag == "select":
            self.select, self.options = given["name"], []
        if tag == "option" and self.select:
            self.options.append((given.get("value", ""), "selected" in given))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "template":
            self.in_template = False
        if tag == "textarea" and self.area:
            text = self.text.removeprefix("\n").replace("\n", "\r\n")
            self.data.setdefault(self.area, []).append(text)
            self.area = ""
        if tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            self.data[self.select] = chosen or [value for value, _ in self.options[:1]]
            self.select = ""

    def handle_data(self, data):
        if self.area:
            self.text += data


def form_on(response: HttpResponse, form_id: str = "goal-form") -> dict[str, list[str]]:
    """What a browser would post if the form on this page were sent as it stands."""
    form = _Form(form_id)
    form.feed(response.content.decode())
    form.data.pop("csrfmiddlewaretoken", None)
    return form.data


def rows_on(response: HttpResponse) -> list[tuple[str, ...]]:
    """The grid's rows that are not blank, as (level 3, cycle value, annual value)."""
    data = form_on(response)
    columns = (data[name] for name in ("line_level3", "line_cycle", "line_annual"))
    return [row for row in zip(*columns, strict=True) if any(row)]
