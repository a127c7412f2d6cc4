"""Bytes of a text file → text, by strict decoding: an encoding is never guessed from words."""

import codecs

from performance.sheets.grid import SheetError

UNKNOWN = (
    "文件的文字编码认不出来（不是 UTF-8、UTF-16，也不是 GB18030），或者混有乱码；"
    "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = ("utf-8", "gb18030")


def decoded(data: bytes, declared: str = "") -> str:
    """By its byte order mark, else as it declares, else the first encoding that fits throughout."""
    marked = next((code for mark, code in _MARKS if data.startswith(mark)), None)
    for code in (marked,) if marked else (declared, *ENCODINGS):
        text = _strictly(data, code)
        if text is not None and "\0" not in text:
            return text
    raise SheetError("damaged", UNKNOWN)


def plain(text: str) -> str:
    """A cell's text as grids hold it: line ends LF, no blanks around."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def _strictly(data: bytes, code: str) -> str | None:
    try:
        return data.decode(code) if code else None
    except (UnicodeError, LookupError):
        return None
