"""A part's XML as a stream of events, so that a worksheet never stands in memory as a tree."""

import re
from collections.abc import Callable, Mapping
from typing import IO, TypeVar
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType, errors

from performance.sheets.formats.packed import BROKEN, DECLARED
from performance.sheets.grid import SheetError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

CHUNK = 256 * 1024
_NO_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CR = re.compile("\r\n?")

Start = Callable[[Mapping[str, str]], None]
End = Callable[[], None]
T = TypeVar("T")


class Events:
    """What a pass does at elements of the worksheet namespace, and the text it is collecting.

    `parts` is a list while text is wanted, else None.
    """

    root = ""

    def __init__(self) -> None:
        self.parts: list[str] | None = None
        self.starts: dict[str, Start] = {}
        self.ends: dict[str, End] = {}

    def collected(self) -> str:
        text = "".join(self.parts or ())
        self.parts = None
        return text


def run(events: Events, source: IO[bytes]) -> None:
    """Feed a part to `events`; what is not well-formed, or not what it should be, is damaged."""
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartDoctypeDeclHandler = _refuse_doctype
    _connect(parser, events)
    try:
        while chunk := source.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        raise SheetError("damaged", BROKEN) from error


def _connect(parser: XMLParserType, events: Events) -> None:
    starts, ends = _qualified(events.starts), _qualified(events.ends)

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name in starts:
            starts[name](attributes)

    def end(name: str) -> None:
        if name in ends:
            ends[name]()

    def text(piece: str) -> None:
        if events.parts is not None:
            events.parts.append(piece)

    parser.StartElementHandler = _for_root(events.root, parser, start)
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text


def _for_root(root: str, parser: XMLParserType, then: Callable) -> Callable:
    """The first element tells whether this is the part it should be."""

    def first(name: str, attributes: Mapping[str, str]) -> None:
        if name != f"{MAIN} {root}":
            raise SheetError("damaged", BROKEN)
        parser.StartElementHandler = then

    return first


def _qualified(handlers: Mapping[str, T]) -> dict[str, T]:
    return {f"{MAIN} {name}": handler for name, handler in handlers.items()}


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
