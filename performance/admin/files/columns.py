"""Saying what the columns of a table are, where its headings alone do not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.sheets.actions import kept_bytes
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, SheetError, address
from performance.sheets.layouts.heading import SEARCHED_ROWS, heading_at
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.mapped import MAPPABLE, Columns, heading_key
from performance.sheets.layouts.platform import PLATFORM
from performance.sheets.layouts.unknown import likely_heading
from performance.sheets.models import Upload, UploadState
from performance.sheets.receiving import map_columns, remembered_by

_SAMPLES, _MOST_COLUMNS = 3, 100


@dataclass(frozen=True)
class ColumnView:
    """One column of the chosen worksheet: its heading, some values below, and what it is."""

    number: int
    heading: str
    samples: tuple[str, ...]
    field: str

    @property
    def letter(self) -> str:
        return address(1, self.number)[:-1]

    @property
    def name(self) -> str:
        return field_name(self.number)


@dataclass(frozen=True)
class Choice:
    """A worksheet (by its index among those with rows) and the row of its headings."""

    grids: tuple[Grid, ...]
    index: int
    row: int

    @property
    def grid(self) -> Grid:
        return self.grids[self.index]

    @property
    def key(self) -> str:
        return heading_key(self.grid, self.row)


def field_name(number: int) -> str:
    return f"column-{number}"


def columns_page(request: HttpRequest, upload: Upload, context: dict[str, Any]) -> HttpResponse:
    if upload.by_id != request.user.pk or not upload.file:
        raise PermissionDenied("只有上传人自己可以对应这个文件的各栏。")
    page = redirect("admin:performance_upload_change", upload.pk)
    if upload.state == UploadState.CONFIRMED:
        messages.info(request, "这个文件已经导入，各栏不能再对应；需要时请重新上传。")
        return page
    try:
        choice = _choice(read_guarded(kept_bytes(upload), upload.hidden), request)
        known = remembered_by(user_of(request)).get(choice.key)
        chosen = _posted(request.POST) if request.method == "POST" else None
        faults = _faults(choice, chosen) if chosen else []
        if chosen is not None and not faults:
            upload = map_columns(
                upload.pk, by=user_of(request), key=choice.key, columns=_first_of(chosen)
            )
            _tell(request, upload, forgotten=not chosen)
            return page
    except (SheetError, ValidationError) as error:
        messages.error(request, "".join(getattr(error, "messages", [str(error)])))
        return page
    shown = _first_of(chosen) if chosen else known or _guessed(choice)
    context |= {
        "title": f"对应各栏：{upload.name}",
        "upload": upload,
        "choice": choice,
        "remembered": known is not None,
        "columns": _columns(choice, shown),
        "fields": MAPPABLE,
        "faults": faults,
    }
    return TemplateResponse(request, "admin/performance/upload/columns.html", context)


def _choice(read: Sequence[Grid], request: HttpRequest) -> Choice:
    """As asked for, else the worksheet and row that look most like a heading."""
    grids = tuple(grid for grid in read if grid.rows)
    if not grids:
        raise ValidationError("文件里没有读到任何内容，没有可以对应的表头。")
    asked = request.POST if request.method == "POST" else request.GET
    index = _number(asked.get("sheet"), 0, len(grids) - 1)
    if index is None:
        index = max(range(len(grids)), key=lambda number: len(grids[number].rows))
    row = _number(asked.get("row"), 1, SEARCHED_ROWS) or likely_heading(grids[index])
    return Choice(grids, index, row or min(grids[index].rows))


def _number(text: str | None, least: int, most: int) -> int | None:
    if text is None or not (text.isascii() and text.isdecimal() and len(text) < 6):
        return None
    return int(text) if least <= int(text) <= most else None


def _posted(posted: QueryDict) -> dict[str, list[int]]:
    """Field → the columns that were said to be it; nothing where it is to be forgotten."""
    found: dict[str, list[int]] = defaultdict(list)
    if "forget" in posted:
        return found
    for number in range(1, _MOST_COLUMNS + 1):
        field = posted.get(field_name(number), "")
        if field in MAPPABLE:
            found[field].append(number)
    return found or {"": []}


def _first_of(chosen: Mapping[str, Sequence[int]]) -> dict[str, int]:
    return {field: numbers[0] for field, numbers in chosen.items() if numbers}


def _faults(choice: Choice, chosen: Mapping[str, Sequence[int]]) -> list[str]:
    faults = []
    if choice.row not in choice.grid.rows:
        faults.append(f"第{choice.row}行是空行，请选择表头所在的行。")
    lacking = [MAPPABLE[field] for field in LISTING.needed if not chosen.get(field)]
    if lacking:
        named = "、".join(f"“{heading}”" for heading in lacking)
        faults.append(f"还没有对应{named}，缺了就分不出项目和指标，请选择是哪一栏。")
    for field, numbers in chosen.items():
        if len(numbers) > 1:
            letters = "、".join(address(1, number)[:-1] for number in numbers)
            faults.append(f"“{MAPPABLE[field]}”对应了 {letters} 几栏，只能对应其中一栏。")
    return faults


def _guessed(choice: Choice) -> Columns:
    if choice.row not in choice.grid.rows:
        return {}
    return heading_at(PLATFORM, choice.grid, choice.row).columns


def _columns(choice: Choice, shown: Columns) -> list[ColumnView]:
    grid, fields = choice.grid, {number: field for field, number in shown.items()}
    width = min(max(len(cells) for cells in grid.rows.values()), _MOST_COLUMNS)
    below = [row for row in sorted(grid.rows) if row > choice.row]
    return [
        ColumnView(number, grid.text(choice.row, number), _samples(grid, below, number), field)
        for number in range(1, width + 1)
        for field in [fields.get(number, "")]
    ]


def _samples(grid: Grid, rows: Sequence[int], column: int) -> tuple[str, ...]:
    texts = (grid.text(row, column) for row in rows)
    return tuple(list(dict.fromkeys(text for text in texts if text))[:_SAMPLES])


def _tell(request: HttpRequest, upload: Upload, *, forgotten: bool) -> None:
    if forgotten:
        messages.info(request, "已不再使用这个对应，文件已重新读取。")
    elif upload.state == UploadState.PREVIEW:
        messages.success(request, "已按对应的各栏读取；以后遇到同样的表头，会自动这样读取。")
    else:
        messages.warning(request, "各栏已记住，但文件还是没有读入，原因见下。")
