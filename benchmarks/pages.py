"""Forms as they stand on a page, so that pages may change without the benchmark knowing."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = dict[str, list[str]]

_PRESSED = ("submit", "button", "image", "reset", "file")
_TICKED = ("checkbox", "radio")


@dataclass
class Form:
    action: str
    id: str
    fields: Fields = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)  # names of fields that a person types into


class _Reader(HTMLParser):
    """What a browser would post, buttons and files aside."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.templates = 0
        self.area: tuple[str, Form] | None = None
        self.text = ""
        self.select: tuple[str, Form] | None = None
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self.templates += 1
        elif tag == "form":
            self.inside = Form(given.get("action", ""), given.get("id", ""))
            self.forms.append(self.inside)
        elif tag == "option":
            self.options.append((given.get("value", ""), "selected" in given))
        form = self._form_of(given)
        if form and "name" in given and "disabled" not in given and not self.templates:
            self._control(tag, given, form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.templates -= 1
        if tag == "form":
            self.inside = None
        if tag == "textarea" and self.area:
            name, form = self.area
            typed = self.text.removeprefix("\n").replace("\n", "\r\n")
            form.fields.setdefault(name, []).append(typed)
            self.area = None
        if tag == "select" and self.select:
            name, form = self.select
            chosen = [value for value, selected in self.options if selected]
            first = [value for value, _ in self.options[:1]]
            form.fields.setdefault(name, []).extend(chosen or first)
            self.select = None

    def handle_data(self, data: str) -> None:
        self.text += data

    def _form_of(self, given: dict[str, str]) -> Form | None:
        named = [form for form in self.forms if form.id and form.id == given.get("form")]
        return named[0] if named else self.inside

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        kind = given.get("type", "text")
        if tag == "textarea":
            self.area, self.text = (given["name"], form), ""
            form.typed.add(given["name"])
        elif tag == "select":
            self.select, self.options = (given["name"], form), []
        elif (
            tag == "input" and kind not in _PRESSED and (kind not in _TICKED or "checked" in given)
        ):
            empty = "on" if kind in _TICKED else ""
            form.fields.setdefault(given["name"], []).append(given.get("value", empty))
            form.typed |= {given["name"]} if kind == "text" else set()


def _forms(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_to(html: str, address: str) -> Form:
    """The one whose action holds `address`."""
    return next(form for form in _forms(html) if address in form.action)


def largest_form(html: str) -> Form:
    """The one with most fields: what a page of a goal is about."""
    return max(_forms(html), key=lambda form: sum(map(len, form.fields.values())))


def typed_over(form: Form, old: str, new: str) -> Fields:
    """The form's fields with the one typed value `old` replaced."""
    found = [(n, i) for n in form.typed for i, v in enumerate(form.fields[n]) if v == old]
    assert len(found) == 1, f"{old} stands {len(found)} times on the page"
    name, index = found[0]
    values = list(form.fields[name])
    values[index] = new
    return form.fields | {name: values}
