"""What a layout of the form kind declares. Searching and matching are in this room's readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from performance.sheets.layouts.declared import (
    LONGEST_HEADING,
    Column,
    Meaning,
    meaning_in,
    plain_heading,
    spellings,
)

LONGEST_INLINE = 200  # of a cell that holds a label and its text


@dataclass(frozen=True)
class Money:
    """Labels of an amount. Without a period it belongs to the total above it."""

    part: str
    period: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class FormLayout:
    """`labels` name the cells of the head, `block` the columns of the indicators.

    `groups`: other words of the form, which are never a value; `left_out`: what it holds that is
    not taken over, and said so; `marks`: without one of these words it is another form.
    """

    name: str
    label: str
    sheet_name: str
    default_title: str
    columns: tuple[Column, ...]
    labels: tuple[Column, ...]
    block: tuple[Column, ...]
    groups: tuple[str, ...]
    money: tuple[Money, ...] = ()
    left_out: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def label_of(self, text: str) -> Meaning | None:
        return meaning_in(self._labels, text)

    def names_project(self, text: str) -> bool:
        """Whether a cell can be the project's label: asked of every cell of a file, so quick."""
        return len(text) < LONGEST_INLINE and all(letter in text for letter in self._letters)

    def column_of(self, text: str) -> Meaning | None:
        return meaning_in(self._block, text)

    def money_of(self, text: str) -> Money | None:
        if not text or len(text) > LONGEST_HEADING:
            return None
        return self._money.get(plain_heading(text).removeprefix("其中:"))

    def knows(self, text: str) -> bool:
        """Whether a cell holds the form's own words, not a person's."""
        if not text or len(text) > LONGEST_HEADING:
            return False
        return plain_heading(text) in self._words or self.money_of(text) is not None

    def leaves_out(self, text: str) -> bool:
        return plain_heading(text) in self._left_out

    def is_marked(self, text: str) -> bool:
        return plain_heading(text) in self._marks

    @cached_property
    def _left_out(self) -> frozenset[str]:
        return frozenset(map(plain_heading, self.left_out))

    @cached_property
    def _marks(self) -> frozenset[str]:
        return frozenset(map(plain_heading, self.marks))

    @cached_property
    def _letters(self) -> frozenset[str]:
        names = [{*column.heading} for column in self.labels if column.field == "project"]
        return frozenset(set.intersection(*names) if names else ())

    @cached_property
    def _labels(self) -> Mapping[str, Meaning]:
        return spellings(self.labels)

    @cached_property
    def _block(self) -> Mapping[str, Meaning]:
        return spellings(self.block)

    @cached_property
    def _money(self) -> Mapping[str, Money]:
        return {plain_heading(label): money for money in self.money for label in money.labels}

    @cached_property
    def _words(self) -> frozenset[str]:
        others = map(plain_heading, (*self.groups, *self.left_out))
        return frozenset((*self._labels, *self._block, *others))
