"""Digits as the number part of a format draws them."""

from decimal import ROUND_HALF_UP, Context, Decimal

WIDE = Context(prec=700)
"""A double has up to 309 digits before the point, and a format up to 255 after it."""


def places_of(pattern: str) -> int:
    """How many decimals it has room for."""
    return sum(map(pattern.partition(".")[2].count, "0#?"))


def can_spread(patterns: list[str]) -> bool:
    """Whether a whole number's digits go into these parts one by one, from the right."""
    commas = "".join(patterns[:-1]) + patterns[-1].rstrip(",")
    return not any(mark in commas.upper() for mark in ".,E")


def spread(amount: Decimal, patterns: list[str]) -> list[str]:
    """The digits in each part; texts stand between them: 0!.0, draws 12340 as 1.2."""
    bare = [pattern.rstrip(",") for pattern in patterns]
    amount = amount.scaleb(-3 * (len(patterns[-1]) - len(bare[-1])))
    digits = f"{amount.quantize(Decimal(1), ROUND_HALF_UP, WIDE):f}"
    room = "".join(bare)
    digits = digits if digits != "0" else ""
    digits = digits.zfill(len(room) - room.index("0") if "0" in room else 0)
    parts: list[str] = []
    for pattern in reversed(bare[1:]):
        cut = max(len(digits) - len(pattern), 0)
        parts.append(digits[cut:])
        digits = digits[:cut]
    return [digits, *reversed(parts)]


def general(amount: Decimal) -> str:
    """As Excel's General: at most nine decimals, exponents only where the number is far from 1."""
    if amount and not -5 <= amount.adjusted() < 20:
        return f"{amount.normalize():E}".replace("E-0", "E-")
    if int(amount.as_tuple().exponent) < -9 and amount.adjusted() >= -4:
        amount = amount.quantize(Decimal("1e-9"), ROUND_HALF_UP, WIDE)
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digits_of(amount: Decimal, pattern: str, places: int | None) -> str:
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
    digits, _, exponent = f"{amount:.{places_of(mantissa)}E}".partition("E")
    return f"{digits}E{exponent[0]}{exponent[1:].zfill(power.count('0'))}"
