"""What has no place in the portal at all. Everything else is stored as written. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from performance.goals.sheet import EXTRA_FIELDS, FIELDS, Sheet, texts
from performance.library.plain import control_character

PROJECT_LENGTH = 500
EXTRA_LENGTH = 60
CODE_LENGTH = 200
TEXT_LENGTH = 32_767  # what a cell of the filing workbook holds
LINES = 1_000  # what the form still shows


@dataclass(frozen=True)
class Refusal:
    """Why a sheet cannot be stored, at one of its cells (line None: the head)."""

    line: int | None
    field: str
    rule: str
    message: str


def refusals(sheet: Sheet) -> Iterator[Refusal]:
    """All reasons at once; an empty answer means that the sheet may be stored."""
    if not sheet.unit:
        yield Refusal(None, "unit", "R05", "没有用款单位，无法知道是谁的项目，请填写单位。")
    if not sheet.project:
        yield Refusal(None, "project", "R05", "项目名称为空，请填写项目名称。")
    yield from _too_long(sheet)
    for index, line in enumerate(sheet.lines):
        if not line.level3 and (line.cycle_value or line.annual_value):
            value = line.annual_value or line.cycle_value
            message = f"这一行有指标值“{value}”，但没有三级指标，请补填三级指标。"
            yield Refusal(index, "level3", "R05", message)
    yield from _unreadable(sheet)


def _too_long(sheet: Sheet) -> Iterator[Refusal]:
    if len(sheet.project) > PROJECT_LENGTH:
        yield Refusal(None, "project", "R49", f"项目名称超过{PROJECT_LENGTH}个字，请缩短。")
    for name, label in EXTRA_FIELDS.items():
        if len(getattr(sheet, name)) > EXTRA_LENGTH:
            yield Refusal(None, name, "R49", f"{label}超过{EXTRA_LENGTH}个字，请缩短。")
    if len(sheet.lines) > LINES:
        message = f"一个项目有{len(sheet.lines)}行指标，最多{LINES}行，请检查各行的项目名称。"
        yield Refusal(None, "lines", "R49", message)


def cell_length(text: str) -> int:
    """As workbooks count: a character outside the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _unreadable(sheet: Sheet) -> Iterator[Refusal]:
    for index, name, text in texts(sheet):
        if found := control_character(text):
            code = f"U+{ord(found):04X}"
            message = f"{FIELDS[name]}里有看不见的控制字符（{code}），请删除后重新填写。"
            yield Refusal(index, name, "F02", message)
        if (length := cell_length(text)) > TEXT_LENGTH:
            message = f"{FIELDS[name]}有{length}个字，超过每格{TEXT_LENGTH}字的上限，请缩短。"
            yield Refusal(index, name, "R49", message)
    heads = [(None, "unit", sheet.unit), (None, "category", sheet.category)]
    lines = [
        (index, name, getattr(line, name))
        for index, line in enumerate(sheet.lines)
        for name in ("level1", "level2", "level3")
    ]
    for place, name, coded in [*heads, *lines]:
        if len(coded.code) > CODE_LENGTH:
            yield Refusal(place, name, "R49", f"{FIELDS[name]}的编码过长，请检查。")
