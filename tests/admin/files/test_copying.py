"""Copying through the pages: choosing, the result, going through a copy, confirming it."""

import pytest

from performance.goals.models import Goal, State
from performance.library.actions import open_year
from performance.library.models import Indicator
from performance.people.models import Unit
from performance.sheets.actions import confirm
from performance.sheets.receiving import receive
from tests.admin.desk import at_desk, everything, fresh, goal_url, told, typed, visible
from tests.builders import (
    change_goal,
    clean_sheet,
    make_file,
    make_goal,
    make_line,
    make_sheet,
    make_user,
)


@pytest.fixture
def next_year(portal):
    """2026, with the indicators of 2025."""
    year = open_year(2026)
    for old in Indicator.objects.filter(year=portal).select_related("parent"):
        parent = year.frame_set.get(code=old.parent.code)
        Indicator.objects.create(year=year, code=old.code, name=old.name, parent=parent)
    return year


def copied(by, *goals, **data):
    """What the page answers when these are ticked and sent."""
    known = {"source": "2025", "target": "2026", "unit": goals[0].unit_id if goals else ""}
    ids = {"goal": [goal.pk for goal in goals]}
    return at_desk(by).post(goal_url("copy"), known | ids | data)


def copy_of(goal, by):
    copied(by, goal)
    return Goal.objects.get(year__year=2026, project=goal.project)


def boxes(response):
    """Project → whether it can be ticked."""
    return {row.goal.project: not row.reason for row in response.context["rows"]}


# --- choosing ----------------------------------------------------------------------------------
def test_the_usual_choice_is_the_year_before_the_newest_and_ones_own_unit(clerk, next_year):
    make_goal(clean_sheet("甲"), by=clerk)
    make_goal(clean_sheet("乙"), by=clerk)
    make_goal(clean_sheet("乙", year=2026), by=clerk)
    make_goal(clean_sheet("废"), by=clerk, state=State.VOID)

    response = at_desk(clerk).get(goal_url("copy"))

    assert boxes(response) == {"甲": True, "乙": False}
    text, html = visible(response), response.content.decode()
    assert "2025年有 2 个项目，可以复制 1 个到2026年" in text
    assert "2026年度已有同名项目。" in text
    assert html.count('type="checkbox" name="goal"') == 2
    assert html.partition("复制“甲”")[2].partition(">")[0].endswith("checked")
    assert html.partition("复制“乙”")[2].partition(">")[0].endswith("disabled")


def test_an_approved_project_tells_which_version_is_copied(clerk, next_year):
    make_goal(by=clerk, state=State.APPROVED)

    assert "审核通过的第1版" in visible(at_desk(clerk).get(goal_url("copy")))


def test_the_bureau_chooses_the_unit_among_those_with_projects(bureau, clerk, stranger, next_year):
    make_goal(by=clerk)
    make_goal(clean_sheet("校车", unit="202001-区教育局"), by=stranger)
    desk = at_desk(bureau)

    response = desk.get(goal_url("copy"))
    assert "请选择用款单位。" in visible(response)
    assert "101-高新区主管部门" not in visible(response)  # which has no project

    unit = Unit.objects.get(code="202001")
    assert boxes(desk.get(goal_url("copy"), {"unit": unit.pk})) == {"校车": True}


def test_a_single_year_is_answered_with_a_sentence(clerk):
    make_goal(by=clerk)

    response = at_desk(clerk).get(goal_url("copy"))

    assert "没有更早的年度可以复制，请业务管理员先在“年度”中建立新的年度。" in visible(response)


def test_without_any_project_there_is_nothing_to_choose(clerk, next_year):
    assert at_desk(clerk).get(goal_url("copy")).status_code == 200


def test_without_any_year_the_page_still_opens(db):
    bureau = make_user("first", ("bureau", None))

    assert "没有更早的年度可以复制" in visible(at_desk(bureau).get(goal_url("copy")))


@pytest.mark.parametrize("name", ["source", "target", "unit"])
@pytest.mark.parametrize("value", ["\x00", "9" * 400, "-1", "甲", "2025'", "٢٠٢٥"])
def test_a_tampered_choice_changes_nothing(clerk, next_year, name, value):
    goal = make_goal(by=clerk)
    before = everything()

    response = copied(clerk, goal, **{name: value})

    assert response.status_code == 200
    assert at_desk(clerk).get(goal_url("copy"), {name: value}).status_code == 200
    assert everything() == before


def test_the_same_year_twice_is_refused(clerk, next_year):
    goal = make_goal(by=clerk)

    assert "要选两个不同的年度" in visible(copied(clerk, goal, target="2025"))


def test_a_foreign_unit_cannot_be_chosen(clerk, stranger, next_year):
    goal = make_goal(by=clerk)

    response = at_desk(stranger).get(goal_url("copy"), {"unit": goal.unit_id})

    assert "rows" not in (response.context or {})
    assert goal.project not in visible(response)


