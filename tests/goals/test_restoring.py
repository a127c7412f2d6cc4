"""An earlier revision as the newest one: through the one door, so with all that holds there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from performance.goals.actions import Outcome
from performance.goals.models import Goal, Origin, Revision, State
from performance.goals.restoring import obstacle, restore_revision
from performance.goals.sheet import Ref, from_json
from performance.goals.unsaved import forget, keep, place_of
from performance.goals.writing import chain_hash
from tests.builders import change_goal, clean_sheet, make_goal, make_user
from tests.racing import by_name, race


@pytest.fixture
def goal(clerk) -> Goal:
    """Its second version says another annual goal and one line less."""
    goal = make_goal(by=clerk)
    short = replace(goal.sheet(), annual_goal="改过的目标", lines=goal.sheet().lines[:1])
    return change_goal(goal, short, by=clerk)


def restore(goal, number, by, seen=None):
    goal = Goal.objects.get(pk=goal.pk)
    return restore_revision(goal.pk, number, by=by, seen=goal.chain_hash if seen is None else seen)


def test_the_old_content_is_a_new_version_that_says_which_it_restored(clerk, goal):
    saved = restore(goal, 1, clerk)

    assert (saved.outcome, saved.number) == (Outcome.SAVED, 3)
    first, second, third = goal.revisions.order_by("number")
    assert (third.origin, third.origin_id, third.by) == (Origin.RESTORE, 1, clerk)
    assert third.content_hash == first.content_hash != second.content_hash
    assert third.chain_hash == chain_hash(third, second.chain_hash)
    now = Goal.objects.get(pk=goal.pk)
    assert now.sheet() == from_json(first.content)
    assert (now.revision_number, now.chain_hash) == (3, third.chain_hash)


def test_lines_keep_their_keys_so_that_remarks_still_point_at_them(clerk, goal):
    restore(goal, 1, clerk)

    first, third = goal.revisions.get(number=1), goal.revisions.get(number=3)
    keys = [[line.key for line in from_json(r.content).lines] for r in (first, third)]
    assert keys[0] == keys[1]
    assert [row.key for row in goal.lines.order_by("position")] == keys[0]


def test_cells_of_a_file_are_left_behind(clerk, goal):
    sheet = replace(goal.sheet(), annual_goal="来自表格", ref=Ref("2025", {"unit": "A3"}))
    goal = change_goal(goal, sheet, by=clerk)
    goal = change_goal(goal, clean_sheet(), by=clerk)

    restore(goal, 3, clerk)

    assert from_json(goal.revisions.get(number=3).content).ref
    assert from_json(goal.revisions.get(number=5).content).ref is None


def test_what_stands_there_already_writes_nothing(clerk, goal):
    assert restore(goal, 2, clerk).outcome is Outcome.SAME
    restore(goal, 1, clerk)

    assert restore(goal, 1, clerk).outcome is Outcome.SAME
    assert goal.revisions.count() == 3


@pytest.mark.parametrize("seen", ["", "0" * 64, "不是摘要", "\0", "a' or 1=1"])
def test_another_content_than_was_seen_is_stale(clerk, goal, seen):
    assert restore(goal, 1, clerk, seen=seen).outcome is Outcome.STALE
    assert goal.revisions.count() == 2


def test_a_change_that_came_in_between_is_not_overwritten(clerk, bureau, goal):
    seen = goal.chain_hash
    change_goal(goal, clean_sheet(annual_goal="局里改的"), by=bureau)

    assert restore(goal, 1, clerk, seen=seen).outcome is Outcome.STALE
    assert Goal.objects.get(pk=goal.pk).annual_goal == "局里改的"


@pytest.mark.parametrize("number", [0, 3, 10**6])
def test_a_version_that_never_was_cannot_be_restored(clerk, goal, number):
    with pytest.raises(Revision.DoesNotExist):
        restore(goal, number, clerk)


def test_another_goals_version_cannot_be_restored_into_this_one(clerk, goal):
    other = make_goal(clean_sheet("另一个"), by=clerk)
    for text in ("二", "三"):
        other = change_goal(other, clean_sheet("另一个", annual_goal=text), by=clerk)

    with pytest.raises(Revision.DoesNotExist):
        restore(goal, 3, clerk)


@pytest.mark.parametrize("who", ["reviewer", "stranger"])
def test_who_may_not_write_may_not_restore(request, clerk, goal, who):
    saved = restore(goal, 1, request.getfixturevalue(who))

    assert saved.outcome is Outcome.REFUSED
    assert "没有填报" in saved.message
    assert goal.revisions.count() == 2


@pytest.mark.parametrize("state", [s for s in State if s not in ("draft", "returned", "adjusting")])
def test_nothing_is_restored_while_the_goal_may_not_be_changed(clerk, goal, state):
    Goal.objects.filter(pk=goal.pk).update(state=state)

    saved = restore(goal, 1, clerk)

    assert saved.outcome is Outcome.REFUSED
    assert state.label in saved.message
    assert goal.revisions.count() == 2


def test_after_a_return_only_what_is_open_may_come_back(clerk, goal):
    Goal.objects.filter(pk=goal.pk).update(state=State.RETURNED, open_cells=[["", "annual_goal"]])

    saved = restore(goal, 1, clerk)

    assert saved.outcome is Outcome.REFUSED
    assert "第2行（新增）" in saved.message
    Goal.objects.filter(pk=goal.pk).update(open_cells=[["", "annual_goal"], ["", "lines"]])
    assert restore(goal, 1, clerk).outcome is Outcome.SAVED


def test_after_the_window_closed_only_the_bureau_restores(clerk, bureau, goal, portal):
    portal.closes_at = timezone.now() - timedelta(minutes=1)
    portal.save()

    assert restore(goal, 1, clerk).outcome is Outcome.REFUSED
    assert restore(goal, 1, bureau).outcome is Outcome.SAVED


def test_a_name_that_another_project_took_is_refused(clerk, goal):
    renamed = change_goal(goal, replace(goal.sheet(), project="改了名"), by=clerk)
    make_goal(by=clerk)

    saved = restore(renamed, 1, clerk)

    assert saved.outcome is Outcome.REFUSED
    assert "同名项目" in saved.message


def test_unsaved_text_of_the_person_is_not_left_hanging(clerk, bureau, goal):
    keep(by=clerk, place=place_of(goal), goal=goal, content='{"project": "半句"}')

    saved = restore(goal, 1, clerk)

    assert saved.outcome is Outcome.REFUSED
    assert "没有保存的内容" in saved.message
    forget(by=clerk, place=place_of(goal))
    keep(by=bureau, place=place_of(goal), goal=goal, content='{"project": "别人的"}')
    assert restore(goal, 1, clerk).outcome is Outcome.SAVED


def test_the_page_is_told_the_same_as_the_door(clerk, goal):
    first = goal.revisions.get(number=1)
    assert obstacle(goal, first, clerk) == ""
    Goal.objects.filter(pk=goal.pk).update(state=State.RETURNED, open_cells=[["", "project"]])
    now = Goal.objects.select_related("year").get(pk=goal.pk)

    assert obstacle(now, first, clerk) == restore(goal, 1, clerk).message


def test_whoever_restores_has_written(goal, clerk):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))

    restore(goal, 1, both)

    assert set(goal.revisions.values_list("by", flat=True)) == {clerk.pk, both.pk}


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_restores(clerk, goal):
    answers = race(*[lambda: restore(goal, 1, clerk, seen=goal.chain_hash)] * 4)

    assert by_name(answers, lambda saved: saved.outcome.name) == {"SAVED": 1, "STALE": 3}
    assert goal.revisions.count() == 3
