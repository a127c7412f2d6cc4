"""Grids into a PDF by typst, the same bytes for the same grids (docs/decisions/0014), in a process
of its own: `python -m performance.sheets.formats.typeset.writing` reads what `carried` packs.

Texts go to typst as data, never as markup. It is asked twice: how high each text is at its width,
and then to draw what was laid out here, since it cannot repeat a merged cell on the next page.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst

from performance.sheets.formats.carried import unpacked
from performance.sheets.formats.guarded import limit
from performance.sheets.formats.marks import NUMBERED
from performance.sheets.formats.typeset import laid
from performance.sheets.formats.typeset.covered import FONTS
from performance.sheets.formats.typeset.laid import Ask, Laid
from performance.sheets.grid import Grid

THREADS = "2"  # of a computer with many, each would take its share of the memory allowed

_SOURCE = Path(__file__).with_name("table.typ").read_bytes()
_ONLY_OURS: dict[str, Any] = {
    "font_paths": [str(FONTS)],
    "ignore_system_fonts": True,
}
_FRAME = {
    "sizes": laid.SIZES,
    "inset": {"x": laid.INSET_X, "y": laid.INSET_Y},
    "signature_gap": laid.SIGNATURE_GAP,
    "page": {
        "width": laid.WIDTH,
        "height": laid.HEIGHT,
        "side": laid.SIDE,
        "top": laid.TOP,
        "bottom": laid.BOTTOM,
    },
}


def drawn(grids: Sequence[Grid]) -> bytes:
    """Each grid from a new page: title and headings on every page, a line to sign at its end."""
    tables = [laid.laid(grid) for grid in grids]
    needs = _measured(tables)
    sheets = [sheet for table in tables for sheet in laid.sheets(table, needs)]
    inputs = _inputs("draw", title=_title(tables), numbered=_is_numbered(tables), sheets=sheets)
    return typst.compile(_SOURCE, format="pdf", sys_inputs=inputs, **_ONLY_OURS)


def _measured(tables: Sequence[Laid]) -> dict[Ask, float]:
    """How high each text is at its width; one that comes again is asked once."""
    asked = list(dict.fromkeys(table.ask(cell) for table in tables for cell in table.cells))
    inputs = _inputs("measure", title="", numbered=False, texts=asked)
    found = typst.query(
        _SOURCE, "<heights>", field="value", one=True, sys_inputs=inputs, **_ONLY_OURS
    )
    return dict(zip(asked, json.loads(found), strict=True))


def _inputs(mode: str, **data: Any) -> dict[str, str]:
    return {"data": json.dumps(_FRAME | {"mode": mode} | data)}


def _title(tables: Sequence[Laid]) -> str:
    cells = (cell for table in tables for cell in table.cells)
    return next((cell.text for cell in cells if cell.kind == "title"), "")


def _is_numbered(tables: Sequence[Laid]) -> bool:
    """Whether a character stands somewhere by its number, which the foot of a page explains."""
    return any(NUMBERED.search(cell.text) for table in tables for cell in table.cells)


def main() -> None:
    limit()
    os.environ["RAYON_NUM_THREADS"] = THREADS
    sys.stdout.buffer.write(drawn(unpacked(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
