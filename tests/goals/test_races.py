"""People who save at the same moment: one is first, nobody's words are lost."""

from dataclasses import replace

import pytest

from performance.goals.actions import Outcome, save_sheet, save_sheets
from performance.goals.models import Goal, Origin, Revision, State
from performance.goals.sheet import from_json
from performance.people.models import User
from performance.review.actions import perform
from performance.review.models import Event
from tests.builders import clean_sheet, make_draft, make_goal, make_line, make_sheet
from tests.goals.test_revisions import chain_holds
from tests.racing import by_name, race

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
ROUNDS = 125  # of each thread: 1,000 saves


def saving(draft, user_id):
    """Each thread is a request of its own, with a user of its own."""
    return lambda: save_sheet(draft, by=User.objects.get(pk=user_id), origin=Origin.FORM)


def outcomes(answers):
    return by_name(answers, lambda saved: saved.outcome.value)


def test_of_many_who_start_from_the_same_revision_one_saves(clerk):
    goal = make_goal(by=clerk)
    drafts = [make_draft(clean_sheet(annual_goal=f"第{n}人"), goal) for n in range(THREADS)]

    answers = race(*(saving(draft, clerk.pk) for draft in drafts))

    goal.refresh_from_db()
    assert outcomes(answers) == {"saved": 1, "stale": THREADS - 1}
    winner = next(d for d, a in zip(drafts, answers, strict=True) if a.outcome.value == "saved")
    assert goal.sheet() == winner.sheet
    assert goal.revision_number == goal.revisions.count() == 2
    assert chain_holds(goal.pk)


def test_who_tries_again_from_the_newest_loses_nothing(clerk):
    goal = make_goal(by=clerk)

    def write(text):
        user = User.objects.get(pk=clerk.pk)
        for tries in range(1, 100):
            now = Goal.objects.get(pk=goal.pk)
            sheet = clean_sheet(annual_goal=f"{now.annual_goal} {text}")
            if (
                save_sheet(make_draft(sheet, now), by=user, origin=Origin.FORM).outcome.value
                == "saved"
            ):
                return tries
        return None

    answers = race(*(lambda text=f"第{n}人": write(text) for n in range(4)))

    goal.refresh_from_db()
    assert all(isinstance(tries, int) for tries in answers)
    assert sorted(goal.annual_goal.split()[-4:]) == [f"第{n}人" for n in range(4)]
    assert goal.revision_number == 5
    assert chain_holds(goal.pk)


def test_of_many_who_open_the_same_project_one_does(clerk):
    drafts = [make_draft(clean_sheet(annual_goal=f"第{n}人")) for n in range(THREADS)]

    answers = race(*(saving(draft, clerk.pk) for draft in drafts))

    assert outcomes(answers) == {"saved": 1, "stale": THREADS - 1}
    assert Goal.objects.count() == Revision.objects.count() == 1


def test_of_many_who_take_the_same_new_name_one_does(clerk):
    goals = [make_goal(clean_sheet(f"项目{n}"), by=clerk) for n in range(4)]
    drafts = [make_draft(clean_sheet("同名"), goal) for goal in goals]
    drafts += [make_draft(clean_sheet("同名", annual_goal=f"{n}")) for n in range(4)]

    answers = race(*(saving(draft, clerk.pk) for draft in drafts))

    assert outcomes(answers)["saved"] == 1
    assert set(outcomes(answers)) <= {"saved", "refused", "stale"}
    assert Goal.objects.filter(project="同名").count() == 1


def test_two_saves_of_many_in_opposite_order_do_not_wait_for_each_other(clerk):
    goals = [make_goal(clean_sheet(f"项目{n}"), by=clerk) for n in range(20)]

    def save(order, text):
        drafts = [make_draft(clean_sheet(g.project, annual_goal=text), g) for g in order]
        user = User.objects.get(pk=clerk.pk)
        return [saved.outcome.value for saved in save_sheets(drafts, by=user, origin=Origin.UPLOAD)]

    answers = race(lambda: save(goals, "甲"), lambda: save(goals[::-1], "乙"))

    assert sorted(answers) == [["saved"] * 20, ["stale"] * 20]
    assert len(set(Goal.objects.values_list("annual_goal", flat=True))) == 1


