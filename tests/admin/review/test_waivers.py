"""Letting warnings pass on the page for review; the clerk sees what was let pass."""

from datetime import timedelta

import pytest
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.library.models import RuleLevel
from performance.review.models import Waiver
from performance.review.waiving import MAX_REASON, grant
from tests.admin.desk import at_desk, fresh, goal_url, told, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_user
from tests.review.workflow import take

REASON = "没有总体目标，今年特批。"


@pytest.fixture
def goal(portal, clerk) -> Goal:
    """Waits for review with one warning: its overall goal is empty."""
    RuleLevel.objects.update_or_create(year=portal, rule="R05", defaults={"level": "warning"})
    return make_goal(clean_sheet(overall_goal=""), by=clerk, state=State.SUBMITTED)


@pytest.fixture
def waiver(goal, reviewer) -> Waiver:
    return grant(
        goal.pk,
        by=reviewer,
        rule="R05",
        key="",
        field="overall_goal",
        reason=REASON,
        until=timezone.localdate(),
    )


def asked(**changes) -> dict[str, str]:
    until = timezone.localdate().isoformat()
    place = {"rule": "R05", "key": "", "field": "overall_goal"}
    return place | {"reason": REASON, "until": until} | changes


def waive(user, goal, **changes):
    return at_desk(user).post(goal_url("waive", goal.pk), asked(**changes))


def page(user, goal):
    response = at_desk(user).get(goal_url("change", goal.pk))
    assert response.status_code == 200
    return response


def test_the_reviewer_is_offered_each_warning_and_lets_it_pass(goal, reviewer):
    before = page(reviewer, goal)
    assert "警告 R05 “总体绩效目标”：总体绩效目标为空" in visible(before)
    assert goal_url("waive", goal.pk) in before.content.decode()

    response = waive(reviewer, goal)

    assert response.url == goal_url("change", goal.pk) + "#waivers"
    until = timezone.localdate()
    assert told(response) == [f"已豁免 R05 的警告，有效期至{until:%Y-%m-%d}。"]
    after = page(reviewer, goal)
    assert f"R05 总体绩效目标：{REASON}" in visible(after)
    assert "李国强" in visible(after)
    assert goal_url("waive", goal.pk) not in after.content.decode()


def test_others_see_it_without_buttons(clerk, bureau, goal, waiver):
    for person in (clerk, bureau):
        response = page(person, goal)
        assert REASON in visible(response)
        assert goal_url("lift_waiver", goal.pk, waiver.pk) not in response.content.decode()
        assert goal_url("waive", goal.pk) not in response.content.decode()


def test_the_clerk_sees_at_the_form_what_was_let_pass_and_may_not_touch_it(
    goal, reviewer, clerk, waiver
):
    take(goal, "return", reviewer, "请补充。")

    response = page(clerk, goal)

    assert "goal-form" in response.content.decode()
    until = timezone.localdate()
    assert f"R05 总体绩效目标：{REASON} 李国强" in visible(response)
    assert f"同意，有效期至{until:%Y-%m-%d}" in visible(response)
    assert "总体绩效目标为空" in visible(response).partition("已豁免")[0]
    assert goal_url("lift_waiver", goal.pk, waiver.pk) not in response.content.decode()
    assert goal_url("waive", goal.pk) not in response.content.decode()


def test_who_types_and_reviews_is_offered_nothing_at_the_form(goal, reviewer, waiver):
    take(goal, "return", reviewer, "请补充。")
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))

    response = page(both, goal)

    assert REASON in visible(response)
    assert goal_url("lift_waiver", goal.pk, waiver.pk) not in response.content.decode()


def test_what_was_changed_since_says_so_at_the_form(goal, reviewer, clerk, waiver):
    take(goal, "return", reviewer, "请补充。")
    change_goal(fresh(goal), clean_sheet(overall_goal="补上了。"), by=clerk)

    assert "内容已改，不再有效" in visible(page(clerk, goal))


def test_where_nothing_is_waived_the_clerk_sees_no_empty_section(clerk, goal):
    assert 'id="waivers"' not in page(clerk, goal).content.decode()


def test_lifting_leaves_it_on_record(goal, reviewer, waiver):
    desk = at_desk(reviewer)
    path = goal_url("lift_waiver", goal.pk, waiver.pk)
    assert path in page(reviewer, goal).content.decode()

    first, second = desk.post(path), desk.post(path)

    assert told(first)[0].startswith("已撤销 R05 的豁免")
    assert second.status_code == 302
    after = page(reviewer, goal)
    assert REASON in visible(after)
    assert "撤销" in visible(after)
    assert path not in after.content.decode()
    assert goal_url("waive", goal.pk) in after.content.decode()


