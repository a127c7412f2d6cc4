"""Cells from ruled lines."""

from performance.sheets.formats.pdf.drawn import Area, Edge, edges_of
from performance.sheets.formats.pdf.mesh import meshes

PAGE = Area(0, 0, 600, 800)


def level(y: float, x0: float, x1: float) -> Edge:
    return Edge(False, y, x0, x1)


def upright(x: float, top: float, bottom: float) -> Edge:
    return Edge(True, x, top, bottom)


def box(x0: float, top: float, x1: float, bottom: float, *, bottom_edge: bool = True) -> list[Edge]:
    sides = [upright(x0, top, bottom), upright(x1, top, bottom), level(top, x0, x1)]
    return [*sides, level(bottom, x0, x1)] if bottom_edge else sides


def spans(edges: list[Edge]) -> list[tuple[int, int, int, int]]:
    (mesh,) = meshes(edges)
    return [(c.row, c.column, c.last_row, c.last_column) for c in mesh.cells]


def test_merged_cells_are_cells_without_lines_in_them():
    edges = [*box(0, 0, 50, 60), *box(50, 0, 100, 20), *box(50, 20, 100, 40), *box(50, 40, 100, 60)]

    assert spans(edges) == [(0, 0, 2, 0), (0, 1, 0, 1), (1, 1, 1, 1), (2, 1, 2, 1)]


def test_a_cell_without_a_lower_edge_ends_with_the_table_and_is_open():
    edges = [
        *box(0, 0, 50, 60, bottom_edge=False),
        *box(50, 0, 100, 30),
        *box(50, 30, 100, 60),
    ]

    (mesh,) = meshes(edges)

    assert [(cell.area, cell.open_bottom) for cell in mesh.cells] == [
        (Area(0, 0, 50, 60), True),
        (Area(50, 0, 100, 30), False),
        (Area(50, 30, 100, 60), False),
    ]


def test_edges_of_a_heading_beside_those_of_the_body_are_the_same_column():
    heading = [*box(0, 0, 53, 20), *box(53, 0, 100, 20)]
    body = [*box(0, 20, 50, 40), *box(50, 20, 100, 40), *box(0, 40, 50, 60), *box(50, 40, 100, 60)]

    (mesh,) = meshes(heading + body)

    assert mesh.xs == (0, 50, 100)


def test_dotted_and_broken_lines_are_whole():
    broken = [level(0, x, x + 8) for x in range(0, 100, 10)]
    rest = [level(20, 0, 100), level(40, 0, 100), *(upright(x, 0, 40) for x in (0, 50, 100))]

    assert len(spans(broken + rest)) == 4


def test_a_frame_or_a_single_line_is_no_table():
    assert meshes([*box(0, 0, 100, 100), level(300, 0, 500)]) == []


def test_tables_apart_are_apart():
    one = [*box(0, 0, 50, 20), *box(50, 0, 100, 20), *box(0, 20, 50, 40), *box(50, 20, 100, 40)]
    other = [Edge(e.upright, e.at + (0 if e.upright else 200), *_moved(e)) for e in one]

    assert [mesh.ys for mesh in meshes(other + one)] == [(0, 20, 40), (200, 220, 240)]


def _moved(edge: Edge) -> tuple[float, float]:
    by = 200 if edge.upright else 0
    return edge.start + by, edge.end + by


def rect(x0: float, top: float, x1: float, bottom: float, **more) -> dict:
    return {"x0": x0, "top": top, "x1": x1, "bottom": bottom, "fill": True, "stroke": False} | more


def test_thin_rectangles_are_lines_and_white_ones_are_nothing():
    objects = {
        "rect": [
            rect(0, 10, 100, 10.7, non_stroking_color=(0, 0, 0)),
            rect(5, 0, 5.5, 50, non_stroking_color=0),
            rect(0, 10, 100, 11, non_stroking_color=(1, 1, 1)),
            rect(0, 0, 50, 50, non_stroking_color=(1, 1, 1)),
            rect(0, 0, 50, 50, non_stroking_color=(0.8, 0.8, 0.8)),
        ]
    }

    found = [(e.upright, round(e.at, 2)) for e in edges_of(objects, PAGE)]

    assert found == [(False, 10.35), (True, 5.25)]


def test_lines_beyond_the_page_are_cut_or_gone():
    line = {"stroke": True, "stroking_color": 0, "x0": 10, "x1": 10, "top": -50, "bottom": 100}
    gone = line | {"x0": 700, "x1": 700}

    assert list(edges_of({"line": [line, gone]}, PAGE)) == [Edge(True, 10, 0, 100)]
