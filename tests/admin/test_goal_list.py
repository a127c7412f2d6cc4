"""The list of goals: what it shows, how it is filtered, and its tabs."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.library.models import Category, Year
from performance.library.windows import spoken
from performance.people.models import Unit
from performance.review.remarking import answer_remark
from tests.admin.desk import at_desk, everything, goal_url, visible
from tests.builders import (
    change_goal,
    clean_sheet,
    make_goal,
    make_line,
    make_sheet,
    make_user,
)
from tests.review.workflow import take

LIST = "/admin/performance/goal/"


@pytest.fixture
def elsewhere(stranger) -> Goal:
    """A goal of a unit that clerk and reviewer may not see."""
    return make_goal(clean_sheet("外单位的秘密项目", unit="202001-区教育局"), by=stranger)


def projects(response) -> list[str]:
    return [goal.project for goal in response.context["cl"].result_list]


def test_the_list_shows_each_goal_as_the_office_names_it(clerk):
    goal = make_goal(by=clerk)

    response = at_desk(clerk).get(LIST)

    text = visible(response)
    assert "用款单位 项目类别 指标数 状态 最近修改" in re.sub(r"\s+", " ", text)
    for shown in ("工作制服经费", "101009-区政数局", "331-部门预算部门职能类", "草稿", "张敏"):
        assert shown in text
    assert f'href="{goal_url("change", goal.pk)}' in response.content.decode()
    assert [g.lines_number for g in response.context["cl"].result_list] == [2]


def test_a_goal_without_category_and_lines_has_a_row_too(clerk):
    sheet = make_sheet("空表", category="")
    make_goal(replace(sheet, lines=()), by=clerk)

    response = at_desk(clerk).get(LIST)

    assert projects(response) == ["空表"]
    assert "—" in visible(response)


def test_an_empty_list_is_a_page(clerk):
    response = at_desk(clerk).get(LIST)

    assert response.status_code == 200
    assert projects(response) == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("clerk", ["甲"]),
        ("reviewer", ["甲"]),
        ("stranger", ["外单位的秘密项目"]),
        ("bureau", ["甲", "外单位的秘密项目"]),
    ],
)
def test_everyone_sees_the_goals_of_the_own_reach_only(request, clerk, elsewhere, role, seen):
    make_goal(clean_sheet("甲"), by=clerk)
    user = request.getfixturevalue(role)

    response = at_desk(user).get(LIST)

    assert sorted(projects(response)) == sorted(seen)
    ours, theirs = ("区政数局", "张敏"), ("外单位的秘密项目", "区教育局", "赵红")
    hidden = {"clerk": theirs, "reviewer": theirs, "stranger": ours}.get(role, ())
    assert [word for word in hidden if word in response.content.decode()] == []


def test_a_clerk_sees_nothing_of_the_unit_below(portal, clerk):
    above = make_user("above", ("clerk", "101"))
    make_goal(by=clerk)

    assert projects(at_desk(above).get(LIST)) == []


def test_a_person_with_two_roles_sees_both_reaches(clerk, elsewhere):
    both = make_user("both", ("clerk", "202001"), ("reviewer", "101"))
    make_goal(clean_sheet("甲"), by=clerk)

    assert sorted(projects(at_desk(both).get(LIST))) == ["外单位的秘密项目", "甲"]


# --- filters -------------------------------------------------------------------------------------
@pytest.fixture
def shelf(clerk, bureau, elsewhere) -> None:
    """Goals that differ in everything that can be filtered."""
    Year.objects.create(year=2024)
    make_goal(make_sheet("制服", make_line()), by=clerk, state=State.SUBMITTED)
    make_goal(make_sheet("上级项目", unit="101-高新区主管部门（演示）"), by=bureau)
    make_goal(make_sheet("去年的", year=2024), by=clerk, state=State.APPROVED)
    other = make_line("112000287-验收合格率", "12-质量指标")
    make_goal(
        make_sheet(
            "五折_50%", other, category="333-部门预算信息化新建类", overall_goal='引号\'与"双引"'
        ),
        by=clerk,
        state=State.RETURNED,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"制服", "上级项目", "去年的", "五折_50%", "外单位的秘密项目"}),
        ("year=2024", {"去年的"}),
        ("year=2025&state=draft", {"上级项目", "外单位的秘密项目"}),
        ("state=submitted", {"制服"}),
        ("state=returned", {"五折_50%"}),
        ("state=approved", {"去年的"}),
        ("state=void", set()),
        ("category=333", {"五折_50%"}),
        ("text=制服 验收", {"五折_50%"}),
        ("text=制服 上级", {"上级项目"}),
        ("text=验收合格", {"五折_50%"}),
        ("text=112000", {"五折_50%"}),
        ("text=%25", {"五折_50%"}),
        ("text=_", {"五折_50%"}),
        ("text=五_", set()),
        ("text=5%25", set()),
        ("text='", {"五折_50%"}),
        ('text="双引"', {"五折_50%"}),
        ("text=\\", set()),
        ("text=没有这样的字", set()),
        ("text=   ", {"制服", "上级项目", "去年的", "五折_50%", "外单位的秘密项目"}),
    ],
)
def test_each_filter_chooses(bureau, shelf, query, found):
    response = at_desk(bureau).get(f"{LIST}?{query}")

    assert set(projects(response)) == found
    assert len(projects(response)) == len(found)


def test_a_unit_stands_for_itself_and_all_below(bureau, shelf):
    unit = Unit.objects.get(code="101")

    response = at_desk(bureau).get(LIST, {"unit": unit.pk})

    assert set(projects(response)) == {"制服", "上级项目", "去年的", "五折_50%"}


def test_the_lowest_unit_stands_for_itself(bureau, shelf):
    unit = Unit.objects.get(code="101009")

    response = at_desk(bureau).get(LIST, {"unit": unit.pk})

    assert set(projects(response)) == {"制服", "去年的", "五折_50%"}


def test_a_foreign_unit_is_no_choice_and_finds_nothing_foreign(clerk, shelf):
    foreign = Unit.objects.get(code="202001")

    response = at_desk(clerk).get(LIST, {"unit": foreign.pk})

    assert response.status_code == 200
    assert "外单位" not in response.content.decode()
    assert "区教育局" not in response.content.decode()


def test_a_filter_stays_chosen_on_the_page_and_in_the_link_to_export(bureau, shelf):
    response = at_desk(bureau).get(f"{LIST}?year=2025&state=draft&text=制服")

    html = response.content.decode()
    assert '<option value="draft" selected>' in html
    assert '<option value="2025" selected>' in html
    assert 'value="制服"' in html
    link = re.search(r'href="(/admin/performance/goal/export/\?[^"]*)"', html)[1]
    assert {"year=2025", "state=draft"} <= set(link.partition("?")[2].split("&amp;"))
    assert "text=" in link


@pytest.mark.parametrize(
    "query",
    [
        "year=abc",
        "year=99999999999999999999",
        f"year={'9' * 5000}",
        "unit=999999",
        "unit=abc",
        "unit=99999999999999999999",
        "unit=-1",
        "state=xx",
        "category=zzz",
        "category='",
        f"text={'长' * 101}",
        "text=%00",
        "o=zzz",
        "o=99",
        "o=1.-2.zz",
        "e=1",
        "all=",
        "year=2025&year=2024",
        "q=%25",
        "_popup=1",
        "_facets=1",
    ],
)
def test_a_bad_filter_value_is_still_a_page(clerk, query):
    make_goal(by=clerk)

    response = at_desk(clerk).get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert "绩效目标" in visible(response)


@pytest.mark.parametrize("query", ["p=99999", "p=0", "p=-1", "p=abc", "p=99999999999999999999"])
def test_a_page_that_is_not_there_leads_to_a_page(clerk, query):
    make_goal(by=clerk)

    response = at_desk(clerk).get(f"{LIST}?{query}", follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=a",
        "changed_by__password__startswith=a",
        "unit__membership__user__password__startswith=a",
        "project__regex=(",
        "project=%00",
        "pk=abc",
        "id__in=a,b",
        "id=99999999999999999999",
        "revision_number__gt=x",
        "is_superuser=1",
        "no_such_field=1",
        "_changelist_filters=x",
        "_to_field=chain_hash",
    ],
)
def test_a_lookup_that_is_no_filter_is_refused_in_chinese(clerk, query):
    make_goal(by=clerk)

    response = at_desk(clerk).get(f"{LIST}?{query}")

    assert response.status_code == 400
    assert "请求有误" in visible(response)


@pytest.mark.parametrize(
    "data",
    [
        {"action": "export_chosen", "_selected_action": ["abc"]},
        {"action": "export_chosen", "_selected_action": ["99999999999999999999"]},
        {"action": "export_chosen", "_selected_action": ["-1", "\x00"]},
        {"action": "delete_selected", "_selected_action": ["1"]},
        {"action": "no_such_action", "_selected_action": ["1"]},
        {"action": "export_chosen"},
        {"action": "", "_selected_action": ["1"]},
        {"_selected_action": ["abc"], "index": "abc", "action": "export_chosen"},
        {"_save": "1", "form-TOTAL_FORMS": "abc"},
        {},
    ],
)
def test_a_tampered_action_changes_nothing_and_is_no_crash(clerk, data):
    make_goal(by=clerk)
    before = everything()

    response = at_desk(clerk).post(LIST, data)

    assert response.status_code in (200, 302, 400, 403)
    assert everything() == before


def test_no_goal_can_be_deleted(client, clerk, bureau):
    goal = make_goal(by=clerk)

    for user in (clerk, bureau):
        page = at_desk(user)
        assert "delete_selected" not in page.get(LIST).content.decode()
        for path in (f"{LIST}{goal.pk}/delete/", f"{LIST}{goal.pk}/", f"{LIST}delete/"):
            assert page.post(path).status_code in (404, 302)

    assert Goal.objects.filter(pk=goal.pk).exists()


def test_fifty_goals_make_a_page_and_the_rest_another(clerk):
    for number in range(51):
        goal = Goal.objects.first() or make_goal(clean_sheet("第0个"), by=clerk)
        if number:
            goal.pk, goal.project = None, f"第{number}个"
            goal._state.adding = True
            goal.save()

    first, second = (at_desk(clerk).get(f"{LIST}?p={number}") for number in (1, 2))

    assert (len(projects(first)), len(projects(second))) == (50, 1)
    assert not set(projects(first)) & set(projects(second))


def test_the_text_of_a_goal_is_escaped_in_the_list(clerk, portal):
    Category.objects.create(year=portal, code="9", name="<b>类</b>")
    make_goal(clean_sheet("<script>alert(1)</script>", category="9-<b>类</b>"), by=clerk)

    html = at_desk(clerk).get(LIST).content.decode()

    assert "<script>alert(1)" not in html
    assert "<b>类" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_the_buttons_are_those_of_the_role(request, role):
    html = at_desk(request.getfixturevalue(role)).get(LIST).content.decode()

    writes = role != "reviewer"
    assert (goal_url("add") in html) is writes
    assert (reverse("admin:performance_upload_add") in html) is writes
    assert goal_url("export") in html


# --- tabs ----------------------------------------------------------------------------------------
def labels(response) -> dict[str, int]:
    return {tab.label: number for tab, number, _, _ in response.context["cl"].tabs}


@pytest.fixture
def waiting(clerk) -> list[Goal]:
    states = (State.SUBMITTED, State.SUBMITTED, State.RETURNED, State.DRAFT)
    return [
        make_goal(clean_sheet(f"第{n}个"), by=clerk, state=state) for n, state in enumerate(states)
    ]


def test_a_tab_shows_what_waits_for_the_person(clerk, reviewer, waiting):
    mine, theirs = at_desk(clerk), at_desk(reviewer)

    assert set(projects(mine.get(f"{LIST}?tab=submit"))) == {"第2个", "第3个"}
    assert set(projects(theirs.get(f"{LIST}?tab=review"))) == {"第0个", "第1个"}
    assert len(projects(theirs.get(LIST))) == 4


def test_the_counts_of_the_tabs_follow_the_filters(clerk, waiting):
    page = at_desk(clerk)
    everything_ = {"待送审": 2, "已送审": 2, "被退回": 1, "曾经办": 0, "全部": 4}

    assert labels(page.get(LIST)) == everything_
    assert labels(page.get(f"{LIST}?tab=submit&p=1&o=-1")) == everything_
    assert labels(page.get(f"{LIST}?text=第0个")) == {
        "待送审": 0,
        "已送审": 1,
        "被退回": 0,
        "曾经办": 0,
        "全部": 1,
    }


def test_each_tab_leads_to_as_many_goals_as_it_counts(clerk, reviewer, bureau, waiting):
    for user in (clerk, reviewer, bureau):
        page = at_desk(user)
        for _, number, link, _ in page.get(f"{LIST}?year=2025").context["cl"].tabs:
            assert "year=2025" in link
            assert len(projects(page.get(f"{LIST}{link}"))) == number


def test_the_tab_stays_with_the_filters_the_paper_and_the_export(reviewer, waiting):
    page = at_desk(reviewer)

    html = page.get(f"{LIST}?tab=review&year=2025").content.decode()
    links = re.findall(r'href="([^"]*/(?:export|print)/\?[^"]*)"', html)

    assert '<input type="hidden" name="tab" value="review"' in html
    assert len(links) == 2
    assert all("tab=review" in link for link in links)
    exported = page.get(f"{goal_url('export')}?tab=review")
    assert {goal.project for goal in exported.context["goals"]} == {"第0个", "第1个"}


@pytest.mark.parametrize("tab", ["issue", "submit", "no-such", "", "\0", "x" * 5000])
def test_a_tab_that_is_not_ones_own_is_the_whole_list(reviewer, waiting, tab):
    response = at_desk(reviewer).get(LIST, {"tab": tab})

    assert response.status_code == 200
    assert len(projects(response)) == 4


def test_a_queue_tells_step_age_deadline_changes_and_problems(portal, clerk, reviewer):
    portal.closes_at = timezone.now() + timedelta(days=9)
    portal.save()
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    Goal.objects.update(waiting_since=timezone.now() - timedelta(days=3), assigned_to=reviewer)

    text = visible(at_desk(reviewer).get(f"{LIST}?tab=review"))

    for shown in ("主管部门审核", "3 天", "首次审核", "没有", "李国强", spoken(portal.closes_at)):
        assert shown in text


def test_a_reviewer_sees_first_what_is_assigned_then_what_has_most_to_look_at(
    portal, clerk, reviewer
):
    names = ("看过", "改过", "新的", "指定")
    goals = {name: make_goal(clean_sheet(name), by=clerk) for name in names}
    for name in ("看过", "改过"):
        take(goals[name], "submit", clerk)
        take(goals[name], "return", reviewer, "请核对。")
        sheet = clean_sheet(name, annual_goal="改了。") if name == "改过" else clean_sheet(name)
        now = Goal.objects.get(pk=goals[name].pk)
        if name == "改过":
            change_goal(now, sheet, by=clerk)
        else:
            answer_remark(now.remarks.get().pk, by=clerk, text="已核对。")
    for goal in goals.values():
        take(goal, "submit", clerk)
    Goal.objects.filter(project="指定").update(assigned_to=reviewer)

    page = at_desk(reviewer)

    assert projects(page.get(f"{LIST}?tab=review")) == ["指定", "新的", "改过", "看过"]
    by_name = projects(page.get(f"{LIST}?tab=review&o=1"))
    assert by_name == sorted(by_name)


@pytest.mark.parametrize(("role", "tab"), [("clerk", "submit"), ("reviewer", "review")])
def test_a_queue_costs_the_same_for_1_3_and_9_goals(request, clerk, role, tab):
    user = request.getfixturevalue(role)
    state = State.SUBMITTED if tab == "review" else State.DRAFT
    found = []
    for number in range(1, 10):
        make_goal(clean_sheet(f"第{number}个"), by=clerk, state=state)
        if number in (1, 3, 9):
            page = at_desk(user)
            with CaptureQueriesContext(connection) as queries:
                page.get(f"{LIST}?tab={tab}")
            found.append(len(queries))

    assert len(set(found)) == 1
    # what the goals of the page say, their reviews, waivers, and two for the year's library
    assert found[0] <= 17


def test_an_auditor_has_a_list_without_work(portal, clerk):
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)
    auditor = make_user("auditor", ("auditor", None))

    response = at_desk(auditor).get(LIST)

    assert labels(response) == {"已送审": 1, "被退回": 0, "全部": 1}
    assert "bulk_" not in response.content.decode()


@pytest.mark.parametrize("state", [state for state in State if state != State.VOID])
def test_every_state_has_its_colour(clerk, state):
    make_goal(by=clerk, state=state)

    html = at_desk(clerk).get(LIST).content.decode()
    label = re.search(rf'<span class="([^"]*)"[^>]*>\s*{state.label}\s*</span>', html)[1]

    assert any(colour in label for colour in ("blue", "orange", "red", "green"))
