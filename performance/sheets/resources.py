"""Goal sheets at the boundary: our formats and layouts as import-export knows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import Resource
from import_export.results import Error, Result, RowResult
from tablib import Dataset

from performance.goals.actions import Outcome
from performance.goals.models import Goal
from performance.goals.queries import sheets_to_file
from performance.goals.sheet import Sheet, tidy
from performance.people.models import User
from performance.sheets.applying import Applied, apply_plan
from performance.sheets.convert import (
    AS_IT_IS,
    Asked,
    Reading,
    can_write,
    read_file,
    read_grids,
    write_file,
)
from performance.sheets.formats import FORMATS, FileFormat
from performance.sheets.grid import Grid
from performance.sheets.layouts import LAYOUTS, Layout
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.written import flat_rows
from performance.sheets.plan import Kind, Plan
from performance.sheets.planning import make_plan
from performance.sheets.tables import tables_of

_ROW_TYPES = {
    Kind.NEW: RowResult.IMPORT_TYPE_NEW,
    Kind.CHANGED: RowResult.IMPORT_TYPE_UPDATE,
    Kind.SAME: RowResult.IMPORT_TYPE_SKIP,
    Kind.REFUSED: RowResult.IMPORT_TYPE_ERROR,
}


class SheetDataset(Dataset):
    """A dataset that carries sheets: rows are the ten columns, filled; `reading` or `plan` come
    with a file, `tables` (title, sheets) with an export."""

    reading: Reading | None = None
    plan: Plan | None = None
    tables: Sequence[tuple[str, Sequence[Sheet]]] = ()


class SheetResult(Result):
    """import-export's Result, one RowResult per goal, with the plan it shows."""

    plan: Plan
    applied: Applied | None = None


class GoalSheetResource(Resource):
    """Goals as the bureau's ten columns. One RowResult is one goal, not one row."""

    def get_import_fields(self) -> list[Field]:
        return [Field(attribute=c.field, column_name=c.heading) for c in LISTING.columns]

    get_export_fields = get_user_visible_fields = get_import_fields

    def import_data(self, dataset: Dataset, dry_run: bool = False, **kwargs: Any) -> SheetResult:
        """`user` is required; `create_missing`, `year`, `compared` and `origin_id` may be given.

        A dataset without sheets (stock formats, scripts) is read as a listing.
        """
        user: User = kwargs["user"]
        plan = getattr(dataset, "plan", None)
        if plan is None:
            reading = getattr(dataset, "reading", None) or _read(dataset, kwargs.get("year"))
            create = kwargs.get("create_missing", False)
            compared = kwargs.get("compared")
            plan = make_plan(reading, by=user, create_missing=create, compared=compared)
        result = SheetResult()
        result.plan = plan
        if not dry_run:
            with transaction.atomic():
                result.applied = apply_plan(plan, by=user, origin_id=kwargs.get("origin_id"))
        for number, row in enumerate(_row_results(plan, result.applied), 1):
            row.number = number
            result.append_row_result(row)
            result.increment_row_result_total(row)
            if row.errors:
                result.append_error_row(number, row, row.errors)
        result.total_rows = len(plan.operations)
        return result

    def export(self, queryset: QuerySet[Goal] | None = None, **kwargs: Any) -> SheetDataset:
        """Approved content where there is some, else as it stands."""
        goals = Goal.objects.all() if queryset is None else queryset
        return dataset_of(tables_of(sheets_to_file(goals)))


def dataset_of(tables: Sequence[tuple[str, Sequence[Sheet]]]) -> SheetDataset:
    dataset = SheetDataset(headers=[column.heading for column in LISTING.columns])
    dataset.tables = tables
    for _, sheets in tables:
        for sheet in sheets:
            for row in flat_rows(LISTING, sheet):
                dataset.append(row)
    return dataset


def sheet_formats() -> list[type[Format]]:
    """One import-export Format for each of our formats with each layout."""
    return [format_of(extension, layout) for extension in FORMATS for layout in LAYOUTS]


def format_of(extension: str, layout: str = LISTING.name) -> type[Format]:
    name = f"{layout.title()}{extension.title()}"
    return type(
        name, (SheetFormat,), {"file_format": FORMATS[extension], "layout": LAYOUTS[layout]}
    )


class SheetFormat(Format):
    """One of our formats with one of our layouts; format_of makes the classes."""

    file_format: FileFormat
    layout: Layout

    def get_title(self) -> str:
        return f"{self.layout.label}（.{self.file_format.extension}）"

    def get_extension(self) -> str:
        return self.file_format.extension

    def get_content_type(self) -> str:
        return self.file_format.mime

    def is_binary(self) -> bool:
        return True

    def can_import(self) -> bool:
        return self.file_format.read is not None

    def can_export(self) -> bool:
        return can_write(self.layout.name, self.file_format.extension)

    def create_dataset(self, in_stream: bytes, asked: Asked = AS_IT_IS) -> SheetDataset:
        """Raises SheetError."""
        reading = read_file(in_stream, asked)
        dataset = dataset_of([("", [goal.sheet for goal in reading.goals])])
        dataset.reading = reading
        return dataset

    def export_data(self, dataset: SheetDataset, **kwargs: Any) -> bytes:
        return write_file(dataset.tables, self.layout.name, self.file_format.extension)


def _read(dataset: Dataset, year: int | None) -> Reading:
    """Headings in the dataset's headers, title in its title; row 1 of the grid is the heading."""
    rows: Iterable[Sequence[Any]] = [dataset.headers or (), *dataset]
    grid = Grid(
        dataset.title or "",
        {number: tuple(map(_cell, row)) for number, row in enumerate(rows, 1)},
    )
    return read_grids([grid], Asked(year))


def _cell(value: Any) -> str:
    return "" if value is None else tidy(str(value))


def _row_results(plan: Plan, applied: Applied | None) -> Iterable[RowResult]:
    saved = iter(applied.saved if applied else ())
    refused = {f.goal: f.message for f in reversed(plan.findings) if f.refuses}
    for index, operation in enumerate(plan.operations):
        row = RowResult()
        row.object_id, row.object_repr = operation.goal_id, operation.sheet.project
        row.import_type = _ROW_TYPES[operation.kind]
        done = next(saved, None) if operation.kind in (Kind.NEW, Kind.CHANGED) else None
        if done and done.outcome is Outcome.SAVED:
            row.object_id = done.goal_id
        message = (
            refused.get(index, "见文件的其他问题。")
            if operation.kind is Kind.REFUSED
            else _left_out(done)
        )
        if message:
            row.import_type = RowResult.IMPORT_TYPE_ERROR
            row.errors = [Error(ValidationError(message), number=index + 1)]
        yield row


def _left_out(done: Any) -> str:
    return done.message if done and done.outcome in (Outcome.STALE, Outcome.REFUSED) else ""
