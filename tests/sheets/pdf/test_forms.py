"""Forms that go on over page breaks, wherever the break falls."""

from itertools import pairwise

import pytest

from performance.sheets.formats import pdf
from performance.sheets.grid import Grid, Look
from tests.sheets.pdf.drawing import Style, printed

LEVELS = (
    ("产出指标", "数量指标", 3),
    ("产出指标", "质量指标", 2),
    ("产出指标", "时效指标", 1),
    ("效益指标", "社会效益", 2),
    ("满意度指标", "服务对象满意度", 1),
)
GOAL = "修好乡镇道路，方便群众出行。" * 9


def form(name: str) -> Grid:
    """Labels and texts, then an indicator block with merged levels beside a merged label."""
    rows = {
        1: ("2025年项目支出绩效目标申报表",),
        2: ("项目名称", "", name, "", "", ""),
        3: ("实施单位", "", "乡镇建设办", "", "项目类别", "建设类"),
        4: ("年度绩效目标", "", name + GOAL, "", "", ""),
        5: ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "备注"),
    }
    merges = [(2, 1, 2, 2), (2, 3, 2, 6), (3, 1, 3, 2), (3, 3, 3, 4), (4, 1, 4, 2), (4, 3, 4, 6)]
    row, first = 6, {}
    for level1, level2, count in LEVELS:
        for number in range(count):
            new1, new2 = level1 not in first, number == 0
            first.setdefault(level1, row)
            cells = (level1 if new1 else "", level2 if new2 else "", f"{level2}{number}")
            rows[row] = ("", *cells, f"{number}处", "")
            row += 1
        merges.append((row - count, 3, row - 1, 3))
    ends = [*first.values(), row]
    merges += [(start, 2, end - 1, 2) for start, end in pairwise(ends)]
    merges.append((5, 1, row - 1, 1))
    tall = tuple(merge for merge in merges if merge[:2] != merge[2:])
    return Grid("表", rows, tall, look=Look(1, 0, (10, 14, 18, 30, 20, 10)))


def shown(grid: Grid) -> list[list[str]]:
    """Every cell of every row as it is read, blanks and line ends aside."""
    return [
        ["".join(grid.text(row, column).split()) for column in range(1, 7)]
        for row in range(2, max(grid.rows) + 1)
    ]


@pytest.mark.parametrize("cut", ["clipped", "body", "split", "again", "first"])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("row_height", [36, 44, 52, 66, 90])
def test_a_form_is_whole_wherever_its_pages_break(cut, closed, row_height):
    forms = [form("修路"), form("种树")]
    style = Style("ruled", cut, closed, heading_again=False, row_height=row_height)

    grids = pdf.read(printed(forms, style))

    assert [shown(grid) for grid in grids] == [shown(one) for one in forms]
