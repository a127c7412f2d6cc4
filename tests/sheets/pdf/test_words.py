"""Lines of a cell as one text."""

import pytest

from performance.sheets.formats.pdf.drawn import Area, Char
from performance.sheets.formats.pdf.words import written

SIZE = 10.0


def chars(*lines: str, left: float = 0.0) -> list[Char]:
    return [
        Char(c, Area(left + n * SIZE, y * 12, left + (n + 1) * SIZE, y * 12 + SIZE), SIZE, None)
        for y, line in enumerate(lines)
        for n, c in enumerate(line)
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("一二三四五六", "七八"), "一二三四五六七八"),
        (("一二三四五六", "，七八"), "一二三四五六，七八"),
        (("一二三。", "四五六七八"), "一二三。\n四五六七八"),
        (("一二三四五。", "六七八"), "一二三四五。六七八"),
        (("目标一二；", "目标2：三"), "目标一二；\n目标2：三"),
        (("一二三", "四五六"), "一二三四五六"),
        (("using", "PM"), "using PM"),
        (("2400", "00元"), "240000元"),
        (("满意", "度", "指标"), "满意度指标"),
        (("  一 二  ", ""), "一 二"),
        ((), ""),
    ],
)
def test_lines_are_put_together_as_they_were_typed(lines, text):
    assert written(chars(*lines), 70) == text


def test_the_order_of_a_line_is_from_left_to_right_whatever_was_written_first():
    assert written(reversed(chars("一二三", "四五")), 40) == "一二三四五"
