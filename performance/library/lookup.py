"""Finding the entry that a sheet means: by its code, or without one by its name. Pure.

The one place that decides it. Codes are unique in a year, names only within a parent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from performance.library.plain import plain

NAME_LENGTH = 500
"""Of a name that identifies an entry: it stands in an index, whose rows PostgreSQL limits."""


class Written(Protocol):
    """A cell as a sheet has it: `code-name`, in parts and whole."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...


def key_of(code: str, name: str, parent: str = "") -> str:
    """What identifies an entry in its year: its code, else its name below the key of its parent.

    No code and no plain name holds a line break, so no two entries share a key by chance.
    """
    return code or f"{parent}\n{plain(name)}"


@dataclass(frozen=True)
class Entry:
    """An entry, known or only planned (`pk` 0); `parent` is the key above it, "" at the top."""

    code: str
    name: str
    parent: str = ""
    pk: int = 0

    @property
    def key(self) -> str:
        return key_of(self.code, self.name, self.parent)

    @property
    def text(self) -> str:
        return f"{self.code}-{self.name}" if self.code else self.name


class Entries(dict[str, Entry]):
    """Entries by key; names are only looked at when a text has no known code."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        super().__init__((entry.key, entry) for entry in entries)
        self._names: dict[str, list[Entry]] | None = None

    def copy(self) -> Self:
        """To be added to, while this one stays as it is."""
        new = type(self)()
        new.update(self)
        return new

    def add(self, entry: Entry) -> None:
        self[entry.key] = entry
        if self._names is not None:
            self._names[plain(entry.name)].append(entry)

    def coded(self, written: Written) -> Entry | None:
        return self.get(written.code) if written.code else None

    def named(self, written: Written, parent: str | None = None) -> Sequence[Entry]:
        """All that a text may mean by its name, below `parent` if that is given.

        A name may begin like a code (2025-项目): the whole text names an entry without code.
        """
        if self._names is None:
            self._names = defaultdict(list)
            for entry in self.values():
                self._names[plain(entry.name)].append(entry)
        return [
            entry
            for entry in self._names.get(plain(written.text), ())
            if parent in (None, entry.parent) and not (written.code and entry.code)
        ]

    def meant(self, written: Written, parent: str | None = "") -> Sequence[Entry]:
        """One by its code, or all by the name; with `parent` None, wherever they stand."""
        found = self.coded(written)
        return [found] if found else self.named(written, parent)

    def find(self, written: Written, parent: str | None = "") -> Entry | None:
        """The only one that the text can mean."""
        return self.coded(written) or only(self.named(written, parent))


def only(entries: Sequence[Entry]) -> Entry | None:
    """Names are not unique: several mean none."""
    return entries[0] if len(entries) == 1 else None


@dataclass(frozen=True)
class Library:
    """The entries of one year."""

    frame: Entries = field(default_factory=Entries)
    categories: Entries = field(default_factory=Entries)
    indicators: Entries = field(default_factory=Entries)

    def level1(self, level1: Written) -> Entry | None:
        return self.frame.find(level1)

    def level2(self, level1: Written, level2: Written) -> Entry | None:
        """Where the level 1 is not known, by a name that only one level 2 has."""
        if found := self.frame.coded(level2):
            return found
        above = self.level1(level1)
        named = self.frame.named(level2, above.key if above else None)
        return only([entry for entry in named if entry.parent])

    def level3(self, level1: Written, level2: Written, level3: Written) -> Entry | None:
        if found := self.indicators.coded(level3):
            return found
        above = self.level2(level1, level2)
        return only(self.indicators.named(level3, above.key)) if above else None
