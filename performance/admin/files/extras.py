"""What a form holds besides its goal, in one sentence: seen and kept with the file, not stored."""

from collections.abc import Iterator

from performance.sheets.layouts.table import Extras

_PERIODS = {"cycle": "实施期", "annual": "年度"}
_PARTS = {"total": "资金总额", "fiscal": "财政拨款", "carried": "上年结转", "other": "其他资金"}


def extras_in_words(extras: Extras | None) -> str:
    """Empty where there is nothing else."""
    said = "；".join(_said(extras)) if extras else ""
    return said and f"表上还有：{said}。这些不属于绩效目标，没有读入。"


def _said(extras: Extras) -> Iterator[str]:
    amounts = (f"{_PERIODS[a.period]}{_PARTS[a.part]} {a.text}" for a in extras.amounts)
    unit = f"（{extras.amount_unit}）" if extras.amount_unit else ""
    if text := "，".join(amounts):
        yield text + unit
    if extras.points:
        yield "，".join(f"{level} {points}" for level, points in extras.points)
    if any(extras.weights):
        yield "各行分值 " + "、".join(weight or "空" for weight in extras.weights)
