"""The lines of a goal as one form field: plain named inputs, one row of the grid per line."""

from collections.abc import Sequence
from typing import Any

from django import forms

from performance.goals.refusals import LINES
from performance.goals.resolving import TypedLine
from performance.goals.sheet import tidy

PARTS = {
    "key": "line_key",
    "level3": "line_level3",
    "cycle_value": "line_cycle",
    "annual_value": "line_annual",
}


class LinesWidget(forms.Widget):
    """Rows come in the order of the page: their place is not numbered, so removing one row
    changes no other. The form has seen to it that they are whole."""

    needs_multipart_form = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[TypedLine]:
        rows = zip(*map(data.getlist, PARTS.values()), strict=True)
        return [TypedLine(*(tidy(text) for text in row)) for row in rows]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class LinesField(forms.Field):
    """Its value is the list of typed rows, blank ones left out."""

    widget = LinesWidget

    def __init__(self, **kwargs: Any):
        super().__init__(label="绩效指标", required=False, **kwargs)

    def clean(self, value: Sequence[TypedLine]) -> list[TypedLine]:
        rows = [row for row in value if not row.is_blank]
        if len(rows) > LINES:
            raise forms.ValidationError(f"一个项目最多{LINES}行指标。")
        return rows
