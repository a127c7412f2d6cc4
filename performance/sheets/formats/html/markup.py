"""Markup of a page as a stream of tags and texts.

The standard library's parser takes a tag apart. It does not find where tags are: its time grows
with the square of what is not closed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|title|xml)\b[^<>]*+>.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<[!?][^<>]*+>"
    r"""|(?P<tag></?[a-z](?:[^<>"']|"[^"]{0,4000}"|'[^']{0,4000}')*+>|</?[a-z][^<>]*+>)"""
    r"|(?P<text>[^<]++|<)",
    re.DOTALL | re.IGNORECASE,
)
_LONGEST_TAG = 16_000


@dataclass(frozen=True)
class Tag:
    name: str
    attributes: Mapping[str, str]
    closes: bool = False


def pieces(markup: str) -> Iterator[Tag | str]:
    """Tags and texts in order; comments, scripts, styles and declarations are passed over."""
    for found in _PIECE.finditer(markup):
        if text := found["text"]:
            yield unescape(text)
        elif (tag := found["tag"]) and len(tag) <= _LONGEST_TAG:
            yield _tag(tag)


@lru_cache(maxsize=4_096)
def _tag(written: str) -> Tag:
    """A page says the same few tags over and over."""
    if written.startswith("</"):
        return Tag(written[2:-1].split()[0].lower(), {}, closes=True)
    reader = _Reader()
    reader.feed(written)
    return reader.found


class _Reader(HTMLParser):
    """One tag."""

    found = Tag("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = Tag(tag, {name: value or "" for name, value in reversed(attrs)})
