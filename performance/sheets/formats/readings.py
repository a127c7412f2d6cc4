"""What a cell says, and what a person should know about it: the same in every kind of workbook."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from performance.sheets.formats.shown import shown

SHOWN_FORMULA = 60
ERRORS = frozenset(
    ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!"]
)
_PERCENT = re.compile(r'([^0-9."]*)([0-9]{1,15}(?:\.[0-9]{1,15})?)%([^0-9."]*)')
_TOO_NARROW = re.compile(r"#{3,}")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DAY_0 = date(1899, 12, 30)


class Reading(NamedTuple):
    """A cell's text and, where its text is not the whole truth, a message of a level."""

    text: str
    message: str | None = None
    level: str = "hint"


BLANK = Reading("")


def number(value: float, number_format: str | None) -> Reading:
    text, message = shown(value, number_format)
    return Reading(text.strip(), message)


def printed(text: str) -> Reading:
    """What a file holds only as it was shown: errors, and numbers that found no room."""
    if text in ERRORS:
        return error_value(text)
    if _TOO_NARROW.fullmatch(text):
        message = f"单元格只有“{text}”，是列宽不够时显示的样子，已按空白读取；请填写原来的内容。"
        return Reading("", message, "warning")
    return Reading(text)


def truth(value: bool) -> Reading:
    return Reading(*shown(value, None))


def uncalculated(formula: str = "") -> Reading:
    written = formula if len(formula) <= SHOWN_FORMULA else f"{formula[:SHOWN_FORMULA]}…"
    named = f"“={written}”" if formula else ""
    message = f"单元格是没有计算结果的公式{named}，请在 Excel 中重新计算并保存后再上传。"
    return Reading("", message, "warning")


def error_value(text: str) -> Reading:
    message = f"单元格是错误值“{text}”，已按空白读取；请改正公式或直接填写后再上传。"
    return Reading("", message, "warning")


def no_date(value: float) -> Reading:
    plain = shown(value, None)[0]
    message = f"单元格是日期格式，但数值 {plain} 不是有效的日期，请改正后再上传。"
    return Reading(plain, message, "warning")


def percentage(text: str, value: float) -> Reading:
    """A shown percentage beside its stored value: digits that are not shown are kept and told."""
    found = _PERCENT.fullmatch(text)
    if not found:
        return Reading(text)
    before, digits, after = found.groups()
    places = len(digits.partition(".")[2])
    if not abs(abs(value) * 100 - float(digits)) <= 0.5 * 10**-places + 1e-9:
        return Reading(text)  # another format than it looks like
    before = before.removesuffix("-") if value < 0 else before
    zeros = f"0.{'0' * places}" if places else "0"
    return number(value, f'"{before}"{zeros}%"{after}"')


def stored(text: str, value: float) -> Reading:
    """A text that is shown beside the number behind it, which may be a percentage or a day."""
    found = _DATE.fullmatch(text)
    if found and _is_day(value, *map(int, found.groups())):
        return Reading((_DAY_0 + timedelta(days=value)).isoformat())
    return percentage(text, value) if "%" in text else printed(text)


def _is_day(value: float, year: int, month: int, day: int) -> bool:
    try:
        return _DAY_0 + timedelta(days=value) == date(year, month, day)
    except (OverflowError, ValueError):
        return False
