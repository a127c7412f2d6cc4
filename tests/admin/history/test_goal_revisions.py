"""A goal's versions: the list, and any one of them."""

import pytest

from performance.goals.models import State
from tests.admin.desk import at_desk, goal_url, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet

HUGE = ("99999999999999999999", "2147483648", "9223372036854775808", "9" * 400, "9" * 5000)


def test_the_list_names_every_version_the_newest_first(clerk, bureau):
    goal = make_goal(by=clerk)
    goal = change_goal(goal, clean_sheet(annual_goal="局里改的"), by=bureau)

    response = at_desk(clerk).get(goal_url("history", goal.pk))

    entries = [entry for entry, _ in response.context["entries"]]
    assert [(e.number, e.who) for e in entries] == [(2, "王芳"), (1, "张敏")]
    text = visible(response)
    assert text.index("第2版") < text.index("第1版")
    for word in ("王芳", "张敏", "页面填报", goal.chain_hash[:12]):
        assert word in text


def test_the_approved_version_is_marked(clerk):
    goal = make_goal(by=clerk, state=State.APPROVED)

    for path in (goal_url("history", goal.pk), goal_url("revision", goal.pk, 1)):
        assert "审核通过" in visible(at_desk(clerk).get(path))


def test_any_version_opens_with_what_changed_since_the_one_before(clerk):
    goal = make_goal(clean_sheet("旧名"), by=clerk)
    goal = change_goal(goal, make_sheet("新名", make_line(annual_value="9套")), by=clerk)
    page = at_desk(clerk)

    first, second = (page.get(goal_url("revision", goal.pk, n)) for n in (1, 2))

    assert "这是最早的一版。" in visible(first)
    assert "旧名" in visible(first)
    assert "sheet-changed" not in first.content.decode()
    html = second.content.decode()
    assert "已标出与第1版相比的改动。" in visible(second)
    assert '<del title="原内容">旧名</del><ins title="现内容">新名</ins>' in html
    assert '<del title="原内容">5套</del><ins title="现内容">9套</ins>' in html
    assert "sheet-row-removed" in html
    assert "删除" in visible(second)


def test_a_version_without_lines_is_a_page(clerk):
    goal = make_goal(by=clerk)
    at_desk(clerk).post(
        goal_url("change", goal.pk),
        {"base": "1", "project": "空", "category": "", "overall_goal": "", "annual_goal": ""},
    )

    response = at_desk(clerk).get(goal_url("revision", goal.pk, 2))

    assert response.status_code == 200
    assert response.content.decode().count("sheet-row-removed") == 2


def test_a_swap_of_lines_is_told_as_a_swap(clerk):
    goal = make_goal(by=clerk)
    sheet = goal.sheet()
    goal = change_goal(goal, clean_sheet().__class__(**_swapped(sheet)), by=clerk)

    response = at_desk(clerk).get(goal_url("revision", goal.pk, 2))

    assert "指标的先后顺序有调整。" in visible(response)
    assert "sheet-row" not in response.content.decode()


def _swapped(sheet) -> dict:
    return {name: getattr(sheet, name) for name in sheet.__dataclass_fields__} | {
        "lines": sheet.lines[::-1]
    }


@pytest.mark.parametrize("number", ["0", "2", "-1", "abc", "1.5", "１", *HUGE])
def test_a_version_that_is_not_there_is_not_found(clerk, number):
    goal = make_goal(by=clerk)

    response = at_desk(clerk).get(f"/admin/performance/goal/{goal.pk}/history/{number}/")

    assert response.status_code == 404
    assert "没有找到" in visible(response)


@pytest.mark.parametrize("pk", ["0", "999999", "-1", "abc", *HUGE])
@pytest.mark.parametrize("page", ["change", "history", "history/1"])
def test_a_goal_that_is_not_there_is_not_found(clerk, pk, page):
    make_goal(by=clerk)

    response = at_desk(clerk).get(f"/admin/performance/goal/{pk}/{page}/")

    assert response.status_code == 404
    assert "没有找到" in visible(response)


def test_a_foreign_goals_versions_do_not_exist(clerk, stranger):
    goal = make_goal(by=clerk)

    for path in (goal_url("history", goal.pk), goal_url("revision", goal.pk, 1)):
        response = at_desk(stranger).get(path)
        assert response.status_code == 404
        assert "工作制服经费" not in response.content.decode()


def test_the_version_of_another_goal_is_not_shown_under_this_one(clerk):
    first = make_goal(clean_sheet("甲"), by=clerk)
    second = change_goal(make_goal(clean_sheet("乙"), by=clerk), clean_sheet("丙"), by=clerk)

    assert at_desk(clerk).get(goal_url("revision", first.pk, 2)).status_code == 404
    assert at_desk(clerk).get(goal_url("revision", second.pk, 2)).status_code == 200
