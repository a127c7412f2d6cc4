"""What a layout of the list kind declares. Searching, filling and grouping are in listed.py."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

LONGEST_HEADING = 80  # with its hints; every cell of a file is asked whether it is one
_HINT = re.compile(r"\(.*?\)")
_NUMBERED = re.compile("^(?:[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[、.])")
_FOREIGN = re.compile(r"(?:^|[\n /]+)[A-Za-z][A-Za-z0-9 .,&'/()-]*$", re.MULTILINE)
_PERIOD = re.compile(r"\((年度|当年|本年度?|中?长期|中期|实施周?期|周期|总体)\)")

Meaning = tuple[str, int]
"""A field, and how usual the heading is for it: of two columns that mean it, the lower counts."""


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

    `needed`: without these headings a row is no heading row at all; `one_of`: nor without one of
    these. `beside`: columns that are understood where they are, and neither written nor missed.
    """

    name: str
    label: str
    sheet_name: str
    default_title: str
    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    merged: tuple[str, ...] = ()
    beside: tuple[Column, ...] = ()
    one_of: tuple[str, ...] = ()

    def field_of(self, heading: str) -> str | None:
        """The field a heading means, however it is spelled."""
        meaning = self.meaning_of(heading)
        return meaning[0] if meaning else None

    def meaning_of(self, heading: str) -> Meaning | None:
        return meaning_in(self._by_heading, heading)

    @cached_property
    def _by_heading(self) -> dict[str, Meaning]:
        return spellings((*self.columns, *self.beside))


def spellings(columns: Iterable[Column]) -> dict[str, Meaning]:
    """Every spelling with the field it means."""
    return {
        plain_heading(text): (column.field, rank)
        for column in columns
        for rank, text in enumerate((column.heading, *column.also))
    }


def meaning_in(known: Mapping[str, Meaning], heading: str) -> Meaning | None:
    if not heading or len(heading) > LONGEST_HEADING:
        return None
    plain = plain_heading(heading)
    found = known.get(_period(heading) + plain) or known.get(plain)
    chinese = "" if found else _FOREIGN.sub("", heading)
    return meaning_in(known, chinese) if chinese and chinese != heading else found


@lru_cache(maxsize=4_096)
def _period(heading: str) -> str:
    """The period that a heading names behind it: 指标值（年度） is 年度指标值."""
    found = _PERIOD.search("".join(unicodedata.normalize("NFKC", heading).split()))
    return found[1] if found else ""


@lru_cache(maxsize=4_096)
def plain_heading(text: str) -> str:
    """Width, white space, a number before it, colons, asterisks and hints in brackets do not
    count."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    return _NUMBERED.sub("", _HINT.sub("", text).strip(":*"))
