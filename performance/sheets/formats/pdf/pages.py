"""Pages by pdfplumber, taken apart within limits, and with what clips each character."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.layout import LTChar
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import apply_matrix_pt
from pdfplumber.page import Page as PlumberPage
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from performance.sheets.formats.pdf.drawn import (
    MAX_EDGES,
    UNREADABLE,
    Area,
    Char,
    Page,
    edges_of,
)
from performance.sheets.formats.pdf.opened import BROKEN, LOCKED
from performance.sheets.formats.pdf.weighing import Weights
from performance.sheets.grid import SheetError

MAX_CHARS = 30_000
MAX_SHAPES = MAX_EDGES
MAX_FORMS = 2_000

TOO_DENSE = (
    "PDF 第{number}页的文字或线条过多，不予读取；请只打印绩效目标表所在的几页，重新生成 PDF "
    "后再上传，或者上传原来的 Excel 表格（.xlsx）。"
)
UNNAMED = (
    "PDF 第{number}页的字体没有写明各是什么字，无法读取文字；请由表格软件重新生成 PDF，"
    "或者上传原来的 Excel 表格（.xlsx）。"
)

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


class _Device(PDFPageAggregatorWithMarkedContent):
    """Counts what a page draws while it is being drawn, and marks characters with their clip."""

    clip: tuple[float, float, float, float] | None = None
    chars = shapes = forms = 0

    def spend(self, name: str, most: int) -> None:
        spent = getattr(self, name) + 1
        setattr(self, name, spent)
        if spent > most:
            raise SheetError("too_large", TOO_DENSE.format(number=self.pageno))

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        self.spend("chars", MAX_CHARS)
        advance: float = super().render_char(*args, **kwargs)
        character: Any = self.cur_item._objs[-1]
        character.clip = self.clip
        return advance

    def paint_path(self, *args: Any, **kwargs: Any) -> None:
        self.spend("shapes", MAX_SHAPES)
        super().paint_path(*args, **kwargs)


class _Interpreter(PDFPageInterpreter):
    """Follows clipping, which pdfminer passes over, by the bounds of each clip path."""

    device: _Device

    def get_current_state(self) -> Any:
        return (super().get_current_state(), self.device.clip)

    def set_current_state(self, state: Any) -> None:
        state, self.device.clip = state
        super().set_current_state(state)

    def do_W(self) -> None:  # noqa: N802 (named by the operator)
        numbers = [[float(n) for n in step[1:]] for step in self.curpath]
        points = [
            apply_matrix_pt(self.ctm, (step[n], step[n + 1]))
            for step in numbers
            for n in range(0, len(step) - 1, 2)
        ]
        if points:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            new = (min(xs), min(ys), max(xs), max(ys))
            old = self.device.clip
            self.device.clip = new if old is None else _both(old, new)

    do_W_a = do_W  # noqa: N815

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802
        self.device.spend("forms", MAX_FORMS)
        clip = self.device.clip
        super().do_Do(xobjid_arg)
        self.device.clip = clip


class _CountedPage(PlumberPage):
    @property
    def layout(self) -> Any:
        if not hasattr(self, "_layout"):
            manager = self.pdf.rsrcmgr
            device = _Device(manager, pageno=self.page_number, laparams=None)
            _Interpreter(manager, device).process_page(self.page_obj)
            self._layout = device.get_result()
        return self._layout

    def process_object(self, obj: Any) -> Any:
        """Of a character only what is used here: the rest takes most of a page's time."""
        if not isinstance(obj, LTChar):
            return super().process_object(obj)
        left, top = self.mediabox[:2]
        bottom = top + self.height
        area = Area(obj.x0 + left, bottom - obj.y1, obj.x1 + left, bottom - obj.y0)
        clip = getattr(obj, "clip", None)
        if clip is not None:
            clip = Area(clip[0] + left, bottom - clip[3], clip[2] + left, bottom - clip[1])
        text = obj.get_text()
        text = UNREADABLE if text.startswith("(cid:") else text
        return {"object_type": "char", "char": Char(text, area, obj.size, clip)}


class Pages:
    """The pages of an open document, by their number from 1."""

    def __init__(self, document: pdfplumber.PDF):
        self._document = document

    def __len__(self) -> int:
        return len(self._document.pages)

    def page(self, number: int) -> Page:
        found = self._document.pages[number - 1]
        page = _CountedPage(self._document, found.page_obj, number)
        box = Area(*page.cropbox).shared(Area(*page.mediabox))
        edges = tuple(edges_of(page.objects, box))
        chars = tuple(item["char"] for item in page.objects.get("char", ()))
        page.close()
        if 2 * sum(char.text == UNREADABLE for char in chars) > len(chars):
            raise SheetError("no_text", UNNAMED.format(number=number))
        return Page(number, box, chars, edges)


@contextmanager
def opened_pages(data: bytes) -> Iterator[Pages]:
    try:
        with pdfplumber.open(BytesIO(data)) as document:
            weights = Weights()
            for page in document.pages:
                weights.refuse_heavy(page.page_obj)
            yield Pages(document)
    except (SheetError, MemoryError):
        raise
    except Exception as error:  # pdfminer raises whatever a broken object makes it stumble over
        raise _refusal(error) from error


def _both(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def _refusal(error: Exception) -> SheetError:
    causes = (error, error.args[0] if error.args else None)
    if any("Password" in type(cause).__name__ for cause in causes):
        return SheetError("encrypted", LOCKED)
    return SheetError("damaged", BROKEN)
