"""Rows among a form's indicators that hold none: sums, the budget's execution, signatures."""

import re
from collections.abc import Mapping

from performance.sheets.layouts.forms.paper import Paper
from performance.sheets.layouts.signed import is_signed

_EXECUTION = re.compile(
    r"预算(?:执行|资金执行)(?:率|情况)?(?:指标)?(?:[（(]\d+(?:\.\d+)?分?[）)])?"
)
_UNNAMED = re.compile(r"指标\s*[0-9一二三四五六七八九十]{0,3}\s*[:：]?")


_SUM = re.compile(r"(小\s*计|合\s*计|总\s*计|总\s*分)[:：]?")


def is_no_indicator(paper: Paper, columns: Mapping[str, int], row: int, filled: bool) -> bool:
    """`filled`: whether a value stands there."""
    grid = paper.grid
    level3 = grid.text(row, columns["level3"]) if "level3" in columns else ""
    if _UNNAMED.fullmatch(level3) and not filled:
        return True
    levels = range(1, columns.get("level1", 0) + 1)
    if any(_EXECUTION.fullmatch("".join(grid.text(row, c).split())) for c in levels):
        return True
    if not level3 and any(_SUM.fullmatch(text) for text in grid.rows[row]):
        return True
    return is_signed(grid.rows[row], level3)
