"""What a person meant by an indicator's value. For checks and reports; never for storing. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from performance.goals import value_words as words
from performance.goals.value_words import Op


class Kind(Enum):
    QUANT = "定量"
    RANGE = "区间"
    COMPOUND = "多项"
    DEADLINE = "时限"
    QUAL = "定性"
    RATE_TEXT = "频次"
    PLACEHOLDER = "占位"
    CONFLICT = "矛盾"


@dataclass(frozen=True)
class Due:
    """A day as far as it was written; `end` is the end of the month, else of the year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    end: bool = False


@dataclass(frozen=True)
class Value:
    """Equal values mean the same, however they were written. `implicit`: no direction given."""

    kind: Kind
    op: Op | None = None
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    object: str = ""
    scope: str = ""
    implicit: bool = False
    parts: tuple["Value", ...] = ()
    due: Due | None = None
    text: str = field(default="", compare=False)


LONGEST = 1_000  # beyond it is prose, and no reader here may be slow on it


def parse(text: str) -> Value:
    """Every text has a reading; the last resort is qualitative."""
    squeezed = "".join(text.split())
    value = _read(_plain(squeezed)) if len(squeezed) <= LONGEST else Value(Kind.QUAL)
    return replace(value, text=text)


def _read(plain: str) -> Value:
    # 年底前 is a date, XX年底前 a blank: what a date can be is no placeholder.
    readers = (_deadline, _placeholder, _rate_text, _simple, _compound)
    found = (reader(plain) for reader in readers)
    return next((value for value in found if value), Value(Kind.QUAL))


def _plain(text: str) -> str:
    """For reading only: width, white space, notes in brackets and a full stop do not count."""
    text = words.ITEM_NUMBER.sub("#", text)  # NFKC would make quantities of them
    text = unicodedata.normalize("NFKC", text.translate(words.UNSEEN)).translate(words.DASHES)
    return words.NOTE.sub("", "".join(text.split())).rstrip("。;,、.")


def _placeholder(text: str) -> Value | None:
    """A word for nothing, or a form's blank: ≥**%, XX份, **年**月."""
    bare = text.translate(dict.fromkeys(map(ord, words.BLANKS)))
    if text.casefold() in words.NOTHING or words.SKELETON.fullmatch(bare):
        return Value(Kind.PLACEHOLDER)
    return None


_DATE_PARTS = {"year": "年", "month": "月", "day": "日"}


def _deadline(text: str) -> Value | None:
    match = words.DEADLINE.fullmatch(words.ISO_DATE.sub(r"\1年\3月\4日", text))
    if not match or not (match["year"] or match["month"] or match["end"]):
        return None
    year, month, day = (int(match[part]) if match[part] else None for part in _DATE_PARTS)
    due = Due(year, month, day, bool(match["end"]))
    kind = Kind.DEADLINE if _exists(due) else Kind.CONFLICT
    return Value(kind, Op.LE, implicit=not (match["until"] or match["before"]), due=due)


def _exists(due: Due) -> bool:
    known = {name: getattr(due, name) for name in _DATE_PARTS if getattr(due, name) is not None}
    try:
        date(**{"year": 2000, "month": 1, "day": 1} | known)  # 2000 has a 29 February
    except ValueError:
        return False
    return True


def _rate_text(text: str) -> Value | None:
    numbered = re.search("[0-9]", text) and words.RATE_TEXT.search(text)
    return Value(Kind.RATE_TEXT) if numbered else None


def _simple(text: str) -> Value | None:
    match = words.SIMPLE.fullmatch(text)
    if not match:
        return None
    thing, suffix = _ending(match["rest"])
    units = {_unit(match[name]) for name in ("unit", "upper_unit") if match[name]}
    unit = next(iter(units), "")
    number = _number(match["number"])
    upper = _number(match["upper"]) if match["upper"] else None
    if len(units) > 1 or not _is_counted(number, unit, thing):
        return None
    said = [*words.PREFIX.findall(match["prefix"]), ">" if match["over"] else "", suffix]
    op = _agreed(said) if upper is None else _between(said, number, upper)
    implicit = op is Op.EQ and not any(said)
    return Value(_kind(op), op, number, upper, unit, thing, _scope(match), implicit)


def _scope(match: re.Match[str]) -> str:
    scope = match["noun"] or match["lead"] or ""
    return "" if scope in words.VERBS else scope


