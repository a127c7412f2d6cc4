"""How a year is reviewed, set by the bureau on one desk."""

import threading
from time import sleep

import pytest
from django.db import transaction

from performance.library.actions import open_year
from performance.library.models import Year
from performance.library.queries import grades_of, kinds_of, points_of, steps_of
from performance.library.review_form import ReviewStep
from performance.review.models import Event
from tests.admin.desk import at_desk, form_on, told, visible
from tests.builders import clean_sheet, make_goal, make_user
from tests.racing import race
from tests.review.workflow import set_steps, take


def url(year: Year) -> str:
    return f"/admin/performance/year/{year.pk}/review/"


@pytest.fixture
def desk(bureau):
    return at_desk(bureau)


def posted(desk, year: Year, **changes) -> dict:
    """The page as it stands, with changes by field; names with __ for the dash."""
    data = form_on(desk.get(url(year)), "settings-form")
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def everything_set(year: Year) -> list[list]:
    return [list(found(year.pk)) for found in (steps_of, points_of, grades_of, kinds_of)]


def steps(year: Year) -> list[tuple[int, str, str]]:
    return [(row.number, row.name, row.role) for row in steps_of(year.pk)]


def test_the_page_shows_what_the_year_has(desk, portal):
    text = visible(desk.get(url(portal)))

    assert "2025年的审核设置" in text
    assert "审核须填审核表" in text
    html = desk.get(url(portal)).content.decode()
    for found in ("主管部门审核", "规范完整性", "意见类别", "指标值不具体"):
        assert found in html


def test_a_post_of_the_page_as_it_stands_changes_nothing(desk, portal):
    before = everything_set(portal)

    response = desk.post(url(portal), posted(desk, portal))

    assert told(response) == ["已保存2025年的审核设置。"]
    assert before == [
        list(found(portal.pk)) for found in (steps_of, points_of, grades_of, kinds_of)
    ]


def test_steps_are_added_put_in_order_and_numbered_anew(desk, portal):
    changes = {
        "steps__1__name": "财政审核",
        "steps__1__role": "finance_reviewer",
        "steps__1__ORDER": "9",
        "steps__2__name": " 单位  审核 ",
        "steps__2__role": "unit_reviewer",
        "steps__2__ORDER": "0",
    }

    desk.post(url(portal), posted(desk, portal, **changes))

    assert steps(portal) == [
        (1, "单位 审核", "unit_reviewer"),
        (2, "主管部门审核", "reviewer"),
        (3, "财政审核", "finance_reviewer"),
    ]


def test_two_rows_may_change_places(desk, portal):
    set_steps(portal, "unit_reviewer", "reviewer")
    changes = {"steps__0__ORDER": "2", "steps__1__ORDER": "1"}
    changes |= {"grades__0__ORDER": "2", "grades__1__ORDER": "1"}

    desk.post(url(portal), posted(desk, portal, **changes))

    assert [name for _, name, _ in steps(portal)] == ["主管部门审核", "单位审核"]
    assert [grade.name for grade in grades_of(portal.pk)] == ["良", "优", "中", "差"]


def test_a_deleted_row_leaves_no_gap(desk, portal):
    set_steps(portal, "unit_reviewer", "reviewer", "finance_reviewer")

    desk.post(url(portal), posted(desk, portal, steps__1__DELETE="on"))

    assert [(number, name) for number, name, _ in steps(portal)] == [
        (1, "单位审核"),
        (2, "财政审核"),
    ]


