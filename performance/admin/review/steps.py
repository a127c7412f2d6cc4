"""The steps of a goal's page: what the reviewer decides in one form, and all others. No queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from performance.goals.models import State
from performance.review.assigning import next_step
from performance.review.case import Case
from performance.review.queries import Step

TONES = {"return": "portal-danger", "reject": "portal-danger", "void": "portal-danger"}


@dataclass(frozen=True)
class Deed:
    """A step with the words on its button, and what was written with it before it was refused."""

    step: Step
    label: str
    opinion: str = ""

    @property
    def name(self) -> str:
        return self.step.transition.name

    @property
    def tone(self) -> str:
        return TONES.get(self.name, "" if self.name == "approve" else "portal-quiet")


@dataclass(frozen=True)
class Closed:
    """Steps that are greyed for one and the same reason."""

    deeds: tuple[Deed, ...]
    reason: str

    @property
    def id(self) -> str:
        return f"why-{self.deeds[0].name}"


@dataclass(frozen=True)
class Deeds:
    """`decision` is what the reviewer chooses from; `earlier` the steps to send it back to.

    `waits`: who may do what comes next, for a person who has no part in it.
    """

    decision: tuple[Deed, ...]
    other: tuple[Deed, ...]
    closed: tuple[Closed, ...]
    aside: tuple[Deed, ...]
    earlier: tuple[tuple[int, str], ...]
    to_step: str = ""
    waits: str = ""


def deeds_of(
    steps: Iterable[Step], case: Case, drafts: int, opinions: dict[str, str], to_step: str
) -> Deeds:
    own = [s for s in steps if case.capacities(s.transition)]  # others' steps are not greyed
    all_ = [Deed(s, _label(s, case, drafts), opinions.get(s.transition.name, "")) for s in own]
    near = [deed for deed in all_ if not deed.step.transition.aside]
    chosen = [deed for deed in near if deed.step.is_open]
    earlier = case.steps[: case.goal.step - 1] if case.goal.state == State.SUBMITTED else []
    return Deeds(
        decision=tuple(deed for deed in chosen if deed.step.transition.at_step),
        other=tuple(deed for deed in chosen if not deed.step.transition.at_step),
        closed=tuple(_closed([deed for deed in near if not deed.step.is_open])),
        aside=tuple(deed for deed in all_ if deed.step.transition.aside),
        earlier=tuple((step.number, step.name) for step in earlier),
        to_step=to_step or str(case.goal.step - 1),
        waits=_waits(case),
    )


def _waits(case: Case) -> str:
    row = next_step(case.goal)
    if row is None or case.capacities(row):
        return ""
    what = case.step.name if row.at_step else row.label
    return f"等待“{what}”。可以办理的有：{case.others(row)}。"


def _closed(deeds: Sequence[Deed]) -> Iterable[Closed]:
    for reason, some in groupby(deeds, key=lambda deed: deed.step.reason):
        yield Closed(tuple(some), reason)


def _label(step: Step, case: Case, drafts: int) -> str:
    row = step.transition
    if row.passes:
        after = [] if case.is_last_step else case.steps[case.steps.index(case.step) + 1 :]
        more = f"，转{after[0].name}" if after else "（最后一个环节）" if case.steps[1:] else ""
        return f"{row.label}{more}"
    if row.needs_remark and drafts and step.is_open:
        return f"{row.label}（{drafts} 条意见）"
    return row.label
