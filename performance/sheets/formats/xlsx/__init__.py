"""Excel workbooks. The only package that knows openpyxl, which is imported when one is there:
nobody who reads another kind of file is to wait for it."""

from collections.abc import Sequence
from importlib import import_module

from performance.sheets.grid import Grid


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """Every worksheet in order, hidden ones only when asked for."""
    grids: tuple[Grid, ...] = import_module(f"{__name__}.reading").read(data, hidden=hidden)
    return grids


def write(grids: Sequence[Grid]) -> bytes:
    data: bytes = import_module(f"{__name__}.writing").write(grids)
    return data
