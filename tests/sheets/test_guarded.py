"""A reader's process that fails says what helps with that kind of file."""

from pathlib import Path

import pytest

from performance.sheets.formats import guarded
from performance.sheets.grid import SheetError

FILES = Path(__file__).parent / "files"
PRINT = (FILES / "goals-2025.pdf").read_bytes()
WORKBOOK = (FILES / "s01-listing.xlsx").read_bytes()
TEXT = (FILES / "goals-2025.txt").read_bytes()


def refusal(data: bytes) -> SheetError:
    with pytest.raises(SheetError) as caught:
        guarded.read_guarded(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (PRINT, "请只打印绩效目标表所在的几页，重新生成 PDF"),
        (WORKBOOK, "另存为新的 .xlsx"),
        (TEXT, "请只留下绩效目标的文字"),
    ],
)
def test_a_file_that_takes_too_long_is_refused_with_advice_for_its_kind(monkeypatch, data, advice):
    monkeypatch.setattr(guarded, "WALL_SECONDS", 0.001)

    error = refusal(data)

    assert error.kind == "too_large"
    assert "没有读完" in str(error)
    assert advice in str(error)


@pytest.mark.parametrize(
    ("data", "advice"), [(PRINT, "请重新生成 PDF"), (WORKBOOK, "另存为 .xlsx")]
)
def test_a_reader_that_breaks_down_is_told_with_advice_for_its_kind(monkeypatch, data, advice):
    monkeypatch.setattr(guarded, "_ENVIRONMENT", {"PYTHONPATH": "/nowhere"})
    monkeypatch.setattr(guarded, "ROOT", FILES)

    error = refusal(data)

    assert error.kind == "damaged"
    assert advice in str(error)
