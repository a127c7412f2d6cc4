"""The pages of requests for indicators: who opens them, asking, answering, what is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from performance.library.actions import open_year
from performance.library.models import Frame, Indicator, IndicatorRequest, RequestState
from performance.people.models import Unit
from tests.admin.desk import at_desk, english_words, form_on, inline_scripts, told, visible
from tests.builders import make_user

HUGE = "9" * 400


def url(name: str, *args) -> str:
    return reverse(f"admin:performance_indicatorrequest_{name}", args=args)


def level2(code: str = "11", year: int = 2025) -> int:
    return Frame.objects.get(year__year=year, code=code).pk


def filled(**changes) -> dict:
    return {
        "unit": str(Unit.objects.get(code="101009").pk),
        "parent": str(level2()),
        "name": "无人机巡检架次",
        "reason": "用于巡检项目，按实际架次填写。",
        "shown": "",
    } | changes


@pytest.fixture
def asked(clerk) -> IndicatorRequest:
    at_desk(clerk).post(url("add"), filled())
    return IndicatorRequest.objects.get()


@pytest.fixture
def everybody(clerk, stranger, reviewer, bureau):
    return {
        "clerk": clerk,
        "stranger": stranger,
        "reviewer": reviewer,
        "bureau": bureau,
        "system": make_user("chen", ("system", None)),
    }


def state_of(asked) -> str:
    return IndicatorRequest.objects.get(pk=asked.pk).state


# --- who --------------------------------------------------------------------------------------


def test_who_opens_which_page(asked, everybody):
    pages = (url("changelist"), url("add"), url("change", asked.pk))
    found = {
        name: tuple(at_desk(user).get(page).status_code for page in pages)
        for name, user in everybody.items()
    }

    assert found == {
        "clerk": (200, 200, 200),
        "stranger": (200, 200, 404),
        "reviewer": (403, 403, 403),
        "bureau": (200, 200, 200),
        "system": (403, 403, 403),
    }


def test_only_the_bureau_answers(asked, everybody):
    for name in ("clerk", "stranger", "reviewer", "system"):
        answer = {"answer": "decline", "reason": "不行"}
        assert at_desk(everybody[name]).post(url("change", asked.pk), answer).status_code in (
            403,
            404,
        )
    assert state_of(asked) == RequestState.OPEN


def test_the_clerk_sees_no_forms_of_answers(asked, clerk, bureau):
    assert "增补到指标库" not in visible(at_desk(clerk).get(url("change", asked.pk)))
    assert "增补到指标库" in visible(at_desk(bureau).get(url("change", asked.pk)))


def test_django_s_own_doors_do_not_exist(asked, bureau):
    base = url("changelist")
    for page in ("delete/", "history/"):
        assert at_desk(bureau).get(f"{base}{asked.pk}/{page}").status_code == 404


def test_the_menu_and_pages_speak_chinese_and_hold_no_scripts(asked, clerk, bureau):
    for user in (clerk, bureau):
        for page in (url("changelist"), url("add"), url("change", asked.pk)):
            response = at_desk(user).get(page)
            assert "指标增补申请" in visible(response)
            assert set(english_words(response)) == set()
            assert inline_scripts(response) == []


# --- asking -----------------------------------------------------------------------------------


def test_the_form_comes_filled_in(clerk):
    unit = Unit.objects.get(code="101009").pk
    query = {"year": "2025", "name": "无人机架次", "unit": str(unit), "level2": "12"}

    form = form_on(at_desk(clerk).get(url("add"), query), "request-form")

    assert form["name"] == ["无人机架次"]
    assert (form["unit"], form["parent"]) == ([str(unit)], [str(level2("12"))])


def test_a_clerk_of_one_unit_need_not_choose_it(clerk):
    unit = Unit.objects.get(code="101009").pk

    assert form_on(at_desk(clerk).get(url("add")), "request-form")["unit"] == [str(unit)]


def test_a_request_is_put_to_the_bureau(clerk):
    response = at_desk(clerk).post(url("add"), filled())

    assert told(response) == ["已申请增补“无人机巡检架次”，等待业务管理员处理。"]
    asked = IndicatorRequest.objects.get()
    assert (asked.name, asked.by, asked.parent.code) == ("无人机巡检架次", clerk, "11")
    assert "无人机巡检架次" in visible(at_desk(clerk).get(url("changelist")))


def test_similar_ones_are_shown_and_asked_past_only_explicitly(clerk):
    desk = at_desk(clerk)

    page = desk.post(url("add"), filled(name="制服定制数量"))

    assert "请先看看是否合用" in visible(page)
    assert "111000898-订制制服数" in visible(page)
    assert not IndicatorRequest.objects.exists()
    again = form_on(page, "request-form") | {"_anyway": "1"}
    assert desk.post(url("add"), again).status_code == 302
    assert IndicatorRequest.objects.get().name == "制服定制数量"


def test_a_name_changed_since_is_looked_up_again(clerk):
    desk = at_desk(clerk)
    page = desk.post(url("add"), filled(name="制服定制数量"))

    again = form_on(page, "request-form") | {"_anyway": "1", "name": "节约用水"}

    assert "223002884-节约用电" in visible(desk.post(url("add"), again))
    assert not IndicatorRequest.objects.exists()


def test_what_is_in_the_library_is_refused_with_its_code(clerk):
    page = at_desk(clerk).post(url("add"), filled(name="订制制服数"))

    assert "指标库中已有“111000898-订制制服数”，不用申请，请直接选用。" in visible(page)


def test_the_same_request_again_is_said(asked, clerk):
    page = at_desk(clerk).post(url("add"), filled())

    assert "请等待答复" in visible(page)
    assert IndicatorRequest.objects.count() == 1


def test_each_year_has_its_level_2(clerk, portal):
    open_year(2026)
    desk = at_desk(clerk)

    assert desk.post(url("add") + "?year=2026", filled()).status_code == 200
    assert desk.post(url("add") + "?year=2025", filled()).status_code == 302
    other = filled(parent=str(level2("11", 2026)))
    assert desk.post(url("add") + "?year=2026", other).status_code == 302
    years = IndicatorRequest.objects.order_by("pk").values_list("year__year", flat=True)
    assert list(years) == [2025, 2026]


@pytest.mark.parametrize("field", ["unit", "parent", "name", "reason"])
@pytest.mark.parametrize("text", ["", "\x00", "-1", "²", HUGE, "订" * 3000])
def test_nonsense_is_told_and_nothing_is_asked(clerk, field, text):
    response = at_desk(clerk).post(url("add"), filled(**{field: text}))

    if response.status_code == 302:  # a short strange name is a name
        assert field in ("name", "reason")
        return
    assert response.status_code == 200
    assert not IndicatorRequest.objects.exists()


@pytest.mark.parametrize("name", ["year", "unit", "level2", "name", "p"])
@pytest.mark.parametrize("text", ["\x00", "-1", "²", HUGE, "订" * 3000, "'"])
def test_a_strange_address_opens_the_pages_all_the_same(asked, clerk, name, text):
    for page in ("add", "changelist"):
        assert at_desk(clerk).get(url(page), {name: text}).status_code == 200


def test_a_strange_unit_is_not_to_be_chosen(clerk):
    other = Unit.objects.get(code="202001").pk

    page = at_desk(clerk).post(url("add"), filled(unit=str(other)))

    assert "您不是它的填报人" in visible(page)
    assert form_on(at_desk(clerk).get(url("add"), {"unit": other}), "request-form")["unit"] == [""]


# --- answering --------------------------------------------------------------------------------


def test_the_bureau_adds_the_indicator_with_the_proposed_code(asked, bureau, clerk):
    desk = at_desk(bureau)
    form = form_on(desk.get(url("change", asked.pk)), "answer-add")
    assert (form["code"], form["name"]) == (["111004190"], ["无人机巡检架次"])

    desk.post(url("change", asked.pk), form | {"answer": "add"})

    assert Indicator.objects.get(code="111004190").name == "无人机巡检架次"
    assert "已增补为“111004190-无人机巡检架次”" in visible(at_desk(clerk).get(url("changelist")))


@pytest.mark.parametrize("text", ["111000898", "111000898-订制制服数", "订制制服数"])
def test_the_bureau_points_to_another(asked, bureau, text):
    answer = {"answer": "existing", "existing": text}

    at_desk(bureau).post(url("change", asked.pk), answer)

    asked.refresh_from_db()
    assert (asked.state, asked.indicator.code) == (RequestState.DECLINED, "111000898")


@pytest.mark.parametrize(
    "answer",
    [
        {"answer": "existing", "existing": "没有这个"},
        {"answer": "existing", "existing": ""},
        {"answer": "existing", "existing": "\x00"},
        {"answer": "existing", "existing": HUGE},
        {"answer": "add", "code": HUGE, "name": "甲"},
        {"answer": "add", "code": "\x00", "name": "甲"},
        {"answer": "add", "code": "111000898", "name": "\x00"},
        {"answer": "add"},
        {"answer": "decline"},
        {"answer": "decline", "reason": "订" * 3000},
    ],
)
def test_an_answer_that_cannot_be_leaves_it_open_and_what_was_typed(asked, bureau, answer):
    page = at_desk(bureau).post(url("change", asked.pk), answer)

    assert page.status_code == 200
    assert "没有办理：" in visible(page)
    assert state_of(asked) == RequestState.OPEN
    if answer.get("existing") == "没有这个":
        assert form_on(page, "answer-existing")["existing"] == ["没有这个"]


@pytest.mark.parametrize("answer", ["", "other", "\x00"])
def test_no_other_answers_exist(asked, bureau, answer):
    assert at_desk(bureau).post(url("change", asked.pk), {"answer": answer}).status_code == 403


def test_the_second_answer_is_told_of_the_first(asked, bureau):
    other = make_user("zhou", ("bureau", None), full_name="周洁")
    page = url("change", asked.pk)
    at_desk(bureau).post(page, {"answer": "decline", "reason": "不属于绩效指标。"})

    second = at_desk(other).post(page, {"answer": "add", "code": "111004190", "name": "甲"})

    assert "王芳 已在" in visible(second)
    assert "您的答复没有保存。" in visible(second)
    assert not Indicator.objects.filter(code="111004190").exists()


# --- the start page ---------------------------------------------------------------------------


def cards(user) -> dict[str, int]:
    context = at_desk(user).get(reverse("admin:index")).context
    return {card["label"]: card["number"] for card in context["cards"]}


def test_the_start_page_counts_for_who_answers(asked, bureau, clerk):
    assert cards(bureau)["指标增补申请待处理"] == 1
    assert "指标增补申请待处理" not in cards(clerk)

    at_desk(bureau).post(url("change", asked.pk), {"answer": "decline", "reason": "不行。"})

    assert cards(bureau)["指标增补申请待处理"] == 0


def test_the_start_page_brings_the_units_the_answers_of_a_month(asked, everybody, bureau):
    at_desk(bureau).post(url("change", asked.pk), {"answer": "decline", "reason": "不行。"})

    def answers() -> dict[str, list[str]]:
        pages = {n: at_desk(user).get(reverse("admin:index")) for n, user in everybody.items()}
        return {
            name: [text for _, text in page.context["answers"]]
            for name, page in pages.items()
            if page.context.get("answers")
        }

    assert answers() == {"clerk": ["不行。"]}
    old = timezone.now() - timedelta(days=31)
    IndicatorRequest.objects.filter(pk=asked.pk).update(answered_at=old)
    assert answers() == {}


def test_many_requests_come_in_pages(clerk, bureau, portal):
    unit = Unit.objects.get(code="101009")
    parent = Frame.objects.get(pk=level2())
    IndicatorRequest.objects.bulk_create(
        IndicatorRequest(year=portal, parent=parent, unit=unit, by=clerk, name=f"第{n}个")
        for n in range(51)
    )

    first, second = (at_desk(bureau).get(url("changelist"), {"p": n}) for n in (1, 2))

    assert "第50个" in visible(first)
    assert "第0个" in visible(second)
    assert "待处理 51 条" in visible(first)
