"""Reading any form layout: each form of a grid becomes one sheet."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from performance.goals.sheet import FIELDS, HEAD_FIELDS, LINE_FIELDS, Coded, Line, Ref, Sheet
from performance.library.levels import Level
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.forms import own
from performance.sheets.layouts.forms.bounds import Form, find_forms
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.forms.entries import Entry, entries, without_points
from performance.sheets.layouts.forms.labels import amount_unit, amounts, left_out, text_of
from performance.sheets.layouts.heading import find_title, find_year, year_cell
from performance.sheets.layouts.joined import coded, with_code
from performance.sheets.layouts.table import Extras, Table, notes_of_cells, year_finding
from performance.sheets.located import Located

_HEAD = (*HEAD_FIELDS, "project_code")


def form_fit(layout: FormLayout, grid: Grid) -> int:
    """How many of the layout's labels and columns stand in the grid, 0 if it holds no such form."""
    forms = list(find_forms(layout, grid))
    if not forms:
        return 0
    marks = sum(layout.is_marked(text) for _, text in forms[0].paper.cells(forms[0].rows))
    if layout.marks and not marks:
        return 0
    block = forms[0].blocks[0]
    return len(forms[0].head) + len(block.columns) + len(block.values) + marks


def read_form(layout: FormLayout, grid: Grid, year: int | None) -> Table | None:
    """None when the grid holds no such form. A `year` that is given wins over the one printed."""
    if own.is_own(layout, grid):
        return own.read_own(layout, grid, year)
    forms = list(find_forms(layout, grid))
    if not forms:
        return None
    first = forms[0].first_label
    printed = find_year(grid, first)
    found_year = year or printed
    notes: list[Located] = []
    if printed and printed != found_year:
        notes.append(year_finding(grid, printed, found_year, year_cell(grid, first)))
    read = []
    for index, form in enumerate(forms):
        told = list(_without_unit(form))
        read.append(_read(form, found_year or 0, told))
        notes += (replace(finding, goal=index) for finding in [*told, *_left_out(form)])
    sheets = tuple(sheet for sheet, _ in read)
    notes += notes_of_cells(grid, sheets)
    missing = _missing(forms)
    notes += _of_missing(grid, missing)
    extras = tuple(extra for _, extra in read)
    return Table(find_title(grid, first), found_year, sheets, tuple(notes), missing, extras)


def _read(form: Form, year: int, notes: list[Located]) -> tuple[Sheet, Extras]:
    grid, head = form.paper.grid, form.head
    found = entries(form.paper, form.blocks, notes)
    levels = [(entry, [without_points(text) for text in entry.levels[:2]]) for entry in found]
    points = dict(pair for _, pairs in levels for pair in pairs if pair[1])
    sheet = Sheet(
        year=year,
        unit=coded(with_code(text_of(head, "unit"), text_of(head, "unit_code"))),
        project="".join(text_of(head, "project").split("\n")),
        category=coded(text_of(head, "category")),
        overall_goal=text_of(head, "overall_goal"),
        annual_goal=text_of(head, "annual_goal"),
        lines=tuple(_line(grid, entry, *(name for name, _ in pairs)) for entry, pairs in levels),
        project_code=text_of(head, "project_code"),
        ref=Ref(grid.name, {n: address(*head[n].place) for n in _HEAD if n in head}),
    )
    weights = tuple(entry.weight for entry in found)
    extras = Extras(
        weights if any(weights) else (),
        tuple(points.items()),
        tuple(amounts(form.paper, form.rows)),
        amount_unit(form.paper, form.rows),
    )
    return sheet, extras


def _line(grid: Grid, entry: Entry, level1: str, level2: str) -> Line:
    cells = {name: address(*place) for name, place in entry.places.items() if name in LINE_FIELDS}
    return Line(
        level1=Coded.parse(level1),
        level2=Coded.parse(level2),
        level3=Coded.parse(entry.levels[2]),
        cycle_value=entry.values.get("cycle_value", ""),
        annual_value=entry.values.get("annual_value", ""),
        ref=Ref(grid.name, cells),
    )


def _without_unit(form: Form) -> Iterator[Located]:
    if "unit" not in form.head:
        message = (
            "表上没有“用款单位”“实施单位”或“预算单位”一栏，不知道是哪个单位的目标，请补上后再上传。"
        )
        yield Located("F01", Level.ERROR, message, form.paper.grid.name, None, refuses=True)


def _left_out(form: Form) -> Iterator[Located]:
    words = left_out(form.paper, form.rows)
    if words:
        message = f"这张表只读入目标部分，没有读入：{'、'.join(words)}。"
        yield Located("F17", Level.HINT, message, form.paper.grid.name, None)


def _of_missing(grid: Grid, missing: frozenset[str]) -> Iterator[Located]:
    """Forms differ in what they ask for: what one does not ask for is no fault of who filled it."""
    names = [FIELDS[name] for name in FIELDS if name in missing and name != "unit"]
    if names:
        message = (
            f"表上没有“{'”“'.join(names)}”：已有项目的这些内容保持不变，新项目的这些内容为空。"
        )
        yield Located("F01", Level.HINT, message, grid.name, None)


def _missing(forms: Iterable[Form]) -> frozenset[str]:
    """Fields that no form of the grid has a place for."""
    known: set[str] = set()
    for form in forms:
        known |= form.head.keys()
        for block in form.blocks:
            known |= block.columns.keys() | block.values.keys()
    return frozenset({*HEAD_FIELDS, *LINE_FIELDS} - known)
