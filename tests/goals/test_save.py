"""The one door: what becomes of a draft, and that nothing else does."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from performance.goals.actions import Outcome, Saved, save_sheet, save_sheets
from performance.goals.models import EDITABLE, Goal, GoalLine, Origin, Revision, State
from performance.goals.sheet import Coded, Line
from performance.library.models import Category, Frame, Indicator, Listing, Year
from performance.people.models import Unit
from performance.people.roles import ROLES, Right
from tests.builders import (
    change_goal,
    clean_sheet,
    make_draft,
    make_goal,
    make_line,
    make_sheet,
    make_user,
)


def rows() -> list[tuple]:
    """All that goals say: to see that nothing changed."""
    return [
        *Goal.objects.order_by("pk").values_list(),
        *GoalLine.objects.order_by("pk").values_list(),
        *Revision.objects.order_by("pk").values_list(),
    ]


def save(sheet=None, goal=None, *, by, **changes) -> Saved:
    return save_sheet(make_draft(sheet, goal, **changes), by=by, origin=Origin.FORM)


def test_a_new_goal_is_stored_as_written(clerk):
    sheet = make_sheet(
        "甲",
        make_line(" 从未见过的指标", "19-没有的", "9-没有的", "", "约5 套\n左右"),
        category="999-没有的类别",
        overall_goal="",
        annual_goal="第一行\n第二行\t＞",
    )

    saved = save(sheet, by=clerk)

    goal = Goal.objects.get()
    assert saved == Saved(Outcome.SAVED, goal.pk)
    assert goal.sheet() == sheet
    assert (goal.state, goal.revision_number, goal.changed_by) == (State.DRAFT, 1, clerk)
    assert (goal.category, goal.listing, goal.approved_revision) == (None, None, None)
    assert goal.lines.get().indicator is None


def test_what_the_library_has_is_referred_to_by_code(clerk, portal):
    goal = make_goal(clean_sheet(), by=clerk)

    assert goal.category == Category.objects.get(code="331")
    assert [line.indicator.code for line in goal.lines.all()] == ["111000898", "331001710"]


def test_a_reference_is_by_code_even_if_the_name_is_another(clerk, portal):
    goal = make_goal(make_sheet("甲", make_line("111000898-别的名称")), by=clerk)

    assert goal.lines.get().indicator == Indicator.objects.get(code="111000898")
    assert goal.lines.get().level3_name == "别的名称"


def test_a_name_alone_refers_to_the_only_entry_below_the_same_level(clerk, portal):
    lines = [
        make_line("订制 制服数"),
        make_line("订制制服数", "数量指标", "产出指标"),
        make_line("订制制服数", "质量指标", "产出指标"),
        make_line("订制制服数", "", ""),
        make_line("订制制服数", "没有的", "产出指标"),
    ]
    goal = make_goal(make_sheet("甲", *lines, category="部门预算部门职能类"), by=clerk)

    found = [line.indicator and line.indicator.code for line in goal.lines.all()]
    assert found == ["111000898", "111000898", None, None, None]
    assert goal.category.code == "331"
    assert (goal.category_code, goal.category_name) == ("", "部门预算部门职能类")


def test_a_name_that_several_entries_have_refers_to_none(clerk, portal):
    parent = Frame.objects.get(code="11")
    Indicator.objects.create(year=portal, code="111999999", name="订制制服数", parent=parent)
    Category.objects.create(year=portal, name="部门预算部门职能类")

    goal = make_goal(
        make_sheet("甲", make_line("订制制服数"), category="部门预算部门职能类"), by=clerk
    )

    assert goal.lines.get().indicator is None
    assert goal.category is None


def test_a_name_that_begins_like_a_code_is_a_name(clerk, portal):
    parent = Frame.objects.get(code="11")
    entry = Indicator.objects.create(year=portal, name="2025-项目", parent=parent)

    goal = make_goal(make_sheet("甲", make_line("2025-项目")), by=clerk)

    line = goal.lines.get()
    assert line.indicator == entry
    assert (line.level3_code, line.level3_name) == ("2025", "项目")


def test_a_save_replaces_what_the_goal_said(clerk):
    goal = make_goal(clean_sheet("旧名"), by=clerk)
    sheet = make_sheet("新名", make_line("222002319-设备配备达标率"), make_line())

    saved = save(sheet, goal, by=clerk)

    goal.refresh_from_db()
    assert saved == Saved(Outcome.SAVED, goal.pk)
    assert (goal.sheet(), goal.revision_number) == (sheet, 2)
    assert Goal.objects.count() == 1
    assert GoalLine.objects.count() == 2


def test_saving_the_same_again_writes_nothing(clerk):
    goal = make_goal(by=clerk)
    before = rows()

    saved = save(clean_sheet(), goal, by=clerk)

    assert saved == Saved(Outcome.SAME, goal.pk)
    assert rows() == before


def test_a_save_from_an_older_revision_is_stale(clerk):
    goal = make_goal(by=clerk)
    change_goal(goal, clean_sheet(annual_goal="甲先写"), by=clerk)
    before = rows()

    saved = save(clean_sheet(annual_goal="乙后写"), goal, by=clerk)

    assert saved == Saved(Outcome.STALE, goal.pk, "别人已先保存了这个绩效目标。")
    assert rows() == before


def test_a_base_that_never_was_is_stale(clerk):
    goal = make_goal(by=clerk)

    saved = save(clean_sheet("乙"), goal, base=7, by=clerk)

    assert saved.outcome is Outcome.STALE


def test_a_project_that_was_opened_meanwhile_is_stale(clerk):
    goal = make_goal(by=clerk)
    before = rows()

    saved = save(clean_sheet(annual_goal="另一份"), by=clerk)

    assert saved == Saved(Outcome.STALE, goal.pk, "本单位本年度已有同名项目。")
    assert rows() == before


def test_the_same_new_project_twice_in_one_call_is_opened_once(clerk):
    drafts = [make_draft(clean_sheet(annual_goal=text)) for text in ("一", "二")]

    saved = save_sheets(drafts, by=clerk, origin=Origin.UPLOAD)

    goal = Goal.objects.get()
    assert saved == [
        Saved(Outcome.SAVED, goal.pk),
        Saved(Outcome.STALE, None, "本单位本年度已有同名项目。"),
    ]
    assert goal.annual_goal == "一"


def test_the_same_goal_twice_in_one_call_is_written_once(clerk):
    goal = make_goal(by=clerk)
    drafts = [make_draft(clean_sheet(annual_goal=text), goal) for text in ("一", "二")]

    saved = save_sheets(drafts, by=clerk, origin=Origin.UPLOAD)

    goal.refresh_from_db()
    assert [s.outcome for s in saved] == [Outcome.SAVED, Outcome.STALE]
    assert (goal.annual_goal, goal.revision_number) == ("一", 2)


def test_a_name_that_another_project_has_is_refused(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    goal = make_goal(clean_sheet("乙"), by=clerk)
    before = rows()

    saved = save(clean_sheet("甲"), goal, by=clerk)

    assert saved == Saved(
        Outcome.REFUSED, goal.pk, "本单位本年度已有同名项目，请改用别的项目名称。"
    )
    assert rows() == before


def test_two_projects_cannot_take_the_same_new_name_in_one_call(clerk):
    goals = [make_goal(clean_sheet(name), by=clerk) for name in ("甲", "乙")]
    drafts = [make_draft(clean_sheet("丙"), goal) for goal in goals]

    saved = save_sheets(drafts, by=clerk, origin=Origin.FORM)

    assert [s.outcome for s in saved] == [Outcome.SAVED, Outcome.REFUSED]
    assert sorted(Goal.objects.values_list("project", flat=True)) == ["丙", "乙"]


def test_a_void_goal_leaves_its_name_free(clerk):
    make_goal(clean_sheet("甲"), by=clerk, state=State.VOID)

    saved = save(clean_sheet("甲"), by=clerk)

    assert saved.outcome is Outcome.SAVED
    assert Goal.objects.filter(project="甲").count() == 2


def test_other_years_and_units_have_their_own_names(clerk, bureau):
    Year.objects.create(year=2026)
    make_goal(clean_sheet("甲"), by=clerk)

    saved = [
        save(clean_sheet("甲", year=2026), by=bureau),
        save(clean_sheet("甲", unit="202001-区教育局"), by=bureau),
    ]

    assert [s.outcome for s in saved] == [Outcome.SAVED, Outcome.SAVED]


@pytest.mark.parametrize("state", State)
def test_only_what_is_open_can_be_changed(clerk, state):
    goal = make_goal(by=clerk, state=state)
    before = rows()

    saved = save(clean_sheet(annual_goal="改了"), goal, by=clerk)

    if state in EDITABLE:
        assert saved == Saved(Outcome.SAVED, goal.pk)
    else:
        message = f"现在是“{state.label}”，只有草稿、被退回和调整中的可以修改。"
        assert saved == Saved(Outcome.REFUSED, goal.pk, message)
        assert rows() == before


@pytest.mark.parametrize("state", State)
def test_the_same_content_is_the_same_in_every_state(clerk, state):
    goal = make_goal(by=clerk, state=state)

    assert save(clean_sheet(), goal, by=clerk) == Saved(Outcome.SAME, goal.pk)


def test_saving_leaves_state_and_approval_alone(clerk):
    goal = make_goal(by=clerk, state=State.APPROVED)
    Goal.objects.update(state=State.RETURNED)
    goal.refresh_from_db()

    goal = change_goal(goal, clean_sheet(annual_goal="改了"), by=clerk)

    assert goal.state == State.RETURNED
    assert goal.approved_revision == goal.revisions.get(number=1)


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_who_may_not_write_writes_nothing(portal, role):
    unit = "101009" if role.needs_unit else None
    user = make_user("somebody", (role.name, unit))

    saved = save(by=user)

    if Right.WRITE_GOALS in role.rights:
        assert saved.outcome is Outcome.SAVED
    else:
        assert saved == Saved(Outcome.REFUSED, message="您没有填报这个单位的权限。")
        assert rows() == []


def test_a_clerk_writes_in_the_own_unit_only(clerk, stranger):
    goal = make_goal(by=clerk)
    before = rows()

    refused = [
        save(clean_sheet("丙"), by=stranger),
        save(clean_sheet("丙"), goal, by=stranger),
        save(clean_sheet("丙"), goal, by=stranger, unit_id=Unit.objects.get(code="202001").pk),
    ]

    assert {saved.outcome for saved in refused} == {Outcome.REFUSED}
    assert rows() == before


def test_an_account_that_is_closed_writes_nothing(clerk):
    clerk.is_active = False

    assert save(by=clerk).outcome is Outcome.REFUSED


def test_unit_and_year_of_a_goal_are_fixed(clerk, bureau):
    Year.objects.create(year=2026)
    goal = make_goal(by=clerk)
    other = Unit.objects.get(code="202001").pk
    before = rows()

    refused = [
        save(clean_sheet(), goal, by=bureau, unit_id=other),
        save(clean_sheet(year=2026), goal, by=bureau),
        save(clean_sheet(), by=bureau, goal_id=goal.pk + 1000, base=1),
    ]

    message = "这个绩效目标不存在，或单位、年度不符。"
    assert refused == [Saved(Outcome.REFUSED, message=message)] * 3
    assert rows() == before


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        (clean_sheet(year=2031), "没有2031年度，请业务管理员先建立。"),
        (clean_sheet(""), "项目名称为空，请填写项目名称。"),
        (
            clean_sheet("甲\x00乙"),
            "项目名称里有看不见的控制字符（U+0000），请删除后重新填写。",
        ),
        (
            make_sheet("甲", make_line("", annual_value="5套")),
            "这一行有指标值“5套”，但没有三级指标，请补填三级指标。",
        ),
        (clean_sheet("长" * 501), "项目名称超过500个字，请缩短。"),
    ],
)
def test_what_has_no_place_is_refused_with_a_reason(clerk, sheet, message):
    saved = save(sheet, by=clerk)

    assert saved == Saved(Outcome.REFUSED, message=message)
    assert rows() == []


def test_a_goal_without_lines_and_lines_without_words_are_drafts(clerk):
    sheets = [replace(clean_sheet("甲"), lines=()), make_sheet("乙", Line(), Line())]

    saved = save_sheets([make_draft(s) for s in sheets], by=clerk, origin=Origin.FORM)

    assert [s.outcome for s in saved] == [Outcome.SAVED, Outcome.SAVED]
    assert [goal.sheet() for goal in Goal.objects.order_by("position")] == sheets


def test_one_refused_draft_does_not_hold_up_the_others(clerk):
    drafts = [make_draft(clean_sheet(name)) for name in ("甲", "", "乙")]

    saved = save_sheets(drafts, by=clerk, origin=Origin.FORM)

    assert [s.outcome for s in saved] == [Outcome.SAVED, Outcome.REFUSED, Outcome.SAVED]
    assert sorted(Goal.objects.values_list("project", flat=True)) == ["丙", "乙", "甲"][1:]


def test_a_typed_goal_stands_after_all_others_of_its_year(clerk, stranger, bureau):
    Year.objects.create(year=2026)
    for name in ("甲", "乙"):
        make_goal(clean_sheet(name), by=clerk)
    make_goal(clean_sheet("丙", unit="202001-区教育局"), by=stranger)
    make_goal(clean_sheet("丁", year=2026), by=bureau)

    positions = dict(Goal.objects.values_list("project", "position"))

    assert positions == {"甲": 1, "乙": 2, "丙": 3, "丁": 1}


def test_several_typed_goals_of_one_call_stand_one_after_the_other(clerk):
    make_goal(clean_sheet("甲"), by=clerk)

    save_sheets([make_draft(clean_sheet(n)) for n in ("乙", "丙")], by=clerk, origin=Origin.FORM)

    assert list(Goal.objects.order_by("position").values_list("project", "position")) == [
        ("甲", 1),
        ("乙", 2),
        ("丙", 3),
    ]


def test_a_goal_keeps_its_place_and_listing_when_it_is_typed_over(clerk, portal):
    listing = Listing.objects.create(year=portal, title="某表")
    draft = make_draft(clean_sheet("甲"), listing_id=listing.pk, position=7)
    saved = save_sheet(draft, by=clerk, origin=Origin.UPLOAD)
    goal = Goal.objects.get(pk=saved.goal_id)

    goal = change_goal(goal, clean_sheet("甲", annual_goal="改了"), by=clerk)

    assert (goal.position, goal.listing) == (7, listing)


def test_the_keys_of_lines_stay_over_saves(clerk):
    goal = make_goal(clean_sheet(), by=clerk)
    first, second = (row.line() for row in goal.lines.all())
    sheet = replace(clean_sheet(), lines=(second, make_line("新指标"), replace(first, key="")))

    goal = change_goal(goal, sheet, by=clerk)

    keys = [row.key for row in goal.lines.all()]
    assert keys[0] == second.key
    assert len({first.key, *keys}) == 4
    assert all(keys)


@pytest.mark.parametrize("key", ["", "twice", "x" * 13, "a\0b", "\ud800", "行键"])
def test_a_key_that_cannot_be_one_is_made_anew(clerk, key):
    lines = (make_line(key="twice"), make_line("新指标", key=key))

    goal = make_goal(make_sheet("甲", *lines), by=clerk)

    keys = [row.key for row in goal.lines.all()]
    assert keys[0] == "twice"
    assert keys[1] not in ("", key)
    assert len(keys[1]) <= 12


def test_the_keys_in_the_rows_are_those_of_the_newest_revision(clerk):
    goal = make_goal(clean_sheet(), by=clerk)

    sheet = goal.sheet()
    sealed = goal.revisions.get().content

    assert all(f'"key":"{line.key}"' in sealed for line in sheet.lines)


@pytest.mark.parametrize("state", [state for state in State if state is not State.VOID])
def test_the_database_holds_one_goal_for_a_project_that_is_not_void(clerk, state):
    goal = make_goal(by=clerk)
    twin = Goal(year=goal.year, unit=goal.unit, project=goal.project, state=state)

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()

    Goal(year=goal.year, unit=goal.unit, project=goal.project, state=State.VOID).save()
    assert Goal.objects.count() == 2


def test_a_save_of_many_takes_no_more_queries_than_one_of_few(clerk):
    def queries(names) -> int:
        drafts = [make_draft(clean_sheet(name)) for name in names]
        with CaptureQueriesContext(connection) as captured:
            save_sheets(drafts, by=clerk, origin=Origin.UPLOAD)
        return len(captured)

    few = queries([f"甲{n}" for n in range(6)])
    many = queries([f"乙{n}" for n in range(60)])

    # SQLite writes some forty goals and a hundred lines in a statement.
    batches = 8 if connection.vendor == "sqlite" else 0
    assert many <= few + batches


def test_a_very_large_goal_is_stored_or_refused_in_a_sentence(clerk):
    sheet = make_sheet("甲", *[make_line(f"指标{n}") for n in range(33_000)], annual_goal="长" * 99)

    saved = save(sheet, by=clerk)

    assert saved.outcome is Outcome.REFUSED
    assert "1000行" in saved.message


def test_codes_and_names_of_any_length_that_is_allowed_are_stored(clerk):
    long = Coded("1" * 200, "长" * 3_000)
    sheet = replace(
        make_sheet("长" * 500, Line(long, long, long, "长" * 3_000, "长" * 3_000)),
        category=long,
        overall_goal="😀" * 16_383,
    )

    goal = make_goal(sheet, by=clerk)

    assert goal.sheet() == sheet
