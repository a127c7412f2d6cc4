"""LAYOUTS: the shapes of sheets that are read and written; READ_ONLY: those that are only read."""

from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.forms.declaration import DECLARATION
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.forms.selfeval import SELFEVAL
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.platform import PLATFORM

Layout = ListLayout | FormLayout

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (LISTING, DECLARATION)}
READ_ONLY: dict[str, Layout] = {layout.name: layout for layout in (PLATFORM, SELFEVAL)}
