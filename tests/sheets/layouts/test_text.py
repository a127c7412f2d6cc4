"""Text in row order, as it comes out of a PDF: what is certain, what is proposed, what is told."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.convert import read_grids
from performance.sheets.formats.text import grid_of
from performance.sheets.grid import SheetError
from performance.sheets.layouts.table import Split
from performance.sheets.layouts.text.marks import TextLine
from performance.sheets.layouts.text.splitting import Widths, parted, propose
from performance.sheets.layouts.text.values import Tail, tail_of

FILES = Path(__file__).parents[1] / "files"
HEADING = (
    "用款单位 项目名称 项目类别 总体绩效目标 年度绩效目标 一级指标 二级指标 三级指标 年度指标值"
)
TITLE = "2025年绩效目标"
UNIT = "108003-县审批局"
ROW = f"{UNIT} 333-信息化类 1-产出指标 12-质量指标 112015102-通过率 100% 99%"
HEAD = [
    UNIT,
    "平台运行",
    "维护",
    "333-信息化类",
    "为持续优化，保障全年。",
    "为持续优化，本年一半。",
]
FIRST = "1-产出指标 11-数量指标 111015101-次数 36次 12次"
PLAIN = [TITLE, HEADING, *HEAD, FIRST, ROW]


def read(*lines):
    return read_grids([grid_of("\n".join(lines))])


def only(*lines):
    (goal,) = read(*lines).goals
    return goal


def lines(goal):
    return [(x.level3.name, x.cycle_value, x.annual_value) for x in goal.sheet.lines]


TWO = [("次数", "36次", "12次"), ("通过率", "100%", "99%")]


def test_a_project_is_read_with_its_rows():
    goal = only(*PLAIN)

    sheet = goal.sheet
    assert (goal.title, sheet.year, sheet.unit.text) == (TITLE, 2025, UNIT)
    assert (sheet.project, sheet.category.text) == ("平台运行维护", "333-信息化类")
    assert sheet.overall_goal == "为持续优化，保障全年。"
    assert sheet.annual_goal == "为持续优化，本年一半。"
    assert lines(goal) == TWO


def test_it_is_read_on_one_line_too():
    one = f"{UNIT} 平台运行维护 333-信息化类 保障全年一切顺利。 本年完成一半。 {FIRST}"

    goal = only(TITLE, HEADING, one, ROW)

    assert goal.sheet.project == "平台运行维护"
    assert goal.sheet.overall_goal == "保障全年一切顺利。"
    assert goal.sheet.annual_goal == "本年完成一半。"
    assert lines(goal) == TWO


def test_blank_lines_and_page_numbers_mean_nothing():
    spread = [text for line in PLAIN for text in (line, "", "第 1 页 共 2 页", "- 3 -")]

    assert only(*spread).sheet == only(*PLAIN).sheet


def test_a_heading_on_the_next_page_is_no_data():
    again = [*PLAIN[:-1], TITLE, HEADING, "值", ROW]

    assert lines(only(*again)) == TWO


def test_a_category_that_runs_into_the_goal_is_known_from_the_other_rows():
    glued = [*HEAD[:3], "333-信息化类为持续优化，保障全年。", HEAD[5]]

    goal = only(TITLE, HEADING, *glued, FIRST, ROW)

    assert goal.sheet.category.text == "333-信息化类"
    assert goal.sheet.overall_goal == "为持续优化，保障全年。"


def test_a_year_in_a_goal_begins_no_project():
    goals = ["为持续优化，分", "2025-2027年三年完成。", "为持续优化，本年一半。"]

    goal = only(TITLE, HEADING, *HEAD[:4], *goals, FIRST, ROW)

    assert goal.sheet.overall_goal == "为持续优化，分2025-2027年三年完成。"


def test_rows_of_another_unit_begin_another_project():
    other = ROW.replace(UNIT, "108004-别的局")

    reading = read(*PLAIN, other)

    assert [(g.sheet.unit.code, len(g.sheet.lines)) for g in reading.goals] == [
        ("108003", 2),
        ("108004", 1),
    ]


def test_what_follows_a_complete_row_is_not_read_and_told():
    reading = read(*PLAIN, "备注：略")

    assert [(f.rule, f.cell) for f in reading.findings if f.rule == "F04"] == [("F04", "A11")]
    assert "“备注：略”" in reading.findings[-1].message


@pytest.mark.parametrize(
    ("rest", "below", "tail"),
    [
        ("111-甲 1 2", [], Tail("111-甲", "1", "2")),
        ("", ["111-甲乙", "丙 1 2"], Tail("111-甲乙丙", "1", "2")),
        ("", ["111-甲乙", "丙", "1 2"], Tail("111-甲乙丙", "1", "2")),
        ("111-甲", ["一二", "三", "一二三"], Tail("111-甲", "一二三", "一二三")),
        ("111-甲", ["一二 一三", "三 四"], Tail("111-甲", "一二三", "一三四")),
        ("", ["111-甲", "乙", "一二", "三", "一二三"], Tail("111-甲乙", "一二三", "一二三")),
        (
            "111-甲",
            ["保障12个", "和8个", "保障1个"],
            Tail("111-甲", "保障12个和8个", "保障1个", "指标值"),
        ),
        ("111-甲", ["一", "二"], Tail("111-甲", "一", "二", "指标值")),
        ("111-甲 1", [], Tail("111-甲", "", "1", "指标值")),
        ("111-甲", [], Tail("111-甲", "", "", "指标值")),
        ("", [], Tail("", "", "", "三级指标和指标值")),
        ("", ["111-甲"], Tail("111-甲", "", "", "三级指标和指标值")),
    ],
)
def test_name_and_values_are_told_apart_or_marked(rest, below, tail):
    assert tail_of(rest, below) == tail


def goal_lines(*texts):
    return [TextLine(number, text) for number, text in enumerate(texts, 1)]


def test_only_a_repeated_beginning_is_beyond_doubt():
    repeated = propose(goal_lines("为持续优化环境，", "做甲。", "为持续优化环境，做乙。"), Widths())
    other = propose(goal_lines("做好甲。", "做好乙"), Widths())

    assert (repeated.cut, repeated.doubtful) == (2, False)
    assert (other.cut, other.doubtful) == (1, True)


def test_two_repeated_beginnings_are_doubtful():
    texts = ("为持续优化环境一。", "为持续优化环境二。", "为持续优化环境三。")

    assert propose(goal_lines(*texts), Widths()).doubtful


def test_one_piece_alone_is_doubtful_and_none_is_not():
    assert propose(goal_lines("做好甲。"), Widths()).doubtful
    assert not propose([], Widths()).doubtful


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (("一二三四五", "六"), "一二三四五六"),
        (("一二。", "三四五"), "一二。\n三四五"),
        (("一二三四；", "2、五"), "一二三四；\n2、五"),
        (("Windows", "Server"), "Windows Server"),
        ((), ""),
    ],
)
def test_line_ends_are_wrapping_unless_a_line_was_ended_early(texts, text):
    column = 8.0 if texts != ("一二三四五", "六") else 5.0

    assert parted(Split(texts, len(texts), False, (column, 0.0))) == (text, "")


def test_another_cut_makes_other_goals():
    split = Split(("一。", "二。", "三。"), 1, True)

    assert parted(split) == ("一。", "二。三。")
    assert parted(split, 2) == ("一。二。", "三。")


def test_text_without_a_row_is_no_table():
    with pytest.raises(SheetError) as caught:
        read(TITLE, HEADING, *HEAD)

    assert caught.value.kind == "no_table"


SEED = (FILES / "goals-2025.txt").read_text("utf-8").split("\n")


def test_blank_lines_of_the_2025_table_say_nothing():
    """But which cut is proposed where nothing else tells."""
    full, dense = read(*SEED), read(*(line for line in SEED if line))

    assert [g.sheet.lines for g in full.goals] == [g.sheet.lines for g in dense.goals]
    assert [g.sheet.project for g in full.goals] == [g.sheet.project for g in dense.goals]
    assert [g.split.cut for g in full.goals] == [g.split.cut for g in dense.goals]


piece = st.sampled_from([*PLAIN, *HEAD, "", " ", "值", "1-a", "108003-", "333-", "12-3 45-6"])
noise = st.lists(piece | st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


@given(noise, st.booleans())
def test_no_text_whatever_makes_reading_fail(found, with_table):
    with suppress(SheetError):
        for goal in read(*(PLAIN if with_table else ()), *found).goals:
            assert goal.split is not None
            assert 0 <= goal.split.cut <= len(goal.split.lines)


def test_a_text_as_it_stands_on_the_page_is_refused_however_many_rows_it_has():
    """What pdftotext -layout makes: goals beside rows, names in the middle of their rows."""
    row = (
        "101009-区政数局    331-部门预算类      1-产出指标  11-数量指标  "
        "111000898-订制制服数  5套  5套"
    )
    page = [
        line
        for number in range(20)
        for line in (
            row,
            "",
            f"      第{number}个目标的一段文字，从这里写起，",
            f"   项目{number}   到这里为止。",
        )
    ]

    with pytest.raises(SheetError, match="不是一行一个"):
        read("2025年绩效目标", *page)
