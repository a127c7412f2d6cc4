"""Pasting instead of a file, reading hidden rows after all, and how much a day allows."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from performance.goals.models import Goal
from performance.sheets.formats import slots
from performance.sheets.models import Upload, UploadState
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan
from tests.admin.desk import at_desk, everything, fresh, told, upload_url, visible
from tests.builders import HEADINGS, clean_sheet, make_file, make_row
from tests.racing import race

ADD = upload_url("add")
TABS = "\n".join(["\t".join(row) for row in (("2025年绩效目标",), HEADINGS, make_row("粘贴的"))])


def with_hidden_row(*sheets) -> bytes:
    """A workbook whose last row is hidden."""
    book = openpyxl.load_workbook(BytesIO(make_file(*sheets)))
    (sheet,) = book.worksheets
    sheet.row_dimensions[sheet.max_row].hidden = True
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def projects(upload: Upload) -> list[str]:
    return [op.sheet.project for op in load_plan(upload.plan).operations]


# --- pasting -------------------------------------------------------------------------------------
def test_cells_pasted_with_their_headings_are_a_file(clerk):
    response = at_desk(clerk).post(ADD, {"text": TABS})

    upload = Upload.objects.get()
    assert response.url == upload_url("change", upload.pk)
    assert (upload.name, projects(upload)) == ("粘贴的内容.txt", ["粘贴的"])
    with upload.file.open("rb") as file:
        assert file.read().decode().splitlines() == TABS.splitlines()


def test_what_is_pasted_and_read_by_nothing_says_why_and_is_still_there(clerk):
    response = at_desk(clerk).post(ADD, {"text": "今天开会"}, follow=True)

    assert "没有找到绩效目标表" in visible(response)
    assert Upload.objects.get().state == UploadState.UNREADABLE


def test_a_file_and_a_text_at_once_are_asked_back_with_the_text_kept(clerk):
    file = SimpleUploadedFile("a.xlsx", make_file(clean_sheet()))

    response = at_desk(clerk).post(ADD, {"file": file, "text": TABS})

    assert "一次只能导入一种" in visible(response)
    assert "粘贴的" in response.content.decode()
    assert not Upload.objects.exists()


def test_a_character_that_is_no_text_is_told_with_what_to_do(clerk):
    response = at_desk(clerk).post(ADD, {"text": "项目\0名称"})

    assert "粘贴的内容里有不是文字的字符" in visible(response)


def test_more_text_than_a_page_may_send_is_told_with_what_to_do(clerk):
    response = at_desk(clerk).post(ADD, {"text": "长" * 3_000_000})

    assert response.status_code == 400
    assert "请存成文件后上传" in visible(response)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_at_all_is_asked_back(clerk, text):
    response = at_desk(clerk).post(ADD, {"text": text})

    assert "请选择要导入的文件，或者粘贴内容。" in visible(response)


# --- what is hidden ------------------------------------------------------------------------------
def test_a_hidden_row_is_told_left_out_and_read_when_asked_for(clerk):
    data = with_hidden_row(clean_sheet("甲"), clean_sheet("乙"))
    upload = receive(data, "表.xlsx", by=clerk)
    before = len(load_plan(upload.plan).operations[1].sheet.lines)
    page = visible(at_desk(clerk).get(upload_url("change", upload.pk)))

    at_desk(clerk).post(upload_url("again", upload.pk), {"hidden": "on"})
    upload.refresh_from_db()
    after = len(load_plan(upload.plan).operations[1].sheet.lines)

    assert "隐藏" in page
    assert "也读入隐藏的行、列和工作表" in page
    assert after == before + 1
    assert upload.hidden
    at_desk(clerk).post(upload_url("again", upload.pk))
    upload.refresh_from_db()
    assert len(load_plan(upload.plan).operations[1].sheet.lines) == before


def test_hidden_rows_can_be_asked_for_at_once(clerk):
    file = SimpleUploadedFile("a.xlsx", with_hidden_row(clean_sheet()))

    at_desk(clerk).post(ADD, {"file": file, "hidden": "on"})

    upload = Upload.objects.get()
    assert upload.hidden
    (operation,) = load_plan(upload.plan).operations
    assert len(operation.sheet.lines) == len(clean_sheet().lines)


def test_the_switch_is_not_offered_where_nothing_is_hidden(clerk):
    upload = receive(make_file(clean_sheet()), "表.xlsx", by=clerk)

    page = visible(at_desk(clerk).get(upload_url("change", upload.pk)))

    assert "隐藏" not in page


def test_a_file_that_is_gone_cannot_be_read_again(clerk):
    upload = receive(with_hidden_row(clean_sheet()), "表.xlsx", by=clerk)
    upload.file.delete(save=False)
    Upload.objects.filter(pk=upload.pk).update(file="aa/gone.xlsx")

    answer = at_desk(clerk).post(upload_url("again", upload.pk), {"hidden": "on"})

    assert told(answer) == ["保存的文件已找不到，请重新上传。"]


def test_a_confirmed_upload_is_never_read_again(clerk):
    upload = receive(with_hidden_row(clean_sheet("甲")), "表.xlsx", by=clerk)
    at_desk(clerk).post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})
    goal = Goal.objects.get()
    before = everything()

    at_desk(clerk).post(upload_url("again", upload.pk), {"hidden": "on"})

    assert everything() == before
    assert fresh(goal).revision_number == 1


# --- a day's measure -----------------------------------------------------------------------------
def test_more_uploads_than_a_day_allows_are_refused_with_a_sentence(clerk, settings):
    settings.UPLOADS_PER_DAY = 2
    desk = at_desk(clerk)
    for _ in range(2):
        desk.post(ADD, {"text": TABS})

    response = desk.post(ADD, {"text": TABS})

    assert "您在24小时内已经上传 2 次，每人每天最多 2 次" in visible(response)
    assert TABS.split("\t", 1)[0] in response.content.decode()
    assert Upload.objects.count() == 2


def test_yesterdays_uploads_and_those_of_others_do_not_count(clerk, bureau, settings):
    settings.UPLOADS_PER_DAY = 1
    at_desk(bureau).post(ADD, {"text": TABS})
    at_desk(clerk).post(ADD, {"text": TABS})
    Upload.objects.filter(by=clerk).update(at=timezone.now() - timedelta(hours=25))

    assert at_desk(clerk).post(ADD, {"text": TABS}).status_code == 302


def test_more_bytes_than_a_day_allows_are_refused_with_a_sentence(clerk, settings):
    settings.UPLOAD_MB_PER_DAY = 0

    response = at_desk(clerk).post(ADD, {"text": TABS})

    assert "每人每天最多 0 MB" in visible(response)
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_uploads_sent_all_at_once_do_not_get_past_the_measure(clerk, settings):
    settings.UPLOADS_PER_DAY = 3
    desks = [at_desk(clerk) for _ in range(8)]

    answers = race(*[lambda d=desk: d.post(ADD, {"text": TABS}) for desk in desks])

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [302] * 3
    assert Upload.objects.count() == 3


def test_a_file_whose_turn_does_not_come_is_told_so(clerk, monkeypatch, tmp_path):
    monkeypatch.setattr(slots, "_FOLDER", tmp_path)
    monkeypatch.setattr(slots, "SLOTS", 1)
    monkeypatch.setattr(slots, "WAIT_SECONDS", 0.1)
    with slots.slot():
        busy = at_desk(clerk).post(ADD, {"text": TABS}, follow=True)

    assert "服务器正在处理的文件太多" in visible(busy)
    at_desk(clerk).post(ADD, {"text": TABS})
    assert [u.state for u in Upload.objects.all()] == [UploadState.PREVIEW, UploadState.UNREADABLE]


def test_an_attempt_that_the_server_did_not_survive_says_so(clerk, monkeypatch):
    def killed(*_args):
        raise SystemExit

    monkeypatch.setattr("performance.sheets.receiving._read", killed)
    with pytest.raises(SystemExit):
        receive(make_file(clean_sheet()), "表.xlsx", by=clerk)

    page = visible(at_desk(clerk).get(upload_url("change", Upload.objects.get().pk)))

    assert "还没有读完" in page


def test_what_was_not_kept_cannot_be_read_again(clerk):
    upload = receive(b"", "空.xlsx", by=clerk)

    answer = at_desk(clerk).post(upload_url("again", upload.pk), {"hidden": "on"})

    assert told(answer) == ["这个文件没有能读取，也没有保存，请重新上传。"]
