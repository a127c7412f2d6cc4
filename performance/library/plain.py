"""Texts as people see them: which names are the same, and what nobody can see. Pure."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def plain(text: str) -> str:
    """Width and white space do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def control_character(text: str) -> str:
    """The first character that no text may hold, or ""."""
    found = _CONTROL.search(text)
    return found[0] if found else ""
