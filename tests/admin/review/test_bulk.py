"""Many goals in one go, through the list and its confirm page."""

import pytest

from performance.goals.models import Goal, State
from performance.library.models import Year
from performance.review.models import Event
from tests.admin.desk import at_desk, everything, form_on, goal_url, told, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet, make_user
from tests.review.workflow import take

LIST = "/admin/performance/goal/"


def bulk_url(name: str) -> str:
    return goal_url("bulk", name)


def states() -> dict[str, str]:
    return dict(Goal.objects.filter(year__year=2025).values_list("project", "state"))


@pytest.fixture
def drafts(clerk) -> list[Goal]:
    """Two that are ready, and one with an error."""
    bad = make_sheet("有错", make_line("不认识的指标"))
    return [make_goal(sheet, by=clerk) for sheet in (clean_sheet("甲"), clean_sheet("乙"), bad)]


@pytest.fixture
def same(clerk) -> Goal:
    Year.objects.create(year=2024)
    make_goal(clean_sheet("照旧", year=2024), by=clerk, state=State.APPROVED)
    goal = make_goal(clean_sheet("照旧"), by=clerk)
    take(goal, "submit", clerk)
    return goal


def test_a_clerk_submits_the_whole_unit_from_the_page_that_tells_why_not(clerk, drafts):
    page = at_desk(clerk)

    asked = page.get(bulk_url("submit"))
    done = page.post(bulk_url("submit"), form_on(asked, "bulk-form"))

    assert "可以送审 2 个" in visible(asked)
    assert "处错误，改正后才能送审" in visible(asked)
    assert "已送审 2 个" in visible(done)
    assert states() == {"甲": "submitted", "乙": "submitted", "有错": "draft"}


def test_the_button_of_a_tab_keeps_the_filters(clerk, drafts):
    page = at_desk(clerk)

    shown = page.get(f"{LIST}?tab=submit&text=甲")
    asked = page.get(f"{bulk_url('submit')}?tab=submit&text=甲")

    assert "批量送审" in visible(shown)
    assert f"{bulk_url('submit')}?" in shown.content.decode()
    assert [c.goal.project for c in asked.context["candidates"]] == ["甲"]


def test_the_action_of_the_list_asks_about_the_chosen_ones(clerk, drafts):
    chosen = [str(drafts[0].pk), str(drafts[2].pk)]
    data = {"action": "bulk_submit", "_selected_action": chosen}

    asked = at_desk(clerk).post(LIST, data)

    assert asked.status_code == 200
    assert [c.goal.project for c in asked.context["candidates"]] == ["甲", "有错"]
    assert states()["甲"] == "draft"  # nothing has been done yet


def test_a_reviewer_approves_what_is_as_last_year(reviewer, same):
    page = at_desk(reviewer)

    asked = page.get(bulk_url("approve"))
    done = page.post(bulk_url("approve"), form_on(asked, "bulk-form"))

    assert "已审核通过 1 个" in visible(done)
    assert states() == {"照旧": "approved"}


def test_the_review_form_is_asked_for_once_where_the_year_wants_it(portal, reviewer, same):
    portal.grades_required = True
    portal.save()
    page = at_desk(reviewer)

    asked = page.get(bulk_url("approve"))
    without = page.post(bulk_url("approve"), form_on(asked, "bulk-form"))
    done = page.post(bulk_url("approve"), form_on(asked, "bulk-form") | {"best": "1"})

    assert "审核表各项均为“优”" in visible(asked)
    assert "没有评定" in visible(without)
    assert "已审核通过 1 个" in visible(done)
    assert {g for *_, g in Event.objects.get(transition="approve").graded} == {"优"}


def test_the_bureau_issues_and_files(bureau, clerk):
    for name in ("甲", "乙"):
        make_goal(clean_sheet(name), by=clerk, state=State.APPROVED)
    page = at_desk(bureau)

    for name in ("issue", "file"):
        data = form_on(page.get(bulk_url(name)), "bulk-form") | {"opinion": "财预〔2025〕1号"}
        assert "2 个" in visible(page.post(bulk_url(name), data))

    assert set(states().values()) == {"filed"}
    assert Event.objects.filter(opinion="财预〔2025〕1号").count() == 4


