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

from performance.people.flat_table import FlatDataset, HeadingError, headed

ANYWHERE = object()
"""In the place of a parent that a file does not tell."""


class Text(Widget):
    """Text as it is; an empty cell is an empty text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value).strip()


class Choice(Widget):
    """One of some words, by which the database knows something else."""

    def __init__(self, what: str, known: Mapping[str, str]):
        super().__init__()
        self.what, self.known = what, known
        self.labels = {value: label for label, value in known.items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "").strip()
        if text not in self.known:
            read = f"读到“{text}”" if text else "没有填写"
            raise ValueError(f"{self.what}应为{'、'.join(self.known)}之一，{read}。")
        return self.known[text]

    def render(self, value: str | None, **kwargs: Any) -> str:
        return self.labels.get(value or "", "")


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
            key = self.resource.key(partial(self.resource.cell, row))
        except ValueError:
            return None  # import_instance meets the same cell again and reports it
        return self._anywhere(key) if ANYWHERE in key else self.known.get(key)

    def _stored(self, instance: Model, name: str) -> Any:
        return self.fields[name].get_value(instance)

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
        self._seen: dict[tuple, int] = {}
        self._places: Sequence[int] = ()

    def import_data(self, dataset: Dataset, *args: Any, **kwargs: Any) -> Result:
        try:
            table = self._ordered(headed(dataset, self._headings(), self.required))
        except HeadingError as error:
            result = self.get_result_class()()
            self.handle_import_error(result, error, kwargs.get("raise_errors", False))
            return result
        self._places = table.places
        result = super().import_data(table, *args, **kwargs)
        result.remarks = getattr(dataset, "remarks", ())
        for row in (*result.invalid_rows, *result.error_rows):
            row.number = self._places[row.number - 1]
        # The preview shows the first rows of many: those that change something.
        result.rows.sort(key=lambda row: row.import_type == RowResult.IMPORT_TYPE_SKIP)
        return result

    def key(self, read: Callable[[str], Any]) -> tuple:
        """What identifies an entry whose fields `read` tells."""
        own = tuple(read(name) for name in self.get_import_id_fields())
        if own[-1] or "name" not in self.fields:
            return own
        return (*own, read("name"), read("parent") if "parent" in self.fields else None)

    def before_import_row(self, row: Mapping[str, Any], row_number: int = 0, **kwargs: Any) -> None:
        key, place = self._identity(row), self._places[row_number - 1]
        if key in self._seen:
            what = "、".join(self._key_headings(row))
            raise ValidationError(f"与第{self._seen[key]}行的{what}相同，请只保留其中一行。")
        self._seen[key] = place

    def _identity(self, row: Mapping[str, Any]) -> tuple:
        """The row's key as it is understood, or as it is written where that cannot be."""
        try:
            return self.key(partial(self.cell, row))
        except ValueError:
            return tuple(str(row[heading]) for heading in self._key_headings(row))

    def cell(self, row: Mapping[str, Any], name: str) -> Any:
        if name == "parent" and self.fields[name].column_name not in row:
            return ANYWHERE
        return self.fields[name].clean(row)

    def _key_headings(self, row: Mapping[str, Any]) -> list[str]:
        *scope, code = (self.fields[name].column_name for name in self.get_import_id_fields())
        if row[code] or "name" not in self.fields:
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

    def _headings(self) -> list[str]:
        return [field.column_name for field in self.get_import_fields()]

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
