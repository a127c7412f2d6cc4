"""Any people taking any steps in any order: what must hold then holds after each of them (T15)."""

from contextlib import suppress
from dataclasses import replace

import hypothesis
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from performance.goals.actions import save_sheet
from performance.goals.models import Goal, Origin, Revision, State
from performance.goals.queries import authors_of
from performance.goals.sheet import content_hash, from_json
from performance.library.models import Year
from performance.people.models import Membership, Unit, User
from performance.review.chain import event_hash
from performance.review.remarking import answer_remark, reopen_cell
from performance.review.transitions import TRANSITIONS
from tests.builders import make_draft, make_goal, make_user
from tests.review.workflow import remark, set_steps, take

PEOPLE = {
    "zhang": (("clerk", "101009"),),
    "both": (("clerk", "101009"), ("reviewer", "101")),
    "leader": (("unit_reviewer", "101009"),),
    "li": (("reviewer", "101"), ("unit_reviewer", "101009")),
    "finance": (("finance_reviewer", None),),
    "deputy": (),
    "bureau": (("bureau", None),),
}
REVIEWERS = ("leader", "both", "li", "deputy", "finance")
STEPS = ("unit_reviewer", "reviewer", "finance_reviewer")
REFUSED = (ValidationError, PermissionDenied)
FIELDS = ("annual_goal", "overall_goal", "form", "lines")
people = st.sampled_from(sorted(PEOPLE))


class Workflow(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        set_steps(Year.objects.get(year=2025), *STEPS)
        self.people = {name: make_user(name, *roles) for name, roles in PEOPLE.items()}
        # 代 li: may do what li may do in the department, under a name of its own
        Membership.objects.create(
            user=self.people["deputy"],
            role="reviewer",
            unit=Unit.objects.get(code="101"),
            deputy_of=self.people["li"],
        )
        self.edits = 0
        self.sealed: dict[int, str] = {}

    @initialize(author=st.sampled_from(["zhang", "both"]))
    def open_goal(self, author: str) -> None:
        self.goal = make_goal(by=self.people[author])

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def now(self) -> Goal:
        return Goal.objects.get(pk=self.goal.pk)

    @rule(name=st.sampled_from(sorted(TRANSITIONS)), who=people, opinion=st.booleans())
    def step(self, name: str, who: str, opinion: bool) -> None:
        with suppress(*REFUSED):
            take(self.goal, name, self.people[who], "意见" if opinion else "", to_step=1)

    @rule()
    def go_on(self) -> None:
        """What a patient office does next: random steps alone would hardly ever get that far."""
        goal = self.now()
        ways = {
            State.DRAFT: [("submit", "zhang")],
            State.RETURNED: [("submit", "zhang")],
            State.ADJUSTING: [("submit", "zhang")],
            State.SUBMITTED: [("approve", name) for name in REVIEWERS],
            State.APPROVED: [("issue", "bureau")],
            State.ISSUED: [("adjust", "zhang")],
        }
        for name, who in ways.get(State(goal.state), []):
            with suppress(*REFUSED):
                take(goal, name, self.people[who], "意见" if name == "adjust" else "")
                return

    @rule(who=people, field=st.sampled_from(["annual_goal", "overall_goal"]))
    def edit(self, who: str, field: str) -> None:
        self.edits += 1
        goal = self.now()
        person = User.objects.get(pk=self.people[who].pk)
        draft = make_draft(replace(goal.sheet(), **{field: f"第{self.edits}次改"}), goal)
        save_sheet(draft, by=person, origin=Origin.FORM)

    @rule(who=people, field=st.sampled_from(FIELDS))
    def write_remark(self, who: str, field: str) -> None:
        with suppress(*REFUSED):
            remark(self.goal, field, self.people[who])

    @rule(who=people)
    def answer(self, who: str) -> None:
        person = User.objects.get(pk=self.people[who].pk)
        for open_one in self.now().remarks.all():
            with suppress(*REFUSED):
                answer_remark(open_one.pk, by=person, text="已核对。")

    @rule(who=people)
    def ask_to_open(self, who: str) -> None:
        person = User.objects.get(pk=self.people[who].pk)
        with suppress(*REFUSED):
            reopen_cell(self.goal.pk, by=person, key="", field="overall_goal", reason="还要改")

    @invariant()
    def nothing_is_approved_without_a_second_person(self) -> None:
        events = list(self.goal.events.filter(transition="approve"))
        for event in events:
            wrote = set(
                Revision.objects.filter(
                    goal=self.goal, number__lte=event.revision.number
                ).values_list("by", flat=True)
            )
            assert not {event.by_id, event.on_behalf_of_id} & wrote
        for one in self.goal.events.filter(step__gt=0):
            for other in self.goal.events.filter(cycle=one.cycle).exclude(step__in=[0, one.step]):
                assert not _persons(one) & _persons(other)

    @invariant()
    def an_approved_goal_names_what_its_last_step_approved(self) -> None:
        goal = self.now()
        if goal.state in (State.APPROVED, State.ISSUED, State.FILED):
            approval = goal.events.filter(transition="approve").first()
            assert approval.target == State.APPROVED
            assert goal.approved_revision == approval.revision
            assert goal.chain_hash == goal.approved_revision.chain_hash
            assert authors_of(goal)

        if goal.state in (State.ISSUED, State.FILED):
            assert goal.issued_revision == goal.approved_revision

    @invariant()
    def frozen_content_never_changes(self) -> None:
        for revision in self.goal.revisions.all():
            assert revision.content_hash == content_hash(from_json(revision.content))
            assert self.sealed.setdefault(revision.number, revision.chain_hash) == (
                revision.chain_hash
            )
        goal = self.now()
        assert len(self.sealed) == goal.revision_number
        newest = goal.revisions.get(number=goal.revision_number)
        assert goal.sheet() == replace(from_json(newest.content), ref=None)
        frozen = goal.events.filter(number=goal.events_number).first()
        if frozen and not goal.is_editable:
            assert frozen.revision == newest

    @invariant()
    def every_return_says_why(self) -> None:
        for event in self.goal.events.filter(transition__in=["return", "step_back"]):
            assert event.remarks.exists()

    @invariant()
    def the_chain_of_events_holds(self) -> None:
        before = ""
        for number, event in enumerate(self.goal.events.order_by("number"), 1):
            remarks = event.remarks.order_by("pk")
            assert event.number == number
            before = event_hash(event, event.revision.chain_hash, remarks, before)
            assert event.chain_hash == before
        assert self.now().events_hash == before


def _persons(event) -> set[int]:
    return {pk for pk in (event.by_id, event.on_behalf_of_id) if pk}


def walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Workflow,
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )


def test_whatever_people_do_the_workflow_keeps_its_promises(portal) -> None:
    walk(examples=15, steps=30)


@pytest.mark.slow
def test_whatever_people_do_for_long_the_workflow_keeps_its_promises(portal) -> None:
    walk(examples=300, steps=60)
