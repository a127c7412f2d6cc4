"""Texts as people see them: which names are the same, and what nobody can see. Pure."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_UNSEEN = ("Cf", "Mn", "Me")
"""Categories of characters that show nothing by themselves; marks need a letter to stand on."""
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers, which Unicode calls letters and symbols."""


def plain(text: str) -> str:
    """Width and white space do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def control_character(text: str) -> str:
    """The first character that no text may hold, or ""."""
    found = _CONTROL.search(text)
    return found[0] if found else ""


def is_invisible(text: str) -> bool:
    """Whether it looks empty: white space, and characters that show nothing (U+200B, U+3164)."""
    return all(c.isspace() or c in _BLANKS or unicodedata.category(c) in _UNSEEN for c in text)
