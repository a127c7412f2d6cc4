"""Flat tables in and out: what the plain resources of units and of the library have in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
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


ANYWHERE = object()
"""In the place of a parent that a file does not tell."""


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
        self.fields = resource.fields
        self.known = {
            resource.key(partial(self._stored, instance)): instance
            for instance in self.get_queryset()
        }

    def get_instance(self, row: Mapping[str, Any]) -> Model | None:
        try:
            key = self.resource.key(partial(self._cell, row))
        except ValueError:
            return None  # import_instance meets the same cell again and reports it
        return self._anywhere(key) if ANYWHERE in key else self.known.get(key)

    def _stored(self, instance: Model, name: str) -> Any:
        return self.fields[name].get_value(instance)

    def _cell(self, row: Mapping[str, Any], name: str) -> Any:
        if name == "parent" and self.fields[name].column_name not in row:
            return ANYWHERE
        return self.fields[name].clean(row)

    def _anywhere(self, key: tuple) -> Model | None:
        """A name without a parent beside it means the only entry of that name."""
        found = [row for known, row in self.known.items() if known[:-1] == key[:-1]]
        if len(found) > 1:
            heading = self.fields["parent"].column_name
            raise ValidationError(
                f"有{len(found)}个没有编码的“{key[-2]}”，请加上“{heading}”列，写明是哪一个。"
            )
        return found[0] if found else None


class FlatResource(ModelResource):
    """One row is one entry, found by its natural key. Every refusal is a sentence by heading.

    The last of `import_id_fields` is the code; an entry without one is found by its name.
    """

    required: tuple[str, ...] = ()
    """Headings a file cannot do without."""
    parent_heading = ""
    """Where a row names another row of the same table: that one is imported first.

    By its code, or by its name if it has none.
    """

    class Meta:
        instance_loader_class = KeyLoader
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self._seen: dict[tuple[tuple[str, str], ...], int] = {}
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

    def key(self, read: Callable[[str], Any]) -> tuple:
        """What identifies an entry whose fields `read` tells."""
        own = tuple(read(name) for name in self.get_import_id_fields())
        if own[-1]:
            return own
        return (*own, read("name"), read("parent") if "parent" in self.fields else None)

    def before_import_row(self, row: Mapping[str, Any], row_number: int = 0, **kwargs: Any) -> None:
        headings = self._key_headings(row)
        key = tuple((heading, str(row[heading])) for heading in headings)
        place = self._places[row_number - 1]
        if key in self._seen:
            what = "、".join(headings)
            raise ValidationError(f"与第{self._seen[key]}行的{what}相同，请只保留其中一行。")
        self._seen[key] = place

    def _key_headings(self, row: Mapping[str, Any]) -> list[str]:
        *scope, code = (self.fields[name].column_name for name in self.get_import_id_fields())
        if row[code]:
            return [*scope, code]
        below = [self.fields[name].column_name for name in ("parent",) if name in self.fields]
        named = [self.fields["name"].column_name, *(h for h in below if h in row)]
        return [*scope, *named]

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
        *scope, code = (self.fields[name].column_name for name in self.get_import_id_fields())
        name = self.fields["name"].column_name
        rows = list(table.dict)
        own = [(*(row[heading] for heading in scope), row[code] or row[name]) for row in rows]
        over = [(*key[:-1], row[self.parent_heading]) for key, row in zip(own, rows, strict=True)]
        above = dict(zip(own, over, strict=True))
        order = sorted(range(len(rows)), key=lambda n: _depth(over[n], above))
        ordered = FlatDataset(*(table[n] for n in order), headers=table.headers)
        ordered.places = [table.places[n] for n in order]
        return ordered


def _depth(key: tuple, above: Mapping[tuple, tuple]) -> int:
    """How many rows of the file stand from this one up; a loop ends where it began."""
    met: set[tuple] = set()
    while key in above and key not in met:
        met.add(key)
        key = above[key]
    return len(met)
