"""A finding with its place in the file: what previews, reports and commands list."""

from dataclasses import asdict, dataclass
from typing import Any

from performance.library.levels import Level
from performance.sheets.grid import PAGES, TEXT, position


def in_words(sheet: str | None, cell: str | None) -> str:
    """A place for people: a text has lines and a PDF has pages instead of addresses."""
    row, column = position(cell) if cell else (0, 0)
    if sheet == TEXT and column <= 1:
        return f"第{row}行" if row else ""
    if sheet and PAGES.match(sheet):
        return sheet + (f"的表格第{row}行第{column}栏" if row else "")
    named = f"工作表“{sheet}”" if sheet else ""
    return named + (f"单元格 {cell}" if cell else "")


@dataclass(frozen=True)
class Located:
    """`cell` is A1 style without the worksheet, None where the file has no such cell.

    `goal` is the index of the goal it belongs to, in the order of the file; `refuses`: that goal
    (or, without one, the file) cannot be stored.
    """

    rule: str
    level: Level
    message: str
    sheet: str | None = None
    cell: str | None = None
    goal: int | None = None
    refuses: bool = False

    @property
    def place(self) -> str:
        return in_words(self.sheet, self.cell)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"level": self.level.value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Located":
        return cls(**data | {"level": Level(data["level"])})


TITLES = {
    "F01": "表头缺少一栏",
    "F02": "看不见的控制字符",
    "F03": "显示与存储不同",
    "F04": "未读入的行",
    "F05": "年度或单位没有登记",
    "F06": "没有权限或不能修改",
    "F07": "将新建",
    "F08": "同一项目出现两处",
    "F09": "名称与库中不同",
    "F10": "年度不一致",
    "F11": "同一项目各行不一致",
    "F12": "没有数据",
    "F13": "疑似改名",
    "F14": "与别人的修改不同",
    "F15": "隐藏的内容未读入",
    "F16": "文字划分待确认",
    "F17": "没有读入的内容",
    "F18": "占位符未读入",
    "F19": "PDF 看不准，待核对",
    "F20": "按对应过的表头读取",
    "R01": "编码与级别不符",
    "R02": "不在类别或指标库中",
    "R03": "指标重复",
    "R05": "必填内容为空",
    "R49": "内容过长",
}
"""What a group of findings with the same rule is called."""


def report_row(finding: Located) -> dict[str, Any]:
    """The five keys that commands print."""
    data = finding.as_json()
    return {key: data[key] for key in ("sheet", "cell", "rule", "level", "message")}
