"""From pages of characters and lines, made by hand, to grids and what is doubtful in them."""

from performance.sheets.formats.pdf.assembled import assemble
from performance.sheets.formats.pdf.chain import chains, parts_of
from performance.sheets.formats.pdf.drawn import UNREADABLE, Area, Char, Edge, Page
from performance.sheets.formats.pdf.filling import fill
from performance.sheets.formats.pdf.mesh import meshes
from performance.sheets.grid import Grid

SIZE, HEIGHT, WIDTH = 10.0, 20.0, 100.0
SHEET = Area(0, 0, 600, 800)


def page(number: int, *rows: tuple[str, ...], top: float = 50.0, title: str = "") -> Page:
    """A ruled table of cells of the same size; None is a cell merged with the one above."""
    chars, edges = [], []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            x, y = 20 + c * WIDTH, top + r * HEIGHT
            if text is not None:
                chars += line(text, x + 2, y + 5)
                edges.append(Edge(False, y, x, x + WIDTH))
            edges += [Edge(True, x, y, y + HEIGHT), Edge(True, x + WIDTH, y, y + HEIGHT)]
            if r == len(rows) - 1:
                edges.append(Edge(False, y + HEIGHT, x, x + WIDTH))
    return Page(number, SHEET, (*line(title, 20, 10), *chars), tuple(edges))


def line(text: str, x: float, y: float) -> list[Char]:
    return [
        Char(c, Area(x + n * SIZE, y, x + (n + 1) * SIZE, y + SIZE), SIZE, None)
        for n, c in enumerate(text)
    ]


def grids(*pages: Page) -> list[Grid]:
    parts = []
    for one in pages:
        tables = meshes(one.edges)
        parts.append(parts_of(one, tables, fill(tables, one)))
    return [assemble(chain, "表") for chain in chains(parts)]


HEADING = ("项目名称", "年度绩效目标", "一级指标", "三级指标", "指标值")


def test_a_row_cut_in_two_is_one_row():
    (grid,) = grids(
        page(1, HEADING, ("修路", "修好路。", "产出指标", "修复道路", "3公里")),
        page(2, ("", "", "", "的里程", "")),
    )

    assert grid.rows[2] == ("修路", "修好路。", "产出指标", "修复道路的里程", "3公里")
    assert len(grid.rows) == 2
    assert any("两页的文字已接在一起" in note.message for note in grid.notes)


def test_rows_of_another_project_stay_its_own():
    (grid,) = grids(
        page(1, HEADING, ("修路", "修好路。", "产出指标", "里程", "3公里")),
        page(2, ("种树", "种好树。", "产出指标", "株数", "9棵")),
    )

    assert [row[0] for row in grid.rows.values()] == ["项目名称", "修路", "种树"]
    assert grid.merges == ()
    assert grid.notes == ()


def test_a_goal_that_ends_without_a_full_stop_before_another_name_is_no_doubt():
    (grid,) = grids(
        page(1, HEADING, ("修路", "修好路（三期）", "产出指标", "里程", "3公里")),
        page(2, ("种树", "种好树", "产出指标", "株数", "9棵")),
    )

    assert grid.notes == ()


def test_a_goal_cut_off_at_the_end_of_its_cell_before_another_name_is_marked():
    (grid,) = grids(
        page(1, HEADING, ("修路", "修好全部的乡村道路", "产出指标", "里程", "3公里")),
        page(2, ("种树", "种好树", "产出指标", "株数", "9棵")),
    )

    assert [(note.row, note.column, note.rule) for note in grid.notes] == [(2, 1, "F19")]
    assert "没有以句号结束" in grid.notes[0].message


def test_the_same_values_below_each_other_are_never_one_cell():
    (grid,) = grids(
        page(
            1,
            HEADING,
            ("修路", "修好路。", "产出指标", "里程", "3公里"),
            (None, None, "产出指标", "完成率", "100%"),
        ),
        page(2, ("", "", "产出指标", "及时率", "100%")),
    )

    assert [grid.text(row, 1) for row in (2, 3, 4)] == ["修路"] * 3
    assert [grid.rows[row][4] for row in (2, 3, 4)] == ["3公里", "100%", "100%"]
    assert grid.merges == ((2, 1, 4, 1), (2, 2, 4, 2))


def test_a_table_that_only_stands_below_another_one_is_not_part_of_it():
    found = grids(
        page(1, HEADING, ("修路", "修好路。", "产出指标", "里程", "3公里")),
        page(2, ("栽树", "栽好树。", "产出指标", "株数", "9棵"), title="另一张表"),
    )

    assert len(found) == 2


def test_a_page_between_ends_a_table():
    row = ("修路", "修好路。", "产出指标", "里程", "3公里")

    assert len(grids(page(1, HEADING, row), page(3, row))) == 2


def test_characters_that_cannot_be_read_are_marked_at_their_cell():
    (grid,) = grids(page(1, HEADING, ("修路", f"修{UNREADABLE}路", "产出指标", "里程", "3公里")))

    assert [(note.row, note.column, note.level) for note in grid.notes] == [(2, 2, "warning")]
    assert "请对照原件改正" in grid.notes[0].message


def test_a_title_above_the_table_is_its_first_row():
    (grid,) = grids(page(1, HEADING, ("修路",) * 5, title="2025年绩效目标表"))

    assert grid.rows[1] == ("2025年绩效目标表",)
    assert grid.rows[2] == HEADING


def test_pages_shifted_sideways_are_one_table():
    row = ("修路", "修好路。", "产出指标", "里程", "3公里")
    second = page(2, ("", "", "产出指标", "及时率", "100%"))
    moved = Page(
        2,
        SHEET,
        tuple(c._replace(area=_right(c.area)) for c in second.chars),
        tuple(e._replace(at=e.at + 7) if e.upright else _along(e) for e in second.edges),
    )

    (grid,) = grids(page(1, HEADING, row), moved)

    assert grid.rows[3][2:] == ("产出指标", "及时率", "100%")


def _right(area: Area) -> Area:
    return Area(area.x0 + 7, area.top, area.x1 + 7, area.bottom)


def _along(edge: Edge) -> Edge:
    return edge._replace(start=edge.start + 7, end=edge.end + 7)


def test_names_that_differ_only_in_brackets_are_two_projects():
    (grid,) = grids(
        page(1, HEADING, ("修路（一期）", "修好路。", "产出指标", "里程", "3公里")),
        page(2, ("修路（二期）", "修好路。", "产出指标", "里程", "5公里")),
    )

    assert [row[0] for row in grid.rows.values()][1:] == ["修路（一期）", "修路（二期）"]
    assert grid.merges == ()


def test_projects_of_one_name_in_two_units_are_two_projects():
    heading = ("预算单位", *HEADING[:4])
    (grid,) = grids(
        page(1, heading, ("甲镇", "修路", "修好甲路。", "产出指标", "里程")),
        page(2, ("乙镇", "修路", "修好乙路。", "产出指标", "里程")),
    )

    assert [row[2] for row in grid.rows.values()][1:] == ["修好甲路。", "修好乙路。"]


def test_the_box_of_a_cut_cell_is_where_its_text_stands():
    (grid,) = grids(
        page(
            1,
            HEADING,
            ("", "", "产出指标", "里程", "3公里"),
            (None, None, "产出指标", "完成率", "100%"),
        ),
        page(2, ("修路", "修好路。", "产出指标", "及时率", "100%")),
    )

    assert grid.text(2, 1) == "修路"
    assert grid.boxes[2, 1].page == 2
    assert grid.notes[0].message.startswith("第1页末尾和第2页开头看不出是不是同一个项目")
