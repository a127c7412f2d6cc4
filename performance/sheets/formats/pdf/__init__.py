"""PDF with a text layer: ruled tables, each as one Grid however many pages it takes.

The readers are imported when a PDF is there: nobody else is to wait for them.
"""

from importlib import import_module

from performance.sheets.grid import Grid


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """All tables that may hold goals, in order; which of them do is for the layouts to say.

    A printed page hides nothing.
    """
    grids: tuple[Grid, ...] = import_module(f"{__name__}.reading").read(data)
    return grids
