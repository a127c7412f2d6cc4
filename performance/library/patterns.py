"""Code patterns of a year, e.g. {1}{2}######: the levels above, then digits. Pure."""

import re
from functools import lru_cache

CODE = "[A-Za-z]{0,2}[0-9]+"
"""What is a code at all where sheets and people write `code-name`, of any year."""


def has_shape(pattern: str, code: str) -> bool:
    """Whether a code has the pattern's length and digits, whatever the levels above it are."""
    return bool(_shape(pattern).fullmatch(code))


def beginning(pattern: str, level1: str, level2: str = "") -> str:
    """The part of a code that the levels above decide."""
    return pattern.partition("#")[0].replace("{1}", level1).replace("{2}", level2)


def described(pattern: str) -> str:
    return f"{len(_digits(pattern))}位数字"


@lru_cache(maxsize=64)
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(_digits(pattern)).replace(r"\#", "[0-9]").replace("#", "[0-9]"))


def _digits(pattern: str) -> str:
    """A level-1 code is one digit and a level-2 code two: the office's frame codes."""
    return pattern.replace("{1}", "#").replace("{2}", "##")
