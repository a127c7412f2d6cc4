"""A part's XML as a stream of events, so that a worksheet never stands in memory as a tree."""

import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType, errors

from performance.sheets.formats.packed import BROKEN, DECLARED
from performance.sheets.grid import SheetError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"

CHUNK = 256 * 1024
_NO_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CR = re.compile("\r\n?")

Start = Callable[[Mapping[str, str]], None]
End = Callable[[], None]
T = TypeVar("T")


class Source(Protocol):
    """A part, or what is left of one."""

    def read(self, size: int, /) -> bytes: ...


class Events:
    """What a pass does at elements of its namespaces, and the text it is collecting.

    `parts` is a list while text is wanted, else None. `root`: the part's first element.
    """

    root = ""
    namespaces: tuple[str, ...] = (MAIN, STRICT)

    def __init__(self) -> None:
        self.parts: list[str] | None = None
        self.starts: dict[str, Start] = {}
        self.ends: dict[str, End] = {}

    def connect(self, parser: XMLParserType) -> None:
        starts, ends = _qualified(self, self.starts), _qualified(self, self.ends)

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if name in starts:
                starts[name](attributes)

        def end(name: str) -> None:
            if name in ends:
                ends[name]()

        parser.StartElementHandler = _for_root(self, parser, start)
        parser.EndElementHandler = end
        parser.CharacterDataHandler = self.characters

    def characters(self, piece: str) -> None:
        if self.parts is not None:
            self.parts.append(piece)

    def collected(self) -> str:
        text = "".join(self.parts or ())
        self.parts = None
        return text


def run(events: Events, source: Source) -> None:
    """Feed a part to `events`; what is not well-formed, or not what it should be, is damaged."""
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartDoctypeDeclHandler = _refuse_doctype
    events.connect(parser)
    try:
        while chunk := source.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        raise SheetError("damaged", BROKEN) from error
    except (LookupError, ValueError) as error:  # of an encoding that expat does not know
        raise SheetError("damaged", BROKEN) from error


def _for_root(events: Events, parser: XMLParserType, then: Callable) -> Callable:
    """The first element tells whether this is the part it should be."""

    def first(name: str, attributes: Mapping[str, str]) -> None:
        if name not in _qualified(events, {events.root: None}):
            raise SheetError("damaged", BROKEN)
        parser.StartElementHandler = then
        then(name, attributes)

    return first


def _qualified(events: Events, handlers: Mapping[str, T]) -> dict[str, T]:
    return {
        f"{space} {name}": handler
        for space in events.namespaces
        for name, handler in handlers.items()
    }


def _refuse_doctype(*declaration: object) -> None:
    raise SheetError("damaged", DECLARED)


def tidy(text: str) -> str:
    """A cell's text as it was meant: _x000A_ escapes decoded, line ends LF, no blanks around."""
    if "_x" in text:
        text = _whole(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    if "\r" in text:
        text = _CR.sub("\n", text)
    return text.strip()


def _whole(text: str) -> str:
    """Halves of a character from two escapes are put together, single ones become a mark."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
