"""OpenDocument spreadsheets, as LibreOffice and WPS write them."""

from performance.sheets.formats.ods.reading import read

__all__ = ["read"]
