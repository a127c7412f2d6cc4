"""A value and its number format → the text that the sheet shows."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite

from performance.sheets.formats.digits import can_spread, digits_of, general, places_of, spread

KEPT_DECIMALS = 4
"""A percentage with more decimals than this was computed, not typed."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<blank>[_*].)'
    r"|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<bracket>\[[^\]]*\])"
    r"|(?P<general>General|G/通用格式)"
    r"|(?P<number>(?:[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+),*(?:E[+-]?0+)?)|(?P<literal>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_HOLDS = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
    "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}
_SIGNED = re.compile("[-−–(（负减△▲]")
_LITERAL = ("quoted", "escaped", "currency", "literal")

_AT = ("literal", "@")
_CHINESE_DIGITS = "[dbnum"
SHOWN_FORMAT = 40

Token = tuple[str, str]
Condition = tuple[str, str] | None


def shown(value: object, number_format: str | None) -> tuple[str, str | None]:
    """The text, and what a person should know about it."""
    if isinstance(value, bool):
        name = "是" if value else "否"
        return name, f"单元格是逻辑值 {str(value).upper()}，已按“{name}”读取。"
    if isinstance(value, int | float):
        return _number(value, number_format or "General")
    if isinstance(value, date | time | timedelta):
        return _moment(value), None
    return ("" if value is None else _text(str(value), number_format or "")), None


def _text(text: str, number_format: str) -> str:
    """Only the last part of a format is for texts, and only with an @ in it."""
    if "@" not in number_format or number_format == "@" or not text:
        return text
    tokens = _parsed(number_format)[2]
    return "".join(text if token == _AT else drawn for token, drawn in _pieces(tokens, {}))


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat(" ", "seconds") if isinstance(value, datetime) else value.isoformat()


def _number(value: float, number_format: str) -> tuple[str, str | None]:
    if not isfinite(value):
        return str(value), None
    amount = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    tokens, sign = _section(amount, number_format)
    if not _can_follow(tokens):
        return general(amount), (
            f"单元格的数字格式“{number_format[:SHOWN_FORMAT]}”不能照样显示，"
            f"已按存储的值“{general(amount)}”读取，请核对。"
        )
    text = sign + _draw(tokens, abs(amount))
    if not text.strip():
        return "", f"单元格的值 {general(amount)} 按它的数字格式不显示，已按空白读取。"
    if amount < 0 and not _SIGNED.search(text):
        return text, f"单元格的值 {general(amount)} 显示为“{text}”，看不到负号，请核对。"
    if ("literal", "%") not in tokens or len(_patterns(tokens)) > 1:
        return text, None
    return _percent(text, sign, tokens, amount)


def _percent(
    text: str, sign: str, tokens: tuple[Token, ...], amount: Decimal
) -> tuple[str, str | None]:
    """Digits that a percent format hides are kept where somebody may have typed them."""
    exact = abs(amount).scaleb(2).normalize()
    decimals = -int(exact.as_tuple().exponent)
    whole = sign + _draw(tokens, abs(amount), max(decimals, 0))
    if decimals <= places_of("".join(_patterns(tokens))):
        return text, None
    if decimals <= KEPT_DECIMALS:
        return whole, f"单元格显示为“{text}”，实际的值是“{whole}”，已按“{whole}”读取。"
    return text, f"单元格的值是算出来的小数 {general(amount)}，已按显示的“{text}”读取。"


def _section(amount: Decimal, number_format: str) -> tuple[tuple[Token, ...], str]:
    """The part of the format for this number, and the minus that the part leaves to us."""
    sections, conditions, _ = _parsed(number_format)
    minus = "-" if amount < 0 else ""
    if any(conditions):
        for tokens, condition in zip(sections, conditions, strict=True):
            if not condition or _HOLDS[condition[0]](amount, Decimal(condition[1])):
                return tokens, minus
        return sections[-1], minus
    if amount < 0 and len(sections) > 1:
        return sections[1], ""
    return sections[2 if amount == 0 and len(sections) > 2 else 0], minus


@lru_cache(maxsize=1000)
def _parsed(
    number_format: str,
) -> tuple[tuple[tuple[Token, ...], ...], tuple[Condition, ...], tuple[Token, ...]]:
    """Sections of tokens, their conditions and the section for texts.

    A semicolon in quotes or after a backslash parts nothing.
    """
    sections: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(number_format):
        token = (found.lastgroup or "", found[found.lastgroup or 0])
        if token == ("literal", ";"):
            sections.append([])
        else:
            sections[-1].append(token)
    of_text = tuple(sections[-1]) if _AT in sections[-1] else (_AT,)
    is_apart = len(sections) > 1 and _AT in sections[-1]
    numeric = tuple(tuple(tokens) for tokens in sections[: -1 if is_apart else None][:3])
    return numeric, tuple(_condition(tokens) for tokens in numeric), of_text


def _condition(tokens: tuple[Token, ...]) -> Condition:
    brackets = (_CONDITION.fullmatch(text) for kind, text in tokens if kind == "bracket")
    return next(((found[1], found[2]) for found in brackets if found), None)


def _patterns(tokens: tuple[Token, ...]) -> list[str]:
    return [text for kind, text in tokens if kind == "number"]


def _can_follow(tokens: tuple[Token, ...]) -> bool:
    """Not fractions, Chinese numerals, nor decimals with text between them."""
    patterns = _patterns(tokens)
    if any(kind == "bracket" and text.lower().startswith(_CHINESE_DIGITS) for kind, text in tokens):
        return False
    if patterns and (("literal", "/") in tokens or _AT in tokens):
        return False
    return len(patterns) < 2 or can_spread(patterns)


def _draw(tokens: tuple[Token, ...], amount: Decimal, places: int | None = None) -> str:
    plain = general(amount)
    amount = amount.scaleb(2 * tokens.count(("literal", "%")))
    patterns = _patterns(tokens)
    parts = spread(amount, patterns) if len(patterns) > 1 else []
    digits = iter(parts or [digits_of(amount, pattern, places) for pattern in patterns])
    drawn = {"general": general(amount), "@": plain}
    pieces = (next(digits) if t[0] == "number" else text for t, text in _pieces(tokens, drawn))
    return "".join(pieces)


def _pieces(tokens: tuple[Token, ...], drawn: Mapping[str, str]) -> Iterator[tuple[Token, str]]:
    """Each token with the text it stands for, as far as that is not the digits."""
    for token in tokens:
        kind, text = token
        if token == _AT:
            yield token, drawn.get("@", "")
        else:
            yield token, text if kind in _LITERAL else drawn.get(kind, "")
