"""The listing that both contenders import: made up, the same for the same seed.

Both have to store what `rows_of` says.
"""

from dataclasses import dataclass, replace
from random import Random

HEADINGS = (
    "用款单位",
    "项目名称",
    "项目类别",
    "总体绩效目标",
    "年度绩效目标",
    "一级指标",
    "二级指标",
    "三级指标",
    "实施周期指标值",
    "年度指标值",
)
FORM_LINES = 13
"""The first project is the one whose form is opened: as long as forms get."""

FORM_ROW, FORM_VALUE = 6, "不少于777场次"
"""Which of its rows is changed, and the annual value there, which stands nowhere else."""

LEVELS1 = {"1": "产出指标", "2": "效益指标", "3": "满意度指标"}
LEVELS2 = {
    "11": "数量指标",
    "12": "质量指标",
    "13": "时效指标",
    "14": "成本指标",
    "21": "经济效益",
    "22": "社会效益",
    "31": "服务对象满意度",
}
CATEGORIES = {"331": "部门预算部门职能类", "333": "部门预算信息化新建类"}
UNITS = {f"{301 + n // 10}{1 + n % 10:03}": f"第{n + 1}预算单位" for n in range(300)}

_DEEDS = ("完成", "组织", "开展", "保障", "推进", "改善", "维护", "规范")
_THINGS = ("设备采购", "系统运行", "业务培训", "窗口服务", "道路养护", "档案整理", "法律咨询")
_ENDS = ("按时完成率", "验收合格率", "覆盖人数", "群众满意度", "资金支付率", "场次", "成本控制数")
_SENTENCES = (
    "按照年度工作计划，{deed}{thing}，确保各项任务在规定的时间内落实到位。",
    "通过{deed}{thing}，使办事群众和企业的满意度达到{n}%以上。",
    "{deed}{thing}不少于{n}次，资料齐全，经费支出符合财务制度。",
    "进一步{deed}{thing}，建立长效机制，提高财政资金使用效益。",
)
_SIZES = (range(5, 14), (40, 25, 12, 8, 5, 4, 3, 2, 1))  # lines of a project, and their weights
_SHARES = ((1, "0%", "100%"), (0.95, "0%", "95%"), (0.9, "0%", "90%"), (0.985, "0.0%", "98.5%"))


@dataclass(frozen=True)
class Cell:
    """A value as it stands in the workbook, its number format, and what a person reads."""

    value: str | int | float
    number_format: str
    shown: str


@dataclass(frozen=True)
class Indicator:
    code: str
    name: str
    level2: str


@dataclass(frozen=True)
class Project:
    unit: str
    name: str
    category: str
    overall_goal: str
    annual_goal: str
    lines: tuple[tuple[Indicator, Cell, Cell], ...]


def library(size: int = 4_000) -> list[Indicator]:
    """Level 3, spread over the levels 2."""
    random, codes = Random(3), list(LEVELS2)
    return [
        Indicator(
            f"{code[0]}{code}{n:06}", f"{random.choice(_THINGS)}{random.choice(_ENDS)}{n}", code
        )
        for n, code in ((n, codes[n % len(codes)]) for n in range(size))
    ]


def projects(rows: int, seed: int = 2025) -> list[Project]:
    """Projects of 5 to 13 lines, 6.6 on average, until there are `rows` lines."""
    random, indicators, lines = Random(seed), library(), 0
    made: list[Project] = []
    while lines < rows:
        size = random.choices(*_SIZES)[0] if made else FORM_LINES
        made.append(_project(random, len(made) + 1, random.sample(indicators, size)))
        lines += size
    made[0] = _with_form_value(made[0])
    return made


def rows_of(made: list[Project]) -> list[list[str]]:
    """One row per indicator, codes and texts as both contenders have to store them."""
    return [
        [*_head(project), i.level2[0], i.level2, i.code, cycle.shown, annual.shown]
        for project in made
        for i, cycle, annual in project.lines
    ]


def _head(project: Project) -> tuple[str, ...]:
    texts = project.overall_goal, project.annual_goal
    return (project.unit, project.name, project.category, *texts)


def _project(random: Random, number: int, indicators: list[Indicator]) -> Project:
    return Project(
        unit=random.choice(list(UNITS)),
        name=f"{random.choice(_DEEDS)}{random.choice(_THINGS)}项目{number}",
        category=random.choice(list(CATEGORIES)),
        overall_goal=_text(random),
        annual_goal=_text(random),
        lines=tuple((indicator, _value(random), _value(random)) for indicator in indicators),
    )


def _with_form_value(project: Project) -> Project:
    lines = list(project.lines)
    indicator, cycle, _ = lines[FORM_ROW]
    lines[FORM_ROW] = (indicator, cycle, Cell(FORM_VALUE, "General", FORM_VALUE))
    return replace(project, lines=tuple(lines))


def _text(random: Random) -> str:
    """About 215 characters."""
    said = ""
    while len(said) < 200:
        words = {"deed": random.choice(_DEEDS), "thing": random.choice(_THINGS)}
        said += random.choice(_SENTENCES).format(n=random.randint(2, 99), **words)
    return said


def _value(random: Random) -> Cell:
    number = random.randint(2, 500)
    if random.random() < 0.5:
        return Cell(*random.choice(_SHARES))
    if random.random() < 0.4:
        return Cell(number, "General", str(number))
    text = random.choice((f"≥{number}%", f"{number}次", f"不少于{number}人", "2025年12月底前"))
    return Cell(text, "General", text)
