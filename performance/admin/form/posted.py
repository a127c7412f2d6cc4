"""A sheet as a browser would post the form that shows it."""

from django.http import QueryDict

from performance.admin.form.lines import PARTS
from performance.goals.sheet import EXTRA_FIELDS, Line, Sheet, shown

TEXTS = ("overall_goal", "annual_goal", *EXTRA_FIELDS)


def head_as_posted(sheet: Sheet) -> dict[str, str]:
    return {name: shown(getattr(sheet, name)) for name in ("project", "category", *TEXTS)}


def as_posted(sheet: Sheet, numbers: dict[str, str], asked: list[str]) -> QueryDict:
    """`numbers` are the hidden fields beside what the sheet says; `asked` names the questions."""
    data = QueryDict(mutable=True)
    data.update(head_as_posted(sheet) | numbers)
    data.setlist("asked", asked)
    for part, name in PARTS.items():
        data.setlist(name, [_cell(line, part) for line in sheet.lines])
    return data


def is_whole(data: QueryDict) -> bool:
    """Whether a form can be shown from it: its numbers are numbers, its rows are whole."""
    columns = {len(data.getlist(name)) for name in PARTS.values()}
    return len(columns) == 1 and all(map(_is_number, numbers_of(data)))


def numbers_of(data: QueryDict) -> list[str]:
    """The revisions it starts from: `base`, and `started` where the page names it."""
    return [data.get("base", ""), *filter(None, [data.get("started")])]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _cell(line: Line, part: str) -> str:
    return shown(getattr(line, part))
