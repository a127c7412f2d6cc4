"""Every kind of layout with what reads and writes it; the best fitting one reads a grid."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from performance.goals.sheet import Sheet
from performance.sheets.grid import Grid
from performance.sheets.layouts import LAYOUTS, READ_ONLY, Layout
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.ditto import without_dittos
from performance.sheets.layouts.forms.declaration import DECLARATION
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.forms.own import is_own, read_own, write_own
from performance.sheets.layouts.forms.reading import form_fit, read_form
from performance.sheets.layouts.listed import list_fit, read_table
from performance.sheets.layouts.table import Table
from performance.sheets.layouts.text.reading import is_text, read_text
from performance.sheets.layouts.written import write_table


class Reader(NamedTuple):
    """What reads the layouts of one kind. `fit`: how many of a layout's words stand in a grid."""

    kind: type
    fit: Callable[[Any, Grid], int]
    read: Callable[[Any, Grid, int | None], Table | None]


READERS = (
    Reader(ListLayout, list_fit, read_table),
    Reader(FormLayout, form_fit, read_form),
)
"""In the order they are tried: what is a list is no form."""


def read_grid(grid: Grid, year: int | None) -> Table | None:
    """By the layout that knows most of its words there; None when none fits."""
    if is_text(grid):
        return read_text(grid, year)
    if is_own(DECLARATION, grid):
        return read_own(DECLARATION, grid, year)
    grid = without_dittos(grid)
    for kind, fit, read in READERS:
        layouts = [one for one in (LAYOUTS | READ_ONLY).values() if isinstance(one, kind)]
        best, layout = max(((fit(one, grid), one) for one in layouts), key=itemgetter(0))
        if best:
            return read(layout, grid, year)
    return None


def write_grids(layout: Layout, title: str, sheets: Sequence[Sheet], name: str) -> list[Grid]:
    """A list is one worksheet, of forms each project has one."""
    if isinstance(layout, ListLayout):
        return [write_table(layout, title, sheets, name)]
    return [write_own(layout, title, sheet) for sheet in sheets]
