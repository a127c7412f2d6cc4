"""What a list keeps in several columns and a sheet in one: code and name; sign, value and unit."""

import re

from performance.goals.sheet import Coded
from performance.library.patterns import CODE

CODE_OF = {name: f"{name}_code" for name in ("unit", "category", "level1", "level2", "level3")}
"""Which columns hold the code of what a field names."""

_CODE = re.compile(CODE)
_BRACKETED = re.compile(rf"[\[［【]({CODE})[\]］】]\s*(\S.*)", re.DOTALL)
_EQUALS = frozenset({"=", "＝"})  # not printed: 100%, 1处
_SIGN_OF = {
    "大于等于": "≥",
    "大于或等于": "≥",
    ">=": "≥",
    "小于等于": "≤",
    "小于或等于": "≤",
    "<=": "≤",
    "大于": ">",
    "小于": "<",
    "等于": "=",
}
_IN_WORDS = frozenset({"定性", "定性指标"})
_NO_SIGN = frozenset({"/", "-", "—", "无", "定量", "定量指标", "中性"})
_DIRECTION = re.compile("(正向|反向|逆向|负向)(指标)?")
_NO_UNIT = frozenset({"/", "-", "—", "无"})
_PLACEHOLDER = re.compile(r"[*＊]{2,}|×{2,}")


def coded(text: str) -> Coded:
    """Code and name also where the code stands in brackets before its name: [301001]区政数局."""
    found = _BRACKETED.fullmatch(text.strip())
    return Coded(found[1], found[2]) if found else Coded.parse(text)


def with_code(name: str, code: str) -> str:
    """As a sheet prints both; a name that brings its own code keeps it."""
    if not name or not _CODE.fullmatch(code) or coded(name).code:
        return name or code
    return f"{code}-{name}"


def written_value(sign: str, value: str, measure: str) -> str:
    """Sign, value and unit as they stand in their cells, nothing between; no value is none.

    Who wrote the sign or unit into the value as well has written it once.
    """
    if not value or sign in _IN_WORDS:
        return value
    before = "" if value.startswith(sign) else _SIGN_OF.get(sign, sign)
    if before in _EQUALS or before in _NO_SIGN or _DIRECTION.fullmatch(before):
        before = ""
    before = "" if value.startswith(before) else before
    after = "" if measure in _NO_UNIT or (measure and value.endswith(measure)) else measure
    return f"{before}{value}{after}"


def is_placeholder(value: str) -> bool:
    """What a template prints where a value is to be filled in: **, ≥**%."""
    return bool(_PLACEHOLDER.search(value)) and not any(map(str.isdigit, value))
