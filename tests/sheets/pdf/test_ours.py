"""What our own writer prints is read back to the last character, however long it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.goals.sheet import Sheet
from performance.sheets.convert import Reading, read_file, write_file
from tests.builders import make_line, make_sheet

GOLDEN = Path(__file__).parents[3] / "fixtures" / "sheets" / "goals-2025.xlsx"
SENTENCE = "完成本年度的全部工作任务并通过验收。"
LONG = {
    "one sentence for pages": SENTENCE * 360,
    "one letter for pages": "同" * 6_400,
    "a period as long as a line": "一二三四五六七八九十一二三四五六七" * 300,
    "lines ended by hand": f"{SENTENCE}\n做好；\n" * 300 + "终",
    "blank lines and blanks": "一\n\n二  三 四\n 五 abc defg hi jk lmn op\n" * 200 + "终",
    "a list": "\n".join(f"{n}.完成第{n}项；（{n}）验收" for n in range(1, 300)),
    "lines that fill the column": ("一" * 17 + "\n") * 300 + "终",
}


def back(*sheets: Sheet) -> Reading:
    return read_file(write_file([("2025年项目绩效目标", sheets)], "listing", "pdf"))


def sheets_of(reading: Reading) -> list[Sheet]:
    return [goal.sheet for goal in reading.goals]


@pytest.mark.parametrize("field", ["overall_goal", "annual_goal"])
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_goal_longer_than_a_page_comes_back_whole(text, field):
    sheets = [
        make_sheet("甲", *[make_line(f"指标{n}") for n in range(3)], **{field: text}),
        make_sheet("乙", make_line()),
    ]

    reading = back(*sheets)

    assert sheets_of(reading) == sheets
    assert reading.findings == ()


@pytest.mark.parametrize("count", [2, 40, 120])
def test_a_goal_longer_than_a_page_beside_many_rows_comes_back_whole(count):
    lines = [make_line(f"指标{n}", annual_value=str(n)) for n in range(count)]
    sheets = [make_sheet("甲", *lines, overall_goal="同" * 3_000), make_sheet("乙", make_line())]

    assert sheets_of(back(*sheets)) == sheets


def test_a_row_longer_than_a_page_comes_back_whole_in_every_field():
    """Each of its texts goes on, and they end on different pages."""
    long = make_line(f"111000001-{'指' * 900}", cycle_value="周" * 1_500, annual_value="年" * 2_500)
    sheets = [
        make_sheet("甲", make_line(), long, make_line("指标二"), overall_goal="同" * 3_000),
        make_sheet("乙", make_line()),
    ]

    assert sheets_of(back(*sheets)) == sheets


def test_the_list_of_a_year_comes_back_without_a_doubt():
    sheets = [goal.sheet for goal in read_file(GOLDEN.read_bytes()).goals]

    reading = back(*sheets)

    assert sheets_of(reading) == sheets
    assert reading.findings == ()


# Signs that people type into goals; a font may draw others alike, such as Kelvin's sign and K.
LETTERS = st.sampled_from(
    "一二三甲乙完成验收率同，。；：、（）《》“”—…％≥①＞·〇𠮷0123456789%.-+/ abcXYZ()=@"
)
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
GOALS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=40).map("\n".join),
    st.builds(lambda word, times: (word * times)[:4_000], WORDS, st.integers(1, 900)),
    st.lists(st.builds(lambda word, n: word * n, WORDS, st.integers(1, 30)), min_size=1).map(
        "\n\n".join
    ),
).map(str.strip)
VALUES = st.builds(lambda word, times: word * times, WORDS, st.integers(1, 9)).map(str.strip)
LINES = st.lists(VALUES, min_size=1, max_size=12).map(
    lambda values: [
        make_line(f"{111000001 + n}-指标{n}", annual_value=v) for n, v in enumerate(values)
    ]
)
PROJECTS = st.builds(
    lambda lines, overall, annual: replace(
        make_sheet("甲", *lines), overall_goal=overall, annual_goal=annual
    ),
    LINES,
    GOALS,
    GOALS,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PROJECTS, min_size=1, max_size=4))
def test_any_goals_come_back_as_they_were(projects):
    sheets = [replace(sheet, project=f"{n}号项目") for n, sheet in enumerate(projects)]

    assert sheets_of(back(*sheets)) == sheets