# --- copying -----------------------------------------------------------------------------------
def test_ticked_projects_are_copied_and_listed_with_their_errors(clerk, next_year):
    clean = make_goal(clean_sheet("干净的"), by=clerk)
    faulty = make_goal(make_sheet("有错的", make_line("111999999-没有的")), by=clerk)
    make_goal(clean_sheet("没勾的"), by=clerk)

    response = copied(clerk, clean, faulty)

    text = visible(response)
    assert "已复制 2 个项目到2026年" in text
    assert "干净的 没有错误" in text
    assert "有错的 1 处错误，改正后才能送审" in text
    assert Goal.objects.filter(year=next_year).count() == 2


def test_a_library_that_lacks_the_indicators_is_told_on_the_result(clerk, portal):
    open_year(2026)  # without indicators, as a new year starts

    assert "工作制服经费 2 处错误" in visible(copied(clerk, make_goal(by=clerk)))


def test_sent_twice_the_second_names_what_is_there(clerk, next_year):
    goal = make_goal(by=clerk)
    copied(clerk, goal)

    response = copied(clerk, goal)

    assert "已复制 0 个项目到2026年，1 项没有复制" in visible(response)
    assert "工作制服经费：本单位本年度已有同名项目。" in visible(response)
    assert Goal.objects.count() == 2


def test_nothing_ticked_is_told(clerk, next_year):
    make_goal(by=clerk)

    response = copied(clerk, unit=Goal.objects.get().unit_id)

    assert told(response) == ["没有选择项目，请至少勾选一个再复制。"]
    assert Goal.objects.count() == 1


@pytest.mark.parametrize("ids", [["\x00"], ["9" * 400], ["-1"], ["甲", "9" * 18]])
def test_tampered_ids_copy_nothing(clerk, next_year, ids):
    goal = make_goal(by=clerk)
    before = everything()

    response = copied(clerk, goal, goal=ids)

    assert response.status_code == 200
    assert everything() == before


def test_ids_of_a_foreign_unit_copy_nothing(clerk, stranger, next_year):
    own = make_goal(clean_sheet("校车", unit="202001-区教育局"), by=stranger)
    foreign = make_goal(by=clerk)
    before = everything()

    response = copied(stranger, own, goal=[foreign.pk])

    assert "项目不存在，或您没有查看的权限。" in visible(response)
    assert everything() == before


def test_the_number_of_queries_does_not_grow_with_the_projects(
    clerk, next_year, django_assert_max_num_queries
):
    goals = [make_goal(clean_sheet(f"项目{n}"), by=clerk) for n in range(12)]
    desk = at_desk(clerk)
    known = {"source": "2025", "target": "2026", "unit": goals[0].unit_id}
    desk.get(goal_url("copy"))

    with django_assert_max_num_queries(16):
        desk.get(goal_url("copy"))
    with django_assert_max_num_queries(45):
        desk.post(goal_url("copy"), known | {"goal": [goal.pk for goal in goals]})


