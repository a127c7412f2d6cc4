"""What a layout of the list kind declares. Searching, filling and grouping are in listed.py."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

LONGEST_HEADING = 80  # with its hints; every cell of a file is asked whether it is one
_HINT = re.compile(r"\(.*?\)")


@dataclass(frozen=True)
class Column:
    """One field's column: the heading that is written, and those that are understood besides."""

    field: str
    heading: str
    also: tuple[str, ...] = ()
    width: float = 16
    left: bool = False


@dataclass(frozen=True)
class ListLayout:
    """One row per indicator; `merged` fields stand once per project when written.

    `needed`: without these headings a row is no heading row at all.
    """

    name: str
    label: str
    sheet_name: str
    default_title: str
    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    merged: tuple[str, ...]

    def field_of(self, heading: str) -> str | None:
        """The field a heading means, however it is spelled."""
        if len(heading) > LONGEST_HEADING:
            return None
        return self._by_heading.get(plain_heading(heading))

    @cached_property
    def _by_heading(self) -> dict[str, str]:
        return {
            plain_heading(text): column.field
            for column in self.columns
            for text in (column.heading, *column.also)
        }


@lru_cache(maxsize=4_096)
def plain_heading(text: str) -> str:
    """Width, white space, colons, asterisks and hints in brackets do not count."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    return _HINT.sub("", text).strip(":*")
