"""Tables of web pages, as report servers write them and name them .xls."""

from performance.sheets.formats.html.reading import read

__all__ = ["read"]
