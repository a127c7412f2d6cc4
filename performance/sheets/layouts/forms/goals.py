"""A goal that a form prints in several rows is one text, with a line for each of them."""

import re
from collections.abc import Container, Iterator

from performance.sheets.layouts.forms.paper import Paper
from performance.sheets.layouts.signed import is_signature
from performance.sheets.layouts.table import Place

GOALS = frozenset({"overall_goal", "annual_goal", "goal"})

_NUMBER = re.compile(r"[（(]?[0-9一二三四五六七八九十]{1,3}[）)]?[.．、:：]?")
_NUMBERED = re.compile(r"(?:目标|任务)?\s*[（(]?[0-9一二三四五六七八九十]{1,3}[）)]?[.．、:：]?")
_SENTENCE = re.compile(r"[0-9，。；：、,;:]|.{16}", re.DOTALL)
_SHORT = r"[^，。；：、,;:]{1,12}"
_TITLE = re.compile(
    rf"[（(]?[一二三四五六七八九十]{{1,3}}[）)]?[、.．]{_SHORT}|{_SHORT}(指标|情况|信息|资金|意见|说明)"
)
_LONGEST_LABEL = 20
_OTHER = re.compile(r"^(备注|说明|注[:：]|(金额)?单位[:：])")


def whole_goal(paper: Paper, label: Place, place: Place, text: str, rows: Container[int]) -> str:
    """The text at `place` and the rows below it that belong to it; a blank one may part them."""
    texts = [text if label == place else _said(paper, place)]
    row = _next(paper, place, rows)
    while row in rows and _goes_on(paper, label, place, row):
        texts.append(_said(paper, (row, place[1])))
        row = _next(paper, (row, place[1]), rows)
    return "\n".join(texts)


def _next(paper: Paper, place: Place, rows: Container[int]) -> int:
    row = paper.area(place)[2] + 1
    return row if row in rows else row + 1


def _said(paper: Paper, place: Place) -> str:
    """A cell; a number in a cell of its own belongs to the text right of it."""
    text, right = paper.text(place), paper.right(place)
    if not _NUMBERED.fullmatch(text) or not paper.text(right) or paper.is_own(right):
        return text
    if text[-1] in ".．、:：":
        return text + paper.text(right)
    return f"{text}{'、' if _NUMBER.fullmatch(text) else '：'}{paper.text(right)}"


def _goes_on(paper: Paper, label: Place, place: Place, row: int) -> bool:
    """Whether a row says more of the goal: nothing but a number stands left of its text, no word
    of the form anywhere, and right of it nothing where nothing stood in the goal's first row."""
    column = place[1]
    text = paper.text((row, column))
    if not text or paper.grid.origin(row, column) != (row, column) or _OTHER.match(text):
        return False
    if label[0] != place[0] and not _says_more(paper, place, (row, column)):
        return False
    cells = dict(_own(paper, row))
    if any(_is_label(paper, said) for said in cells.values()):
        return False
    first = {number for number, _ in _own(paper, place[0])}
    return all(
        _is_beside(paper, label, number, said) if number < column else number in first
        for number, said in cells.items()
        if number != column
    )


def _says_more(paper: Paper, above: Place, place: Place) -> bool:
    """Of a text below a goal in the label's column, where labels stand that nobody knows."""
    if _TITLE.fullmatch(paper.text(place)):
        return False
    return bool(_SENTENCE.search(paper.text(place))) or paper.covers(above, place)


def _is_label(paper: Paper, text: str) -> bool:
    before, colon, _ = text[:_LONGEST_LABEL].replace("：", ":").partition(":")
    inline = paper.layout.label_of(before) if colon else None
    return inline is not None or paper.layout.knows(text) or is_signature(text)


def _is_beside(paper: Paper, label: Place, column: int, text: str) -> bool:
    """What may stand left of a goal that goes on: its number, or another goal that goes on."""
    over = paper.grid.origin(label[0], column)
    meaning = paper.layout.label_of(paper.text(over)) if over != label else None
    return bool(_NUMBER.fullmatch(text)) or (meaning is not None and meaning[0] in GOALS)


def _own(paper: Paper, row: int) -> Iterator[tuple[int, str]]:
    """The texts that stand in this very row, with their columns."""
    return ((at[1], text) for at, text in paper.cells([row]))
