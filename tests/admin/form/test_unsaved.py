"""What was typed and not saved is kept, shown again to whom it belongs, and to nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from performance.goals.models import Goal, State, Unsaved
from performance.people.models import Unit
from tests.admin.desk import at_desk, everything, form_on, fresh, goal_url, rows_on, typed, visible
from tests.builders import PASSWORD, change_goal, clean_sheet, make_goal, make_user

SIGN_IN = "/admin/sign-in-again/"


@pytest.fixture
def colleague(portal):
    return make_user("wu", ("clerk", "101009"), full_name="吴晓")


def keep(user, goal, **changes):
    data = typed(goal) | {"place": f"goal-{goal.pk}", "typed": "1"} | changes
    return at_desk(user).post(goal_url("unsaved"), data)


def stay(user, goal):
    return at_desk(user).post(
        goal_url("unsaved"), {"place": f"goal-{goal.pk}", "base": str(goal.revision_number)}
    )


def page_of(user, goal):
    return at_desk(user).get(goal_url("change", goal.pk))


def test_what_was_typed_is_on_the_page_when_it_is_opened_again(clerk):
    goal = make_goal(by=clerk)
    before = everything()

    answer = keep(clerk, goal, overall_goal="打了一半", line_annual=["7套", "≥80%", ""])
    response = page_of(clerk, goal)

    assert answer.status_code == 200
    assert set(answer.json()) == {"kept", "others", "newer", "editable", "understood"}
    assert answer.json()["understood"][1][:2] == ["", "不低于 80%"]
    assert everything() == before  # the goal, its lines and revisions are as they were
    assert form_on(response)["overall_goal"] == ["打了一半"]
    assert [row[2] for row in rows_on(response)] == ["7套", "≥80%"]
    assert "填写而没有保存的内容" in visible(response)


def test_it_is_one_row_however_often_it_is_kept(clerk, django_assert_num_queries):
    goal = make_goal(by=clerk)

    for text in ("一", "二", "三"):
        keep(clerk, goal, overall_goal=text)

    assert Unsaved.objects.get().content.count("overall_goal") == 1
    assert form_on(page_of(clerk, goal))["overall_goal"] == ["三"]


def test_nobody_else_sees_it(clerk, colleague, bureau):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="只有我看得到")

    for user in (colleague, bureau):
        assert "只有我看得到" not in page_of(user, goal).content.decode()


def test_an_incomplete_form_is_kept_and_not_blamed(clerk):
    goal = make_goal(by=clerk)

    keep(clerk, goal, project="", line_level3=["", "", ""], line_annual=["孤立的值", "", ""])
    response = page_of(clerk, goal)

    assert form_on(response)["project"] == [""]
    assert "请填写项目名称" not in visible(response)
    assert rows_on(response)[0] == ("", "15套", "孤立的值")


def test_saving_forgets_it(clerk):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="打了一半")

    opened = form_on(page_of(clerk, goal))
    response = at_desk(clerk).post(goal_url("change", goal.pk), opened)

    assert response.url == f"{goal_url('change', goal.pk)}#saved=goal-{goal.pk}"
    assert fresh(goal).overall_goal == "打了一半"
    assert Unsaved.objects.get().content == ""
    assert "没有保存的内容" not in visible(page_of(clerk, goal))


def test_it_merges_with_what_others_saved_meanwhile(clerk, colleague):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="我打的")
    change_goal(goal, clean_sheet(annual_goal="同事的"), by=colleague)

    response = page_of(clerk, goal)
    at_desk(clerk).post(goal_url("change", goal.pk), form_on(response))

    assert "吴晓 保存了第2版，保存时会自动合并" in visible(response)
    assert (fresh(goal).overall_goal, fresh(goal).annual_goal) == ("我打的", "同事的")


def test_giving_it_up_shows_what_is_saved(clerk):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="打了一半")

    response = at_desk(clerk).post(
        goal_url("unsaved_drop"), {"place": f"goal-{goal.pk}"}, follow=True
    )

    assert form_on(response)["overall_goal"] == ["三年内为窗口人员配齐制服。"]


def test_it_is_there_again_when_the_goal_comes_back_from_review(clerk):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="打了一半")
    Goal.objects.update(state=State.SUBMITTED)
    assert "打了一半" not in page_of(clerk, goal).content.decode()

    Goal.objects.update(state=State.RETURNED)

    assert form_on(page_of(clerk, goal))["overall_goal"] == ["打了一半"]


# --- a project that was never saved --------------------------------------------------------------
def new_place(user) -> str:
    return form_on(at_desk(user).get(goal_url("add")))["place"][0]


def keep_new(user, place, **changes):
    data = {"place": place, "base": "0", "typed": "1", "project": "新项目", "line_key": [""]}
    rows = {"line_level3": ["甲"], "line_cycle": ["1"], "line_annual": ["2"]}
    return at_desk(user).post(goal_url("unsaved"), data | rows | changes)


def test_a_new_project_is_offered_again_until_it_is_saved_or_given_up(clerk):
    place = new_place(clerk)
    keep_new(clerk, place)

    offered = at_desk(clerk).get(goal_url("add"))
    again = at_desk(clerk).get(goal_url("add"), {"place": place, "year": "2025"})

    assert "填写的新项目“新项目”没有保存" in visible(offered)
    assert form_on(offered)["project"] == [""]
    assert form_on(again)["project"] == ["新项目"]
    assert rows_on(again) == [("甲", "1", "2")]
    response = at_desk(clerk).post(goal_url("add"), form_on(again) | {"unit": [unit_of(again)]})
    assert response.url.endswith(f"#saved={place}")
    assert Goal.objects.get().project == "新项目"
    assert "没有保存" not in visible(at_desk(clerk).get(goal_url("add")))


def unit_of(response) -> str:
    return str(Unit.objects.get(code="101009").pk)


def test_two_new_projects_do_not_mix(clerk):
    first, second = new_place(clerk), new_place(clerk)
    keep_new(clerk, first, project="甲项目")
    keep_new(clerk, second, project="乙项目")

    pages = [at_desk(clerk).get(goal_url("add"), {"place": place}) for place in (first, second)]

    assert [form_on(page)["project"] for page in pages] == [["甲项目"], ["乙项目"]]
    at_desk(clerk).post(goal_url("unsaved_drop"), {"place": first})
    assert "甲项目" not in visible(at_desk(clerk).get(goal_url("add")))


def test_a_new_project_of_somebody_else_is_not_shown(clerk, colleague):
    place = new_place(clerk)
    keep_new(clerk, place, project="甲项目")

    response = at_desk(colleague).get(goal_url("add"), {"place": place})

    assert form_on(response)["project"] == [""]
    assert "甲项目" not in visible(response)


# --- who else is here ----------------------------------------------------------------------------
def test_who_has_it_open_is_named(clerk, colleague):
    goal = make_goal(by=clerk)
    stay(colleague, goal)

    assert stay(clerk, goal).json()["others"] == ["吴晓"]
    assert "吴晓 也打开了这个项目" in visible(page_of(clerk, goal))


def test_who_left_is_not_named(clerk, colleague):
    goal = make_goal(by=clerk)
    keep(colleague, goal)
    Unsaved.objects.update(seen_at=timezone.now() - timedelta(minutes=5))

    assert stay(clerk, goal).json()["others"] == []


def test_staying_does_not_touch_what_was_typed(clerk):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="打了一半")

    stay(clerk, goal)

    assert form_on(page_of(clerk, goal))["overall_goal"] == ["打了一半"]


def test_the_page_learns_who_saved_meanwhile_and_that_it_cannot_be_saved_now(clerk, colleague):
    goal = make_goal(by=clerk)
    old = fresh(goal)
    change_goal(goal, clean_sheet(annual_goal="同事的"), by=colleague)
    Goal.objects.update(state=State.SUBMITTED)

    answer = stay(clerk, old).json()

    assert "吴晓" in answer["newer"]
    assert "第2版" in answer["newer"]
    assert answer["editable"] is False


# --- wrong rights, bad input ---------------------------------------------------------------------
def test_who_may_not_write_keeps_nothing(clerk, reviewer, stranger):
    goal = make_goal(by=clerk)

    assert keep(reviewer, goal).status_code == 403
    assert keep(stranger, goal).status_code == 404
    assert keep_new(reviewer, "new-2025-abcdef12").status_code == 403
    assert not Unsaved.objects.exists()


@pytest.mark.parametrize(
    "place",
    ["", "goal-", "goal-0x1", f"goal-{'9' * 40}", "new-2025-", "new-2025-A b", "\x00", "目标"],
)
@pytest.mark.parametrize("door", ["unsaved", "unsaved_drop"])
def test_a_place_that_is_no_form_is_refused(clerk, place, door):
    response = at_desk(clerk).post(goal_url(door), {"place": place, "typed": "1"})

    assert response.status_code in (400, 404)
    assert not Unsaved.objects.exists()


def test_characters_that_no_database_takes_are_kept_as_they_were_typed(clerk):
    goal = make_goal(by=clerk)

    assert keep(clerk, goal, overall_goal="一\x00二😀").status_code == 200

    assert form_on(page_of(clerk, goal))["overall_goal"] == ["一\x00二😀"]


@pytest.mark.parametrize("bad", [{"line_annual": ["只有一个"]}, {"base": "x"}, {"base": ""}])
def test_what_is_no_form_is_not_kept(clerk, bad):
    goal = make_goal(by=clerk)

    assert keep(clerk, goal, **bad).status_code == 400

    assert not Unsaved.objects.exists()


def test_what_an_older_form_kept_does_not_lock_its_person_out(clerk):
    goal = make_goal(by=clerk)
    keep(clerk, goal, overall_goal="打了一半")
    Unsaved.objects.update(content="base=1&line_key=a&line_key=b&line_level3=c")

    assert form_on(page_of(clerk, goal))["overall_goal"] == ["三年内为窗口人员配齐制服。"]


def test_only_posts_change_anything(clerk):
    for door in ("unsaved", "unsaved_drop"):
        assert at_desk(clerk).get(goal_url(door)).status_code == 405


# --- signing in again ----------------------------------------------------------------------------
@pytest.fixture
def ended(clerk, client):
    clerk.set_password(PASSWORD)
    clerk.save()
    return client


def test_without_a_session_typing_is_sent_to_the_login(ended, clerk):
    goal = make_goal(by=clerk)

    response = ended.post(goal_url("unsaved"), {"place": f"goal-{goal.pk}", "typed": "1"})

    assert response.status_code == 302
    assert "/login/" in response.url


def test_signing_in_again_gives_a_new_token_and_the_session_back(ended, clerk):
    goal = make_goal(by=clerk)
    token = ended.get(SIGN_IN).json()["token"]

    answer = ended.post(SIGN_IN, {"username": "zhang", "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.json()["token"] not in ("", token)
    assert ended.get(goal_url("change", goal.pk)).status_code == 200


@pytest.mark.parametrize(("name", "password"), [("zhang", "falsch"), ("nobody", "x"), ("", "")])
def test_a_wrong_password_is_a_sentence(ended, name, password):
    answer = ended.post(SIGN_IN, {"username": name, "password": password})

    assert answer.status_code == 400
    assert "。" in answer.json()["problem"]


def test_signing_in_again_needs_the_token(clerk):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(SIGN_IN, {"username": "zhang", "password": PASSWORD}).status_code == 403
