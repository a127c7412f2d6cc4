"""Asking for an indicator and answering: once, by whom it concerns, in whole sentences."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from performance.library.actions import open_year
from performance.library.answering import add, decline, point_to, proposed_code, told
from performance.library.models import Frame, Indicator, IndicatorRequest, RequestState
from performance.library.requesting import (
    SimilarExists,
    Wanted,
    ask,
    open_requests,
    recent_answers,
    requests_of,
)
from performance.library.search import matching
from performance.people.models import Unit, User
from tests.builders import make_user
from tests.racing import by_name, race


@pytest.fixture
def wanted(portal) -> Wanted:
    return Wanted(
        year=portal,
        parent=Frame.objects.get(year=portal, code="11"),
        unit=Unit.objects.get(code="101009"),
        name="无人机巡检架次",
        reason="用于巡检项目，按实际架次填写。",
    )


@pytest.fixture
def asked(wanted, clerk) -> IndicatorRequest:
    return ask(wanted, by=clerk)


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return "".join(caught.value.messages)


# --- asking -----------------------------------------------------------------------------------


def test_what_is_missing_is_asked_for(wanted, clerk):
    asked = ask(replace(wanted, name="  无人机\n巡检架次 "), by=clerk)

    assert (asked.name, asked.state, asked.by) == ("无人机 巡检架次", RequestState.OPEN, clerk)
    assert told(asked) == ""


def test_something_similar_is_shown_before(wanted, clerk):
    near = replace(wanted, name="制服定制数量")

    with pytest.raises(SimilarExists) as found:
        ask(near, by=clerk)

    assert [str(indicator) for indicator in found.value.indicators] == ["111000898-订制制服数"]
    assert not IndicatorRequest.objects.exists()
    assert ask(near, by=clerk, anyway=True).pk


@pytest.mark.parametrize("anyway", [False, True])
@pytest.mark.parametrize("name", ["订制制服数", " 订制 制服数"])
def test_what_the_level_2_has_is_not_asked_for(wanted, clerk, name, anyway):
    known = replace(wanted, name=name)

    message = refused(lambda: ask(known, by=clerk, anyway=anyway))

    assert message == "指标库中已有“111000898-订制制服数”，不用申请，请直接选用。"


def test_the_same_name_under_another_level_2_is_only_similar(wanted, clerk, portal):
    other = replace(wanted, name="订制制服数", parent=Frame.objects.get(year=portal, code="12"))

    with pytest.raises(SimilarExists):
        ask(other, by=clerk)
    assert ask(other, by=clerk, anyway=True).pk


def test_a_unit_asks_once_until_it_is_answered(wanted, asked, clerk, bureau):
    colleague = make_user("chen", ("clerk", "101009"), full_name="陈伟")

    assert "张敏 已在" in refused(lambda: ask(wanted, by=colleague))
    decline(asked.pk, reason="请说明架次怎样计算。", by=bureau)
    assert ask(wanted, by=colleague).pk != asked.pk


def test_another_unit_may_ask_for_the_same(wanted, asked, stranger):
    other = replace(wanted, unit=Unit.objects.get(code="202001"))

    assert ask(other, by=stranger).pk != asked.pk


def test_nobody_asks_for_a_strange_unit(wanted, stranger, reviewer):
    for person in (stranger, reviewer):
        with pytest.raises(PermissionDenied):
            ask(wanted, by=person)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " \n "}, "指标名称为空"),
        ({"name": "很" * 201}, "指标名称有201个字，超过200个字的上限"),
        ({"name": "架\x00次"}, "看不见的控制字符"),
        ({"reason": "  "}, "用途说明为空"),
        ({"reason": "很" * 2001}, "超过2000个字的上限"),
        ({"reason": "架\x1b次"}, "看不见的控制字符"),
    ],
)
def test_what_has_no_place_is_refused(wanted, clerk, change, sentence):
    assert sentence in refused(lambda: ask(replace(wanted, **change), by=clerk))


def test_the_level_2_is_one_of_the_year(wanted, clerk, portal):
    top = Frame.objects.get(year=portal, code="1")
    later = Frame.objects.get(year=open_year(2026), code="11")

    for strange in (replace(wanted, parent=parent) for parent in (top, later)):
        assert refused(lambda it=strange: ask(it, by=clerk)) == "请选择2025年的二级指标。"


# --- answering --------------------------------------------------------------------------------


def test_the_bureau_adds_it(asked, bureau):
    answered = add(asked.pk, code=proposed_code(asked), name="无人机巡检次数", by=bureau)

    assert answered.state == RequestState.ADDED
    assert str(answered.indicator) == "111004190-无人机巡检次数"
    assert answered.indicator in matching(asked.year, "wrjxj")
    assert told(answered) == "已增补为“111004190-无人机巡检次数”，可以在填报页选用。"


def test_or_points_to_one_that_is_there(asked, bureau):
    indicator = Indicator.objects.get(code="111000898")

    answered = point_to(asked.pk, indicator=indicator, by=bureau)

    assert (answered.state, answered.indicator) == (RequestState.DECLINED, indicator)
    assert "请选用“111000898-订制制服数”。" in told(answered)


def test_or_says_why_not(asked, bureau):
    assert "不采纳的原因为空" in refused(lambda: decline(asked.pk, reason=" ", by=bureau))

    assert told(decline(asked.pk, reason=" 不属于绩效指标。 ", by=bureau)) == "不属于绩效指标。"


@pytest.mark.parametrize(
    ("code", "name", "sentence"),
    [
        ("111000898", "新指标", "已有相同编码的三级指标"),
        ("11", "新指标", "三级指标编码应为9位数字"),
        ("112000001", "新指标", "应以“111”开头"),
        ("1" * 40, "新指标", "编码"),
        ("11100\x0099", "新指标", "编码"),
        ("111999999", " ", "指标名称为空"),
        ("111999999", "订制 制服数", "已有“111000898-订制制服数”"),
        ("111999999", "新\x00指标", "看不见的控制字符"),
    ],
)
def test_an_indicator_that_no_sheet_could_use_is_not_added(asked, bureau, code, name, sentence):
    assert sentence in refused(lambda: add(asked.pk, code=code, name=name, by=bureau))
    asked.refresh_from_db()
    assert asked.state == RequestState.OPEN


def test_an_indicator_of_another_year_is_no_answer(asked, bureau):
    year = open_year(2026)
    parent = Frame.objects.get(year=year, code="11")
    other = Indicator.objects.create(year=year, code="111000001", name="甲", parent=parent)

    message = refused(lambda: point_to(asked.pk, indicator=other, by=bureau))

    assert message == "“111000001-甲”不是2025年的指标，请选择2025年的。"


def test_only_the_bureau_answers(asked, clerk, reviewer):
    for person in (clerk, reviewer):
        with pytest.raises(PermissionDenied):
            decline(asked.pk, reason="不行", by=person)
        with pytest.raises(PermissionDenied):
            add(asked.pk, code="111999999", name="甲", by=person)


def test_a_second_answer_reads_the_first(asked, bureau):
    decline(asked.pk, reason="不属于绩效指标。", by=bureau)

    message = refused(lambda: add(asked.pk, code="111999999", name="甲", by=bureau))

    assert message.startswith("王芳 已在 ")
    assert message.endswith("处理了这条申请：不属于绩效指标。您的答复没有保存。")
    assert not Indicator.objects.filter(code="111999999").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(wanted, asked, bureau):
    other = make_user("zhou", ("bureau", None), full_name="周洁")

    def adding(pk, code):
        return lambda: add(asked.pk, code=code, name=f"甲{code}", by=User.objects.get(pk=pk))

    answers = race(adding(bureau.pk, "111999998"), adding(other.pk, "111999999"))

    assert by_name(answers, lambda a: a.state) == {"ValidationError": 1, "added": 1}
    assert Indicator.objects.filter(code__startswith="11199999").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_added_with_one_code_the_second_is_told(wanted, asked, stranger, bureau):
    unit = Unit.objects.get(code="202001")
    second = ask(replace(wanted, unit=unit, name="水质抽检点位"), by=stranger)

    def adding(request):
        by = User.objects.get(pk=bureau.pk)
        return lambda: add(request.pk, code="111004190", name=request.name, by=by)

    answers = race(adding(asked), adding(second))

    assert by_name(answers, lambda a: a.state) == {"ValidationError": 1, "added": 1}


@pytest.mark.django_db(transaction=True)
def test_of_the_same_request_sent_twice_one_is_there(wanted, clerk):
    def run():
        return ask(wanted, by=User.objects.get(pk=clerk.pk))

    assert by_name(race(run, run), lambda a: a.state) == {"ValidationError": 1, "open": 1}


# --- codes and lists --------------------------------------------------------------------------


def test_the_next_code_follows_the_years_pattern(asked, portal):
    assert proposed_code(asked) == "111004190"

    Indicator.objects.create(year=portal, parent=asked.parent, code="111999999", name="末号")
    assert proposed_code(asked) == "111000001"

    portal.level3_pattern = "{2}####"
    portal.save()
    asked.refresh_from_db()
    assert proposed_code(asked) == "110001"

    asked.parent.code = ""
    assert proposed_code(asked) == ""


def test_open_ones_come_first_and_each_sees_their_units(wanted, asked, clerk, stranger, bureau):
    second = ask(replace(wanted, name="水质抽检点位"), by=clerk)
    unit = Unit.objects.get(code="202001")
    theirs = ask(replace(wanted, unit=unit), by=stranger)
    decline(second.pk, reason="不行", by=bureau)

    assert list(requests_of(bureau)) == [theirs, asked, second]
    assert list(requests_of(clerk)) == [asked, second]
    assert (open_requests(bureau), open_requests(clerk)) == (2, 1)
    assert list(recent_answers(clerk)) == [second]
    assert list(recent_answers(stranger)) == list(recent_answers(bureau)) == []


def test_an_indicator_that_was_deleted_again_is_said(asked, bureau):
    answered = add(asked.pk, code="111999999", name="甲", by=bureau)
    answered.indicator.delete()
    answered.refresh_from_db()

    assert told(answered) == "指标已从指标库中删除。"
