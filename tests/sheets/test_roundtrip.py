"""What goes out comes back the same, in every layout and every format that is written and read."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.goals.models import Goal, Revision, State
from performance.goals.sheet import Coded, Line, Sheet
from performance.library.models import Year
from performance.sheets.actions import confirm
from performance.sheets.convert import can_write, read_file, read_grids, write_file
from performance.sheets.export import export_file, to_export
from performance.sheets.formats import FORMATS
from performance.sheets.grid import SheetError
from performance.sheets.layouts import LAYOUTS
from performance.sheets.layouts.written import write_table
from performance.sheets.receiving import receive
from performance.sheets.resources import format_of
from tests.builders import (
    TITLE,
    change_goal,
    clean_sheet,
    make_goal,
    make_line,
    make_sheet,
)

GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
BOTH_WAYS = [name for name, row in FORMATS.items() if row.read and row.write]
PAIRS = [(layout, one) for layout in LAYOUTS for one in BOTH_WAYS if can_write(layout, one)]
ODD = [
    "＞5",
    "100%",
    "0012",
    "=1+1",
    "+1",
    "-1",
    "@x",
    "'引号",
    '"双引号"',
    "1.50",
    "2025-01-01",
    "TRUE",
    "<b>&amp;</b>",
    "第一行\n第二行",
    "制表\t符",
    "😀👨‍👩‍👧",
    "مرحبا‏",
    "_x0041_",
    "1E5",
    "1,000",
    "长" * 3_000,
]
# On a page letters from right to left stand in the page's order, not in the text's; and a row of
# which each name is longer than a page is none that could be told from the rows beside it.
UNPRINTABLE = {"مرحبا‏", "长" * 3_000}


def odd(extension: str) -> list[str]:
    return [text for text in ODD if extension != "pdf" or text not in UNPRINTABLE]


@pytest.mark.parametrize(("layout", "extension"), PAIRS)
def test_sheets_are_read_back_the_same(layout, extension):
    tables = [
        (
            TITLE,
            [
                clean_sheet("甲"),
                make_sheet("乙", make_line()),
                replace(clean_sheet("丙"), lines=()),
            ],
        ),
        (
            "2026年项目绩效目标",
            [make_sheet("甲", *[make_line(f"指标{n}") for n in range(30)], year=2026)],
        ),
    ]

    reading = read_file(write_file(tables, layout, extension))

    assert [(goal.title, goal.sheet) for goal in reading.goals] == [
        (title, sheet) for title, sheets in tables for sheet in sheets
    ]
    assert reading.findings == ()


@pytest.mark.parametrize(("layout", "extension"), PAIRS)
def test_odd_texts_are_read_back_the_same(layout, extension):
    """One file for all of them: each in a head, in a level and in a value."""
    sheets = [
        make_sheet(
            "".join(text.split("\n")),
            make_line(f"111000001-{text}", cycle_value=text, annual_value=text),
            overall_goal=text,
            annual_goal=text,
            category=f"331-{text}",
        )
        for text in odd(extension)
    ]

    reading = read_file(write_file([(TITLE, sheets)], layout, extension))

    assert [goal.sheet for goal in reading.goals] == sheets
    assert [finding.message for finding in reading.findings] == []


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=8
)
coded = st.builds(Coded, st.integers(0, 10**9).map(str), words.filter(lambda w: "-" not in w))
lines = st.builds(Line, coded, coded, coded, words, words)
sheets = st.builds(
    Sheet,
    st.just(2025),
    coded,
    words,
    coded | st.just(Coded()),
    words | st.just(""),
    words,
    st.lists(lines, min_size=1, max_size=4).map(tuple),
)


@given(st.lists(sheets, min_size=1, max_size=5, unique_by=lambda s: (s.unit.text, s.project)))
def test_any_filled_sheets_survive_the_layout(some):
    reading = read_grids([write_table(LAYOUTS["listing"], TITLE, some)])

    assert [goal.sheet for goal in reading.goals] == some


@pytest.mark.slow
@settings(max_examples=60, derandomize=False, suppress_health_check=list(HealthCheck))
@given(st.lists(sheets, min_size=1, max_size=5, unique_by=lambda s: (s.unit.text, s.project)))
def test_any_filled_sheets_survive_a_file(some):
    """Of any script: one from right to left cannot be read off a page (pdf/test_ours.py)."""
    for extension in BOTH_WAYS:
        if extension == "pdf":
            continue
        grids = FORMATS[extension].read(write_file([(TITLE, some)], "listing", extension))

        assert [goal.sheet for goal in read_grids(grids).goals] == some


def test_the_golden_workbook_is_written_as_it_was(clerk):
    upload = receive(GOLDEN.read_bytes(), GOLDEN.name, by=clerk)
    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    data, count = export(clerk)

    assert count == 9
    read = FORMATS["xlsx"].read
    (ours,), (theirs,) = read(data), read(GOLDEN.read_bytes())
    assert ours.rows == theirs.rows
    assert sorted(ours.merges) == sorted(theirs.merges)


def export(user, extension="xlsx", layout="listing", approved_only=False, goals=None):
    goals = Goal.objects.all() if goals is None else goals
    return export_file(
        goals, by=user, layout=layout, extension=extension, approved_only=approved_only
    )


@pytest.mark.parametrize(("layout", "extension"), PAIRS)
def test_importing_an_export_changes_nothing(bureau, layout, extension):
    Year.objects.create(year=2026)
    make_goal(clean_sheet("甲"), by=bureau)
    make_goal(
        make_sheet(
            "乙", *[make_line(f"指标{n}", annual_value=t) for n, t in enumerate(odd(extension))]
        ),
        by=bureau,
    )
    make_goal(clean_sheet("丙", unit="202001-区教育局", category="", overall_goal=""), by=bureau)
    make_goal(clean_sheet("丁", year=2026), by=bureau)
    before = list(Revision.objects.order_by("pk").values_list())

    data, count = export(bureau, extension, layout)
    upload = receive(data, f"导出.{extension}", by=bureau)
    upload = confirm(upload.pk, by=bureau, plan_hash=upload.plan_hash)

    assert count == 4
    assert upload.outcome == {"new": 0, "changed": 0, "left_out": []}
    assert list(Revision.objects.order_by("pk").values_list()) == before


def test_the_approved_content_goes_out_not_what_was_typed_since(clerk):
    goal = make_goal(clean_sheet("甲"), by=clerk, state=State.APPROVED)
    Goal.objects.update(state=State.RETURNED)
    change_goal(Goal.objects.get(pk=goal.pk), clean_sheet("甲", annual_goal="后来的"), by=clerk)
    make_goal(clean_sheet("乙"), by=clerk)
    make_goal(clean_sheet("丙"), by=clerk, state=State.VOID)

    everything = [g.sheet for g in read_file(export(clerk)[0]).goals]
    approved = [g.sheet for g in read_file(export(clerk, approved_only=True)[0]).goals]

    assert everything == [clean_sheet("甲"), clean_sheet("乙")]
    assert approved == [clean_sheet("甲")]
    assert to_export(Goal.objects.all(), approved_only=False).count() == 2


def test_typed_goals_join_the_years_only_listing(clerk, bureau):
    upload = receive(GOLDEN.read_bytes(), GOLDEN.name, by=clerk)
    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)
    make_goal(clean_sheet("手工填的"), by=clerk)

    goals = read_file(export(clerk)[0]).goals

    assert len({goal.title for goal in goals}) == 1
    assert goals[-1].sheet.project == "手工填的"


def test_nothing_to_export_is_a_file_with_headings_only(clerk):
    data, count = export(clerk)

    assert count == 0
    with pytest.raises(SheetError):
        read_file(data)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", FORMATS)
def test_a_format_class_says_what_it_can(layout, extension):
    made = format_of(extension, layout)()

    assert made.get_extension() == extension
    assert made.can_import() is (FORMATS[extension].read is not None)
    assert made.can_export() is can_write(layout, extension)
    assert made.get_content_type() == FORMATS[extension].mime
    assert LAYOUTS[layout].label in made.get_title()
    assert made.is_binary()
