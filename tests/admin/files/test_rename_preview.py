"""The preview asks what a proposed renaming is, and Confirm does as answered."""

import pytest

from performance.goals.models import Goal
from performance.sheets.models import Upload, UploadState
from performance.sheets.receiving import receive
from tests.admin.desk import at_desk, told, upload_url, visible
from tests.builders import clean_sheet, make_file, make_goal


@pytest.fixture
def upload(clerk) -> Upload:
    make_goal(clean_sheet("甲"), by=clerk)
    return receive(make_file(clean_sheet("乙")), "目标.xlsx", by=clerk)


def confirmed(by, upload, **answers):
    data = {"plan": upload.plan_hash} | answers
    return at_desk(by).post(upload_url("confirm", upload.pk), data)


def projects():
    return sorted(Goal.objects.values_list("project", flat=True))


def test_the_preview_shows_both_names_and_asks(clerk, upload):
    response = at_desk(clerk).get(upload_url("change", upload.pk))

    text, html = visible(response), response.content.decode()
    assert "疑似改名：原名“甲” → “乙”（101009-区政数局）" in text
    assert "是同一个项目，改名" in text
    assert 'name="rename-0" value="same" checked' in html
    assert 'name="rename-0" value="new"' in html
    assert '<del title="原内容">甲</del><ins title="现内容">乙</ins>' in html


@pytest.mark.parametrize(
    ("answer", "names", "said"),
    [("same", ["乙"], "选择了改名"), ("new", ["乙", "甲"], "选择了新建")],
)
def test_confirm_does_as_answered_and_the_page_keeps_the_answer(clerk, upload, answer, names, said):
    confirmed(clerk, upload, **{"rename-0": answer})

    assert projects() == names
    assert said in visible(at_desk(clerk).get(upload_url("change", upload.pk)))


@pytest.mark.parametrize(
    "answers", [{}, {"rename-0": ""}, {"rename-0": "\x00"}, {"rename-1": "new"}]
)
def test_without_an_answer_nothing_is_imported(clerk, upload, answers):
    response = confirmed(clerk, upload, **answers)

    assert told(response) == ["还没有导入：请先选择每个疑似改名的项目是改名还是新建，再确认。"]
    assert projects() == ["甲"]
    assert Upload.objects.get().state == UploadState.PREVIEW


def test_answers_to_what_was_not_asked_do_no_harm(clerk, upload):
    confirmed(clerk, upload, **{"rename-0": "same", "rename-99999999999999999999": "new"})

    assert projects() == ["乙"]


def test_an_outdated_preview_is_told_before_any_answer(clerk, upload):
    response = at_desk(clerk).post(upload_url("confirm", upload.pk), {"plan": "x"})

    assert told(response) == ["预览已在别处更新，请看过新的预览再确认。"]
