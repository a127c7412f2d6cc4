"""The system administrator's pages, through HTTP."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from performance.people.models import Membership, Unit, User
from tests.builders import PASSWORD, make_user

USERS = "/admin/performance/user/"


@pytest.fixture
def sysadmin(portal) -> User:
    return make_user("chen", ("system", None), full_name="陈伟")


@pytest.fixture
def desk(client, sysadmin):
    client.force_login(sysadmin)
    return client


def rows(*memberships: tuple, initial: int = 0) -> dict[str, str]:
    """The role rows of the form as a desk posts them."""
    data = {
        "memberships-TOTAL_FORMS": str(len(memberships)),
        "memberships-INITIAL_FORMS": str(initial),
    }
    for number, (role, unit, *more) in enumerate(memberships):
        prefix = f"memberships-{number}-"
        data |= {f"{prefix}role": role, f"{prefix}unit": str(unit.pk) if unit else ""}
        data |= {f"{prefix}{name}": value for each in more for name, value in each.items()}
    return data


def path_of(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


def head(user: User, **changes: str) -> dict[str, str]:
    data = {"username": user.username, "full_name": user.full_name, "is_active": "on"} | changes
    return {name: value for name, value in data.items() if value}


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
@pytest.mark.parametrize(
    "path", ["{pk}/handover/", "", "add/", "{pk}/change/", "{pk}/password/", "{pk}/history/"]
)
def test_other_roles_see_no_user_pages(client, request, role, path, sysadmin):
    client.force_login(request.getfixturevalue(role))

    response = client.get(USERS + path.format(pk=sysadmin.pk))

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["", "add/", "{pk}/change/", "{pk}/password/", "{pk}/history/"])
def test_the_system_administrator_opens_every_user_page(desk, path, sysadmin):
    response = desk.get(USERS + path.format(pk=sysadmin.pk))

    assert response.status_code == 200
    for word in ("is_staff", "is_superuser", "user_permissions", "groups"):
        assert word not in response.content.decode()


def test_users_cannot_be_deleted(desk, clerk):
    assert desk.get(f"{USERS}{clerk.pk}/delete/").status_code == 403

    desk.post(USERS, {"action": "delete_selected", "_selected_action": [clerk.pk], "post": "yes"})

    assert User.objects.filter(pk=clerk.pk).exists()


def test_the_list_costs_the_same_for_two_and_four_users(
    desk, clerk, django_assert_num_queries, request
):
    with django_assert_num_queries(9):
        desk.get(USERS)
    for name in ("reviewer", "bureau"):
        request.getfixturevalue(name)

    with django_assert_num_queries(9):
        response = desk.get(USERS)

    assert "填报人（区政数局）" in response.content.decode()


def test_an_account_is_made_with_its_roles_and_a_typed_password(desk):
    unit = Unit.objects.get(code="101009")
    data = {"username": "new", "full_name": "新人", "password1": PASSWORD, "password2": PASSWORD}

    response = desk.post(f"{USERS}add/", data | rows(("clerk", unit)))

    user = User.objects.get(username="new")
    assert response.status_code == 302
    assert user.check_password(PASSWORD)
    assert user.must_change_password
    assert not user.is_staff
    assert [(m.role, m.unit) for m in user.memberships.all()] == [("clerk", unit)]


def test_an_empty_password_is_made_and_shown_once(desk, client):
    data = {"username": "new", "full_name": "", "password1": "", "password2": ""}

    response = desk.post(f"{USERS}add/", data | rows(), follow=True)

    told = next(str(message) for message in response.context["messages"])
    password = told.split("密码为 ")[1].split(" ")[0]
    assert User.objects.get(username="new").check_password(password)
    assert password not in desk.get(path_of(User.objects.get(username="new"))).content.decode()


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (PASSWORD, "", "两次输入的密码要相同"),
        ("", PASSWORD, "两次输入的密码要相同"),
        (PASSWORD, f"{PASSWORD}x", "密码"),
        ("12345678", "12345678", "密码"),
    ],
)
def test_a_bad_password_makes_no_account(desk, first, second, sentence):
    data = {"username": "new", "full_name": "", "password1": first, "password2": second}

    response = desk.post(f"{USERS}add/", data | rows())

    assert response.status_code == 200
    assert sentence in str(response.context["adminform"].form.errors["password2"])
    assert not User.objects.filter(username="new").exists()


def test_a_name_taken_in_another_case_is_refused(desk, clerk):
    data = {"username": "ZHANG", "full_name": "", "password1": "", "password2": ""}

    response = desk.post(f"{USERS}add/", data | rows())

    assert "username" in response.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("role", "code"), [("clerk", None), ("reviewer", None), ("bureau", "101"), ("system", "101")]
)
def test_a_role_and_its_unit_must_fit(desk, clerk, role, code):
    unit = Unit.objects.get(code=code) if code else None
    held = clerk.memberships.get()

    response = desk.post(
        path_of(clerk),
        head(clerk) | rows(("clerk", held.unit, {"id": held.pk}), (role, unit), initial=1),
    )

    assert response.status_code == 200
    assert (
        "填报人、单位审核人和主管部门审核人必须选择单位；其他角色不选单位。"
        in response.content.decode()
    )
    assert clerk.memberships.count() == 1


@pytest.mark.parametrize("twice", [("clerk", "101"), ("bureau", None)])
def test_the_same_role_twice_is_a_sentence(desk, clerk, twice):
    role, code = twice
    unit = Unit.objects.get(code=code) if code else None
    held = clerk.memberships.get()

    response = desk.post(
        path_of(clerk),
        head(clerk)
        | rows(("clerk", held.unit, {"id": held.pk}), (role, unit), (role, unit), initial=1),
    )

    assert response.status_code == 200
    assert clerk.memberships.count() == 1


def test_a_removed_unsaved_row_is_skipped_and_the_others_are_kept(desk, clerk):
    held, units = clerk.memberships.get(), list(Unit.objects.order_by("code"))

    response = desk.post(
        path_of(clerk),
        head(clerk)
        | rows(
            ("clerk", held.unit, {"id": held.pk}),
            ("reviewer", units[0]),
            ("", None, {"DELETE": "on"}),
            ("reviewer", units[1]),
            initial=1,
        ),
    )

    assert response.status_code == 302
    assert clerk.memberships.filter(role="reviewer").count() == 2


# --- roles with dates, and for whom they are held ------------------------------------------------
DAY = timedelta(days=1)


@pytest.fixture
def today(db):
    return timezone.localdate()


def saved_with(desk, user: User, *more: tuple):
    """The user page posted with these rows after those that are there."""
    held = list(user.memberships.order_by("pk"))
    there = [(one.role, one.unit, {"id": one.pk}) for one in held]
    return desk.post(path_of(user), head(user) | rows(*there, *more, initial=len(held)))


def test_a_role_is_given_from_a_day_to_a_day(desk, clerk, today):
    unit = Unit.objects.get(code="101")
    dates = {"starts_on": str(today + DAY), "ends_on": str(today + 9 * DAY)}

    response = saved_with(desk, clerk, ("reviewer", unit, dates))

    held = clerk.memberships.get(role="reviewer")
    assert response.status_code == 302
    assert (held.starts_on, held.ends_on) == (today + DAY, today + 9 * DAY)
    listed = desk.get(USERS).content.decode()
    assert f"将于 {today + DAY} 生效，至 {today + 9 * DAY}" in listed


def test_an_expired_role_stays_visible(desk, clerk, today):
    clerk.memberships.update(ends_on=today - DAY)

    assert f"（{today - DAY} 已到期）" in desk.get(USERS).content.decode()
    assert f'value="{today - DAY}"' in desk.get(path_of(clerk)).content.decode()


def test_several_units_of_one_person_are_several_rows(desk, clerk):
    units = list(Unit.objects.exclude(code="101009"))

    saved_with(desk, clerk, *(("clerk", unit) for unit in units))

    assert clerk.memberships.count() == len(units) + 1


def test_a_deputy_is_appointed_for_another(desk, clerk, reviewer, today):
    unit = Unit.objects.get(code="101")
    row = {"deputy_of": str(reviewer.pk), "ends_on": str(today + DAY)}

    response = saved_with(desk, clerk, ("reviewer", unit, row))

    assert response.status_code == 302
    assert clerk.memberships.get(role="reviewer").deputy_of == reviewer
    assert "代 李国强" in desk.get(USERS).content.decode()


@pytest.mark.parametrize(
    ("role", "code", "row", "sentence"),
    [
        ("clerk", "101", {"starts_on": 3, "ends_on": 1}, "早于起始日期"),
        ("reviewer", "101", {"deputy_of": "clerk", "ends_on": 1}, "代理人不能是本人"),
        ("reviewer", "101009", {"deputy_of": "reviewer", "ends_on": 1}, "没有可以代理的"),
        ("clerk", "101", {"deputy_of": "reviewer", "ends_on": 1}, "没有可以代理的"),
        ("reviewer", "101", {"deputy_of": "reviewer"}, "必须写明截止日期"),
        ("reviewer", "101", {"deputy_of": "reviewer", "ends_on": 999}, "最长一年"),
        ("system", None, {"deputy_of": "sysadmin", "ends_on": 1}, "不能由别人代理"),
        ("auditor", None, {"deputy_of": "sysadmin", "ends_on": 1}, "不能由别人代理"),
        ("clerk", "101", {"starts_on": "明天"}, "日期"),
        ("clerk", "101", {"ends_on": "\x00"}, "日期"),
        ("clerk", "101", {"deputy_of": "abc"}, "选择"),
        ("clerk", "101", {"deputy_of": "9" * 30}, "选择"),
    ],
)
def test_a_row_that_does_not_fit_is_told(
    desk, clerk, reviewer, sysadmin, today, role, code, row, sentence
):
    people = {"clerk": clerk, "reviewer": reviewer, "sysadmin": sysadmin}
    posted = {
        name: str(today + value * DAY) if isinstance(value, int) else value
        for name, value in row.items()
    }
    if posted.get("deputy_of") in people:
        posted["deputy_of"] = str(people[posted["deputy_of"]].pk)
    unit = Unit.objects.get(code=code) if code else None

    response = saved_with(desk, clerk, (role, unit, posted))

    assert response.status_code == 200
    assert sentence in str(
        [form.errors for form in response.context["inline_admin_formset"].formset]
    )
    assert clerk.memberships.count() == 1


@pytest.mark.parametrize("unit", ["abc", "9" * 30, "²"])
def test_a_tampered_unit_is_told(desk, clerk, unit):
    data = head(clerk) | rows(("clerk", None), initial=0) | {"memberships-0-unit": unit}

    assert desk.post(path_of(clerk), data).status_code == 200


def test_the_same_deputy_twice_is_told(desk, clerk, reviewer, today):
    unit = Unit.objects.get(code="101")
    row = {"deputy_of": str(reviewer.pk), "ends_on": str(today + DAY)}

    response = saved_with(desk, clerk, ("reviewer", unit, row), ("reviewer", unit, row))

    assert response.status_code == 200
    assert clerk.memberships.count() == 1


def test_an_ended_deputy_stays_as_it_was_though_the_other_has_lost_the_role(
    desk, clerk, reviewer, today
):
    unit = Unit.objects.get(code="101")
    held = Membership.objects.create(
        user=clerk,
        role="reviewer",
        unit=unit,
        deputy_of=reviewer,
        starts_on=today - 9 * DAY,
        ends_on=today - DAY,
    )
    own = clerk.memberships.get(deputy_of=None)
    reviewer.memberships.all().delete()
    row = {
        "id": held.pk,
        "deputy_of": str(reviewer.pk),
        "starts_on": str(held.starts_on),
        "ends_on": str(held.ends_on),
    }

    response = desk.post(
        path_of(clerk),
        head(clerk, full_name="新名")
        | rows(("clerk", own.unit, {"id": own.pk}), ("reviewer", unit, row), initial=2),
    )

    assert response.status_code == 302
    assert User.objects.get(pk=clerk.pk).full_name == "新名"


@pytest.mark.parametrize("dates", [{"starts_on": 1}, {"ends_on": -1}])
def test_nobody_dates_the_own_system_role_away(desk, sysadmin, today, dates):
    held = sysadmin.memberships.get()
    row = {"id": held.pk} | {name: str(today + days * DAY) for name, days in dates.items()}

    response = desk.post(path_of(sysadmin), head(sysadmin) | rows(("system", None, row), initial=1))

    assert "不能去掉自己的系统管理员角色" in response.content.decode()


def test_somebody_whose_roles_are_over_is_out(client, clerk, today):
    client.force_login(clerk)
    clerk.memberships.update(ends_on=today - DAY)

    assert client.get("/admin/").status_code == 302


def test_a_mail_address_is_entered_and_checked(desk, clerk):
    held = clerk.memberships.get()
    there = rows(("clerk", held.unit, {"id": held.pk}), initial=1)

    wrong = desk.post(path_of(clerk), head(clerk, email="张") | there)
    desk.post(path_of(clerk), head(clerk, email="zhang@example.org") | there)

    assert wrong.status_code == 200
    assert User.objects.get(pk=clerk.pk).email == "zhang@example.org"


def test_nobody_removes_the_own_last_system_role(desk, sysadmin):
    held = sysadmin.memberships.get()
    data = head(sysadmin) | rows(("system", None, {"id": held.pk, "DELETE": "on"}), initial=1)

    response = desk.post(path_of(sysadmin), data)

    assert "不能去掉自己的系统管理员角色" in response.content.decode()
    assert sysadmin.memberships.filter(role="system").exists()


def test_nobody_exchanges_the_own_system_role(desk, sysadmin):
    held = sysadmin.memberships.get()
    data = head(sysadmin) | rows(("bureau", None, {"id": held.pk}), initial=1)

    response = desk.post(path_of(sysadmin), data)

    assert "不能去掉自己的系统管理员角色" in response.content.decode()
    assert sysadmin.memberships.filter(role="system").exists()


def test_nobody_deactivates_the_own_account(desk, sysadmin):
    held = sysadmin.memberships.get()
    data = head(sysadmin, is_active="") | rows(("system", None, {"id": held.pk}), initial=1)

    response = desk.post(path_of(sysadmin), data)

    assert "不能停用自己的账号" in response.content.decode()
    assert User.objects.get(pk=sysadmin.pk).is_active


def test_somebody_else_is_deactivated_and_is_out_at_once(desk, clerk, client_class):
    theirs = client_class()
    theirs.force_login(clerk)
    held = clerk.memberships.get()
    data = head(clerk, is_active="") | rows(("clerk", held.unit, {"id": held.pk}), initial=1)

    desk.post(path_of(clerk), data)

    assert theirs.get("/admin/").status_code == 302


@pytest.fixture
def client_class():
    from django.test import Client  # noqa: PLC0415 - Django is ready only now

    return Client


def test_the_other_system_administrator_may_lose_the_role(desk, sysadmin):
    other = make_user("second", ("system", None))
    held = other.memberships.get()
    data = head(other) | rows(("system", None, {"id": held.pk, "DELETE": "on"}), initial=1)

    response = desk.post(path_of(other), data)

    assert response.status_code == 302
    assert not Membership.objects.filter(user=other).exists()


def test_the_system_administrator_finds_units_by_autocomplete_only(desk):
    source = {"app_label": "performance", "model_name": "membership", "field_name": "unit"}

    found = desk.get(reverse("admin:autocomplete"), source | {"term": "政数"}).json()

    assert [each["text"] for each in found["results"]] == ["101009-区政数局"]
    assert desk.get("/admin/performance/unit/").status_code == 403


def test_people_of_the_same_name_are_told_apart(desk):
    one, other = (make_user(name, ("bureau", None), full_name="何静") for name in ("hej", "hej2"))
    source = {"app_label": "performance", "model_name": "membership", "field_name": "user"}

    found = desk.get(reverse("admin:autocomplete"), source | {"term": "何静"}).json()

    offered = {each["id"]: each["text"] for each in found["results"]}
    assert offered == {str(one.pk): "何静（hej）", str(other.pk): "何静（hej2）"}


def test_a_clerk_finds_only_the_own_unit_by_autocomplete(client, clerk):
    client.force_login(clerk)
    source = {"app_label": "performance", "model_name": "goal", "field_name": "unit", "term": ""}

    found = client.get(reverse("admin:autocomplete"), source).json()

    assert [each["text"] for each in found["results"]] == ["101009-区政数局"]


def test_a_name_with_markup_is_escaped(desk):
    user = make_user("x", ("bureau", None), full_name="<script>alert(1)</script>")

    for path in (USERS, path_of(user), f"{USERS}{user.pk}/password/", f"{USERS}{user.pk}/history/"):
        text = desk.get(path).content.decode()
        assert "<script>alert(1)</script>" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_an_unknown_user_leads_to_the_start_page_with_a_chinese_sentence(desk):
    response = desk.get(f"{USERS}999999/change/", follow=True)

    assert response.redirect_chain[-1][0] == "/admin/"
    [message] = response.context["messages"]
    assert "不存在" in str(message)


def test_an_unknown_user_has_no_password_to_reset(desk):
    response = desk.get(f"{USERS}999999/password/", follow=True)

    assert response.redirect_chain[-1][0] == "/admin/"


@pytest.mark.browser
def test_removing_an_unsaved_row_keeps_what_was_chosen_in_the_next(
    live_server, page, sysadmin, clerk
):
    sysadmin.set_password(PASSWORD)
    sysadmin.save()
    page.goto(f"{live_server.url}/admin/login/?next={path_of(clerk)}")
    page.fill("#id_username", sysadmin.username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")

    for role in ("reviewer", "bureau"):
        page.click("#memberships-group a.add-row")
        page.locator("tbody:not(.empty-form) select[name$=-role]").last.select_option(role)
    page.locator("tbody:has(select[name=memberships-1-role]) .delete-template").click()
    page.click("button[name=_save]")
    page.wait_for_url(f"{live_server.url}{USERS}")

    assert sorted(held.role for held in clerk.memberships.all()) == ["bureau", "clerk"]
