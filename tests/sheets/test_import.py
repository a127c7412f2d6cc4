"""A file's way in: receive, look again, confirm; what is kept, and what is written when."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.goals.models import Goal, GoalLine, Origin, Revision, State
from performance.library.models import Category, Frame, Indicator, Listing, RuleLevel, Year
from performance.people.models import Membership, Unit, User
from performance.sheets.actions import confirm, look_again
from performance.sheets.models import Upload, UploadState
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan
from tests.builders import (
    TITLE,
    change_goal,
    clean_sheet,
    make_file,
    make_goal,
    make_grid,
    make_line,
    make_row,
    make_sheet,
    make_user,
    make_workbook,
)
from tests.racing import by_name, race

GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
TABLES = (Goal, GoalLine, Revision, Year, Unit, Frame, Category, Indicator, Listing)


def bring(*rows, by, create_missing=False, **grid) -> Upload:
    data = make_workbook(make_grid(*rows, **grid))
    return receive(data, "目标.xlsx", by=by, create_missing=create_missing)


def accept(upload, *, by=None) -> Upload:
    return confirm(upload.pk, by=by or upload.by, plan_hash=upload.plan_hash)


def counts():
    return [model.objects.count() for model in TABLES]


def kinds(upload):
    return [operation.kind.value for operation in load_plan(upload.plan).operations]


def test_a_file_is_kept_with_what_it_says_and_would_do(clerk):
    data = make_file(clean_sheet("甲"), clean_sheet("乙"))

    upload = receive(data, "目标 2025.xlsx", by=clerk)

    upload = Upload.objects.get(pk=upload.pk)
    assert (upload.name, upload.state, upload.kind, upload.by) == (
        "目标 2025.xlsx",
        UploadState.PREVIEW,
        "",
        clerk,
    )
    assert Path(upload.file.path).read_bytes() == data
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert kinds(upload) == ["new", "new"]
    assert upload.outcome is None


def test_a_preview_writes_no_goal_and_no_library(bureau):
    before = counts()

    bring(
        make_row(unit="9-新", category="777-新"), by=bureau, create_missing=True, title="2029年目标"
    )

    assert counts() == before


def test_a_confirmation_writes_what_was_shown(clerk):
    same = make_goal(make_sheet("同"), by=clerk)
    changed = make_goal(make_sheet("改", annual_goal="旧"), by=clerk)
    upload = bring(make_row("同"), make_row("改"), make_row("新"), by=clerk)

    upload = accept(upload)

    assert (upload.state, upload.outcome) == (
        UploadState.CONFIRMED,
        {"new": 1, "changed": 1, "left_out": []},
    )
    assert upload.confirmed_at is not None
    new = Goal.objects.get(project="新")
    assert new.sheet() == make_sheet("新")
    assert Goal.objects.get(pk=changed.pk).sheet() == make_sheet("改")
    assert Goal.objects.get(pk=same.pk).revision_number == 1
    listing = Listing.objects.get()
    assert (listing.title, listing.year.year) == (TITLE, 2025)
    assert [(goal.listing, goal.position) for goal in (new, Goal.objects.get(pk=changed.pk))] == [
        (listing, 3),
        (listing, 2),
    ]
    assert list(
        Revision.objects.filter(origin=Origin.UPLOAD).values_list("goal", "origin_id", "by")
    ) == [(changed.pk, upload.pk, clerk.pk), (new.pk, upload.pk, clerk.pk)]


def test_a_second_confirmation_answers_with_the_first_result(clerk):
    upload = bring(make_row(), by=clerk)
    first = accept(upload)
    before = counts()

    second = accept(upload)
    third = confirm(upload.pk, by=clerk, plan_hash="whatever")

    assert first.outcome == second.outcome == third.outcome
    assert first.confirmed_at == second.confirmed_at == third.confirmed_at
    assert counts() == before


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_write_once(clerk):
    upload = bring(make_row(), by=clerk)

    def confirming():
        return confirm(upload.pk, by=User.objects.get(pk=clerk.pk), plan_hash=upload.plan_hash)

    answers = race(confirming, confirming, confirming)

    assert by_name(answers, lambda done: done.state) == {"confirmed": 3}
    assert Revision.objects.count() == Goal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_new_project_at_once_open_it_once(clerk):
    uploads = [bring(make_row(annual_goal=text), by=clerk) for text in ("一", "二")]

    def confirming(upload):
        user = User.objects.get(pk=clerk.pk)
        return lambda: confirm(upload.pk, by=user, plan_hash=upload.plan_hash)

    answers = race(*map(confirming, uploads))

    assert by_name(answers, lambda done: done.state) == {"confirmed": 1, "preview": 1}
    assert Goal.objects.count() == Revision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_new_year_and_entries_at_once_create_them_once(bureau):
    entries = [
        {"unit": f"90{n}-新{n}", "category": f"70{n}-新", "level3": f"11190000{n}-新"}
        for n in range(4)
    ]
    files = [(entries, "甲"), (entries[::-1], "乙")]
    uploads = [
        bring(
            *(make_row(f"{name}{n}", **changes) for n, changes in enumerate(rows)),
            by=bureau,
            create_missing=True,
            title="2027年目标",
        )
        for rows, name in files
    ]

    def confirming(upload):
        user = User.objects.get(pk=bureau.pk)
        return lambda: confirm(upload.pk, by=user, plan_hash=upload.plan_hash)

    answers = race(*map(confirming, uploads))

    assert by_name(answers, lambda done: done.state) == {"confirmed": 2}
    assert Goal.objects.filter(year__year=2027).count() == 8
    assert Unit.objects.filter(code__startswith="90").count() == 4
    assert Frame.objects.filter(year__year=2027).count() == 12


def test_goals_that_changed_since_the_preview_are_merged_and_shown_again_before_anything_is_written(
    clerk,
):
    goal = make_goal(make_sheet("甲"), by=clerk)
    upload = bring(make_row("甲", annual_value="8套"), make_row("乙"), make_row("丙"), by=clerk)
    change_goal(goal, make_sheet("甲", annual_goal="别人写的"), by=clerk)
    make_goal(make_sheet("乙", annual_goal="别人建的"), by=clerk)

    again = accept(upload)

    assert again.state == UploadState.PREVIEW
    assert not Goal.objects.filter(project="丙").exists()
    operations = {op.sheet.project: op for op in load_plan(again.plan).operations}
    assert {name: op.kind.value for name, op in operations.items()} == {
        "甲": "changed",
        "乙": "changed",
        "丙": "new",
    }
    assert operations["甲"].sheet.annual_goal == "别人写的"
    assert accept(again).outcome == {"new": 1, "changed": 2, "left_out": []}
    goal.refresh_from_db()
    assert (goal.annual_goal, goal.sheet().lines[0].annual_value) == ("别人写的", "8套")


def test_where_file_and_somebody_else_changed_the_same_cell_theirs_is_kept_and_both_are_told(clerk):
    goal = make_goal(make_sheet("甲"), by=clerk)
    upload = bring(make_row("甲", annual_goal="表里的", annual_value="8套"), by=clerk)
    change_goal(goal, make_sheet("甲", annual_goal="别人写的"), by=clerk)

    again = accept(upload)

    (finding,) = [f for f in load_plan(again.plan).findings if f.rule == "F14"]
    assert "表格里是“表里的”，预览以后别人改成了“别人写的”，保留“别人写的”" in finding.message
    assert finding.cell == "E3"
    accept(again)
    goal.refresh_from_db()
    assert (goal.annual_goal, goal.sheet().lines[0].annual_value) == ("别人写的", "8套")


def test_a_goal_that_keeps_changing_is_merged_from_where_the_file_was_first_compared(clerk):
    goal = make_goal(make_sheet("甲"), by=clerk)
    upload = bring(make_row("甲", annual_value="8套"), by=clerk)
    for text in ("第一次", "第二次", "第三次"):
        goal = change_goal(goal, replace(goal.sheet(), annual_goal=text), by=clerk)
        upload = accept(upload)
        assert upload.state == UploadState.PREVIEW

    assert accept(upload).state == UploadState.CONFIRMED
    goal.refresh_from_db()
    assert (goal.annual_goal, goal.sheet().lines[0].annual_value) == ("第三次", "8套")


def test_lines_removed_by_one_side_and_changed_by_the_other_are_told(clerk):
    two = (make_line(), make_line("113000207-任务按时完成率", "13-时效指标"))
    goal = make_goal(make_sheet("甲", *two), by=clerk)
    upload = bring(make_row("甲", annual_goal="表里的"), by=clerk)  # without the second line
    changed = replace(goal.sheet().lines[1], annual_value="99%")
    change_goal(goal, replace(goal.sheet(), lines=(goal.sheet().lines[0], changed)), by=clerk)

    again = accept(upload)

    (finding,) = [f for f in load_plan(again.plan).findings if f.rule == "F14"]
    assert "别人改了这一行" in finding.message
    accept(again)
    goal.refresh_from_db()
    assert [x.annual_value for x in goal.sheet().lines] == ["5套", "99%"]
    assert goal.annual_goal == "表里的"


def test_a_goal_that_was_locked_since_the_preview_is_left_out(clerk):
    make_goal(make_sheet("甲"), by=clerk)
    upload = bring(make_row("甲", annual_goal="文件里的"), by=clerk)
    Goal.objects.update(state=State.SUBMITTED)

    upload = accept(upload)

    (left_out,) = upload.outcome["left_out"]
    assert left_out["project"] == "甲"
    assert "已送审" in left_out["message"]


def test_what_is_refused_in_the_preview_is_not_written_but_the_rest_is(clerk):
    upload = bring(make_row("坏", level3=""), make_row("好"), by=clerk)

    upload = accept(upload)

    assert upload.outcome == {"new": 1, "changed": 0, "left_out": []}
    assert list(Goal.objects.values_list("project", flat=True)) == ["好"]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_a_locked_goal_that_is_the_same_does_not_stop_a_file(clerk, state):
    make_goal(make_sheet("甲"), by=clerk, state=state)
    upload = bring(make_row("甲"), make_row("乙"), by=clerk)

    assert kinds(upload) == ["same", "new"]
    assert accept(upload).outcome == {"new": 1, "changed": 0, "left_out": []}


def test_another_plan_than_the_one_that_was_shown_is_not_applied(bureau):
    upload = bring(make_row(category="777-新"), by=bureau)
    look_again(upload.pk, by=bureau, create_missing=True)

    with pytest.raises(ValidationError, match="预览已在别处更新"):
        accept(upload)

    assert Goal.objects.count() == 0


def test_looking_again_compares_with_todays_goals(clerk):
    goal = make_goal(make_sheet("甲"), by=clerk)
    upload = bring(make_row("甲", annual_goal="文件里的"), by=clerk)
    change_goal(goal, make_sheet("甲", annual_goal="文件里的"), by=clerk)

    again = look_again(upload.pk, by=clerk, create_missing=False)

    assert (kinds(upload), kinds(again)) == (["changed"], ["same"])
    assert accept(again).outcome == {"new": 0, "changed": 0, "left_out": []}


def test_looking_again_gives_the_same_plan_when_nothing_changed(clerk):
    upload = bring(make_row("甲"), make_row("乙", level3="33-短"), by=clerk)

    again = look_again(upload.pk, by=clerk, create_missing=False)

    assert (again.plan, again.plan_hash) == (upload.plan, upload.plan_hash)


def test_what_is_confirmed_or_unreadable_is_not_looked_at_again(clerk):
    done = accept(bring(make_row(), by=clerk))
    broken = receive(b"PK\x03\x04", "坏.xlsx", by=clerk)

    assert look_again(done.pk, by=clerk, create_missing=False).plan_hash == done.plan_hash
    assert look_again(broken.pk, by=clerk, create_missing=False).plan == ""
    with pytest.raises(ValidationError, match="没有能读取"):
        accept(broken)


def test_a_file_that_cannot_be_read_leaves_only_the_attempt(clerk):
    before = counts()

    upload = receive(b"<html><p>x</p></html>", "表.xls", by=clerk)

    upload.refresh_from_db()
    assert (upload.state, upload.kind, upload.name) == ("unreadable", "no_table", "表.xls")
    assert upload.message.endswith("。")
    assert (upload.file.name, upload.reading, upload.plan, upload.plan_hash) == ("", "", "", "")
    assert counts() == before


def test_only_who_brought_a_file_may_look_at_it_again_or_confirm_it(clerk, bureau):
    upload = bring(make_row(), by=clerk)

    with pytest.raises(PermissionDenied):
        accept(upload, by=bureau)
    with pytest.raises(PermissionDenied):
        look_again(upload.pk, by=bureau, create_missing=False)
    assert Goal.objects.count() == 0


def test_who_lost_the_right_meanwhile_confirms_nothing(clerk):
    upload = bring(make_row(), by=clerk)
    Membership.objects.filter(user=clerk).delete()

    with pytest.raises(PermissionDenied):
        accept(upload, by=User.objects.get(pk=clerk.pk))


@pytest.mark.parametrize("role", ["reviewer", "system"])
def test_who_may_not_write_brings_no_file(portal, role):
    user = make_user("somebody", (role, "101" if role == "reviewer" else None))

    with pytest.raises(PermissionDenied):
        bring(make_row(), by=user)

    assert Upload.objects.count() == 0


def test_a_clerk_who_was_moved_to_another_unit_meanwhile_writes_nothing(clerk):
    upload = bring(make_row(), by=clerk)
    Membership.objects.filter(user=clerk).update(unit=Unit.objects.get(code="202001"))

    upload = accept(upload, by=User.objects.get(pk=clerk.pk))

    assert upload.outcome["left_out"] == [
        {"project": "工作制服经费", "message": "您没有填报这个单位的权限。"}
    ]
    assert Goal.objects.count() == 0


def test_a_clerk_who_asks_to_create_what_is_missing_does_not(clerk):
    upload = bring(
        make_row(category="777-新", level3="111999999-新"), by=clerk, create_missing=True
    )

    accept(upload)

    assert not upload.create_missing
    assert Goal.objects.get().category is None
    assert not Category.objects.filter(code="777").exists()
    assert not Indicator.objects.filter(code="111999999").exists()


def test_who_lost_the_right_to_create_confirms_nothing(bureau):
    upload = bring(make_row(category="777-新"), by=bureau, create_missing=True)
    Membership.objects.filter(user=bureau).update(
        role="clerk", unit=Unit.objects.get(code="101009")
    )

    with pytest.raises(PermissionDenied):
        accept(upload, by=User.objects.get(pk=bureau.pk))

    assert Goal.objects.count() == 0


def test_everything_missing_is_created_with_the_goal_that_needs_it(bureau, portal):
    unknown = {
        "unit": "101010-新单位",
        "category": "777-新类别",
        "level1": "7-新一级",
        "level2": "71-新二级",
        "level3": "771000001-新三级",
    }
    upload = bring(make_row(**unknown), by=bureau, create_missing=True)

    accept(upload)

    goal = Goal.objects.get()
    line = goal.lines.get()
    assert str(goal.unit) == "101010-新单位"
    assert goal.unit.parent.code == "101"
    assert str(goal.category) == "777-新类别"
    assert str(line.indicator) == "771000001-新三级"
    assert str(line.indicator.parent) == "71-新二级"
    assert str(line.indicator.parent.parent) == "7-新一级"
    assert goal.year == portal


def test_a_new_year_takes_frame_categories_and_settings_of_the_nearest(bureau, portal):
    portal.level3_pattern, portal.category_required = "{1}{2}####", False
    portal.save()
    RuleLevel.objects.create(year=portal, rule="R03", level="warning")
    row = make_row(level3="1110001-新规则的编码", category="")
    upload = bring(row, by=bureau, create_missing=True, title="2027年绩效目标")

    accept(upload)

    year = Year.objects.get(year=2027)
    assert (year.level3_pattern, year.category_required) == ("{1}{2}####", False)
    for model in (Frame, Category):
        assert sorted(model.objects.filter(year=year).values_list("code", "name")) == sorted(
            model.objects.filter(year=portal).values_list("code", "name")
        )
    assert set(Frame.objects.filter(year=year).values_list("code", "parent__code")) == set(
        Frame.objects.filter(year=portal).values_list("code", "parent__code")
    )
    assert list(RuleLevel.objects.filter(year=year).values_list("rule", "level")) == [
        ("R03", "warning")
    ]
    assert list(Indicator.objects.filter(year=year).values_list("code", flat=True)) == ["1110001"]
    assert Goal.objects.get().lines.get().indicator.year == year


def test_what_somebody_else_made_since_the_preview_is_left_as_it_is(bureau, portal):
    row = make_row(unit="9-新", category="777-新", level3="111999999-新")
    upload = bring(row, by=bureau, create_missing=True)
    Unit.objects.create(code="9", name="别人建的")
    Category.objects.create(year=portal, code="777", name="别人建的")

    accept(upload)

    goal = Goal.objects.get()
    assert (goal.unit.name, goal.unit_name) == ("别人建的", "新")
    assert (goal.category.name, goal.category_name) == ("别人建的", "新")


def test_typed_and_imported_goals_are_one(clerk):
    """A sheet typed into the form and then brought as a file says nothing new."""
    goal = make_goal(make_sheet("甲"), by=clerk)

    upload = accept(bring(make_row("甲"), by=clerk))

    assert upload.outcome == {"new": 0, "changed": 0, "left_out": []}
    assert goal.revisions.count() == 1


def test_the_golden_workbook_is_imported_and_again_changes_nothing(clerk):
    first = accept(receive(GOLDEN.read_bytes(), GOLDEN.name, by=clerk))
    before = counts()

    second = receive(GOLDEN.read_bytes(), GOLDEN.name, by=clerk)

    assert first.outcome == {"new": 9, "changed": 0, "left_out": []}
    assert kinds(second) == ["same"] * 9
    assert accept(second).outcome == {"new": 0, "changed": 0, "left_out": []}
    assert counts() == before
    assert GoalLine.objects.count() == 61
    assert GoalLine.objects.filter(indicator=None).count() == 0
    assert list(Goal.objects.values_list("position", flat=True)) == list(range(1, 10))


def test_a_file_that_is_gone_or_changed_on_the_disk_is_not_confirmed(clerk):
    gone, changed = (bring(make_row(), by=clerk) for _ in range(2))
    Path(gone.file.path).unlink()
    Path(changed.file.path).write_bytes(b"something else")

    with pytest.raises(ValidationError, match="保存的文件已找不到"):
        accept(gone)
    with pytest.raises(ValidationError, match="与上传时不一致"):
        accept(changed)
    assert Goal.objects.count() == 0


def test_the_name_on_the_disk_is_never_the_users(clerk):
    data = make_file(clean_sheet())

    for name in ("../../etc/passwd", "a" * 400 + ".xlsx", "\udcff.xlsx", "", "x/y\\z.xlsx"):
        upload = receive(data, name, by=clerk)
        assert upload.file.name.startswith(upload.sha256[:2] + "/" + upload.sha256)
        assert len(upload.name) <= 255


@pytest.mark.parametrize("year", [-1, 0, 1999, 2101, 99_999])
def test_an_impossible_year_is_refused(clerk, year):
    with pytest.raises(ValidationError):
        receive(make_file(clean_sheet()), "表.xlsx", by=clerk, year=year)

    assert Upload.objects.count() == 0


def test_the_year_that_is_given_wins_over_the_title(bureau):
    Year.objects.create(year=2026)

    upload = receive(make_file(clean_sheet()), "表.xlsx", by=bureau, year=2026)
    accept(upload)

    assert (upload.year, Goal.objects.get().year.year) == (2026, 2026)


def test_a_table_without_title_has_no_listing(clerk):
    upload = receive(make_workbook(make_grid(make_row(), title="")), "表.xlsx", by=clerk, year=2025)

    accept(upload)

    assert Goal.objects.get().listing is None
    assert Listing.objects.count() == 0


def test_several_worksheets_have_a_listing_each(bureau):
    Year.objects.create(year=2026)
    grids = [
        make_grid(make_row("甲"), make_row("乙"), name="2025"),
        make_grid(make_row("甲"), title="2026年项目绩效目标", name="2026"),
    ]

    upload = accept(receive(make_workbook(*grids), "两年.xlsx", by=bureau))

    assert upload.outcome["new"] == 3
    assert sorted(Goal.objects.values_list("listing__title", "project", "position")) == sorted(
        [(TITLE, "甲", 1), (TITLE, "乙", 2), ("2026年项目绩效目标", "甲", 3)]
    )


HOSTILE = [
    {"project": "长" * 501},
    {"unit": "1" * 300 + "-长"},
    {"unit": "9-" + "长" * 400},
    {"category": "1" * 150 + "-长"},
    {"category": "777-a\0b"},
    {"level1": "7" * 150 + "-长"},
    {"level2": "11-a\0b"},
    {"level3": "111999999-" + "长" * 5_000},
    {"annual_goal": "😀👨‍👩‍👧‮مرحبا" * 500},
    {"annual_value": "=1+1", "cycle_value": "'x", "project": "@SUM(A1)"},
    {"title": "2025年" + "长" * 600},
    {"title": "2025年绩\0效\x07目标"},
    {"title": "2025年" + "😀" * 300},
]


@pytest.mark.parametrize("changes", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_stands_in_a_cell_is_stored_or_refused_in_a_sentence(bureau, changes):
    title = changes.get("title", TITLE)
    row = make_row(**{k: v for k, v in changes.items() if k != "title"})

    upload = bring(row, by=bureau, create_missing=True, title=title)
    plan = load_plan(upload.plan)
    upload = accept(upload)

    assert upload.outcome["left_out"] == []
    assert Goal.objects.count() == len(plan.to_write)
    assert plan.to_write or any(finding.refuses for finding in plan.findings)
    for goal, operation in zip(Goal.objects.all(), plan.to_write, strict=True):
        assert goal.sheet() == operation.sheet


def test_a_cell_of_two_hundred_columns_and_empty_ones_between_are_no_trouble(clerk):
    wide = make_grid((*make_row(), *("x" * 90,) * 190), title=TITLE)

    upload = receive(make_workbook(wide), "宽.xlsx", by=clerk)

    assert accept(upload).outcome["new"] == 1


# --- the number of queries does not grow with the file ------------------------------------------
def table(count, value="5套"):
    """Rows of five lines a project, as large files have them."""
    codes = [f"11100{n:04d}-指标{n}" for n in range(5)]
    rows = [
        make_row(f"项目{n // 5}", level3=codes[n % 5], annual_value=value) for n in range(count)
    ]
    return make_workbook(make_grid(*rows))


def queries_of(action):
    with CaptureQueriesContext(connection) as captured:
        answer = action()
    return answer, len(captured)


def measured(count, user):
    """Queries of a first import and of one that changes every goal of it."""
    found = []
    for value in ("5套", "6套"):
        upload, planned = queries_of(lambda v=value: receive(table(count, v), "大.xlsx", by=user))
        _, confirmed = queries_of(lambda u=upload: accept(u))
        found += [planned, confirmed]
    return found


def batches(rows: int) -> int:
    """Statements in which SQLite writes so many lines, five to a goal, with their goals."""
    if connection.vendor != "sqlite":
        return 0
    written = {Goal: 2 * rows // 5, Revision: rows // 5, GoalLine: rows}
    return sum(
        count * len(model._meta.concrete_fields) // 999 + 1 for model, count in written.items()
    )


@pytest.mark.parametrize("rows", [500, pytest.param(5_000, marks=pytest.mark.slow)])
def test_queries_grow_with_batches_only(clerk, unguarded, rows):
    small = measured(50, clerk)
    Revision.objects.all().delete()
    Goal.objects.all().delete()

    large = measured(rows, clerk)

    assert large[::2] <= small[::2]
    assert large[1] <= small[1] + batches(rows)
    assert large[3] <= small[3] + batches(rows)