def test_a_second_press_is_harmless_and_told(clerk, drafts):
    page = at_desk(clerk)
    data = form_on(page.get(bulk_url("submit")), "bulk-form")
    page.post(bulk_url("submit"), data)
    before = everything()

    again = page.post(bulk_url("submit"), data)

    assert "没有办理 2 个" in visible(again)
    assert "您刚才已办理“送审”，没有重复办理。" in visible(again)
    assert everything() == before


def test_what_changed_after_it_was_shown_is_left_alone(clerk, drafts):
    page = at_desk(clerk)
    data = form_on(page.get(bulk_url("submit")), "bulk-form")
    change_goal(Goal.objects.get(project="甲"), clean_sheet("甲", annual_goal="改了。"), by=clerk)

    done = page.post(bulk_url("submit"), data)

    assert "内容又被修改" in visible(done)
    assert states() == {"甲": "draft", "乙": "submitted", "有错": "draft"}


def test_nothing_chosen_is_told(clerk, drafts):
    response = at_desk(clerk).post(bulk_url("submit"), {})

    assert response.status_code == 302
    assert told(response) == ["没有勾选任何绩效目标，没有办理。"]


def test_an_empty_queue_is_a_page(clerk, reviewer):
    assert "没有等待审核通过的绩效目标" in visible(at_desk(reviewer).get(bulk_url("approve")))


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("clerk", "approve"),
        ("clerk", "issue"),
        ("reviewer", "submit"),
        ("reviewer", "file"),
        ("bureau", "approve"),
        ("bureau", "submit"),
    ],
)
def test_who_has_not_the_right_has_neither_page_nor_action(request, drafts, role, name):
    page = at_desk(request.getfixturevalue(role))
    data = {"action": f"bulk_{name}", "_selected_action": [str(drafts[0].pk)]}
    before = everything()

    assert page.get(bulk_url(name)).status_code == 403
    assert page.post(bulk_url(name), {"goal": f"{drafts[0].pk}:draft:abc"}).status_code == 403
    assert page.post(LIST, data).status_code == 302
    assert f"bulk_{name}" not in page.get(LIST).content.decode()
    assert everything() == before


@pytest.mark.parametrize("role", ["auditor", "system"])
def test_who_acts_nowhere_has_no_bulk_page(portal, role):
    page = at_desk(make_user("other", (role, None)))

    assert {page.get(bulk_url(n)).status_code for n in ("submit", "approve", "issue")} == {403}


@pytest.mark.parametrize("name", ["withdraw", "return", "void", "no-such", "drop"])
def test_other_steps_are_not_taken_in_bulk(bureau, name):
    assert at_desk(bureau).get(bulk_url(name)).status_code == 404


@pytest.mark.parametrize(
    "goal",
    [
        "\0",
        "1:draft:\0",
        f"{'9' * 30}:draft:ab",
        "999999:draft:ab",
        "1",
        ":::",
        "-1:draft:ab",
        "1:draft:" + "a" * 5000,
        "1:\x01:ab",
    ],
)
def test_a_tampered_post_changes_nothing_and_is_no_crash(clerk, drafts, goal):
    before = everything()
    data = {"goal": [goal] * 3, "opinion": "\0" * 9, "best": "x"}

    response = at_desk(clerk).post(bulk_url("submit"), data)

    assert response.status_code in (200, 302, 400)
    assert everything() == before


def test_an_opinion_that_is_too_long_or_hidden_is_told_at_each(bureau, clerk):
    goal = make_goal(by=clerk, state=State.APPROVED)
    token = f"{goal.pk}:approved:{goal.chain_hash}"
    page = at_desk(bureau)

    for opinion, said in (("长" * 2_001, "超过"), ("看\x07不见", "控制字符")):
        done = page.post(bulk_url("issue"), {"goal": token, "opinion": opinion})
        assert said in visible(done)

    assert states() == {"工作制服经费": "approved"}


def test_a_foreign_goal_is_neither_taken_nor_named(clerk, stranger):
    foreign = make_goal(clean_sheet("外单位的秘密", unit="202001-区教育局"), by=stranger)

    done = at_desk(clerk).post(
        bulk_url("submit"), {"goal": f"{foreign.pk}:draft:{foreign.chain_hash}"}
    )

    assert "外单位的秘密" not in done.content.decode()
    assert "不在您可以查看的范围内" in visible(done)
    assert states() == {"外单位的秘密": "draft"}
