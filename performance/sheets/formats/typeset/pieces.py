"""Texts as a page can show them: no character that cannot be printed, a line's end always near."""

import re
import unicodedata
from collections.abc import Iterator

from performance.sheets.formats.marks import ALIKE, END, LINE
from performance.sheets.formats.typeset.covered import shown

WIDEST = 0.75  # of the font's size: how wide a letter that is not full-width may be

_NEW_LINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# A line may end before and after any of these; what lies between is only cut where it must be.
_LOOSE = "\\s\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TIGHT = re.compile(f"[^{_LOOSE}]+")
_MARKS = re.compile(f"({LINE}\n|{END}U\\+[0-9A-F]+{END}|{END}+)")
_JOINER = "\u200d"


def printable(text: str) -> str:
    """Line ends are one kind, what is no character is U+FFFD."""
    text = _NEW_LINE.sub("\n", text).translate(ALIKE)
    return shown(_UNPRINTABLE.sub("\ufffd", text))


def pieces(text: str, room: float) -> list[str]:
    """The text cut where a line may end although no language allows it: in a run (an address, a
    row of exclamation marks) that is wider than `room`, in full-width characters; marks by
    themselves."""
    parts = enumerate(_MARKS.split(text))
    return [one for n, part in parts for one in ([part] if n % 2 else _cut(part, room)) if one]


def _cut(text: str, room: float) -> Iterator[str]:
    begin = 0
    for run in _TIGHT.finditer(text):
        if _wide(run[0]) > room - 2:  # marks at both ends take a neighbour along
            yield text[begin : run.start()]
            yield from _clusters(run[0])
            begin = run.end()
    yield text[begin:]


def _wide(run: str) -> float:
    return sum(1 if unicodedata.east_asian_width(one) in "WFA" else WIDEST for one in run)


def _clusters(run: str) -> Iterator[str]:
    """Characters with the marks that belong to them."""
    cluster = ""
    for one in run:
        held = unicodedata.category(one) in ("Mn", "Mc", "Me", "Cf", "Sk")
        if cluster and not held and not cluster.endswith(_JOINER):
            yield cluster
            cluster = ""
        cluster += one
    yield cluster