def _number(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _unit(written: str) -> str:
    return words.ALIASES.get(written, written)


def _ending(rest: str) -> tuple[str, str]:
    """The object and the suffix, which may stand on either side of it."""
    if rest in words.AFTER_UNIT:
        return "", rest
    if match := words.SUFFIX_FIRST.match(rest):
        return rest[match.end() :], match[0]
    match = words.SUFFIX_LAST.search(rest)
    return (rest[: match.start()], match[0]) if match else (rest, "")


def _is_counted(number: Decimal, unit: str, thing: str) -> bool:
    """Whether the number counts something: not a year, a grade or a name such as 5G."""
    if unit == "年" and 1900 <= number <= 2100:
        return False
    if not unit and words.UNCOUNTED.match(thing):
        return False  # also 28O次, a letter for a zero
    return bool(
        thing not in words.TIMES
        and words.OBJECT.fullmatch(thing)
        and not words.COUNTED.search(thing)
    )


_OPS = words.PREFIXES | words.SUFFIXES | words.AFTER_UNIT
_SIDES = ({Op.GE, Op.GT}, {Op.LE, Op.LT}, {Op.EQ}, {Op.APPROX})


def _agreed(said: list[str]) -> Op | None:
    """One direction of all that was said, or None; of the same direction the first counts."""
    given = [word for word in said if word]
    strong = [word for word in given if word not in words.WEAK]
    ops = [_OPS[word] for word in strong or given] or [Op.EQ]
    return ops[0] if any(side.issuperset(ops) for side in _SIDES) else None


def _between(said: list[str], lower: Decimal, upper: Decimal) -> Op | None:
    ops = {_OPS[word] for word in said if word and word not in words.WEAK}
    return Op.BETWEEN if lower <= upper and ops <= {Op.APPROX, Op.BETWEEN} else None


def _kind(op: Op | None) -> Kind:
    return {None: Kind.CONFLICT, Op.BETWEEN: Kind.RANGE}.get(op, Kind.QUANT)


def _compound(text: str) -> Value | None:
    parts = tuple(_part(part) for part in words.SEPARATOR.split(text))
    read = tuple(part for part in parts if part)
    if len(parts) < 2 or len(read) < len(parts):
        return None
    clash = any(part.kind is Kind.CONFLICT for part in read)
    return Value(Kind.CONFLICT if clash else Kind.COMPOUND, parts=read)


def _part(text: str) -> Value | None:
    """A bare number is no part: 1、 may be an item's number."""
    value = _simple(text)
    counts = value and (value.unit or value.object or not value.implicit)
    return replace(value, text=text) if value and counts else None


_UNDIRECTED = "（未写方向）"
_UNDERSTOOD = {
    Kind.QUAL: "定性",
    Kind.RATE_TEXT: "频次或分期，按文字理解",
    Kind.PLACEHOLDER: "占位符，没有实际内容",
    Kind.CONFLICT: "前后矛盾",
}


def understood(value: Value) -> str:
    """For showing under the cell."""
    hint = _UNDIRECTED if value.implicit else ""
    if not value.text.strip():
        return ""
    if value.due:
        day = _day(value.due)
        return f"不晚于 {day}{hint}" if value.kind is Kind.DEADLINE else f"没有这个日期：{day}"
    if value.kind is Kind.COMPOUND:
        return "；".join(
            _amount(part) if part.implicit else _directed(part) for part in value.parts
        )
    return _UNDERSTOOD.get(value.kind) or _directed(value) + hint


def _directed(value: Value) -> str:
    rate = value.op is Op.GE and value.unit in words.RATES
    said = "不低于" if rate else words.SAID[value.op or Op.EQ]
    return f"{value.scope}{said} {_amount(value)}".strip()


def _amount(value: Value) -> str:
    numbers = [_written(number) for number in (value.number, value.upper) if number is not None]
    if value.unit in words.RATES:
        return " 至 ".join(number + value.unit for number in numbers) + value.object
    return f"{' 至 '.join(numbers)} {value.unit}{value.object}".rstrip()


def _written(number: Decimal) -> str:
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _day(due: Due) -> str:
    parts = ((getattr(due, part), sign) for part, sign in _DATE_PARTS.items())
    written = "".join(f"{number}{sign}" for number, sign in parts if number is not None)
    return written + ("底" if written else "年底") * due.end
