"""What a goal under review is compared with, and which of that is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from performance.goals.copied import comparable
from performance.goals.models import Goal, Revision, State
from performance.goals.sheet import Sheet, from_json
from performance.review.looking import Version

LAST_YEAR = "last-year"
NONE = "none"
PARAMETER = "since"
"""Of the page's address: the number of a revision, LAST_YEAR or NONE."""


@dataclass(frozen=True)
class Base:
    """`token` is what the address says; `sheet` None compares with nothing."""

    token: str
    label: str
    sheet: Sheet | None = None
    detail: str = ""


@dataclass(frozen=True)
class Bases:
    """What may be chosen, and what is."""

    offered: tuple[Base, ...]
    chosen: Base
    looked: int | None


NOTHING = Base(NONE, "不比较")


def asked_number(token: str) -> int:
    """The revision that an address names, or 0."""
    return int(token) if token.isascii() and token.isdecimal() and len(token) < 10 else 0


def bases_of(
    goal: Goal,
    versions: Sequence[Version],
    submitted: Revision | None,
    last_year: Revision | None,
    token: str,
) -> Bases:
    """Without a (known) `token`: what was looked at last, else what was last decided on."""
    known = _own(goal, versions, submitted)
    if last_year:
        sheet = comparable(from_json(last_year.content), goal.year.year)
        said = f"{last_year.goal.year}“{last_year.goal.project}”第{last_year.number}版"
        known[LAST_YEAR] = Base(LAST_YEAR, "上年", sheet, said)
    looked = next((version.number for version in versions if version.looked), None)
    offered = (*known.values(), NOTHING)
    named = {base.token: base for base in offered} | _other(versions, token, known)
    default = _default(goal, looked, submitted, token_of_issued(goal, versions))
    return Bases(offered, named.get(token) or named.get(default, NOTHING), looked)


def token_of_issued(goal: Goal, versions: Sequence[Version]) -> str:
    found = (str(v.number) for v in versions if v.pk == goal.issued_revision_id)
    return next(found, "") if goal.is_adjustment else ""


def _own(goal: Goal, versions: Sequence[Version], submitted: Revision | None) -> dict[str, Base]:
    """Revisions of the goal itself; one that is several things at once is offered once."""
    labels: dict[int, list[str]] = {}
    for version in versions:
        if version.looked and version.number < goal.revision_number:
            labels.setdefault(version.number, []).append("上次看过")
    if submitted:
        labels.setdefault(submitted.number, []).append("上次审核时")
    issued = token_of_issued(goal, versions)
    if issued:
        labels.setdefault(int(issued), []).append("已批复")
    by_number = {version.number: version for version in versions}
    return {
        str(number): _base(by_number[number], "、".join(said), submitted)
        for number, said in labels.items()
    }


def _other(versions: Sequence[Version], token: str, known: dict[str, Base]) -> dict[str, Base]:
    """A revision that only the address names: an older look, kept by the page's own links."""
    number = asked_number(token)
    found = next((v for v in versions if v.number == number and v.content), None)
    if found is None or str(number) in known:
        return {}
    return {token: _base(found, "之前看过")}


def _base(version: Version, label: str, submitted: Revision | None = None) -> Base:
    same = submitted is not None and submitted.number == version.number
    content = submitted.content if submitted and same else version.content
    return Base(str(version.number), label, from_json(content), f"第{version.number}版")


def _default(goal: Goal, looked: int | None, submitted: Revision | None, issued: str) -> str:
    if goal.state != State.SUBMITTED:
        return issued
    if looked and looked < goal.revision_number:
        return str(looked)
    return str(submitted.number) if submitted else issued
