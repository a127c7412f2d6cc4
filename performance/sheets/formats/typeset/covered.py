"""What our fonts can show. A character they lack stands on the page by its number."""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn

from performance.sheets.formats.marks import BY_NUMBER, UNSEEN

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent

_UNICODE = (3, 10)  # the table of a font that knows characters beyond the first plane
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ARABIC = range(0x600, 0x700)  # typst has letters of its own for these


def shown(text: str) -> str:
    """The text with 〔U+1F600〕 for what no font has: an empty box would say nothing to anybody.

    What is not seen at all, such as a joiner, is told to readers only."""
    return "".join(map(_shown, text)) if set(text) - _known() else text


@cache
def _known() -> frozenset[str]:
    fonts = [path.read_bytes() for path in sorted(FONTS.glob("*.otf"))]
    known = {chr(code) for font in fonts for codes in _ranges(font) for code in codes}
    known |= {"\n", *map(chr, _ARABIC)}
    return frozenset(one for one in known if not _is_unseen(one))


def _shown(character: str) -> str:
    if character in _known():
        return character
    return (UNSEEN if _is_unseen(character) else BY_NUMBER).format(ord(character))


def _is_unseen(character: str) -> bool:
    if character == "\t" or unicodedata.category(character) == "Cf":
        return True
    return _SELECTORS.match(character) is not None


def _ranges(font: bytes) -> Iterator[range]:
    """The groups of the table cmap, format 12, of an OpenType font."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        if (platform, encoding) == _UNICODE:
            (groups,) = struct.unpack_from(">I", font, start + offset + 12)
            body = font[start + offset + 16 : start + offset + 16 + 12 * groups]
            yield from (range(a, b + 1) for a, b, _ in struct.iter_unpack(">III", body))


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    tables = struct.iter_unpack(">4sIII", font[12 : 12 + 16 * count])
    return next(offset for tag, _, offset, _ in tables if tag == name)
