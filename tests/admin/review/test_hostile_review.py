"""Texts and names that nobody types by accident, in everything that review shows."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from performance.goals.models import State
from performance.library.review_form import RemarkKind, ReviewPoint
from performance.notices.actions import notify
from performance.notices.models import Notice
from performance.people.deputies import appoint
from performance.review.actions import perform
from performance.review.models import Event, Remark
from tests.admin.desk import at_desk, fresh, goal_url, inline_scripts
from tests.builders import clean_sheet, make_goal, make_line, make_sheet, make_user
from tests.review.workflow import remark, set_steps, take

EVIL = "'\"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${x}`javascript:alert(1)"


def pages_of(goal, *people):
    number = goal.revision_number
    for person in people:
        desk = at_desk(person)
        for name, *args in (
            ("change",),
            ("history",),
            ("revision", number),
            ("print_review",),
            ("changelist",),
        ):
            own = (goal.pk, *args) if name != "changelist" else ()
            yield desk.get(goal_url(name, *own))
        yield desk.get("/admin/notices/")
        yield desk.get("/admin/")


def test_what_anybody_writes_stays_text_on_every_page(portal, clerk, reviewer, bureau):
    """Project, remark, proposal, answer, kind, opinion, names of points and of people."""
    clerk.full_name = EVIL[:40]
    clerk.save()
    RemarkKind.objects.filter(year=portal, number=1).update(name=EVIL[:40])
    ReviewPoint.objects.filter(year=portal, number=1).update(name=EVIL[:40], question=EVIL)
    goal = make_goal(clean_sheet(EVIL[:60], annual_goal=EVIL), by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "overall_goal", reviewer, kind=EVIL[:40], text=EVIL, proposal=EVIL)
    remark(goal, "annual_value", reviewer, line=1, kind=EVIL[:40], text=EVIL)
    seen = 0
    for stage in ("submitted", "returned"):
        if stage == "returned":
            take(goal, "return", reviewer)
        for page in pages_of(fresh(goal), clerk, reviewer, bureau):
            assert page.status_code == 200
            html = page.content.decode()
            assert "<script>alert" not in html
            assert "<img src=x" not in html
            assert inline_scripts(page) == []
            seen += "&lt;script&gt;alert" in html
    assert seen > 10


def test_a_point_with_any_name_is_graded(portal, clerk, reviewer):
    portal.grades_required = True
    portal.save()
    names = ["grade:", 'a"b', "<b>", "opinion:approve", "'", "state", "seen", "{{x}}"]
    points = list(ReviewPoint.objects.filter(year=portal).order_by("number"))
    for point, name in zip(points, names, strict=False):
        point.name = name
        point.save()
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    data = {f"grade:{point.name}": "优" for point in points}

    data |= {"seen": goal.chain_hash, "state": fresh(goal).stage}
    at_desk(reviewer).post(goal_url("perform", goal.pk, "approve"), data)

    assert fresh(goal).state == State.APPROVED
    assert [row[1] for row in Event.objects.get(transition="approve").graded][: len(names)] == [
        point.name for point in points
    ][: len(names)]


@pytest.mark.parametrize("extra", ["by", "on_behalf_of", "step", "target", "approved_revision"])
def test_what_a_post_adds_is_not_read(portal, clerk, reviewer, extra):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    data = {"seen": goal.chain_hash, extra: str(clerk.pk), "to_step": "9", "goal": "1"}

    at_desk(reviewer).post(goal_url("perform", goal.pk, "approve"), data)

    event = Event.objects.get(transition="approve")
    assert (event.by, event.on_behalf_of, event.step) == (reviewer, None, 1)


def test_without_the_token_nothing_is_done(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(reviewer)
    paths = [
        goal_url("perform", goal.pk, "approve"),
        goal_url("remark", goal.pk),
        goal_url("waive", goal.pk),
        goal_url("assign"),
        goal_url("bulk", "approve"),
        "/admin/notices/read/",
        "/admin/performance/user/deputies/",
    ]

    for path in paths:
        assert desk.post(path, {"seen": goal.chain_hash}).status_code == 403, path
    assert not Event.objects.exists()


def test_another_s_draft_and_notice_are_out_of_reach(clerk, reviewer):
    other = make_user("zhou", ("reviewer", "101"))
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    mine = remark(goal, "annual_goal", reviewer)
    notify([reviewer.pk], kind="x", text="给李的", link="/admin/")
    notice = Notice.objects.get(text="给李的")
    desk = at_desk(other)

    desk.post(goal_url("drop_remark", goal.pk, mine.pk))
    page = desk.get(goal_url("change", goal.pk))
    desk.post("/admin/notices/read/", {"notice": notice.pk, "newest": notice.pk})

    assert Remark.objects.filter(pk=mine.pk, event=None).exists()
    assert mine.text not in page.content.decode()
    assert desk.get(f"/admin/notices/{notice.pk}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_no_second_role_and_no_deputy_gets_around_four_eyes(portal, clerk, reviewer):
    """The author as reviewer, as deputy of one, and one who deputises for the author."""
    set_steps(portal, "unit_reviewer", "reviewer")
    leader = make_user("leader", ("unit_reviewer", "101009"), ("reviewer", "101"))
    author = make_user("both", ("clerk", "101009"), ("reviewer", "101"))
    other = make_user("zhou", ("clerk", "202001"))
    today = timezone.localdate()
    goal = make_goal(by=author)
    take(goal, "submit", author)
    role = author.memberships.get(role="reviewer").pk
    appoint([role], other.pk, today, today, by=author)
    held = leader.memberships.get(role="unit_reviewer")
    appoint([held.pk], author.pk, today, today, by=leader)
    data = {"seen": goal.chain_hash}

    def approve(person):
        seen = f"{goal.pk}:{fresh(goal).stage}:{goal.chain_hash}"
        at_desk(person).post(goal_url("perform", goal.pk, "approve"), data)
        at_desk(person).post(goal_url("bulk", "approve"), {"goal": seen, "best": "1"})

    approve(author)  # as the leader's deputy
    assert Event.objects.filter(transition="approve").count() == 0
    at_desk(leader).post(goal_url("perform", goal.pk, "approve"), data)
    assert Event.objects.filter(transition="approve").count() == 1
    for person in (leader, author, other):  # second step: acted at one, wrote it, for its author
        approve(person)
    assert Event.objects.filter(transition="approve").count() == 1
    approve(reviewer)
    with pytest.raises(ValidationError):
        perform(goal.pk, "approve", by=reviewer, seen=goal.chain_hash)


def test_a_long_sheet_with_many_remarks_needs_no_more_queries(portal, clerk, reviewer):
    counts = []
    for lines, remarks in ((5, 2), (300, 200)):
        sheet = make_sheet(
            f"{lines}行", *(make_line(annual_value=f"{n}套") for n in range(1, lines + 1))
        )
        goal = make_goal(sheet, by=clerk, state=State.SUBMITTED)
        for number in range(1, remarks + 1):
            remark(goal, "annual_value", reviewer, line=number, text="长" * 900)
        desk = at_desk(reviewer)
        desk.get(goal_url("change", goal.pk))
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(goal_url("change", goal.pk)).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
