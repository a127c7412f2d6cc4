"""Migrations with data and guards: back to before the review had steps, and forth again."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from performance.audit.acting import Acting, acting_as
from performance.goals.models import Goal, State
from performance.library.review_form import ReviewStep
from performance.review import guards
from performance.review.actions import Decision, perform
from performance.review.models import Event
from performance.review.verifying import verify
from tests.builders import make_goal

BEFORE_STEPS = "0003_initials"

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(*target):
    call_command("migrate", *target, verbosity=0)


@pytest.fixture
def back_and_forth():
    """Whatever happens in between, the tests that follow find the newest tables."""
    yield
    migrate()


@pytest.fixture
def reviewed(clerk, reviewer, back_and_forth):
    """Sealed as it was before the steps: without the id of a request."""
    with acting_as(Acting(request_id="")):
        goal = make_goal(by=clerk)
    perform(goal.pk, "submit", by=clerk, seen=goal.chain_hash)
    opinion = Decision(opinion="请补充。")
    perform(goal.pk, "return", by=reviewer, seen=goal.chain_hash, decision=opinion)
    return Goal.objects.get()


def problems():
    return [problem for one in verify(Goal.objects.all()) for problem in one.problems]


def test_guards_let_every_migration_pass_and_stand_again_after_it(reviewed):
    migrate("performance", BEFORE_STEPS)
    assert guards.missing() == []  # nothing to guard yet: nothing is missing
    with connection.cursor() as cursor:
        cursor.execute("UPDATE performance_event SET opinion = opinion")

    migrate()

    assert guards.missing() == []
    assert problems() == []
    with pytest.raises(IntegrityError, match="只能新增"), transaction.atomic():
        Event.objects.update(opinion="改")


def test_events_from_before_the_steps_are_numbered_and_sealed(reviewed, clerk, reviewer):
    revision = reviewed.revisions.get().pk
    migrate("performance", BEFORE_STEPS)
    old = MigrationExecutor(connection).loader.project_state(("performance", BEFORE_STEPS)).apps
    event, goal = (old.get_model("performance", name) for name in ("Event", "Goal"))
    for name, source, target, by in (
        ("submit", "returned", "submitted", clerk),
        ("approve", "submitted", "approved", reviewer),
    ):
        event.objects.create(
            goal_id=reviewed.pk,
            transition=name,
            source=source,
            target=target,
            revision_id=revision,
            by_id=by.pk,
            at=timezone.now(),
        )
    goal.objects.update(state="approved", approved_revision=revision)

    migrate()

    assert problems() == []
    now = Goal.objects.get()
    assert list(now.events.order_by("pk").values_list("number", "transition", "step")) == [
        (1, "submit", 0),
        (2, "return", 1),
        (3, "submit", 0),
        (4, "approve", 1),
    ]
    assert (now.events_number, now.state) == (4, State.APPROVED)
    assert ReviewStep.objects.filter(year=now.year).count() == 1


def test_a_migration_that_fails_leaves_a_warning_behind(reviewed, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("断电")

    with monkeypatch.context() as patch:
        patch.setattr(MigrationExecutor, "migrate", fail)
        with pytest.raises(RuntimeError):
            migrate()

    assert len(guards.check(app_configs=None, databases=["default"])) == 1
    migrate()
    assert guards.check(app_configs=None, databases=["default"]) == []
