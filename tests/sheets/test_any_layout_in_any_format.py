"""What the manual says of files and layouts: a form is read from every kind of file with cells."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pytest

from performance.sheets.convert import read_file, read_grids
from performance.sheets.formats import csv, xlsx
from performance.sheets.grid import Grid

FILES = Path(__file__).parent / "files"
SAMPLES = ("s01-listing.xlsx", "s02-declaration.xlsx", "s10-platform.xlsx", "s14-selfeval.xlsx")


def as_page(grids: Sequence[Grid]) -> bytes:
    """A table without merged cells, as plain programs save them."""
    (grid,) = grids
    rows = (
        "".join(f"<td>{_marked_up(text)}</td>" for text in grid.rows[number])
        for number in sorted(grid.rows)
    )
    return "".join(["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"]).encode()


def _marked_up(text: str) -> str:
    return escape(text).replace("\n", "<br>")


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("saved_as", [csv.write, as_page], ids=["csv", "html"])
def test_each_layout_is_read_from_a_file_that_knows_no_merged_cells(name, saved_as):
    grid = next(grid for grid in xlsx.read((FILES / name).read_bytes()) if grid.rows)
    expected = [goal.sheet for goal in read_grids([grid]).goals]

    found = [goal.sheet for goal in read_file(saved_as([grid])).goals]

    assert found == expected
    assert expected
