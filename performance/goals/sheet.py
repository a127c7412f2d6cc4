"""The value in the middle: one project's goal form, as written. No Django, no file."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from performance.library.patterns import CODE

_CODE = re.compile(CODE)


@dataclass(frozen=True)
class Coded:
    """A cell that sheets print as `code-name`. A source without codes has code ""."""

    code: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """As the office writes it."""
        return f"{self.code}-{self.name}" if self.code and self.name else self.code or self.name

    @classmethod
    def parse(cls, text: str) -> "Coded":
        """Split at the first hyphen if a code stands before it; digits alone are a code."""
        text = text.strip()
        code, _, name = text.partition("-")
        if _CODE.fullmatch(code.strip()):
            return cls(code.strip(), name.strip())
        return cls("", text)

    def __bool__(self) -> bool:
        return bool(self.code or self.name)


@dataclass(frozen=True)
class Ref:
    """The place in a file that a sheet or line came from: worksheet, and field → cell (A1)."""

    sheet: str
    cells: Mapping[str, str]

    def cell(self, name: str) -> str | None:
        return self.cells.get(name)


@dataclass(frozen=True)
class Line:
    """One indicator. `key` is its identity within a goal, made on the first save."""

    level1: Coded = Coded()
    level2: Coded = Coded()
    level3: Coded = Coded()
    cycle_value: str = ""
    annual_value: str = ""
    key: str = field(default="", compare=False)
    ref: Ref | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Sheet:
    """One project's form of one year. Equal sheets say the same to a person."""

    year: int
    unit: Coded
    project: str
    category: Coded = Coded()
    overall_goal: str = ""
    annual_goal: str = ""
    lines: tuple[Line, ...] = ()
    project_code: str = ""
    filler: str = ""
    phone: str = ""
    ref: Ref | None = field(default=None, compare=False, repr=False)


HEAD_FIELDS = {
    "unit": "用款单位",
    "project": "项目名称",
    "category": "项目类别",
    "overall_goal": "总体绩效目标",
    "annual_goal": "年度绩效目标",
}
# On the form, not in the bureau's listing; optional everywhere.
EXTRA_FIELDS = {
    "project_code": "项目代码",
    "filler": "填报人",
    "phone": "联系电话",
}
LINE_FIELDS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "cycle_value": "实施周期指标值",
    "annual_value": "年度指标值",
}
FORM_FIELDS = HEAD_FIELDS | EXTRA_FIELDS
FIELDS = FORM_FIELDS | LINE_FIELDS


def tidy(text: str) -> str:
    """As texts are stored: trimmed at both ends, line ends as LF (browsers post CRLF)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def canonical(data: Any) -> str:
    """JSON that is the same bytes for the same data on every machine: what hashes are made of."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shown(value: Any) -> str:
    """A field's value as it stands in a cell."""
    return value.text if isinstance(value, Coded) else str(value)


def texts(sheet: Sheet) -> Iterator[tuple[int | None, str, str]]:
    """Every cell as (line index or None for the head, field, text)."""
    for name in FORM_FIELDS:
        yield None, name, shown(getattr(sheet, name))
    for index, line in enumerate(sheet.lines):
        for name in LINE_FIELDS:
            yield index, name, shown(getattr(line, name))


def to_json(sheet: Sheet) -> str:
    """Canonical: the same sheet gives the same bytes on every machine."""
    return canonical(_head(sheet) | {"lines": [_line(line) for line in sheet.lines]} | _ref(sheet))


def content_hash(sheet: Sheet) -> str:
    """Of what the sheet says: neither line keys nor places count."""
    said = _head(sheet) | {"lines": [_said(line) for line in sheet.lines]}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def from_json(text: str) -> Sheet:
    data = json.loads(text)
    lines = tuple(
        Line(
            **{name: _value(row[name]) for name in LINE_FIELDS},
            key=row.get("key", ""),
            ref=_read_ref(row),
        )
        for row in data["lines"]
    )
    head = {name: _value(data[name]) for name in HEAD_FIELDS}
    head |= {name: data.get(name, "") for name in EXTRA_FIELDS}
    return Sheet(year=data["year"], **head, lines=lines, ref=_read_ref(data))


def _head(sheet: Sheet) -> dict[str, Any]:
    """Empty extra fields are left out: a sheet says the same with and without them."""
    head = {name: _plain(getattr(sheet, name)) for name in HEAD_FIELDS}
    extra = {name: text for name in EXTRA_FIELDS if (text := getattr(sheet, name))}
    return {"year": sheet.year} | head | extra


def _said(line: Line) -> dict[str, Any]:
    return {name: _plain(getattr(line, name)) for name in LINE_FIELDS}


def _line(line: Line) -> dict[str, Any]:
    return _said(line) | {"key": line.key} | _ref(line)


def _ref(value: Sheet | Line) -> dict[str, Any]:
    if value.ref is None:
        return {}
    return {"ref": {"sheet": value.ref.sheet, "cells": dict(value.ref.cells)}}


def _read_ref(data: Mapping[str, Any]) -> Ref | None:
    ref = data.get("ref")
    return Ref(ref["sheet"], ref["cells"]) if ref else None


def _plain(value: Any) -> Any:
    return {"code": value.code, "name": value.name} if isinstance(value, Coded) else value


def _value(data: Any) -> Any:
    return Coded(data["code"], data["name"]) if isinstance(data, dict) else data