def test_the_form_may_be_required(desk, portal):
    desk.post(url(portal), posted(desk, portal, grades_required="1"))

    portal.refresh_from_db()
    assert portal.grades_required


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps__0__DELETE": "on"}, "“审核环节”至少要有1行"),
        (
            {"steps__1__name": "主管部门审核", "steps__1__role": "reviewer"},
            "有2行都叫“主管部门审核”",
        ),
        ({"steps__0__role": "clerk"}, "没有这一项，请从列表中选择"),
        ({"steps__0__role": "nobody"}, "没有这一项，请从列表中选择"),
        ({"steps__1__name": "只有名称"}, "没有选择，请从列表中选择"),
        ({"steps__0__name": ""}, "没有填写名称"),
        ({"steps__0__name": "长" * 41}, "最多40个字"),
        ({"steps__0__name": "看\x07不见"}, "看不见的控制字符"),
        ({"steps__0__ORDER": "x"}, "序号应是数字"),
        ({"grades__2__DELETE": "on"}, "没有结果为“退回修改”的等级"),
        ({"grades__3__DELETE": "on"}, "没有结果为“不予通过”的等级"),
        ({"grades__0__verdict": "reject"}, "从好到差"),
        ({"grades__1__name": "优"}, "有2行都叫“优”"),
        ({"points__0__name": "明确清晰性"}, "有2行都叫“明确清晰性”"),
        ({"points__0__question": ""}, "没有填写审核问题"),
        ({"kinds__0__name": "其他"}, "有2行都叫“其他”"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(desk, portal, changes, said):
    before = everything_set(portal)

    response = desk.post(url(portal), posted(desk, portal, **changes))

    assert response.status_code == 200
    assert said in visible(response)
    assert before == [
        list(found(portal.pk)) for found in (steps_of, points_of, grades_of, kinds_of)
    ]


def test_what_was_typed_stays_on_the_page_when_it_is_refused(desk, portal):
    response = desk.post(
        url(portal), posted(desk, portal, kinds__0__name="新的类别", steps__0__DELETE="on")
    )

    assert 'value="新的类别"' in response.content.decode()


def test_a_required_form_needs_points(desk, portal):
    number = len(points_of(portal.pk))
    changes = {f"points__{n}__DELETE": "on" for n in range(number)} | {"grades_required": "1"}

    response = desk.post(url(portal), posted(desk, portal, **changes))

    assert "没有审核要点" in visible(response)


def test_steps_stay_while_goals_are_under_review_and_the_rest_may_change(
    desk, portal, clerk, reviewer
):
    goal = make_goal(clean_sheet("甲"), by=clerk)
    take(goal, "submit", clerk)
    added = {"steps__1__name": "财政审核", "steps__1__role": "finance_reviewer"}

    refused = desk.post(url(portal), posted(desk, portal, **added))
    renamed = desk.post(url(portal), posted(desk, portal, steps__0__name="部门审核"))
    desk.post(url(portal), posted(desk, portal, kinds__0__name="写错了"))

    assert "“主管部门审核”1 个" in visible(refused)
    assert "不能修改审核环节" in visible(renamed)
    assert len(steps(portal)) == 1
    assert kinds_of(portal.pk)[0] == "写错了"

    take(goal, "approve", reviewer)
    desk.post(url(portal), posted(desk, portal, **added))
    assert len(steps(portal)) == 2


@pytest.mark.django_db(transaction=True)
def test_steps_wait_for_who_is_just_sending_a_goal(desk, portal, clerk):
    goal = make_goal(by=clerk)
    added = {"steps__1__name": "财政审核", "steps__1__role": "finance_reviewer"}
    data, sent = posted(desk, portal, **added), threading.Event()

    def send():
        with transaction.atomic():
            take(goal, "submit", clerk)
            sent.set()
            sleep(0.3)  # not committed: the other one is to come meanwhile

    def change():
        assert sent.wait(10)
        return visible(desk.post(url(portal), data))

    _, page = race(send, change)

    assert "不能修改审核环节" in page
    assert len(steps(portal)) == 1


def test_somebody_elses_change_meanwhile_is_not_written_over(desk, portal):
    data = posted(desk, portal, kinds__0__name="我的改动")
    desk.post(url(portal), posted(desk, portal, kinds__0__name="先保存的"))

    response = desk.post(url(portal), data)

    assert "别人已修改这些设置" in visible(response)
    assert kinds_of(portal.pk)[0] == "先保存的"


def test_what_was_decided_stays_readable_after_the_form_changed(desk, portal, clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    grades = {point.name: "优" for point in points_of(portal.pk)}
    take(goal, "approve", reviewer, grades=grades)

    desk.post(
        url(portal),
        posted(desk, portal, grades__0__name="优秀", points__0__DELETE="on", steps__0__name="部门"),
    )

    event = Event.objects.get(transition="approve")
    assert event.step_name == "主管部门审核"
    assert {grade for *_, grade in event.graded} == {"优"}
    assert len(event.graded) == 8


def test_the_next_year_starts_with_these_settings(desk, portal):
    added = {"steps__1__name": "财政审核", "steps__1__role": "finance_reviewer"}
    desk.post(url(portal), posted(desk, portal, grades_required="1", **added))

    after = open_year(2026)

    assert [name for _, name, _ in steps(after)] == ["主管部门审核", "财政审核"]
    assert after.grades_required


@pytest.mark.parametrize("role", ["clerk", "reviewer"])
def test_only_the_bureau_opens_the_page(request, portal, role):
    other = at_desk(request.getfixturevalue(role))

    assert other.get(url(portal)).status_code == 403
    assert other.post(url(portal), {}).status_code == 403


@pytest.mark.parametrize("role", ["auditor", "system", "finance_reviewer"])
def test_nor_does_anybody_else(portal, role):
    assert at_desk(make_user("other", (role, None))).get(url(portal)).status_code == 403


def test_a_year_that_is_not_there_is_not_found(desk):
    assert desk.get("/admin/performance/year/999999/review/").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"steps-TOTAL_FORMS": "abc"},
        {"steps-TOTAL_FORMS": "99999999", "steps-INITIAL_FORMS": "-5"},
        {"seen": "\0", "steps-0-name": "\0"},
        {"steps-0-ORDER": "9" * 400},
    ],
)
def test_a_tampered_post_is_answered_and_changes_nothing(desk, portal, data):
    before = ReviewStep.objects.values_list()
    known = posted(desk, portal) if data else {}

    response = desk.post(url(portal), known | data)

    assert response.status_code in (200, 302, 400)
    assert list(before) == list(ReviewStep.objects.values_list())


def test_the_page_of_a_year_leads_there(desk, portal):
    assert url(portal) in desk.get("/admin/performance/year/").content.decode()
    assert url(portal) in desk.get(f"/admin/performance/year/{portal.pk}/change/").content.decode()
