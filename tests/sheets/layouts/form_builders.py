"""Forms as small tables: each row is a tuple of texts, blank where nothing stands."""

from performance.sheets.convert import read_grids
from performance.sheets.grid import Grid

LEVELS = ("一级指标", "二级指标", "三级指标")
HEAD = [
    ("2026年度项目支出绩效目标申报表",),
    ("项目名称", "水库除险", "实施单位", "101009-水务局"),
    ("项目类别", "一次性项目", "项目期", "2026年"),
    ("总体目标", "消除隐患"),
    ("年度目标", "加固5座"),
]
BLOCK = [
    ("绩效指标", *LEVELS, "实施周期指标值", "年度指标值"),
    ("", "产出指标", "数量指标", "加固水库", "14座", "5座"),
    ("", "", "质量指标", "合格率", "100%", "100%"),
]


def form(*rows, merges=(), notes=(), name="申报表"):
    numbered = {number: tuple(row) for number, row in enumerate(rows, 1) if any(row)}
    return Grid(name, numbered, tuple(merges), tuple(notes))


def read(*rows, **more):
    return read_grids([form(*rows, **more)])


def only(*rows, **more):
    (goal,) = read(*rows, **more).goals
    return goal


def lines(goal):
    return [
        (line.level1.text, line.level2.text, line.level3.text, line.cycle_value, line.annual_value)
        for line in goal.sheet.lines
    ]


TWO_LINES = [
    ("产出指标", "数量指标", "加固水库", "14座", "5座"),
    ("产出指标", "质量指标", "合格率", "100%", "100%"),
]
