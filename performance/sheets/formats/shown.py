"""A value and its number format → the text that the sheet shows."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isfinite

WIDE = Context(prec=700)
"""A double has up to 309 digits before the point, and a format up to 255 after it."""

KEPT_DECIMALS = 4
"""A percentage with more decimals than this was computed, not typed."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<blank>[_*].)'
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
_LITERAL = ("quoted", "escaped", "currency", "literal")

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
    return ("" if value is None else str(value)), None


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
    text = sign + _draw(tokens, abs(amount))
    if not text.strip():
        return "", f"单元格的值 {_general(amount)} 按它的数字格式不显示，已按空白读取。"
    if ("literal", "%") not in tokens:
        return text, None
    return _percent(text, sign, tokens, amount)


def _percent(
    text: str, sign: str, tokens: tuple[Token, ...], amount: Decimal
) -> tuple[str, str | None]:
    """Digits that a percent format hides are kept where somebody may have typed them."""
    exact = abs(amount).scaleb(2).normalize()
    decimals = -int(exact.as_tuple().exponent)
    whole = sign + _draw(tokens, abs(amount), max(decimals, 0))
    if decimals <= _places(tokens):
        return text, None
    if decimals <= KEPT_DECIMALS:
        return whole, f"单元格显示为“{text}”，实际的值是“{whole}”，已按“{whole}”读取。"
    return text, f"单元格的值是算出来的小数 {_general(amount)}，已按显示的“{text}”读取。"


def _places(tokens: tuple[Token, ...]) -> int:
    pattern = next((text for kind, text in tokens if kind == "number"), "")
    return sum(map(pattern.partition(".")[2].count, "0#?"))


def _section(amount: Decimal, number_format: str) -> tuple[tuple[Token, ...], str]:
    """The part of the format for this number, and the minus that the part leaves to us."""
    sections, conditions = _parsed(number_format)
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
) -> tuple[tuple[tuple[Token, ...], ...], tuple[Condition, ...]]:
    """Sections of tokens; a semicolon in quotes or after a backslash does not part them."""
    sections: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(number_format):
        token = (found.lastgroup or "", found[found.lastgroup or 0])
        if token == ("literal", ";"):
            sections.append([])
        else:
            sections[-1].append(token)
    numeric = tuple(tuple(tokens) for tokens in sections[:3])
    return numeric, tuple(_condition(tokens) for tokens in numeric)


def _condition(tokens: tuple[Token, ...]) -> Condition:
    brackets = (_CONDITION.fullmatch(text) for kind, text in tokens if kind == "bracket")
    return next(((found[1], found[2]) for found in brackets if found), None)


def _draw(tokens: tuple[Token, ...], amount: Decimal, places: int | None = None) -> str:
    numbers = [text for kind, text in tokens if kind == "number"]
    if len(numbers) > 1 or ("literal", "@") in tokens or ("literal", "/") in tokens:
        # Fractions, and digits with text between them, are not drawn: the plain number is.
        return _general(amount)
    amount = amount.scaleb(2 * tokens.count(("literal", "%")))
    pieces = {"number": lambda text: _digits(amount, text, places)}
    pieces |= {"general": lambda text: _general(amount)}
    pieces |= dict.fromkeys(_LITERAL, str)
    return "".join(pieces[kind](text) for kind, text in tokens if kind in pieces)


def _general(amount: Decimal) -> str:
    """As Excel's General: at most nine decimals, exponents only where the number is far from 1."""
    if amount and not -5 <= amount.adjusted() < 20:
        return f"{amount.normalize():E}".replace("E-0", "E-")
    if int(amount.as_tuple().exponent) < -9 and amount.adjusted() >= -4:
        amount = amount.quantize(Decimal("1e-9"), ROUND_HALF_UP, WIDE)
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(amount: Decimal, pattern: str, places: int | None) -> str:
    if "E" in pattern.upper():
        return _scientific(amount, pattern.upper())
    bare = pattern.rstrip(",")
    whole, _, fraction = bare.partition(".")
    places = len(fraction) if places is None else places
    amount = amount.scaleb(-3 * (len(pattern) - len(bare)))
    amount = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)
    digits, _, decimals = f"{amount:{',' if ',' in whole else ''}f}".partition(".")
    digits = digits.zfill(whole.count("0")) if digits != "0" or "0" in whole else ""
    while decimals.endswith("0") and len(decimals) > fraction.count("0"):
        decimals = decimals[:-1]
    return f"{digits}.{decimals}" if decimals else digits


def _scientific(amount: Decimal, pattern: str) -> str:
    mantissa, _, power = pattern.partition("E")
    digits, _, exponent = f"{amount:.{_places((('number', mantissa),))}E}".partition("E")
    return f"{digits}E{exponent[0]}{exponent[1:].zfill(power.count('0'))}"
