"""Lines of a text in row order become projects: a head, then the rows of its indicators."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from performance.sheets.layouts.text.marks import (
    CATEGORY,
    ROW,
    UNIT,
    TextLine,
    is_heading,
    joined,
)
from performance.sheets.layouts.text.values import is_complete

_ROW_INSIDE = re.compile(r"(?<=\S)\s+(?=[0-9]-\S+\s+[0-9]{2}-\S+\s+[0-9]{5,}-\S)")
_TWO_CELLS = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


@dataclass
class TextRow:
    """An indicator's row: its own line, and the lines below it that belong to it."""

    line: TextLine
    level1: str
    level2: str
    rest: str
    unit: str = ""
    category: str = ""
    below: list[TextLine] = field(default_factory=list)


@dataclass
class TextProject:
    """A project as its lines come."""

    line: TextLine
    unit: str
    name: str = ""
    category: str = ""
    goal: list[TextLine] = field(default_factory=list)
    rows: list[TextRow] = field(default_factory=list)


@dataclass
class Gathered:
    """All projects of a text, and the lines that are none of anything."""

    projects: list[TextProject] = field(default_factory=list)
    stray: list[TextLine] = field(default_factory=list)


def gather(lines: Sequence[TextLine]) -> Gathered:
    lines = [piece for line in lines for piece in _pieces(line)]
    found = Gathered()
    index = 0
    in_heading = True  # what wraps in a heading ends with the first unit or row
    while index < len(lines):
        line = lines[index]
        head = _head_lines(lines, index)
        if is_heading(line.text):
            in_heading = True
        elif head:
            found.projects.append(_project(lines[index : index + head]))
            in_heading = False
            index += head - 1
        elif match := ROW.match(line.text):
            _add_row(found, line, match)
            in_heading = False
        elif not in_heading:
            _add_below(found, line)
        index += 1
    for project in found.projects:
        _part_category(project)
    return found


def _pieces(line: TextLine) -> list[TextLine]:
    """A row that begins behind a goal's last words is a line of its own."""
    if ROW.match(line.text):
        return [line]
    first, *others = _ROW_INSIDE.split(line.text, maxsplit=1)
    rest = [TextLine(line.number, text) for text in others]
    return [TextLine(line.number, first, line.after_blank), *rest]


def _head_lines(lines: Sequence[TextLine], start: int) -> int:
    """How many lines from here are a project's head up to its first row; 0 if none begins here."""
    if not UNIT.match(lines[start].text) or ROW.match(lines[start].text):
        return 0
    categories = 0
    for index in range(start, len(lines)):
        text = lines[index].text
        if ROW.match(text):
            return index - start if categories else 0
        if index > start and not categories and UNIT.match(text):
            return 0
        categories += bool(CATEGORY.search(text))
    return len(lines) - start if categories else 0


def _project(lines: Sequence[TextLine]) -> TextProject:
    first = UNIT.match(lines[0].text)
    project = TextProject(lines[0], first["unit"] if first else "")
    names: list[str] = []
    for index, line in enumerate(lines):
        text = (first["rest"] or "") if first and index == 0 else line.text
        found = None if project.category else CATEGORY.search(text)
        if project.category:
            project.goal += _cells(line)
        elif found:
            names.append(text[: found.start()].strip())
            project.category = found["category"]
            project.goal += _cells(TextLine(line.number, found["rest"] or ""))
        else:
            names.append(text)
    project.name = joined([name for name in names if name])
    return project


def _cells(line: TextLine) -> list[TextLine]:
    """A gap between two Chinese words is the edge of two cells."""
    texts = [text for text in _TWO_CELLS.split(line.text) if text]
    return [TextLine(line.number, text, line.after_blank and not n) for n, text in enumerate(texts)]


def _add_row(found: Gathered, line: TextLine, match: re.Match[str]) -> None:
    row = TextRow(
        line,
        match["level1"],
        match["level2"],
        (match["rest"] or "").strip(),
        match["unit"] or "",
        match["category"] or "",
    )
    current = found.projects[-1] if found.projects else None
    if current is None or (row.unit and row.unit != current.unit):
        current = TextProject(line, row.unit, category=row.category)
        found.projects.append(current)
    current.rows.append(row)


def _add_below(found: Gathered, line: TextLine) -> None:
    row = found.projects[-1].rows[-1] if found.projects and found.projects[-1].rows else None
    if row is None or is_complete(row.rest):
        found.stray.append(line)
    else:
        row.below.append(line)


def _part_category(project: TextProject) -> None:
    """A goal that follows the category without a gap: the project's other rows tell it."""
    known = Counter(row.category for row in project.rows if row.category)
    usual = known.most_common(1)[0][0] if known else ""
    if usual and project.category != usual and project.category.startswith(usual):
        rest = project.category.removeprefix(usual)
        number = project.goal[0].number if project.goal else project.line.number
        if project.goal and project.goal[0].text:
            project.goal.insert(0, TextLine(number, rest))
        else:
            project.goal[:1] = [TextLine(number, rest)]
        project.category = usual
