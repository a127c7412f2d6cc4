"""我的代理: everybody minds their own deputies, through HTTP."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from performance.notices.models import Notice
from performance.people.models import Membership, User
from performance.people.queries import holds
from performance.people.roles import Right
from tests.admin.desk import at_desk, english_words, form_on, inline_scripts, visible
from tests.builders import make_user

PAGE = "/admin/performance/user/deputies/"
DAY = timedelta(days=1)


@pytest.fixture
def deputy(portal) -> User:
    return make_user("qian", ("clerk", "101"), full_name="钱进")


@pytest.fixture
def desk(reviewer):
    return at_desk(reviewer)


def filled(principal: User, person: User, **changes) -> dict:
    today = timezone.localdate()
    return {
        "roles": [str(held.pk) for held in principal.memberships.filter(deputy_of=None)],
        "deputy": str(person.pk),
        "starts_on": str(today),
        "ends_on": str(today + 7 * DAY),
    } | changes


def test_a_reviewer_appoints_a_deputy_who_is_told_and_sees_the_work(desk, reviewer, deputy):
    response = desk.post(PAGE, filled(reviewer, deputy), follow=True)

    assert "已请 钱进 代理" in visible(response)
    assert holds(User.objects.get(pk=deputy.pk), Right.REVIEW_GOALS)
    [notice] = Notice.objects.all()
    assert (notice.to, notice.link) == (deputy, PAGE)
    assert "李国强请您代理" in notice.text
    assert "代 李国强" in notice.text
    assert "李国强" in visible(at_desk(deputy).get(PAGE))


def test_the_form_on_the_page_can_be_posted_as_it_stands(desk, reviewer, deputy):
    form = form_on(desk.get(PAGE), "deputy-form")
    ends = str(timezone.localdate() + DAY)

    desk.post(PAGE, form | {"deputy": str(deputy.pk), "ends_on": ends})

    assert reviewer.deputies.get().starts_on == timezone.localdate()


def test_colleagues_are_offered_and_others_found_by_search(desk, deputy, stranger, clerk):
    offered = visible(desk.get(PAGE))
    found = visible(desk.get(PAGE, {"q": "教育局"}))

    assert "钱进" in offered
    assert "张敏" in offered
    assert "赵红" not in offered
    assert "赵红" in found
    assert "钱进" not in found
    assert "没有找到“没有这人”" in visible(desk.get(PAGE, {"q": "没有这人"}))


def test_many_are_cut_short_and_that_is_said(desk):
    for number in range(25):
        make_user(f"u{number}", ("clerk", "101009"), full_name=f"同事{number}")

    assert "请写得更具体" in visible(desk.get(PAGE))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": ""}, "代理必须写明截止日期"),
        ({"ends_on": "2020-01-01"}, "早于起始日期"),
        ({"starts_on": "2020-01-01"}, "已经过去"),
        ({"starts_on": "9999-12-31", "ends_on": "9999-12-31"}, "在一年以后"),
        ({"ends_on": "2099-01-01"}, "代理最长一年"),
        ({"ends_on": "明天"}, "截止日期读不懂"),
        ({"ends_on": "\x00"}, "截止日期读不懂"),
        ({"starts_on": ""}, "起始日期为空"),
        ({"starts_on": "9999999999-01-01"}, "起始日期读不懂"),
        ({"roles": []}, "至少勾选一个"),
        ({"roles": ["999999"]}, "请刷新页面后重新勾选"),
        ({"roles": ["\x00"]}, "请刷新页面后重新勾选"),
        ({"deputy": ""}, "没有选择代理人"),
        ({"deputy": "9" * 40}, "没有选择代理人"),
        ({"deputy": "\x00"}, "没有选择代理人"),
        ({"deputy": "2147483000"}, "这个人不能代理"),
        ({"q": "\x00%_'"}, ""),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_done(desk, reviewer, deputy, changes, sentence):
    response = desk.post(PAGE, filled(reviewer, deputy, **changes))

    if sentence:
        assert response.status_code == 200
        assert sentence in visible(response)
        assert not reviewer.deputies.exists()
        assert not Notice.objects.exists()


def test_what_was_filled_in_stays_when_it_is_refused(desk, reviewer, stranger):
    wrong = filled(reviewer, stranger, ends_on="2020-01-01")

    form = form_on(desk.post(PAGE, wrong), "deputy-form")

    assert (form["deputy"], form["ends_on"]) == ([str(stranger.pk)], ["2020-01-01"])
    assert form["roles"] == wrong["roles"]


@pytest.mark.parametrize("who", ["self", "off", "system", "auditor"])
def test_who_may_not_deputise_is_refused(desk, reviewer, who):
    person = {
        "self": reviewer,
        "off": make_user("off", ("clerk", "101"), is_active=False),
        "system": make_user("chen", ("system", None)),
        "auditor": make_user("sun", ("auditor", None)),
    }[who]

    response = desk.post(PAGE, filled(reviewer, person))

    assert "这个人不能代理" in visible(response)
    assert not Membership.objects.exclude(deputy_of=None).exists()


def test_another_persons_role_is_not_given_away(desk, reviewer, clerk, deputy):
    theirs = [str(held.pk) for held in clerk.memberships.all()]

    response = desk.post(PAGE, filled(reviewer, deputy, roles=theirs))

    assert "请刷新页面后重新勾选" in visible(response)
    assert not Membership.objects.exclude(deputy_of=None).exists()


def test_a_double_click_is_told_and_makes_one(desk, reviewer, deputy):
    desk.post(PAGE, filled(reviewer, deputy))

    response = desk.post(PAGE, filled(reviewer, deputy))

    assert "已经代理" in visible(response)
    assert reviewer.deputies.count() == 1
    assert Notice.objects.count() == 1


def test_it_is_ended_early_by_who_gave_it_and_by_nobody_else(desk, reviewer, deputy, clerk):
    desk.post(PAGE, filled(reviewer, deputy))
    held = reviewer.deputies.get()
    for other in (deputy, clerk):
        assert at_desk(other).post(f"{PAGE}{held.pk}/end/").status_code == 403
    assert desk.get(f"{PAGE}{held.pk}/end/").status_code == 302
    assert reviewer.deputies.exists()

    response = desk.post(f"{PAGE}{held.pk}/end/", follow=True)

    assert "已结束 钱进 的代理" in visible(response)
    assert not holds(User.objects.get(pk=deputy.pk), Right.REVIEW_GOALS)
    assert "已结束您的代理" in Notice.objects.first().text
    assert desk.post(f"{PAGE}{10**17}/end/").status_code == 403


def test_ended_ones_stay_on_the_page(desk, reviewer, deputy):
    Membership.objects.create(
        user=deputy,
        role="reviewer",
        unit=reviewer.memberships.get().unit,
        deputy_of=reviewer,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 1, 9),
    )

    for user in (reviewer, deputy):
        page = visible(at_desk(user).get(PAGE))
        assert "2025-01-09 已到期" in page
        assert "现在结束" not in page


@pytest.mark.parametrize("role", ["system", "auditor"])
def test_who_keeps_accounts_or_audits_has_nothing_to_give(portal, role, deputy):
    user = make_user("x", (role, None))

    response = at_desk(user).get(PAGE)

    assert "没有可以由别人代理的角色" in visible(response)
    at_desk(user).post(PAGE, filled(user, deputy))
    assert not Membership.objects.exclude(deputy_of=None).exists()


def test_a_deputy_role_alone_cannot_be_passed_on(portal, reviewer, deputy, clerk):
    only = make_user("only", full_name="只代")
    Membership.objects.create(
        user=only, role="reviewer", unit=reviewer.memberships.get().unit, deputy_of=reviewer
    )

    page = at_desk(only).get(PAGE)

    assert "没有可以由别人代理的角色" in visible(page)
    assert "我代理谁" in visible(page)


def test_the_page_costs_the_same_for_one_and_many(
    desk, reviewer, deputy, django_assert_max_num_queries
):
    unit = reviewer.memberships.get().unit
    for number in range(6):
        user = make_user(f"d{number}", ("clerk", "101"))
        Membership.objects.create(
            user=user, role="reviewer", unit=unit, deputy_of=reviewer, ends_on=date(2030, 1, 1)
        )

    with django_assert_max_num_queries(14):
        desk.get(PAGE)


def test_the_page_is_chinese_escaped_and_without_inline_scripts(desk, reviewer):
    make_user("x", ("clerk", "101"), full_name="<script>alert(1)</script>")

    response = desk.get(PAGE)

    assert "<script>alert(1)</script>" not in response.content.decode()
    assert inline_scripts(response) == []
    assert set(english_words(response)) <= {"li", "script", "alert", "x"}


def test_logged_out_it_leads_to_the_login_page(client):
    assert client.get(PAGE).url.startswith("/admin/login/")
