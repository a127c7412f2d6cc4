"""LAYOUTS: the shapes of sheets that are read and written, in the order they are tried."""

from performance.sheets.layouts.listing import LISTING

LAYOUTS = {layout.name: layout for layout in (LISTING,)}
