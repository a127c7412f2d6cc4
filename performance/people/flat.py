"""Flat tables in and out: what the plain resources of units and of the library have in common."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from import_export.instance_loaders import ModelInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import Widget
from tablib import Dataset


class FlatDataset(Dataset):
    """A dataset that knows in which rows of its file its rows stand."""

    places: Sequence[int] = ()


class HeadingError(Exception):
    """A table whose headings do not fit, as a sentence."""


class Text(Widget):
    """Text as it is; an empty cell is an empty text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value).strip()


class KeyLoader(ModelInstanceLoader):
    """All rows by their natural key, loaded once: one query for a file, not one for each row."""

    def __init__(self, resource: "FlatResource", dataset: Dataset | None = None):
        super().__init__(resource, dataset)
        self.fields = [resource.fields[name] for name in resource.get_import_id_fields()]
        self.known = {
            tuple(field.get_value(instance) for field in self.fields): instance
            for instance in self.get_queryset()
        }

    def get_instance(self, row: Mapping[str, Any]) -> Model | None:
        try:
            return self.known.get(tuple(field.clean(row) for field in self.fields))
        except ValueError:
            return None  # import_instance meets the same cell again and reports it


class FlatResource(ModelResource):
    """One row is one entry, found by its natural key. Every refusal is a sentence by heading."""

    required: tuple[str, ...] = ()
    """Headings a file cannot do without."""
    parent_heading = ""
    """Where a row names another row of the same table: that one is imported first."""

    class Meta:
        instance_loader_class = KeyLoader
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self._seen: dict[tuple[str, ...], int] = {}
        self._places: Sequence[int] = ()

    def import_data(self, dataset: Dataset, *args: Any, **kwargs: Any) -> Result:
        try:
            table = self._ordered(self._headed(dataset))
        except HeadingError as error:
            result = self.get_result_class()()
            self.handle_import_error(result, error, kwargs.get("raise_errors", False))
            return result
        self._places = table.places
        result = super().import_data(table, *args, **kwargs)
        for row in (*result.invalid_rows, *result.error_rows):
            row.number = self._places[row.number - 1]
        # The preview shows the first rows of many: those that change something.
        result.rows.sort(key=lambda row: row.import_type == RowResult.IMPORT_TYPE_SKIP)
        return result

    def before_import_row(self, row: Mapping[str, Any], row_number: int = 0, **kwargs: Any) -> None:
        headings = [self.fields[name].column_name for name in self.get_import_id_fields()]
        key = tuple(str(row[heading]) for heading in headings)
        place = self._places[row_number - 1]
        if key in self._seen:
            what = "、".join(headings)
            raise ValidationError(f"与第{self._seen[key]}行的{what}相同，请只保留其中一行。")
        self._seen[key] = place

    def validate_instance(
        self,
        instance: Model,
        import_validation_errors: Mapping[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        errors = dict(import_validation_errors or {})
        for name, message in self.problems(instance, errors).items():
            errors.setdefault(name, [ValidationError(message)])
        try:
            super().validate_instance(instance, errors, validate_unique)
        except ValidationError as error:
            named = error.error_dict
            raise ValidationError({self._heading(k): v for k, v in named.items()}) from error

    def problems(self, instance: Any, errors: Iterable[str]) -> dict[str, str]:
        """What a model cannot check by itself, by field; `errors` names fields known as wrong."""
        return {}

    def _heading(self, name: str) -> str:
        if name == NON_FIELD_ERRORS or name not in self.fields:
            return NON_FIELD_ERRORS
        return self.fields[name].column_name

    def _headed(self, dataset: Dataset) -> FlatDataset:
        """The same rows under our own spelling of the headings."""
        known = {field.column_name for field in self.get_import_fields()}
        written = ["".join(str(heading or "").split()) for heading in dataset.headers or ()]
        places = {heading: n for n, heading in enumerate(written) if heading in known}
        listed = "、".join(field.column_name for field in self.get_import_fields())
        if missing := [heading for heading in self.required if heading not in places]:
            raise HeadingError(
                f"表中缺少“{'”“'.join(missing)}”列。第一行应是表头，能识别的表头有：{listed}。"
            )
        if twice := [heading for heading in places if written.count(heading) > 1]:
            raise HeadingError(f"“{'”“'.join(twice)}”列出现了不止一次，请只保留一列。")
        if strange := [heading for heading in written if heading and heading not in known]:
            raise HeadingError(
                f"不认识“{'”“'.join(strange)}”列，请改正或删去。能识别的表头有：{listed}。"
            )
        table = FlatDataset(headers=list(places))
        for row in dataset:
            table.append([row[n] for n in places.values()])
        table.places = getattr(dataset, "places", ()) or range(2, len(dataset) + 2)
        return table

    def _ordered(self, table: FlatDataset) -> FlatDataset:
        """Rows in the file's order, but none before the row that it names as its parent."""
        if not self.parent_heading or self.parent_heading not in table.headers:
            return table
        keys = [self.fields[name].column_name for name in self.get_import_id_fields()]
        rows = list(table.dict)
        own = [tuple(row[heading] for heading in keys) for row in rows]
        above = {
            key: (*key[:-1], row[self.parent_heading]) for key, row in zip(own, rows, strict=True)
        }
        order = sorted(range(len(rows)), key=lambda n: _depth(own[n], above))
        ordered = FlatDataset(*(table[n] for n in order), headers=table.headers)
        ordered.places = [table.places[n] for n in order]
        return ordered


def _depth(key: tuple, above: Mapping[tuple, tuple]) -> int:
    """How many rows of the file stand over this one; a loop ends where it began."""
    met = {key}
    while (key := above[key]) in above and key not in met:
        met.add(key)
    return len(met)
