"""What a workbook says of itself: its worksheets, number formats, shared strings and epoch.

Read by our own passes, which look at what is needed and nothing else: a workbook whose fonts or
fills are broken, or that keeps to the strict variant of the standard, is read like any other.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from performance.sheets.formats.cells import read_strings
from performance.sheets.formats.packed import BROKEN
from performance.sheets.formats.streamed import Events, Start, run
from performance.sheets.grid import SheetError

# Formats that a Chinese Excel numbers without writing them down: dates and times, all of them.
CHINESE_DATES = frozenset((*range(27, 37), *range(50, 59)))
WORKBOOK = "xl/workbook.xml"
MAX_FORMAT = 255
"""How long Excel lets a number format be."""

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True)
class Listed:
    """A worksheet as the workbook lists it; `state` is visible, hidden or veryHidden."""

    name: str
    state: str
    part: str


@dataclass(frozen=True)
class NumberFormat:
    code: str = "General"
    is_date: bool = False
    is_duration: bool = False


GENERAL = NumberFormat()


@dataclass(frozen=True)
class Book:
    """`formats` by style; None where the file has formats that cannot be read."""

    sheets: tuple[Listed, ...]
    strings: Sequence[str]
    formats: tuple[NumberFormat, ...] | None
    epoch: datetime

    def format(self, style: int) -> NumberFormat:
        known = self.formats or ()
        return known[style] if style < len(known) else GENERAL

    def knows(self, style: int) -> bool:
        return self.formats is not None or not style


def read_book(archive: ZipFile) -> Book:
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    package = _Package(archive, names)
    main = package.related("").first("/officeDocument", WORKBOOK)
    parts = package.related(main)
    book = _Workbook()
    package.run(book, main)
    folder = posixpath.dirname(main)
    return Book(
        sheets=tuple(_listed(book, parts)),
        strings=_strings(package, parts.first("/sharedStrings", f"{folder}/sharedStrings.xml")),
        formats=_formats(package, parts.first("/styles", f"{folder}/styles.xml")),
        epoch=MAC_EPOCH if book.from_1904 else WINDOWS_EPOCH,
    )


@dataclass(frozen=True)
class _Package:
    """Parts by name, whatever the case: some programs do not write names as they list them."""

    archive: ZipFile
    names: Mapping[str, str]

    def has(self, part: str) -> bool:
        return part.lower() in self.names

    def run(self, events: Events, part: str) -> None:
        if not self.has(part):
            raise SheetError("damaged", BROKEN)
        with self.archive.open(self.names[part.lower()]) as source:
            run(events, source)

    def related(self, part: str) -> "_Relations":
        folder, name = posixpath.split(part)
        found = _Relations(folder, self.names)
        told = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(told):
            self.run(found, told)
        return found


class _Relations(Events):
    """What a part is related to: (type, target) by id."""

    root = "Relationships"
    namespaces = (_RELATIONS,)

    def __init__(self, folder: str, names: Mapping[str, str]) -> None:
        super().__init__()
        self.folder, self.names = folder, names
        self.found: dict[str, tuple[str, str]] = {}
        self.starts = {"Relationship": self.relation}

    def relation(self, attributes: Mapping[str, str]) -> None:
        target = attributes.get("Target", "").replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/", self.folder, target)).lstrip("/")
        if attributes.get("TargetMode") != "External":
            part = self.names.get(path.lower(), path)
            self.found[attributes.get("Id", "")] = (attributes.get("Type", ""), part)

    def first(self, kind: str, otherwise: str) -> str:
        return next(
            (part for type_, part in self.found.values() if type_.endswith(kind)), otherwise
        )


class _Workbook(Events):
    root = "workbook"

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[tuple[str, str, str]] = []
        self.from_1904 = False
        self.starts = {"workbookPr": self.properties, "sheet": self.sheet}

    def properties(self, attributes: Mapping[str, str]) -> None:
        self.from_1904 = attributes.get("date1904", "") in ("1", "true")

    def sheet(self, attributes: Mapping[str, str]) -> None:
        relation = next((text for name, text in attributes.items() if name.endswith(" id")), "")
        state = attributes.get("state", "visible")
        self.listed.append((attributes.get("name", ""), state, relation))


class _Styles(Events):
    """Number formats: elements of the same names stand elsewhere too, for other ends."""

    root = "styleSheet"

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self.styles: list[str] = []
        self.take: Start = self.ignore
        self.starts = {"numFmt": self.one, "xf": self.one}
        for group, take in (("numFmts", self.format), ("cellXfs", self.style)):
            self.starts[group] = partial(self.begin, take)
            self.ends[group] = partial(self.begin, self.ignore, {})

    def begin(self, take: Start, attributes: Mapping[str, str]) -> None:
        self.take = take

    def one(self, attributes: Mapping[str, str]) -> None:
        self.take(attributes)

    def ignore(self, attributes: Mapping[str, str]) -> None:
        """Of a differential or a named style."""

    def format(self, attributes: Mapping[str, str]) -> None:
        code = attributes.get("formatCode", "General")
        if len(code) > MAX_FORMAT:
            raise SheetError("damaged", BROKEN)
        self.codes[attributes.get("numFmtId", "")] = code

    def style(self, attributes: Mapping[str, str]) -> None:
        self.styles.append(attributes.get("numFmtId", "0"))


def _listed(book: _Workbook, parts: _Relations) -> list[Listed]:
    found = [
        Listed(name, state, parts.found[relation][1])
        for name, state, relation in book.listed
        if relation in parts.found and parts.found[relation][0].endswith("/worksheet")
    ]
    # One worksheet listed over and over is a trap: a small file would be read a thousand times.
    if not found or len({sheet.part for sheet in found}) < len(found):
        raise SheetError("damaged", BROKEN)
    return found


def _strings(package: _Package, part: str) -> list[str]:
    if not package.has(part):
        return []
    with package.archive.open(package.names[part.lower()]) as source:
        return read_strings(source)


def _formats(package: _Package, part: str) -> tuple[NumberFormat, ...] | None:
    styles = _Styles()
    try:
        package.run(styles, part)
    except SheetError:
        return None
    return tuple(_format(number, styles.codes) for number in styles.styles)


def _format(number: str, codes: Mapping[str, str]) -> NumberFormat:
    builtin = int(number) if number.isdecimal() else 0
    code = codes.get(number) or BUILTIN_FORMATS.get(builtin, "General")
    is_date = is_date_format(code) or (builtin in CHINESE_DATES and number not in codes)
    return NumberFormat(code, is_date, is_timedelta_format(code))
