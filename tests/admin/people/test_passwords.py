"""Logging in, own passwords, and passwords set by somebody else, through HTTP."""

import pytest
from django.test import Client

from performance.people.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from performance.people.models import User
from tests.builders import PASSWORD, make_user

LOGIN = "/admin/login/"
CHANGE = "/admin/password_change/"


def with_password(user: User, **changes) -> User:
    user.set_password(PASSWORD)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save()
    return user


def log_in(client: Client, user: User, password: str = PASSWORD):
    return client.post(f"{LOGIN}?next=/admin/", {"username": user.username, "password": password})


@pytest.fixture
def sysadmin(portal) -> User:
    return make_user("chen", ("system", None), full_name="陈伟")


def test_a_person_with_a_role_logs_in_and_is_at_home(client, clerk):
    response = log_in(client, with_password(clerk))

    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_wrong_password_is_a_chinese_sentence(client, clerk):
    response = log_in(client, with_password(clerk), "something else")

    assert "用户名或密码不正确" in response.content.decode()


def test_an_account_without_a_role_is_told_so(client, portal):
    response = log_in(client, with_password(make_user("nobody")))

    assert response.status_code == 200
    assert "账号“nobody”还没有任何角色" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_losing_the_last_role_leads_to_a_sentence_and_not_round_in_circles(client, clerk):
    client.force_login(clerk)
    clerk.memberships.all().delete()

    response = client.get("/admin/", follow=True)

    assert len(response.redirect_chain) == 1
    assert "账号“zhang”没有任何角色" in response.content.decode()


def test_an_inactive_account_does_not_get_in(client, clerk):
    response = log_in(client, with_password(clerk, is_active=False))

    assert "用户名或密码不正确" in response.content.decode()


def test_the_demo_accounts_are_listed_and_open_while_the_demo_is_on(client, portal, settings):
    settings.DEMO = True
    account = DEMO_ACCOUNTS[0]
    user = make_user(account.username, (account.role, account.unit_code), is_demo=True)
    user.set_password(DEMO_PASSWORD)
    user.save()

    text = client.get(LOGIN).content.decode()

    for each in DEMO_ACCOUNTS:
        assert each.username in text
        assert each.label in text
    assert "公开" in text
    assert log_in(client, user, DEMO_PASSWORD).status_code == 302


def test_the_demo_accounts_are_neither_listed_nor_open_while_the_demo_is_off(
    client, portal, settings
):
    settings.DEMO = False
    user = with_password(make_user("clerk", ("clerk", "101009"), is_demo=True))

    text = client.get(LOGIN).content.decode()

    assert "演示账号" not in text
    assert DEMO_PASSWORD not in text
    assert log_in(client, user).status_code == 200


def test_a_password_set_by_somebody_else_is_changed_before_anything_else(client, clerk):
    new = "my-own-long-password"
    log_in(client, with_password(clerk, must_change_password=True))

    blocked = client.get("/admin/performance/indicator/")
    page = client.get(CHANGE)
    changed = client.post(
        CHANGE, {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert (blocked.status_code, blocked.url) == (302, CHANGE)
    assert "请先修改密码" in page.content.decode()
    assert changed.status_code == 302
    assert client.get("/admin/").status_code == 200
    clerk.refresh_from_db()
    assert not clerk.must_change_password
    assert clerk.check_password(new)


def test_a_forced_change_may_be_left_by_logging_out(client, clerk):
    log_in(client, with_password(clerk, must_change_password=True))

    response = client.post("/admin/logout/")

    assert response.status_code in (200, 302)
    assert "_auth_user_id" not in client.session


def test_the_password_that_somebody_else_set_cannot_be_kept(client, clerk):
    log_in(client, with_password(clerk, must_change_password=True))
    data = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}

    page = client.post("/admin/password_change/", data).content.decode()

    assert "新密码与原密码相同" in page
    assert User.objects.get(pk=clerk.pk).must_change_password


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", "my-own-long-password"), (PASSWORD, "12345678"), (PASSWORD, "")]
)
def test_a_refused_own_password_leaves_the_duty(client, clerk, old, new):
    log_in(client, with_password(clerk, must_change_password=True))

    response = client.post(
        CHANGE, {"old_password": old, "new_password1": new, "new_password2": new}
    )

    assert response.status_code == 200
    clerk.refresh_from_db()
    assert clerk.must_change_password
    assert clerk.check_password(PASSWORD)


def test_a_reset_password_is_valid_once_and_ends_open_sessions(client, clerk, sysadmin):
    theirs = Client()
    theirs.force_login(clerk)
    client.force_login(sysadmin)
    new = "given-by-the-administrator"

    response = client.post(
        f"/admin/performance/user/{clerk.pk}/password/",
        {"password1": new, "password2": new},
        follow=True,
    )

    [message] = response.context["messages"]
    assert str(message) == "张敏：已设置密码，请当面告知本人；下次登录时须先修改。"
    assert theirs.get("/admin/").status_code == 302
    log_in(theirs, clerk, new)
    assert theirs.get("/admin/", follow=True).redirect_chain[-1][0] == CHANGE


def test_a_reset_without_a_password_makes_one_and_shows_it(client, clerk, sysadmin):
    client.force_login(sysadmin)

    response = client.post(
        f"/admin/performance/user/{clerk.pk}/password/",
        {"password1": "", "password2": "", "usable_password": "false"},
        follow=True,
    )

    [message] = response.context["messages"]
    password = str(message).split("密码为 ")[1].split(" ")[0]
    clerk.refresh_from_db()
    assert clerk.check_password(password)
    assert clerk.must_change_password


@pytest.mark.parametrize(
    ("first", "second"), [("long-enough-one", "long-enough-two"), ("", "x"), ("123", "123")]
)
def test_a_bad_reset_changes_nothing(client, clerk, sysadmin, first, second):
    with_password(clerk)
    client.force_login(sysadmin)

    response = client.post(
        f"/admin/performance/user/{clerk.pk}/password/", {"password1": first, "password2": second}
    )

    assert response.status_code == 200
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)
    assert not clerk.must_change_password


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_only_the_system_administrator_resets_passwords(client, request, role, stranger):
    client.force_login(request.getfixturevalue(role))

    response = client.post(
        f"/admin/performance/user/{stranger.pk}/password/", {"password1": "", "password2": ""}
    )

    assert response.status_code == 403
    assert not User.objects.get(pk=stranger.pk).has_usable_password()