def test_one_that_ended_is_told_and_the_warning_is_offered_again(goal, reviewer):
    yesterday = timezone.localdate() - timedelta(days=1)
    place = {"rule": "R05", "field": "overall_goal", "reason": REASON}
    Waiver.objects.create(
        goal=goal, **place, by=reviewer, at=timezone.now() - timedelta(days=9), until=yesterday
    )

    response = page(reviewer, goal)

    assert "已过期" in visible(response)
    assert goal_url("waive", goal.pk) in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "豁免的理由为空"),
        ({"reason": "字" * (MAX_REASON + 1)}, "超过"),
        ({"reason": "看\x07见"}, "控制字符"),
        ({"until": ""}, "没有填写或不是日期"),
        ({"until": "2026-02-31"}, "没有填写或不是日期"),
        ({"until": "明天"}, "没有填写或不是日期"),
        ({"until": "9999-12-31"}, "有效期至"),
        ({"until": "0001-01-01"}, "有效期至"),
        ({"until": "1" * 5000}, "没有填写或不是日期"),
        ({"rule": "R99"}, "现在没有 R99 的警告"),
        ({"rule": ""}, "现在没有"),
        ({"key": "nobody"}, "现在没有"),
        ({"field": "project"}, "现在没有"),
        ({"field": "x" * 5000, "key": "y" * 5000}, "现在没有"),
    ],
)
def test_a_wrong_post_is_told_and_writes_nothing(goal, reviewer, changes, said):
    response = waive(reviewer, goal, **changes)

    assert response.status_code == 302
    assert said in told(response)[0]
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("name", ["rule", "key", "field", "reason", "until"])
def test_characters_that_no_database_keeps_do_no_harm(goal, reviewer, name):
    response = waive(reviewer, goal, **{name: "\0"})

    assert response.status_code in (302, 400)
    assert not Waiver.objects.exists()


def test_a_refused_reason_can_be_copied(goal, reviewer):
    message = told(waive(reviewer, goal, until=""))[0]

    assert f"您填写的理由没有保存，可以复制后再用：{REASON}" in message


def test_an_empty_post_is_no_crash(goal, reviewer):
    response = at_desk(reviewer).post(goal_url("waive", goal.pk))

    assert response.status_code == 302
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "bureau"])
def test_who_does_not_review_is_refused(request, goal, waiver, who):
    person = request.getfixturevalue(who)

    assert waive(person, goal).status_code == 403
    lifted = at_desk(person).post(goal_url("lift_waiver", goal.pk, waiver.pk))
    assert lifted.status_code == 403
    assert Waiver.objects.get().lifted_at is None


def test_a_foreign_goal_does_not_exist(stranger, goal, waiver):
    assert waive(stranger, goal).status_code == 404
    desk = at_desk(stranger)
    assert desk.post(goal_url("lift_waiver", goal.pk, waiver.pk)).status_code == 404


def test_the_waiver_of_another_goal_is_not_lifted_here(clerk, reviewer, goal, waiver):
    other = make_goal(clean_sheet("另一个"), by=clerk, state=State.SUBMITTED)
    desk = at_desk(reviewer)

    for number in (waiver.pk, 0, 10**6, "9" * 30):
        path = goal_url("change", other.pk).replace("change/", f"waivers/{number}/lift/")
        assert desk.post(path).status_code == 404
    assert Waiver.objects.get().lifted_at is None


def test_who_wrote_it_is_told_why_not(portal, goal):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))
    own = make_goal(clean_sheet("自己的", overall_goal=""), by=both, state=State.SUBMITTED)

    response = waive(both, own)

    assert "填写或导入过这个目标" in told(response)[0]
    assert not Waiver.objects.exists()


def test_an_address_leads_to_the_page_and_acts_not(goal, reviewer, waiver):
    desk = at_desk(reviewer)

    for name, more in (("waive", ()), ("lift_waiver", (waiver.pk,))):
        response = desk.get(goal_url(name, goal.pk, *more))
        assert response.status_code == 302
        assert response.url == goal_url("change", goal.pk)
    assert Waiver.objects.get().lifted_at is None


def test_markup_in_a_reason_is_shown_as_text(goal, reviewer):
    waive(reviewer, goal, reason="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in page(reviewer, goal).content.decode()


def test_hints_need_no_waiver(portal, goal, reviewer):
    RuleLevel.objects.filter(year=portal).update(level="hint")

    assert goal_url("waive", goal.pk) not in page(reviewer, goal).content.decode()
