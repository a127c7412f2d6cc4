"""How much a page gives a reader to do: its content, with every form as often as it is drawn.

A few small forms that draw each other many times over are a bomb of their own.
"""

import re
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, resolve1

from performance.sheets.formats.pdf.inflating import TOO_MUCH
from performance.sheets.grid import SheetError

MAX_PAGE = 4 * 1024 * 1024
MAX_ALL = 64 * 1024 * 1024
MAX_DEPTH = 20

_DRAWN = re.compile(rb"/([^\s/<>\[\]()%]+)\s+Do\b")


class Weights:
    """The weight of each form is counted once, however many draw it."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}
        self._spent = 0

    def refuse_heavy(self, page: PDFPage) -> None:
        contents = [resolve1(content) for content in page.contents]
        streams = [found for found in contents if isinstance(found, PDFStream)]
        weight = sum(len(stream.get_data()) for stream in streams)
        if weight <= MAX_PAGE:
            data = b"\n".join(stream.get_data() for stream in streams)
            weight = self._weight(data, page.resources, 0)
        self._spent += weight
        if weight > MAX_PAGE or self._spent > MAX_ALL:
            raise SheetError("too_large_inflated", TOO_MUCH)

    def _weight(self, data: bytes, resources: Any, depth: int) -> int:
        drawn = _DRAWN.findall(data)
        weight = len(data)
        if not drawn or depth > MAX_DEPTH or len(data) > MAX_PAGE:
            return weight
        forms = dict_value(dict_value(resources).get("XObject", {}))
        known = {name: self._form(forms.get(_name(name)), depth) for name in set(drawn)}
        return weight + sum(known[name] for name in drawn)

    def _form(self, found: Any, depth: int) -> int:
        form = resolve1(found)
        if not isinstance(form, PDFStream) or "BBox" not in form:
            return 0
        number = form.objid or id(form)
        if number not in self._known:
            self._known[number] = 0  # a form that draws itself is drawn once
            resources = form.get("Resources", {})
            self._known[number] = self._weight(form.get_data(), resources, depth + 1)
        return self._known[number]


def _name(name: bytes) -> str:
    return name.decode("utf-8", "replace")
