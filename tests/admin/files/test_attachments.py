"""Files with a goal at the pages: the section, adding, fetching and removing."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from performance.goals.attaching import attach, remove
from performance.goals.models import Attachment, Goal, State
from tests.admin.desk import at_desk, body, goal_url, inline_scripts, told, visible
from tests.builders import clean_sheet, make_goal

PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def goal(clerk) -> Goal:
    return make_goal(by=clerk)


def bring(user, goal: Goal, data: bytes = PDF, name: str = "批复.pdf", **more):
    file = SimpleUploadedFile("a", data)
    file._name = name  # as it is sent; the test's own class would tidy it first
    return at_desk(user).post(goal_url("attach", goal.pk), {"file": file, "kind": "basis"} | more)


def kept(goal: Goal, by, data: bytes = PDF, name: str = "批复.pdf") -> Attachment:
    return attach(goal.pk, data, name, kind="basis", by=by).attachment


def fetch(user, attachment: Attachment):
    return at_desk(user).get(goal_url("attachment", attachment.goal_id, attachment.pk))


# --- the section ---------------------------------------------------------------------------------
def test_the_form_lists_the_files_and_offers_to_add_one(clerk, goal):
    kept(goal, clerk, name="批复 2025.pdf")

    response = at_desk(clerk).get(goal_url("change", goal.pk))

    text = visible(response)
    assert "附件 依据文件、测算表等，共 1 个" in text
    assert "依据文件 批复 2025.pdf 17 字节 张敏" in text.replace("\xa0", " ")
    assert "每个不超过 20 MB，最多 30 个" in text
    html = response.content.decode()
    assert html.index('id="attach-form"') > html.index('id="goal-form"')
    assert "</form>" in html[html.index('id="goal-form"') : html.index('id="attach-form"')]
    assert inline_scripts(response) == []


def test_a_reviewer_reads_the_list_and_changes_nothing(clerk, reviewer, goal):
    attachment = kept(goal, clerk)

    html = at_desk(reviewer).get(goal_url("change", goal.pk)).content.decode()

    assert goal_url("attachment", goal.pk, attachment.pk) in html
    assert goal_url("detach", goal.pk, attachment.pk) not in html
    assert 'id="attach-form"' not in html


def test_without_files_a_goal_that_is_under_review_says_so(clerk, goal):
    Goal.objects.filter(pk=goal.pk).update(state=State.SUBMITTED)

    text = visible(at_desk(clerk).get(goal_url("change", goal.pk)))

    assert "没有附件。" in text
    assert "上传附件" not in text


def test_names_are_shown_as_text(clerk, goal):
    kept(goal, clerk, name="<b>&'x'.pdf")

    html = at_desk(clerk).get(goal_url("change", goal.pk)).content.decode()

    assert "<b>" not in html
    assert "_b_&amp;&#x27;x&#x27;.pdf" in html


def test_the_section_costs_the_same_for_1_and_9_files(clerk, goal):
    desk = at_desk(clerk)
    found = {}
    for number in range(1, 10):
        kept(goal, clerk, PDF + bytes([number]))
        if number in (1, 9):
            with CaptureQueriesContext(connection) as queries:
                desk.get(goal_url("change", goal.pk))
            asked = [q["sql"] for q in queries if "performance_attachment" in q["sql"]]
            found[number] = len(queries), len(asked)

    assert found[1] == found[9]
    assert found[9][1] == 1


# --- adding --------------------------------------------------------------------------------------
def test_a_file_is_added_and_told(clerk, goal):
    response = bring(clerk, goal, kind="calculation", name="测算表.pdf")

    assert response.status_code == 302
    assert response.url == goal_url("change", goal.pk) + "#attachments"
    assert told(response) == ["已上传附件“测算表.pdf”。"]
    attachment = goal.attachments.get()
    assert (attachment.kind, attachment.name, attachment.by) == ("calculation", "测算表.pdf", clerk)


def test_the_same_file_again_is_said_and_not_doubled(clerk, goal):
    bring(clerk, goal)

    response = bring(clerk, goal, name="换个名字.pdf")

    assert told(response)[0].startswith("这个文件已作为附件“批复.pdf”上传过（张敏，")
    assert goal.attachments.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"", "没有上传：文件是空的（0 字节）"),
        (
            "a.html",
            b"<html><script>alert(1)</script>",
            "没有上传：这个文件的内容不是可以上传的类型",
        ),
        ("a.exe", b"MZ\x90\x00", "没有上传：这个文件的内容不是可以上传的类型"),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_sentence(clerk, goal, name, data, said):
    response = bring(clerk, goal, data, name)

    assert response.status_code == 302
    assert told(response)[0].startswith(said)
    assert not goal.attachments.exists()


def test_a_file_too_large_is_told_in_a_sentence(clerk, goal):
    response = bring(clerk, goal, PDF + bytes(20 * 1024 * 1024))

    assert "超过 20 MB" in told(response)[0]
    assert not goal.attachments.exists()


@pytest.mark.parametrize(
    "data",
    [{}, {"file": ""}, {"file": "text\x00"}, {"kind": "basis"}, {"kind": "basis", "file": "a.pdf"}],
)
def test_a_post_without_a_file_says_what_to_do(clerk, goal, data):
    response = at_desk(clerk).post(goal_url("attach", goal.pk), data)

    assert told(response) == ["没有选择文件，请先选择要上传的文件。"]


@pytest.mark.parametrize("kind", ["", "x", "\x00", "9" * 5000])
def test_a_kind_that_is_not_offered_says_what_to_do(clerk, goal, kind):
    response = bring(clerk, goal, kind=kind)

    assert told(response) == ["没有选择附件类别，请选择依据文件、测算表或其他。"]
    assert not goal.attachments.exists()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "a\x00b.pdf", "\ud800.pdf", "长" * 250])
def test_a_name_as_bad_as_can_be_does_no_harm(clerk, goal, name):
    response = bring(clerk, goal, name=name.encode("utf-8", "replace").decode())

    assert response.status_code == 302
    attachment = goal.attachments.get()
    assert "/" not in attachment.name
    assert body(fetch(clerk, attachment)) == PDF


def test_during_review_nothing_is_added_or_removed(clerk, goal):
    attachment = kept(goal, clerk)
    Goal.objects.filter(pk=goal.pk).update(state=State.SUBMITTED)

    added = bring(clerk, goal, PDF + b"2")
    gone = at_desk(clerk).post(goal_url("detach", goal.pk, attachment.pk))

    said = "现在是“已送审”，只有草稿和被退回的绩效目标可以增删附件。"
    assert told(added) == told(gone) == [said]
    assert goal.attachments.get().removed_at is None


@pytest.mark.parametrize(("role", "status"), [("reviewer", 403), ("stranger", 404)])
def test_who_may_not_write_the_goal_is_refused(request, clerk, goal, role, status):
    attachment = kept(goal, clerk)
    user = request.getfixturevalue(role)

    added = bring(user, goal, PDF + b"2")
    gone = at_desk(user).post(goal_url("detach", goal.pk, attachment.pk))

    assert (added.status_code, gone.status_code) == (status, status)
    assert goal.attachments.get().removed_at is None


def test_adding_and_removing_need_a_token(clerk, goal):
    attachment = kept(goal, clerk)
    desk = at_desk(clerk, enforce_csrf_checks=True)

    for path in (goal_url("attach", goal.pk), goal_url("detach", goal.pk, attachment.pk)):
        assert desk.post(path).status_code == 403

    assert goal.attachments.get().removed_at is None


def test_an_address_that_acts_leads_to_the_page_when_it_is_only_opened(clerk, goal):
    attachment = kept(goal, clerk)

    for path in (goal_url("attach", goal.pk), goal_url("detach", goal.pk, attachment.pk)):
        response = at_desk(clerk).get(path)
        assert response.url == goal_url("change", goal.pk)

    assert goal.attachments.get().removed_at is None


# --- fetching ------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_who_sees_the_goal_fetches_the_file_under_its_name(request, clerk, goal, role):
    attachment = kept(goal, clerk, name="批复 “2025”.pdf")

    response = fetch(request.getfixturevalue(role), attachment)

    assert body(response) == PDF
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    disposition = response["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.startswith("attachment;")
    assert unquote(disposition.partition("utf-8''")[2]) == "批复 “2025”.pdf"


def test_a_stranger_finds_no_file(clerk, stranger, goal):
    assert fetch(stranger, kept(goal, clerk)).status_code == 404


def test_logged_out_there_is_only_the_login_page(clerk, goal):
    attachment = kept(goal, clerk)

    response = Client().get(goal_url("attachment", goal.pk, attachment.pk))

    assert response.url.startswith("/admin/login/")


def test_a_file_is_not_fetched_by_way_of_another_goal(clerk, stranger, goal):
    own = make_goal(clean_sheet("外", unit="202001-区教育局"), by=stranger)
    attachment = kept(goal, clerk)

    response = at_desk(stranger).get(goal_url("attachment", own.pk, attachment.pk))

    assert response.status_code == 404


@pytest.mark.parametrize("number", [0, 999_999, 2**63 - 1])
def test_a_number_of_no_file_is_not_found(clerk, goal, number):
    for name in ("attachment", "detach"):
        path = goal_url(name, goal.pk, number)
        answer = at_desk(clerk).get(path) if name == "attachment" else at_desk(clerk).post(path)
        assert answer.status_code == 404


def test_a_number_longer_than_any_database_holds_is_not_found(clerk, goal):
    path = goal_url("attachment", goal.pk, 1).replace("/1/", f"/{'9' * 40}/")
    many = f"/admin/performance/goal/{'9' * 40}/print/"

    assert at_desk(clerk).get(path).status_code == 404
    assert at_desk(clerk).get(many).status_code == 404


def test_a_removed_file_is_neither_listed_nor_fetched(clerk, goal):
    attachment = kept(goal, clerk)

    response = at_desk(clerk).post(goal_url("detach", goal.pk, attachment.pk))

    assert told(response) == ["已删除附件“批复.pdf”。"]
    assert fetch(clerk, attachment).status_code == 404
    page = at_desk(clerk).get(goal_url("change", goal.pk))
    assert goal_url("attachment", goal.pk, attachment.pk) not in page.content.decode()
    assert "删除附件“批复.pdf”" in at_desk(clerk).get(goal_url("history", goal.pk)).content.decode()
    again = at_desk(clerk).post(goal_url("detach", goal.pk, attachment.pk))
    assert told(again) == ["附件“批复.pdf”已经被删除，不用再删。"]


def test_a_file_missing_on_the_server_is_told_in_a_sentence(clerk, goal):
    attachment = kept(goal, clerk)
    Path(attachment.file.path).unlink()

    response = fetch(clerk, attachment)

    assert response.status_code == 302
    assert told(response)[0].startswith("服务器上已找不到附件“批复.pdf”")


def test_a_file_that_was_removed_by_another_is_gone_for_everyone(clerk, reviewer, goal):
    attachment = kept(goal, clerk)
    remove(goal.pk, attachment.pk, by=clerk)

    assert fetch(reviewer, attachment).status_code == 404
