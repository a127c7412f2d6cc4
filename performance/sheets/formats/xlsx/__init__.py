"""Excel workbooks. The only package that knows openpyxl."""

from performance.sheets.formats.xlsx.reading import read
from performance.sheets.formats.xlsx.writing import write

__all__ = ["read", "write"]
