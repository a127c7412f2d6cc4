"""Where a value stands on a page of a PDF: the page as a picture, its cell marked."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict

from performance.sheets.actions import kept_bytes
from performance.sheets.formats.pdf.picture import page_picture
from performance.sheets.grid import Box, SheetError
from performance.sheets.models import Upload
from performance.sheets.stored import load_beside

_MARGIN = 36.0  # points


def picture_of(upload: Upload, asked: QueryDict) -> HttpResponse:
    """`asked`: worksheet and cell; with `whole`, the whole page instead of what is around it."""
    boxes = load_beside(upload.reading).boxes if upload.reading else {}
    box = boxes.get((asked.get("sheet", ""), asked.get("cell", "")))
    if box is None:
        raise Http404
    try:
        picture = page_picture(kept_bytes(upload), box.page, box, whole="whole" in asked)
    except (SheetError, ValidationError) as error:
        message = "".join(getattr(error, "messages", [str(error)]))
        return HttpResponse(message, status=422, content_type="text/plain; charset=utf-8")
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    response["Page"] = str(box.page)
    response["Across"] = f"{_across(box, boxes.values()):.3f}"
    return response


def _across(box: Box, boxes: Iterable[Box]) -> float:
    """How far right the cell stands on its page, about: for a screen that is narrower than it."""
    right = max(other.x1 for other in boxes if other.page == box.page)
    return min((box.x0 + box.x1) / 2 / (right + _MARGIN), 1.0)
