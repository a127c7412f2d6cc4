"""Goal sheets as import-export sees them: stock datasets in, one row result per goal out."""

from pathlib import Path

import pytest
import tablib
from import_export.formats import base_formats
from import_export.results import RowResult

from performance.goals.models import Goal, State
from performance.sheets.convert import Asked
from performance.sheets.formats import FORMATS
from performance.sheets.layouts import LAYOUTS
from performance.sheets.resources import GoalSheetResource, SheetDataset, format_of, sheet_formats
from tests.builders import (
    HEADINGS,
    TITLE,
    change_goal,
    clean_sheet,
    make_file,
    make_goal,
    make_line,
    make_row,
    make_sheet,
)

GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"


def dataset(*rows, title=TITLE) -> tablib.Dataset:
    return tablib.Dataset(*rows, headers=list(HEADINGS), title=title)


def load(data, user, **options):
    return GoalSheetResource().import_data(data, user=user, **options)


def results(result):
    return [(row.object_repr, row.import_type) for row in result.rows]


def test_a_plain_dataset_is_imported(clerk):
    rows = [make_row("甲"), make_row("甲", level3="111000317-购买/租赁系统数"), make_row("乙")]

    result = load(dataset(*rows), clerk)

    assert results(result) == [("甲", "new"), ("乙", "new")]
    assert [goal.sheet() for goal in Goal.objects.order_by("position")] == [
        make_sheet("甲", make_line(), make_line("111000317-购买/租赁系统数")),
        make_sheet("乙"),
    ]


def test_a_dry_run_writes_nothing(clerk):
    result = load(dataset(make_row("甲")), clerk, dry_run=True)

    assert results(result) == [("甲", "new")]
    assert result.applied is None
    assert Goal.objects.count() == 0


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_goal_has_one_row_result_and_the_totals_add_up(clerk, dry_run):
    same = make_goal(make_sheet("同"), by=clerk)
    changed = make_goal(make_sheet("改", annual_goal="旧"), by=clerk)
    rows = [make_row(name) for name in ("同", "改", "新", "新")] + [make_row("坏", level3="")]

    result = load(dataset(*rows), clerk, dry_run=dry_run)

    assert results(result) == [
        ("同", RowResult.IMPORT_TYPE_SKIP),
        ("改", RowResult.IMPORT_TYPE_UPDATE),
        ("新", RowResult.IMPORT_TYPE_NEW),
        ("坏", RowResult.IMPORT_TYPE_ERROR),
    ]
    assert dict(result.totals) == {
        "new": 1, "update": 1, "skip": 1, "error": 1, "delete": 0, "invalid": 0
    }  # fmt: skip
    assert (result.total_rows, result.has_errors()) == (4, True)
    assert [row.number for row in result.rows] == [1, 2, 3, 4]
    new = Goal.objects.filter(project="新").first()
    assert [row.object_id for row in result.rows] == [
        same.pk,
        changed.pk,
        new.pk if new else None,
        None,
    ]
    (error_row,) = result.error_rows
    assert str(error_row.errors[0].error.messages[0]) == (
        "这一行有指标值“5套”，但没有三级指标，请补填三级指标。"
    )


def test_what_could_not_be_written_any_more_is_an_error_row(clerk):
    goal = make_goal(make_sheet("甲"), by=clerk)
    planned = load(dataset(make_row("甲", annual_goal="文件")), clerk, dry_run=True)
    change_goal(goal, make_sheet("甲", annual_goal="别人"), by=clerk)
    carrying = SheetDataset()
    carrying.plan = planned.plan

    result = load(carrying, clerk)

    assert results(result) == [("甲", "error")]
    assert result.rows[0].errors[0].error.messages == ["别人已先保存了这个绩效目标。"]
    assert Goal.objects.get().annual_goal == "别人"


def test_a_year_can_be_given_where_no_title_tells_it(clerk):
    refused = load(dataset(make_row(), title=None), clerk)
    given = load(dataset(make_row(), title=None), clerk, year=2025)

    assert (refused.totals["error"], given.totals["new"]) == (1, 1)
    assert Goal.objects.get().year.year == 2025


