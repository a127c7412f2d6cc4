"""Finding indicators by what people type: a code, words of a name, the initials of its sounds."""

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from performance.library.initials import initials, pattern
from performance.library.models import Indicator, Year
from performance.library.patterns import CODE

LENGTH = 100
"""Characters of a question that are looked at; names are shorter."""
_WORDS = 8
_CODED = re.compile(rf"\s*({CODE})\s*-")
_WIDE = {c: chr(ord(c) + 0xFEE0) for c in string.ascii_letters + string.digits + string.punctuation}

EXACT, BEGINS, HOLDS = 0, 1, 2


def words_of(text: str) -> list[str]:
    """The words of a question, width folded; `code-name` as printed is a code and a name."""
    known = text[:LENGTH].replace("\x00", "\ufffd")  # PostgreSQL has no null
    folded = unicodedata.normalize("NFKC", known)
    coded = _CODED.match(folded)
    if coded:
        folded = f"{coded[1]} {folded[coded.end() :]}"
    return folded.split()[:_WORDS]


def matching(year: Year, text: str) -> QuerySet[Indicator]:
    """The year's indicators in which each word is found, with `closeness` to the whole text."""
    words = words_of(text)
    rows = Indicator.objects.filter(*map(_holds, words), year=year).order_by()
    return rows.annotate(closeness=_closeness(words))


def marks(code: str, name: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Which parts of `code-name`, as shown, answer the words: places for a highlight."""
    before = len(code) + 1 if code else 0
    found = {before + place for word in words for place in _places(name, word)}
    found |= {place for word in words if code.startswith(word) for place in range(len(word))}
    ordered = sorted(found)
    starts = [place for place in ordered if place - 1 not in found]
    ends = [place + 1 for place in ordered if place + 1 not in found]
    return list(zip(starts, ends, strict=True))


def _holds(word: str) -> Q:
    """A name is asked first: most words are some of its characters."""
    condition = Q(name__regex=_loosely(word))
    if word.isascii():
        condition |= Q(code__startswith=word)
    if _is_letters(word):
        condition |= Q(initials__regex=pattern(word))
    return condition


def _closeness(words: Sequence[str]) -> Case | Value:
    if not words:
        return Value(HOLDS, IntegerField())
    whole = _loosely("".join(words))
    exact = Q(code=words[0]) | Q(name__regex=rf"^\s*{whole}\s*$")
    return Case(
        When(exact, then=EXACT),
        When(name__regex=rf"^\s*{whole}", then=BEGINS),
        default=HOLDS,
        output_field=IntegerField(),
    )


def _loosely(word: str) -> str:
    """A regular expression, good on every database, for a word in names as they were written.

    Names keep their width, case and white space; `plain` of both would be equal.
    """
    return r"\s*".join(map(_either, word))


def _either(character: str) -> str:
    if character not in _WIDE:
        return character
    if not character.isalnum():
        return f"(?:\\{character}|{_WIDE[character]})"
    same = dict.fromkeys((character, character.lower(), character.upper()))
    return f"[{''.join(c + _WIDE[c] for c in same)}]"


def _places(name: str, word: str) -> Iterator[int]:
    for found in re.finditer(_loosely(word), name):
        yield from range(*found.span())
    if not _is_letters(word):
        return
    groups = [(place, initials(character)) for place, character in enumerate(name)]
    sounding = [(place, group) for place, group in groups if group != ","]
    for start in range(len(sounding) - len(word) + 1):
        run = sounding[start : start + len(word)]
        if all(letter in group for letter, (_, group) in zip(word.lower(), run, strict=True)):
            yield from range(run[0][0], run[-1][0] + 1)


def _is_letters(word: str) -> bool:
    return word.isascii() and word.isalpha()
