"""PDF out: grids typeset as pages that an office signs, files and publishes.

The typesetter is imported when a PDF is wanted, and only in a process of its own.
"""

from collections.abc import Sequence
from importlib import import_module

from performance.sheets.grid import Grid


def write(grids: Sequence[Grid]) -> bytes:
    data: bytes = import_module(f"{__name__}.printing").printed(grids)
    return data
