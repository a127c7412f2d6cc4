"""A file with more projects than anybody declares at once."""

import pytest

from performance.sheets import convert
from performance.sheets.convert import read_grids
from performance.sheets.grid import SheetError
from tests.builders import make_grid, make_row


def test_more_projects_than_a_file_may_have_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(convert, "MAX_GOALS", 2)
    rows = [make_row(name) for name in "甲乙丙"]

    assert len(read_grids([make_grid(*rows[:2])]).goals) == 2
    with pytest.raises(SheetError, match="按单位分成几个文件") as caught:
        read_grids([make_grid(*rows)])
    assert caught.value.kind == "too_large"
