"""What nobody does by accident: it is refused, and nobody else notices."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from performance.goals.models import State
from performance.review.models import Event
from tests.admin.desk import at_desk, fresh, goal_url, told
from tests.builders import make_goal

LISTS = ["indicator", "frame", "category", "unit", "year", "listing", "rulelevel", "user"]
QUERIES = [
    "name__regex=(((.*)*)*)*x$",
    "name__iregex=(",
    "name=%00",
    "code__contains=%00",
    "year=" + "9" * 30,
    "year__id__exact=" + "9" * 30,
    "year__id__exact=%00",
    "parent__year__year=2025",
    "q=%00",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("table", LISTS)
def test_a_list_is_asked_only_what_its_filters_ask(bureau, table, query):
    response = at_desk(bureau, raise_request_exception=False).get(
        f"/admin/performance/{table}/?{query}"
    )

    assert response.status_code in (200, 302, 400, 403)


@pytest.mark.parametrize("query", ["name__regex=(.*)*x$", "name=x", "code__contains=1", "=x"])
def test_a_lookup_that_no_filter_has_never_reaches_the_database(clerk, query):
    assert at_desk(clerk).get(f"/admin/performance/indicator/?{query}").status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "idna", "hex", "undefined", "unicode_escape", "x"])
@pytest.mark.parametrize("path", ["/admin/login/", "/admin/sign-in-again/"])
def test_nobody_chooses_how_their_text_is_read(db, path, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"

    response = Client().generic("POST", path, b"username=a&password=b", content_type=kind)

    assert response.status_code == 400


def test_an_approval_is_of_the_attachments_that_were_seen_too(clerk, reviewer):
    goal = make_goal(by=clerk)
    mine, theirs = at_desk(clerk), at_desk(reviewer)

    def attach(text: str):
        file = SimpleUploadedFile("依据.txt", text.encode())
        mine.post(goal_url("attach", goal.pk), {"kind": "basis", "file": file})
        return fresh(goal).attachments.filter(removed_at=None).get()

    def step(desk, name: str, files: str | None = None):
        data = {"seen": goal.chain_hash, "opinion": ""} | (
            {} if files is None else {"files": files}
        )
        return desk.post(goal_url("perform", goal.pk, name), data, follow=True)

    first = attach("旧文件")
    step(mine, "submit")
    step(mine, "withdraw")
    mine.post(goal_url("detach", goal.pk, first.pk))
    second = attach("新文件")
    step(mine, "submit")

    refused = step(theirs, "approve", str(first.pk))
    assert "附件有变动" in told(refused)[0]
    assert fresh(goal).state == State.SUBMITTED
    step(theirs, "approve", str(second.pk))
    assert fresh(goal).state == State.APPROVED
    assert Event.objects.filter(transition="approve").count() == 1
