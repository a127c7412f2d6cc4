"""Copying goals into another year or beside themselves, and confirming what was copied."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from performance.goals.actions import Outcome
from performance.goals.copying import LeftOut, confirm_copy, copy_beside, copy_goals
from performance.goals.models import Goal, Origin, Revision, State
from performance.goals.sheet import from_json
from performance.library.actions import open_year
from performance.people.models import User
from performance.review.actions import Decision, perform
from tests.builders import change_goal, clean_sheet, make_goal, make_user
from tests.goals.test_revisions import chain_holds
from tests.racing import race


@pytest.fixture
def next_year(portal):
    return open_year(2026)


def said(sheet):
    return replace(sheet, year=0, ref=None)


def copy_one(goal, by, year=2026):
    copied = copy_goals([goal.pk], year, by=by)
    assert copied.left_out == ()
    return Goal.objects.get(pk=copied.goal_ids[0])


def test_a_copy_says_what_its_source_says_in_the_new_year(clerk, next_year):
    source = make_goal(clean_sheet(filler="张敏", phone="0510-1", project_code="P1"), by=clerk)

    copy = copy_one(source, clerk)

    assert said(copy.sheet()) == said(source.sheet())
    assert (copy.year, copy.unit, copy.state) == (next_year, source.unit, State.DRAFT)
    assert copy.copied_from == source.revisions.get()
    revision = copy.revisions.get()
    assert (revision.origin, revision.by, revision.number) == (Origin.COPY, clerk, 1)
    assert chain_holds(copy.pk)


def test_lines_of_a_copy_have_keys_of_their_own(clerk, next_year):
    source = make_goal(by=clerk)

    copy = copy_one(source, clerk)

    keys = [{line.key for line in goal.sheet().lines} for goal in (source, copy)]
    assert len(keys[1]) == 2
    assert not keys[0] & keys[1]


def test_an_approved_source_is_copied_as_approved(clerk, next_year):
    source = make_goal(clean_sheet(annual_goal="通过的"), by=clerk, state=State.APPROVED)
    Goal.objects.update(state=State.RETURNED)  # as data of old systems may stand
    source = change_goal(Goal.objects.get(), clean_sheet(annual_goal="后来的"), by=clerk)

    copy = copy_one(source, clerk)

    assert copy.annual_goal == "通过的"
    assert copy.copied_from.number == 1


def test_any_other_source_is_copied_as_saved_last(clerk, next_year):
    source = change_goal(make_goal(by=clerk), clean_sheet(annual_goal="后来的"), by=clerk)

    assert copy_one(source, clerk).annual_goal == "后来的"


def test_the_order_of_the_list_is_kept(clerk, next_year):
    goals = [make_goal(clean_sheet(name), by=clerk) for name in ("丙", "甲", "乙")]

    copied = copy_goals([goal.pk for goal in goals[::-1]], 2026, by=clerk)

    names = [Goal.objects.get(pk=pk).project for pk in copied.goal_ids]
    assert names == ["丙", "甲", "乙"]
    assert [g.project for g in Goal.objects.filter(year=next_year)] == names


def test_what_cannot_be_copied_is_left_out_with_the_reason(clerk, stranger, bureau, next_year):
    fine = make_goal(clean_sheet("可以"), by=clerk)
    there = make_goal(clean_sheet("已有"), by=clerk)
    make_goal(clean_sheet("已有", year=2026), by=clerk)
    void = make_goal(clean_sheet("作废的"), by=clerk, state=State.VOID)
    foreign = make_goal(clean_sheet("别家的", unit="202001-区教育局"), by=stranger)

    copied = copy_goals([fine.pk, there.pk, void.pk, foreign.pk, 10**15], 2026, by=clerk)

    assert [Goal.objects.get(pk=pk).project for pk in copied.goal_ids] == ["可以"]
    assert set(copied.left_out) == {
        LeftOut("作废的", "这个项目已作废，请先恢复再复制。"),
        LeftOut("已有", "本单位本年度已有同名项目。"),
        LeftOut("2 个项目", "项目不存在，或您没有查看的权限。"),
    }


def test_who_may_not_write_copies_nothing(clerk, reviewer, next_year):
    source = make_goal(by=clerk)

    copied = copy_goals([source.pk], 2026, by=reviewer)

    assert copied.goal_ids == ()
    assert copied.left_out == (LeftOut("工作制服经费", "您没有填报这个单位的权限。"),)


def test_a_year_that_is_not_there_is_named(clerk):
    source = make_goal(by=clerk)

    copied = copy_goals([source.pk], 2031, by=clerk)

    assert copied.left_out == (LeftOut("工作制服经费", "没有2031年度，请业务管理员先建立。"),)
    assert Goal.objects.count() == 1


def test_nothing_at_all_is_copied_of_nothing(clerk, next_year):
    copied = copy_goals([], 2026, by=clerk)

    assert (copied.goal_ids, copied.left_out) == ((), ())


def test_a_void_name_in_the_new_year_is_free(clerk, next_year):
    source = make_goal(by=clerk)
    make_goal(clean_sheet(year=2026), by=clerk, state=State.VOID)

    assert copy_one(source, clerk).state == State.DRAFT


def test_a_later_save_leaves_a_copy_unconfirmed(clerk, next_year):
    copy = copy_one(make_goal(by=clerk), clerk)

    copy = change_goal(copy, clean_sheet(year=2026, annual_goal="改了"), by=clerk)

    assert copy.copied_from is not None


def test_a_second_project_beside_the_first_needs_no_confirmation(clerk):
    source = make_goal(by=clerk)

    saved = copy_beside(source, " 另一个 ", by=clerk)

    copy = Goal.objects.get(pk=saved.goal_id)
    assert (copy.project, copy.copied_from, copy.year) == ("另一个", None, source.year)
    assert said(copy.sheet()) == said(replace(source.sheet(), project="另一个"))
    assert copy.revisions.get().origin == Origin.COPY


@pytest.mark.parametrize(
    ("project", "outcome", "reason"),
    [
        ("工作制服经费", Outcome.STALE, "已有同名项目"),
        ("", Outcome.REFUSED, "项目名称为空"),
        ("甲" * 501, Outcome.REFUSED, "超过500个字"),
        ("甲\x07", Outcome.REFUSED, "控制字符"),
    ],
)
def test_a_name_that_has_no_place_is_refused(clerk, project, outcome, reason):
    saved = copy_beside(make_goal(by=clerk), project, by=clerk)

    assert saved.outcome is outcome
    assert reason in saved.message
    assert Goal.objects.count() == 1


def test_a_project_cannot_be_copied_in_a_foreign_unit(clerk, stranger):
    assert copy_beside(make_goal(by=clerk), "乙", by=stranger).outcome is Outcome.REFUSED


# --- confirming --------------------------------------------------------------------------------
@pytest.fixture
def copy(clerk, next_year):
    return copy_one(make_goal(by=clerk), clerk)


def test_a_confirmed_copy_is_like_any_other_goal(clerk, copy):
    confirm_copy(copy.pk, by=clerk, seen=copy.chain_hash)
    confirm_copy(copy.pk, by=clerk, seen="")  # a second time changes nothing

    now = Goal.objects.get(pk=copy.pk)
    assert now.copied_from is None
    assert (now.revision_number, now.chain_hash) == (1, copy.chain_hash)


def test_what_was_not_seen_is_not_confirmed(clerk, copy):
    change_goal(copy, clean_sheet(year=2026, annual_goal="改了"), by=clerk)

    for seen in (copy.chain_hash, "", "\x00"):
        with pytest.raises(ValidationError, match="内容又被修改，没有确认"):
            confirm_copy(copy.pk, by=clerk, seen=seen)

    assert Goal.objects.get(pk=copy.pk).copied_from is not None


def test_only_who_may_write_confirms(reviewer, stranger, copy):
    for person in (reviewer, stranger):
        with pytest.raises(PermissionDenied):
            confirm_copy(copy.pk, by=person, seen=copy.chain_hash)


def test_a_void_copy_is_not_confirmed(clerk, copy):
    perform(copy.pk, "void", by=clerk, seen=copy.chain_hash, decision=Decision("不要了"))

    with pytest.raises(ValidationError, match="现在是“作废”"):
        confirm_copy(copy.pk, by=clerk, seen=copy.chain_hash)


def test_an_unconfirmed_copy_is_not_submitted(bureau, clerk, copy):
    with pytest.raises(ValidationError, match="从2025年复制，还没有确认已逐项核对，不能送审"):
        perform(copy.pk, "submit", by=clerk, seen=copy.chain_hash)

    assert Goal.objects.get(pk=copy.pk).state == State.DRAFT


def test_whoever_copies_is_an_author(clerk, next_year):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))
    copy = copy_one(make_goal(by=clerk), both)
    Goal.objects.filter(pk=copy.pk).update(state=State.SUBMITTED, copied_from=None)

    with pytest.raises(ValidationError, match="不能审核自己的内容"):
        perform(copy.pk, "approve", by=both, seen=copy.chain_hash)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_copy_the_same_projects_each_is_copied_once(clerk, next_year):
    ids = [make_goal(clean_sheet(f"项目{n}"), by=clerk).pk for n in range(5)]

    def copy():
        return copy_goals(ids, 2026, by=User.objects.get(pk=clerk.pk))

    answers = race(copy, copy, copy)

    assert sorted(len(answer.goal_ids) for answer in answers) == [0, 0, 5]
    assert Goal.objects.filter(year=next_year).count() == 5


def test_the_source_of_a_copy_is_the_sealed_revision(clerk, copy):
    sealed = from_json(Revision.objects.get(pk=copy.copied_from_id).content)

    assert said(sealed) == said(copy.sheet())
