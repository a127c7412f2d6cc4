"""OpenDocument in: the texts that the sheet shows stand in its XML, with the values behind them."""

from datetime import datetime

from performance.sheets.formats import packed
from performance.sheets.formats.budget import Budget
from performance.sheets.formats.ods.content import Content, OpenCell
from performance.sheets.formats.readings import (
    Reading,
    error_value,
    number,
    printed,
    stored,
    truth,
    uncalculated,
)
from performance.sheets.formats.shown import shown
from performance.sheets.formats.streamed import run
from performance.sheets.grid import Grid, SheetError

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
"""Names, in the manifest, what is encrypted and how."""


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """All worksheets in order; of a hidden one only its being there is told, unless `hidden`."""
    archive = packed.opened(data)
    if b"encryption-data" in packed.beginning(archive, MANIFEST):
        raise SheetError("encrypted", packed.LOCKED)
    content = Content(_reading, Budget(), hidden)
    try:
        with archive.open(CONTENT) as source:
            run(content, source)
    except packed.BAD_ZIP as error:
        raise SheetError("damaged", packed.BROKEN) from error
    return tuple(content.grids)


def _reading(cell: OpenCell) -> Reading:
    if cell.kind == "error":
        return error_value(cell.text)
    if cell.formula and not cell.text and cell.value is None:
        return uncalculated(cell.formula)
    if cell.kind == "boolean" or (cell.formula and cell.text in ("TRUE", "FALSE")):
        return truth("TRUE" in (cell.text, (cell.value or "").upper()))
    return _moment(cell) if cell.kind == "date" else _number(cell)


def _moment(cell: OpenCell) -> Reading:
    try:
        return Reading(shown(datetime.fromisoformat(cell.value or ""), None)[0])
    except ValueError:
        return printed(cell.text)


def _number(cell: OpenCell) -> Reading:
    try:
        value = float(cell.value or "")
    except ValueError:
        return printed(cell.text)
    if cell.text:
        return stored(cell.text, value)
    return number(value, "0%" if cell.kind == "percentage" else None)
