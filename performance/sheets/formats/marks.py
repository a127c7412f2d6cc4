"""Marks that nobody sees in a PDF of ours, so that it is read back to the last character.

Paper cannot tell a line that was ended by hand from one that the column's width ended, nor a text
that is repeated on the next page from one that goes on there and happens to say the same.
"""

import re

LINE, END = "\u2000", "\u2001"
"""Behind a line ended by hand, and twice behind the end of a text."""

TINY = 1.0
"""Marks are printed smaller than any letter, in points."""

ALIKE = str.maketrans({LINE: "\u2002", END: "\u2003"})
"""Blanks that somebody typed are printed as those that Unicode calls the same."""

BY_NUMBER = f"〔U+{{:04X}}{END}〕"
"""How a character is printed that no font has: with one mark, so that what somebody typed like it
stays as typed."""

NUMBERED = re.compile(f"〔U\\+[0-9A-F]{{4,6}}{END}〕")

UNSEEN = f"{END}U+{{:04X}}{END}"
"""How a character is printed that nobody sees, such as a joiner: as small as a mark."""

_NUMBER = re.compile(f"〔U\\+([0-9A-F]{{4,6}}){END}〕|{END}U\\+([0-9A-F]{{4,6}}){END}")


def marked(text: str) -> str:
    return text.replace("\n", f"{LINE}\n") + END * 2


def has_ended(printed: str) -> bool:
    return printed.endswith(END * 2)


def unmarked(printed: str) -> str:
    """The text of a cell, from all that is printed in it on all pages, line after line."""
    text = _NUMBER.sub(_character, printed)
    return text.replace(END, "").replace(LINE, "\n")


def _character(number: re.Match[str]) -> str:
    code = int(number[1] or number[2], 16)
    is_one = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF and (code > 0x1F or code == 0x09)
    return chr(code) if is_one else number[0]