@pytest.mark.parametrize("start", [State.DRAFT, State.RETURNED])
def test_a_save_against_a_submission_leaves_no_unseen_content_behind(clerk, start):
    goal = make_goal(by=clerk, state=start)
    draft = make_draft(clean_sheet(annual_goal="最后一刻的修改"), goal)

    def submit():
        return perform(goal.pk, "submit", by=User.objects.get(pk=clerk.pk), seen=goal.chain_hash)

    saved, event = race(saving(draft, clerk.pk), submit)

    goal.refresh_from_db()
    if isinstance(event, Event):
        assert saved.outcome.value == "refused"
        assert (goal.state, goal.revision_number) == (State.SUBMITTED, 1)
        assert event.revision == goal.revisions.get()
    else:
        assert type(event).__name__ == "ContentChanged"
        assert saved.outcome.value == "saved"
        assert (goal.state, goal.revision_number) == (start, 2)
        assert from_json(goal.revisions.get(number=2).content) == draft.sheet


def test_of_1000_racing_saves_that_merge_none_is_lost(clerk):
    """Each thread writes its own line over and over, from whatever stood there a moment ago."""
    lines = [make_line(f"11100{n:04}-指标{n}", annual_value="0") for n in range(THREADS)]
    goal = make_goal(make_sheet("并发项目", *lines), by=clerk)

    def write(own):
        user = User.objects.get(pk=clerk.pk)
        for step in range(1, ROUNDS + 1):
            base = Goal.objects.get(pk=goal.pk)
            sheet = base.revisions.get(number=base.revision_number)
            sheet = from_json(sheet.content)
            changed = replace(sheet.lines[own], annual_value=str(step))
            draft = make_draft(
                replace(sheet, lines=(*sheet.lines[:own], changed, *sheet.lines[own + 1 :])),
                goal,
                base=base.revision_number,
                merges=True,
            )
            assert save_sheet(draft, by=user, origin=Origin.FORM).outcome is Outcome.SAVED
        return "saved"

    answers = race(*(lambda own=n: write(own) for n in range(THREADS)))

    goal = Goal.objects.get(pk=goal.pk)
    assert answers == ["saved"] * THREADS
    assert [x.annual_value for x in goal.sheet().lines] == [str(ROUNDS)] * THREADS
    assert goal.revision_number == 1 + THREADS * ROUNDS
    assert chain_holds(goal.pk)


def test_of_1000_racing_saves_of_the_same_cell_each_is_kept_or_asked_about(clerk):
    """Whoever is asked has seen both texts, chooses to add to the other's, and saves again."""
    goal = make_goal(clean_sheet(annual_goal=""), by=clerk)

    def write(own):
        user = User.objects.get(pk=clerk.pk)
        for step in range(ROUNDS):
            base = Goal.objects.get(pk=goal.pk)
            sheet, number = base.sheet(), base.revision_number
            text = f"{sheet.annual_goal} {own}.{step}"
            while True:
                draft = make_draft(replace(sheet, annual_goal=text), goal, base=number, merges=True)
                saved = save_sheet(draft, by=user, origin=Origin.FORM)
                if saved.outcome is Outcome.SAVED:
                    break
                (conflict,) = saved.merged.conflicts
                number = saved.theirs
                text = f"{conflict.theirs} {own}.{step}"
        return "saved"

    answers = race(*(lambda own=n: write(own) for n in range(THREADS)))

    said = Goal.objects.get(pk=goal.pk).annual_goal.split()
    assert answers == ["saved"] * THREADS
    assert sorted(said) == sorted(f"{n}.{s}" for n in range(THREADS) for s in range(ROUNDS))
    assert chain_holds(goal.pk)