# --- going through a copy ----------------------------------------------------------------------
def test_the_form_marks_each_line_until_the_copy_is_confirmed(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    first, second = copy.sheet().lines
    lines = (make_line(annual_value="8套", key=first.key), second, make_line("新的指标"))
    change_goal(
        copy, make_sheet("工作制服经费", *lines, year=2026, annual_goal="今年8套"), by=clerk
    )
    desk = at_desk(clerk)

    text = visible(desk.get(goal_url("change", copy.pk)))

    assert "本项目从 2025年“工作制服经费”（第1版） 复制，请逐项核对；" in text
    assert "沿用 1 项、调整 1 项、新增 1 项。" in text
    assert "已改动：年度绩效目标" in text
    assert "年度绩效目标： 本年为窗口人员订制制服5套。" in text
    assert "已核对，确认" in text

    desk.post(goal_url("confirm_copy", copy.pk), {"seen": fresh(copy).chain_hash})
    text = visible(desk.get(goal_url("change", copy.pk)))
    assert "请逐项核对" not in text


def test_the_value_of_last_year_stands_beside_the_new_one(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    first, second = copy.sheet().lines
    line = make_line(annual_value="8套", key=first.key)
    change_goal(copy, make_sheet("工作制服经费", line, second, year=2026), by=clerk)

    html = at_desk(clerk).get(goal_url("change", copy.pk)).content.decode()

    assert '<del class="mark-before" title="复制前的内容">5套</del>' in html
    assert html.count('<span class="mark mark-kept">沿用</span>') == 1
    assert html.count('<span class="mark mark-changed">调整</span>') == 1


def test_marks_follow_what_was_typed_and_refused(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)

    response = at_desk(clerk).post(goal_url("change", copy.pk), typed(copy, project=""))

    assert response.status_code == 200
    assert "沿用 2 项" in visible(response)


def test_a_reviewer_sees_the_marks_on_the_sheet_without_the_button(clerk, reviewer, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    first, _ = copy.sheet().lines
    line = make_line(annual_value="8套", key=first.key)
    change_goal(copy, make_sheet("工作制服经费", line, year=2026), by=clerk)

    response = at_desk(reviewer).get(goal_url("change", copy.pk))

    text, html = visible(response), response.content.decode()
    assert "调整 1 项、已删去 1 项" in text
    assert "已核对，确认" not in text.replace("再按“已核对，确认”", "")
    assert '<span class="sheet-tag">已删去</span>' in html
    assert '<del title="原内容">5套</del>' in html
    assert "与上次审核时" not in text


def test_confirming_needs_the_content_that_was_seen(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    change_goal(copy, clean_sheet(year=2026, annual_goal="别人改的"), by=clerk)

    response = at_desk(clerk).post(
        goal_url("confirm_copy", copy.pk), {"seen": copy.chain_hash}, follow=True
    )

    assert "内容又被修改，没有确认" in visible(response)
    assert fresh(copy).copied_from_id


@pytest.mark.parametrize("seen", ["", "\x00", "x" * 5000, "甲"])
def test_confirming_something_unknown_does_nothing(clerk, next_year, seen):
    copy = copy_of(make_goal(by=clerk), clerk)

    response = at_desk(clerk).post(goal_url("confirm_copy", copy.pk), {"seen": seen})

    assert response.status_code == 302
    assert fresh(copy).copied_from_id


def test_saving_and_submitting_an_unconfirmed_copy_saves_and_says_why_not_more(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    desk = at_desk(clerk)

    response = desk.post(
        goal_url("change", copy.pk), typed(copy, annual_goal="改了", _submit=""), follow=True
    )

    assert "还没有确认已逐项核对，不能送审" in visible(response)
    assert (fresh(copy).state, fresh(copy).annual_goal) == (State.DRAFT, "改了")
    button = response.content.decode().partition('name="_submit"')[2].partition(">")[0]
    assert "disabled" in button

    desk.post(goal_url("confirm_copy", copy.pk), {"seen": fresh(copy).chain_hash})
    desk.post(goal_url("change", copy.pk), typed(fresh(copy), _submit=""))
    assert fresh(copy).state == State.SUBMITTED


def test_importing_over_a_copy_leaves_it_unconfirmed(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    sheet = clean_sheet(year=2026, annual_goal="表里的")
    upload = receive(make_file(sheet, title="2026年项目绩效目标"), "目标.xlsx", by=clerk)

    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    assert fresh(copy).annual_goal == "表里的"
    assert fresh(copy).copied_from_id


# --- one project beside itself -----------------------------------------------------------------
def test_a_project_is_copied_beside_itself_under_another_name(clerk):
    goal = make_goal(by=clerk)
    desk = at_desk(clerk)

    response = desk.get(goal_url("beside", goal.pk))
    assert 'value="工作制服经费（副本）"' in response.content.decode()
    response = desk.post(goal_url("beside", goal.pk), {"project": "冬装经费"}, follow=True)

    copy = Goal.objects.get(project="冬装经费")
    assert response.redirect_chain == [(goal_url("change", copy.pk), 302)]
    assert "已从“工作制服经费”复制为新项目" in visible(response)
    assert "请逐项核对" not in visible(response)


@pytest.mark.parametrize("project", ["", "   ", "工作制服经费", "甲" * 501, "甲\x00乙", "甲\x07"])
def test_a_name_that_cannot_be_is_refused_on_the_page(clerk, project):
    goal = make_goal(by=clerk)
    before = everything()

    response = at_desk(clerk).post(goal_url("beside", goal.pk), {"project": project})

    assert response.status_code == 200
    assert response.context["form"].errors["project"]
    assert everything() == before


def test_the_longest_name_still_gets_a_name_for_its_copy(clerk):
    goal = make_goal(clean_sheet("长" * 500), by=clerk)

    response = at_desk(clerk).get(goal_url("beside", goal.pk))

    assert len(response.context["form"].initial["project"]) == 500


def test_the_way_to_a_copy_stands_on_the_goals_page_for_who_may_write(clerk, reviewer):
    goal = make_goal(by=clerk)

    for person, shown in ((clerk, True), (reviewer, False)):
        html = at_desk(person).get(goal_url("change", goal.pk)).content.decode()
        assert (goal_url("beside", goal.pk) in html) is shown


def test_the_way_to_last_year_stands_on_the_list_and_the_add_page(clerk, reviewer, next_year):
    desk = at_desk(clerk)

    assert goal_url("copy") in desk.get(goal_url("changelist")).content.decode()
    assert (
        f"{goal_url('copy')}?target=2025"
        in desk.get(goal_url("add"), {"year": "2025"}).content.decode()
    )
    assert goal_url("copy") not in at_desk(reviewer).get(goal_url("changelist")).content.decode()


def test_a_reader_who_may_not_write_cannot_confirm(clerk, next_year):
    copy = copy_of(make_goal(by=clerk), clerk)
    reader = make_user("reader", ("reviewer", "101009"))

    response = at_desk(reader).post(goal_url("confirm_copy", copy.pk), {"seen": copy.chain_hash})

    assert response.status_code == 403
    assert fresh(copy).copied_from_id
