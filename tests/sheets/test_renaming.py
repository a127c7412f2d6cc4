"""A project under another name in the next file: proposed, chosen, and done."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from performance.goals.models import Goal, State
from performance.library.levels import Level
from performance.review.actions import perform
from performance.sheets.actions import confirm, look_again
from performance.sheets.models import Upload, UploadState
from performance.sheets.plan import Kind
from performance.sheets.receiving import receive
from performance.sheets.stored import dump_plan, load_plan
from tests.builders import (
    change_goal,
    clean_sheet,
    make_file,
    make_goal,
    make_line,
    make_sheet,
)


def planned(by, *sheets):
    upload = receive(make_file(*sheets), "目标.xlsx", by=by)
    return upload, load_plan(upload.plan)


def told(plan):
    return [(f.level, f.goal, f.cell) for f in plan.findings if f.rule == "F13"]


def test_the_same_goal_under_another_name_is_proposed_as_renamed(clerk):
    goal = make_goal(clean_sheet("甲"), by=clerk)

    _, plan = planned(clerk, clean_sheet("乙"))

    (op,) = plan.operations
    assert (op.kind, op.goal_id, op.base, op.was) == (Kind.CHANGED, goal.pk, 1, "甲")
    assert told(plan) == [(Level.WARNING, 0, "B3")]
    assert "原名“甲” → “乙”" in next(f.message for f in plan.findings if f.rule == "F13")
    assert load_plan(dump_plan(plan)) == plan
    assert not plan.refuses


def test_confirming_renames_the_goal_in_a_revision_of_its_own(clerk):
    goal = make_goal(clean_sheet("甲", filler="张敏"), by=clerk)
    keys = [line.key for line in goal.sheet().lines]
    upload, _ = planned(clerk, clean_sheet("乙"))

    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    now = Goal.objects.get()
    assert (now.pk, now.project, now.revision_number) == (goal.pk, "乙", 2)
    assert [line.key for line in now.sheet().lines] == keys
    assert now.filler == "张敏"
    assert Upload.objects.get().outcome == {"new": 0, "changed": 1, "left_out": []}


def test_who_says_that_it_is_another_project_gets_a_new_one(clerk):
    goal = make_goal(clean_sheet("甲", filler="张敏"), by=clerk)
    upload, _ = planned(clerk, clean_sheet("乙"))

    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash, not_renamed=[0])

    new = Goal.objects.get(project="乙")
    assert Goal.objects.get(pk=goal.pk).project == "甲"
    assert (new.filler, new.revision_number) == ("", 1)
    done = Upload.objects.get()
    assert done.outcome == {"new": 1, "changed": 0, "left_out": []}
    assert done.choices["not_renamed"] == [0]


def test_changed_values_are_no_hindrance_and_come_with_the_name(clerk):
    make_goal(make_sheet("甲", make_line(annual_value="5套")), by=clerk)

    upload, plan = planned(clerk, make_sheet("乙", make_line(annual_value="8套")))
    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    assert plan.operations[0].was == "甲"
    assert Goal.objects.get().sheet().lines[0].annual_value == "8套"


OTHER_LINE = make_line("222000929-保障机构正常运作", "22-社会效益", "2-效益指标")


@pytest.mark.parametrize(
    "sheet",
    [
        make_sheet("乙", annual_goal="别的年度目标。"),
        make_sheet("乙", overall_goal="别的总体目标。"),
        make_sheet("乙", category="333-部门预算信息化新建类"),
        make_sheet("乙", OTHER_LINE),
        make_sheet("乙", make_line(), OTHER_LINE),
    ],
    ids=["annual", "overall", "category", "indicator", "one more"],
)
def test_a_goal_that_says_something_else_is_new(clerk, sheet):
    make_goal(make_sheet("甲"), by=clerk)

    _, plan = planned(clerk, sheet)

    assert [op.kind for op in plan.operations] == [Kind.NEW]
    assert told(plan) == []


def test_a_goal_of_another_unit_or_year_or_a_void_one_is_never_meant(clerk, bureau):
    make_goal(clean_sheet("甲", unit="202001-区教育局"), by=bureau)
    make_goal(clean_sheet("丙"), by=clerk, state=State.VOID)

    _, plan = planned(clerk, clean_sheet("乙"))

    assert [op.kind for op in plan.operations] == [Kind.NEW]
    assert told(plan) == []


def test_a_goal_that_is_in_the_file_keeps_its_name(clerk):
    make_goal(clean_sheet("甲"), by=clerk)

    _, plan = planned(clerk, clean_sheet("甲"), clean_sheet("乙"))

    assert [op.kind for op in plan.operations] == [Kind.SAME, Kind.NEW]
    assert told(plan) == []


def test_between_two_that_could_be_meant_nothing_is_proposed_but_told(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    make_goal(clean_sheet("丙"), by=clerk)

    _, plan = planned(clerk, clean_sheet("乙"))

    assert [op.kind for op in plan.operations] == [Kind.NEW]
    assert told(plan) == [(Level.HINT, 0, "B3")]


def test_two_new_names_for_one_goal_are_told_and_both_new(clerk):
    make_goal(clean_sheet("甲"), by=clerk)

    _, plan = planned(clerk, clean_sheet("乙"), clean_sheet("丙"))

    assert [op.kind for op in plan.operations] == [Kind.NEW, Kind.NEW]
    assert [level for level, _, _ in told(plan)] == [Level.HINT] * 2


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_what_cannot_be_changed_is_named_and_not_renamed(clerk, state):
    make_goal(clean_sheet("甲"), by=clerk, state=state)

    _, plan = planned(clerk, clean_sheet("乙"))

    (finding,) = [f for f in plan.findings if f.rule == "F13"]
    assert [op.kind for op in plan.operations] == [Kind.NEW]
    assert finding.level is Level.HINT
    assert f"“甲”（{state.label}）" in finding.message


def test_a_goal_submitted_since_the_preview_is_left_out(clerk):
    goal = make_goal(clean_sheet("甲"), by=clerk)
    upload, _ = planned(clerk, clean_sheet("甲二"))
    perform(goal.pk, "submit", by=clerk, seen=goal.chain_hash)

    done = confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    assert [row["project"] for row in done.outcome["left_out"]] == ["甲二"]
    assert Goal.objects.get().project == "甲"


def test_a_goal_changed_since_the_preview_is_renamed_with_that_change(clerk):
    goal = make_goal(clean_sheet("甲"), by=clerk)
    upload, _ = planned(clerk, clean_sheet("甲二"))
    change_goal(goal, clean_sheet("甲", annual_goal="别人改的"), by=clerk)

    again = confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)
    confirm(upload.pk, by=clerk, plan_hash=again.plan_hash)

    renamed = Goal.objects.get()
    assert (renamed.project, renamed.annual_goal) == ("甲二", "别人改的")


def test_a_name_that_was_taken_since_the_preview_is_left_out(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    upload, _ = planned(clerk, clean_sheet("乙"))
    make_goal(clean_sheet("乙", annual_goal="别人开的"), by=clerk)

    done = confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    assert "已有同名项目" in done.outcome["left_out"][0]["message"]
    assert set(Goal.objects.values_list("project", flat=True)) == {"甲", "乙"}


@pytest.mark.parametrize("indexes", [[1], [-1], [10**20], [0, 7]])
def test_a_choice_for_what_was_not_proposed_is_refused(clerk, indexes):
    make_goal(clean_sheet("甲"), by=clerk)
    upload, _ = planned(clerk, clean_sheet("乙"), clean_sheet("丙", annual_goal="别的"))

    with pytest.raises(ValidationError, match="对疑似改名的选择与预览不符"):
        confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash, not_renamed=indexes)

    assert Upload.objects.get().state == UploadState.PREVIEW
    assert Goal.objects.count() == 1


def test_looking_again_after_the_rename_finds_nothing_to_do(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    first, _ = planned(clerk, clean_sheet("乙"))
    second, _ = planned(clerk, clean_sheet("乙"))
    confirm(first.pk, by=clerk, plan_hash=first.plan_hash)

    again = load_plan(look_again(second.pk, by=clerk, create_missing=False).plan)

    assert [op.kind for op in again.operations] == [Kind.SAME]


def test_names_without_codes_count_as_they_are_read(clerk, portal):
    sheet = clean_sheet("甲")
    bare = tuple(replace(line, level3=replace(line.level3, code="")) for line in sheet.lines)
    make_goal(replace(sheet, lines=bare), by=clerk)

    _, plan = planned(clerk, replace(sheet, project="乙", lines=bare))

    assert [op.was for op in plan.operations] == ["甲"]


def test_a_plan_stored_before_there_were_proposals_still_loads(clerk):
    upload, plan = planned(clerk, clean_sheet("乙"))
    old = upload.plan.replace('"apart":null,', "").replace(',"was":""', "")

    assert "apart" not in old
    assert load_plan(old) == plan