def test_missing_entries_are_created_on_demand(bureau):
    rows = [make_row(unit="9-新单位", category="777-新类别")]

    refused = load(dataset(*rows), bureau, dry_run=True)
    created = load(dataset(*rows), bureau, create_missing=True)

    assert refused.totals["error"] == 1
    assert created.totals["new"] == 1
    assert str(Goal.objects.get().category) == "777-新类别"


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "json"])
def test_the_stock_formats_bring_the_same_goals(clerk, kind):
    stock = getattr(base_formats, kind.upper())()
    rows = [
        make_row("甲", annual_goal="第一行\r\n第二行 ", annual_value="100%"),
        make_row("乙", category="", overall_goal=""),
    ]
    read = stock.create_dataset(stock.export_data(tablib.Dataset(*rows, headers=list(HEADINGS))))

    result = load(read, clerk, year=2025)

    assert result.totals["new"] == 2
    assert [goal.sheet() for goal in Goal.objects.order_by("position")] == [
        make_sheet("甲", make_line(annual_value="100%"), annual_goal="第一行\n第二行"),
        make_sheet("乙", category="", overall_goal=""),
    ]


def test_numbers_and_empty_cells_of_a_script_are_texts(clerk):
    row = list(make_row())
    row[2], row[8], row[9] = None, 15, 0.5

    load(dataset(row), clerk)

    line = Goal.objects.get().lines.get()
    assert (line.cycle_value, line.annual_value) == ("15", "0.5")


def test_a_dataset_that_is_no_listing_is_a_sheet_error(clerk):
    with pytest.raises(Exception, match="没有找到绩效目标表"):
        load(tablib.Dataset(("a", "b"), headers=["姓名", "电话"]), clerk)


def test_the_columns_are_the_ten_headings():
    resource = GoalSheetResource()

    assert tuple(field.column_name for field in resource.get_import_fields()) == HEADINGS
    assert tuple(field.column_name for field in resource.get_export_fields()) == HEADINGS
    assert tuple(field.column_name for field in resource.get_user_visible_fields()) == HEADINGS


@pytest.mark.django_db
def test_an_export_is_a_dataset_of_filled_rows_that_carries_its_tables(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    make_goal(clean_sheet("乙"), by=clerk, state=State.APPROVED)

    exported = GoalSheetResource().export(Goal.objects.order_by("position"))

    assert exported.headers == list(HEADINGS)
    assert [row[1] for row in exported] == ["甲", "甲", "乙", "乙"]
    assert exported[0] == make_row("甲", overall_goal=clean_sheet().overall_goal)
    assert exported.tables == [(TITLE, [clean_sheet("甲"), clean_sheet("乙")])]


def test_a_stock_export_of_our_dataset_can_be_imported_again(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    exported = GoalSheetResource().export(Goal.objects.all())

    read = base_formats.CSV().create_dataset(exported.export("csv"))

    assert load(read, clerk, year=2025).totals["skip"] == 1


def test_every_format_and_layout_has_a_class():
    made = sheet_formats()

    assert len(made) == len(FORMATS) * len(LAYOUTS)
    assert len({format_class.__name__ for format_class in made}) == len(made)
    assert "ListingXlsx" in {format_class.__name__ for format_class in made}


def test_a_format_reads_a_file_into_a_dataset_with_its_reading(clerk):
    created = format_of("xlsx")().create_dataset(GOLDEN.read_bytes())

    assert len(created) == 61
    assert created.headers == list(HEADINGS)
    assert len(created.reading.goals) == 9
    assert load(created, clerk, dry_run=True).totals["new"] == 9


@pytest.mark.django_db
def test_a_format_writes_the_tables_of_a_dataset():
    created = format_of("xlsx")().create_dataset(make_file(clean_sheet("甲")), Asked(2025))
    exported = GoalSheetResource().export(Goal.objects.none())
    exported.tables = [(TITLE, [goal.sheet for goal in created.reading.goals])]

    again = format_of("xlsx")().create_dataset(format_of("xlsx")().export_data(exported))

    assert [goal.sheet for goal in again.reading.goals] == [clean_sheet("甲")]
