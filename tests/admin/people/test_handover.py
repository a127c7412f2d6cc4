"""工作交接: the system administrator hands over what somebody leaves behind, through HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from performance.goals.models import State, Unsaved
from performance.notices.models import Notice
from performance.people.models import Membership, User
from performance.people.queries import holds
from performance.people.roles import Right
from tests.admin.desk import at_desk, english_words, form_on, fresh, inline_scripts, visible
from tests.builders import clean_sheet, make_goal, make_user
from tests.review.workflow import remark

DAY = timedelta(days=1)


@pytest.fixture
def sysadmin(portal) -> User:
    return make_user("chen", ("system", None), full_name="陈伟")


@pytest.fixture
def desk(sysadmin):
    return at_desk(sysadmin)


@pytest.fixture
def successor(portal) -> User:
    return make_user("qian", ("clerk", "202001"), full_name="钱进")


@pytest.fixture
def today(db):
    return timezone.localdate()


def path_of(user: User) -> str:
    return f"/admin/performance/user/{user.pk}/handover/"


def wish(person: User, to: User | None, last, **changes) -> dict:
    """As the first page posts it: one successor for every role."""
    roles = {
        f"successor-{held.pk}": str(to.pk) if to else ""
        for held in person.memberships.filter(deputy_of=None)
    }
    return roles | {"last_day": str(last)} | changes


def confirmed(desk, person: User, data: dict):
    """Through both pages, as a person presses the buttons."""
    page = desk.post(path_of(person), data)
    form = form_on(page, "handover-form")
    assert "seal" in form, visible(page)
    return desk.post(path_of(person), form | {"confirm": "1"})


def state_of_all() -> list:
    people = User.objects.order_by("pk").values_list("pk", "is_active", "full_name")
    rows = [list(table.objects.order_by("pk").values_list()) for table in (Membership, Notice)]
    return [*rows, list(people)]


def now(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_at_once_the_successor_holds_the_role_and_the_person_does_not(
    desk, reviewer, successor, today
):
    response = confirmed(desk, reviewer, wish(reviewer, successor, today - DAY))

    assert "已经交接" in visible(response)
    assert not holds(now(reviewer), Right.REVIEW_GOALS)
    assert holds(now(successor), Right.REVIEW_GOALS)
    assert reviewer.memberships.get().ends_on == today - DAY
    assert now(reviewer).is_active
    [notice] = Notice.objects.all()
    assert notice.to == successor
    assert "接替 李国强" in notice.text


def test_a_successor_is_named_so_that_nobody_takes_another_of_that_name(
    desk, reviewer, successor, today
):
    """Also where the page comes back with what is wrong: they are still working today."""
    page = desk.post(path_of(reviewer), wish(reviewer, successor, today, switch_off="on"))

    assert "不能现在停用账号" in visible(page)
    assert "钱进（qian）" in visible(page)


def test_later_the_person_works_until_the_last_day(desk, reviewer, successor, today):
    confirmed(desk, reviewer, wish(reviewer, successor, today + 5 * DAY))

    assert holds(now(reviewer), Right.REVIEW_GOALS)
    assert not holds(now(successor), Right.REVIEW_GOALS)
    taken = successor.memberships.get(role="reviewer")
    assert (taken.starts_on, taken.ends_on) == (today + 6 * DAY, None)


def test_the_confirm_page_shows_everything_and_changes_nothing(
    desk, reviewer, successor, clerk, today
):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    remark(goal, "annual_goal", reviewer, text="这里写得不清楚。")
    goal.assigned_to = reviewer
    goal.save()
    Unsaved.objects.create(
        by=reviewer,
        place="new-2025-abcdef",
        content="{}",
        typed_at=timezone.now(),
        seen_at=timezone.now(),
    )
    other = make_user("dep", ("clerk", "101"), full_name="代办人")
    Membership.objects.create(
        user=other,
        role="reviewer",
        unit=reviewer.memberships.get().unit,
        deputy_of=reviewer,
        ends_on=today + 9 * DAY,
    )
    before = state_of_all()

    page = visible(desk.post(path_of(reviewer), wish(reviewer, successor, today - DAY)))

    for word in (
        "角色（1）",
        "代理（1）",
        "代办人",
        "指定办理的目标（1）",
        "改为指定 钱进 办理",
        "没有送出的审核意见（1）",
        "填写而没有保存的内容（1）",
        "工作制服经费",
        "账号不停用",
        f"到 {today - DAY} 为止；钱进 从 {today} 起接替",
    ):
        assert word in page
    assert "这里写得不清楚" not in page
    assert state_of_all() == before


def test_assigned_goals_go_to_whoever_may_see_to_them(desk, reviewer, clerk, bureau, today):
    author = make_user("both", ("clerk", "101009"), full_name="何双")
    goals = [
        make_goal(clean_sheet("他写的"), by=author, state=State.SUBMITTED),
        make_goal(clean_sheet("别人写的"), by=clerk, state=State.SUBMITTED),
        make_goal(clean_sheet("没有送审"), by=clerk),
    ]
    for goal in goals:
        goal.assigned_to = reviewer
        goal.save()

    response = confirmed(desk, reviewer, wish(reviewer, author, today - DAY))

    assert [fresh(goal).assigned_to for goal in goals] == [None, author, None]
    assert "何双 填写或导入过这个目标" in visible(response)
    assert "没有能办理它的接替人" in visible(response)


def test_deputies_of_the_person_and_for_others_end_and_are_not_passed_on(
    desk, reviewer, successor, clerk, today
):
    unit = reviewer.memberships.get().unit
    own = clerk.memberships.get().unit
    for user, of, role, where in (
        (clerk, reviewer, "reviewer", unit),
        (reviewer, clerk, "clerk", own),
    ):
        Membership.objects.create(
            user=user,
            role=role,
            unit=where,
            deputy_of=of,
            starts_on=today - 3 * DAY,
            ends_on=today + 9 * DAY,
        )

    confirmed(desk, reviewer, wish(reviewer, successor, today - DAY))

    ends = Membership.objects.exclude(deputy_of=None).values_list("ends_on", flat=True)
    assert list(ends) == [today - DAY] * 2
    assert not successor.memberships.exclude(deputy_of=None).exists()


def test_the_account_is_switched_off_at_once_only(desk, reviewer, successor, today):
    refused = desk.post(path_of(reviewer), wish(reviewer, successor, today, switch_off="on"))
    assert "不能现在停用账号" in visible(refused)

    confirmed(desk, reviewer, wish(reviewer, successor, today - DAY, switch_off="on"))

    assert not now(reviewer).is_active


def test_without_a_successor_the_role_just_ends(desk, reviewer, today):
    response = confirmed(desk, reviewer, wish(reviewer, None, today - DAY))

    assert "没有人接替" in visible(response)
    assert not holds(now(reviewer), Right.REVIEW_GOALS)


def test_who_holds_the_role_already_keeps_it_and_nothing_shrinks(desk, reviewer, today):
    other = make_user("li2", ("reviewer", "101"))

    confirmed(desk, reviewer, wish(reviewer, other, today + 5 * DAY))

    held = other.memberships.get()
    assert (held.starts_on, held.ends_on) == (None, None)


def test_an_expired_role_of_the_successor_begins_again(desk, reviewer, today):
    other = make_user("li2", ("reviewer", "101"))
    other.memberships.update(ends_on=today - 30 * DAY)

    confirmed(desk, reviewer, wish(reviewer, other, today - DAY))

    assert holds(now(other), Right.REVIEW_GOALS)


def test_a_limited_role_stays_limited(desk, reviewer, successor, today):
    reviewer.memberships.update(ends_on=today + 3 * DAY)

    confirmed(desk, reviewer, wish(reviewer, successor, today - DAY))

    assert successor.memberships.get(role="reviewer").ends_on == today + 3 * DAY


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_day": "2020-01-01"}, "最早填昨天"),
        ({"last_day": "2999-01-01"}, "最早填昨天"),
        ({"last_day": ""}, "最后工作日为空"),
        ({"last_day": "\x00"}, "最后工作日读不懂"),
    ],
)
def test_a_bad_last_day_is_told(desk, reviewer, successor, today, changes, sentence):
    before = state_of_all()

    for press in ({}, {"confirm": "1", "seal": "x"}):
        data = wish(reviewer, successor, today, **changes) | press
        assert sentence in visible(desk.post(path_of(reviewer), data))

    assert state_of_all() == before


@pytest.mark.parametrize("posted", ["abc", "9" * 30, "a\x00", "-1", "999999", "²"])
def test_a_tampered_successor_is_told(desk, reviewer, today, posted):
    data = wish(reviewer, reviewer, today)
    name = next(iter(data))

    response = desk.post(path_of(reviewer), data | {name: posted, "confirm": "1"})

    assert response.status_code == 200
    assert "没有这个用户" in visible(response) or "空字符" in visible(response)


def test_the_successor_is_another_active_person(desk, reviewer, today):
    off = make_user("off", full_name="停用的", is_active=False)

    same = desk.post(path_of(reviewer), wish(reviewer, reviewer, today))
    gone = desk.post(path_of(reviewer), wish(reviewer, off, today))

    assert "接替人不能是本人" in visible(same)
    assert "账号已停用，不能接替" in visible(gone)


def test_the_last_system_administrator_needs_a_successor(desk, sysadmin, successor, today):
    alone = desk.post(path_of(sysadmin), wish(sysadmin, None, today))
    off = desk.post(path_of(sysadmin), wish(sysadmin, successor, today - DAY, switch_off="on"))

    assert "必须有人接替" in visible(alone)
    assert "不能停用自己的账号" in visible(off)

    confirmed(desk, sysadmin, wish(sysadmin, successor, today - DAY))
    assert holds(now(successor), Right.MANAGE_USERS)
    assert desk.get(path_of(successor)).status_code in (302, 403)


def test_what_changed_meanwhile_is_shown_again(desk, reviewer, successor, clerk, today):
    page = desk.post(path_of(reviewer), wish(reviewer, successor, today - DAY))
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    goal.assigned_to = reviewer
    goal.save()
    before = state_of_all()

    response = desk.post(path_of(reviewer), form_on(page, "handover-form") | {"confirm": "1"})

    assert "要交接的内容有变动" in visible(response)
    assert "工作制服经费" in visible(response)
    assert state_of_all() == before


def test_a_double_click_does_it_once(desk, reviewer, successor, today):
    page = desk.post(path_of(reviewer), wish(reviewer, successor, today - DAY))
    form = form_on(page, "handover-form") | {"confirm": "1"}
    desk.post(path_of(reviewer), form)
    before = state_of_all()

    response = desk.post(path_of(reviewer), form)

    assert response.status_code == 200
    assert state_of_all() == before


def test_back_keeps_what_was_chosen(desk, reviewer, successor, today):
    page = desk.post(path_of(reviewer), wish(reviewer, successor, today - DAY))

    back = desk.post(path_of(reviewer), form_on(page, "handover-form") | {"back": "1"})

    form = form_on(back, "handover-form")
    assert form["last_day"] == [str(today - DAY)]
    assert str(successor.pk) in {value for values in form.values() for value in values}


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau", "auditor"])
def test_other_roles_hand_nothing_over(portal, role, successor, today):
    user = make_user("x", (role, "101" if role in ("clerk", "reviewer") else None))
    before = state_of_all()

    for person in (user, successor):
        assert at_desk(user).get(path_of(person)).status_code == 403
        data = wish(person, user, today - DAY, confirm="1")
        assert at_desk(user).post(path_of(person), data).status_code == 403

    assert state_of_all() == before


def test_an_unknown_person_is_not_found(desk):
    assert desk.get("/admin/performance/user/999999/handover/").status_code == 404


def test_a_person_without_roles_has_nothing_to_hand_over(desk, today):
    nobody = make_user("nobody")

    assert "没有可以交接的角色" in visible(desk.get(path_of(nobody)))
    assert "没有角色" in visible(confirmed(desk, nobody, wish(nobody, None, today)))


def test_the_pages_are_chinese_and_without_inline_scripts(desk, reviewer, successor, today):
    pages = [
        desk.get(path_of(reviewer)),
        desk.post(path_of(reviewer), wish(reviewer, successor, today)),
        confirmed(desk, reviewer, wish(reviewer, successor, today)),
    ]

    for page in pages:
        assert inline_scripts(page) == []
        assert set(english_words(page)) <= {"li", "chen"}
