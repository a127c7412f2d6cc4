"""What a PDF is before a page is taken apart: damaged, locked, too long, a scan, or readable."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import normalize

import pypdfium2
from pypdfium2 import raw

from performance.sheets.formats.pdf.inflating import refuse_inflating
from performance.sheets.grid import SheetError

MAX_PAGES = 200

BROKEN = (
    "PDF 文件已损坏或没有上传完整，请重新上传；仍然不行时，请重新生成 PDF，"
    "或者上传原来的 Excel 表格（.xlsx）。"
)
LOCKED = "PDF 设有打开密码，无法读取；请取消密码后再上传，或者上传原来的 Excel 表格（.xlsx）。"
NO_TEXT = (
    "PDF 里没有文字，可能是扫描件或图片，无法读取；请上传由表格软件直接生成的 PDF，"
    "或者原来的 Excel 表格（.xlsx）。"
)
TOO_MANY = (
    f"PDF 超过 {MAX_PAGES} 页，不予读取；请只打印绩效目标表所在的几页，重新生成 PDF 后再上传。"
)

_WORDS = re.compile("绩效|指标")
_BLANK = re.compile(r"\s+")


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document by the quick reader, checked; every failure is a SheetError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refusal() from error
    try:
        if not len(document):
            raise SheetError("damaged", BROKEN)
        if len(document) > MAX_PAGES:
            raise SheetError("too_large", TOO_MANY)
        yield document
    except pypdfium2.PdfiumError as error:
        raise SheetError("damaged", BROKEN) from error
    finally:
        document.close()


def refuse_unreadable(data: bytes) -> None:
    """What the bytes, the lock and the number of pages tell, before a page is opened."""
    refuse_inflating(data)
    with opened(data):
        pass


def pages_in_question(data: bytes) -> list[int]:
    """Pages, from 1, that speak of goals or indicators; a continuing page may not."""
    with opened(data) as document:
        texts = [_text(document, number) for number in range(len(document))]
    if not any(texts):
        raise SheetError("no_text", NO_TEXT)
    return [number for number, text in enumerate(texts, 1) if _WORDS.search(text)]


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        words = page.get_textpage()
        text = words.get_text_range()
        words.close()
    finally:
        page.close()
    return _BLANK.sub("", normalize("NFKC", text))


def _refusal() -> SheetError:
    if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
        return SheetError("encrypted", LOCKED)
    return SheetError("damaged", BROKEN)
