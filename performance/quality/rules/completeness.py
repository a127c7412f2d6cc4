"""Is everything there that 送审 asks for?"""

from collections.abc import Iterator

from performance.goals.background import Background
from performance.goals.sheet import FIELDS, LINE_FIELDS, Sheet

Hit = tuple[int | None, str, str]


def everything_required_is_filled(sheet: Sheet, background: Background) -> Iterator[Hit]:
    """单位、项目名称、项目类别、总体和年度绩效目标都已填写，至少有一个指标，每个指标的各级名称和两个指标值都已填写。"""
    for name in _required(background):
        if not getattr(sheet, name):
            yield None, name, f"{FIELDS[name]}为空，送审前必须填写。"
    if not sheet.lines:
        yield None, "lines", "还没有任何绩效指标，送审前至少填写一个。"
    for index, line in enumerate(sheet.lines):
        for name, label in LINE_FIELDS.items():
            if not getattr(line, name):
                yield index, name, f"{label}为空，送审前必须填写。"


def _required(background: Background) -> Iterator[str]:
    yield from ("unit", "project")
    if background.category_required:
        yield "category"
    if background.overall_goal_required:
        yield "overall_goal"
    yield "annual_goal"
