from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from performance.sheets.formats import xlsx
from performance.sheets.grid import Grid, Look, SheetError

GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
WIDTHS = (16.38, 14.22, 23.58, 48.24, 42.12, 13.32, 17.82, 37.26, 19.98, 16.38)
LOOK = Look(title_row=1, header_row=2, widths=WIDTHS, left_columns=frozenset({4, 5}))


def golden() -> Grid:
    found = xlsx.read(GOLDEN.read_bytes())[0]
    return Grid(found.name, found.rows, found.merges, look=LOOK)


def written(*grids: Grid):
    return load_workbook(BytesIO(xlsx.write(grids)))


def test_the_golden_grid_reads_back_the_same():
    grid = golden()

    assert xlsx.read(xlsx.write([grid])) == (Grid(grid.name, grid.rows, grid.merges),)


def test_the_page_is_laid_out_as_the_golden_file():
    theirs = load_workbook(GOLDEN).active

    ours = written(golden()).active

    for place in ("A1", "A2", "J2", "A3", "D3", "J63"):
        a, b = ours[place], theirs[place]
        assert (a.font.name, a.font.sz, a.font.b) == (b.font.name, b.font.sz, b.font.b)
        assert a.alignment.horizontal == b.alignment.horizontal
    assert ours["A3"].number_format == "@"
    assert ours["A3"].quotePrefix
    assert [ours.row_dimensions[row].height for row in (1, 2, 3)] == [30, 32, 28]
    assert ours.column_dimensions["D"].width == 48.24
    assert ours.page_setup.orientation == "landscape"
    assert ours.page_setup.paperSize == 9
    assert (ours.page_setup.fitToWidth, ours.page_setup.fitToHeight) == (1, 0)
    assert ours.sheet_properties.pageSetUpPr.fitToPage
    assert ours.oddFooter.center.text == theirs.oddFooter.center.text
    assert ours.print_title_rows == theirs.print_title_rows
    assert ours.print_area == "'绩效目标'!$A$1:$J$63"
    assert ours.freeze_panes == "A3"
    assert sorted(map(str, ours.merged_cells.ranges)) == sorted(
        map(str, theirs.merged_cells.ranges)
    )


def test_every_cell_has_its_borders_also_under_a_merged_area():
    # Not in full mode, where openpyxl draws borders of merged areas anew.
    sheet = load_workbook(BytesIO(xlsx.write([golden()])), read_only=True).active

    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]

    assert len(cells) == 62 * 10
    for cell in cells:
        edges = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
        assert [edge.style for edge in edges] == ["thin"] * 4


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "{=1}", "#N/A", "TRUE", "0012", "1e5", "'x"]
)
def test_any_text_stays_text(text):
    data = xlsx.write([Grid("表", {1: (text,)})])

    cell = load_workbook(BytesIO(data)).active["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert xlsx.read(data)[0].rows == {1: (text,)}


def test_characters_that_xml_cannot_hold_survive():
    text = "a\x07b\x0bc\ud800d\ufffe_x0041_é\t\n𠮷"

    rows = xlsx.read(xlsx.write([Grid("表", {1: (text,)})]))[0].rows

    assert rows == {1: (text.replace("\ud800", "\ufffd"),)}


def test_names_of_worksheets_are_made_fit_and_unique():
    names = ["a[b]:*?/\\c", "长" * 40, "长" * 40, "", "History", "'q'", "Ｑ", "x\x00", "X"]

    book = written(*(Grid(name, {1: ("x",)}) for name in names))

    made = book.sheetnames
    assert made[:2] == ["abc", "长" * 31]
    assert len({name.casefold() for name in made}) == len(names)
    assert all(0 < len(name) <= 31 for name in made)


def test_a_row_grows_until_its_text_fits():
    look = Look(1, 2, (20, 20))
    rows = {1: ("题",), 2: ("甲", "乙"), 3: ("长" * 200, ""), 4: ("短", "文" * 200), 5: ("短",)}

    sheet = written(Grid("表", rows, ((4, 2, 5, 2),), look=look)).active

    heights = [sheet.row_dimensions[row].height for row in (3, 4, 5)]
    assert heights[0] > 250
    assert heights[1] == heights[2]
    assert sum(heights[1:]) == pytest.approx(heights[0])


def test_the_same_grids_give_the_same_bytes():
    assert xlsx.write([golden()]) == xlsx.write([golden()])


def test_a_text_too_long_for_a_cell_is_refused_with_its_place():
    with pytest.raises(SheetError, match="B2"):
        xlsx.write([Grid("表", {2: ("", "字" * 32_768)})])


def test_nothing_to_write_is_still_a_workbook():
    assert xlsx.read(xlsx.write([])) == (Grid("工作表1", {}),)
    assert xlsx.read(xlsx.write([Grid("空", {}, look=LOOK)])) == (Grid("空", {}),)
