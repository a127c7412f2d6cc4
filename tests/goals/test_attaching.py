"""Files with a goal: what is taken, by whom, when; what is kept, and what is left behind."""

import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from performance.goals import attaching
from performance.goals.attachable import MAX_BYTES, NAME_LENGTH, kept_name, kind_of
from performance.goals.attaching import attach, listed, remove
from performance.goals.models import EDITABLE, Attachment, Goal, State
from performance.library.models import Year
from performance.people.models import User
from tests.builders import clean_sheet, make_file, make_goal
from tests.racing import by_name, race

FILES = Path(__file__).parents[1] / "sheets" / "files"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def stream(name: str) -> bytes:
    return OLE + f"{name}\0".encode("utf-16-le") + bytes(64)


def packed(*names: str, content: bytes = b"<x/>") -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


def add(goal: Goal, data: bytes = PDF, name: str = "依据.pdf", *, by: User, kind: str = "basis"):
    return attach(goal.pk, data, name, kind=kind, by=by)


def stored() -> set[str]:
    """Every file in the store of attachments."""
    folder = Path(settings.MEDIA_ROOT) / "attachments"
    return {str(path) for path in folder.rglob("*") if path.is_file()}


# --- what is taken -------------------------------------------------------------------------------
TAKEN = {
    "批复.pdf": PDF,
    "照片.jpg": b"\xff\xd8\xff\xe0" + bytes(20),
    "照片.JPEG": b"\xff\xd8\xff\xe0" + bytes(20),
    "截图.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "请示.docx": packed("[Content_Types].xml", "word/document.xml"),
    "测算表.xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "公文.ofd": packed("OFD.xml", "Doc_0/Document.xml"),
    "旧表.xls": stream("Workbook"),
    "旧表.et": stream("Workbook"),
    "旧文.doc": stream("WordDocument"),
    "旧文.wps": stream("WordDocument"),
    "说明.txt": "第一行\r\n5 < 6 且 7 > 3\r\n".encode("gb18030"),
    "数据.csv": "\ufeff项目,金额\n制服,12000\n".encode(),
    "记事.txt": "记事本的统一码".encode("utf-16"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_office_files_pictures_and_plain_text_are_taken_under_their_name(name):
    assert kept_name(name, kind_of(TAKEN[name], name)) == name


@pytest.mark.parametrize("name", ["s04-legacy.xls", "s03-numbers.xlsx", "b07-word.docx"])
def test_files_as_office_programs_write_them_are_taken(name):
    data = (FILES / name).read_bytes()

    assert name.rpartition(".")[2] in kind_of(data, name).endings


REFUSED = {
    "页面.html": b"<!DOCTYPE html><script>alert(1)</script>",
    "页面.txt": b"  <HTML><body onload=alert(1)>",
    "图.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "图.png": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "程序.exe": b"MZ\x90\x00" + bytes(100),
    "程序.pdf": b"MZ\x90\x00" + bytes(100),
    "安装.msi": stream("InstallerDatabase"),
    "脚本.bat": b"@echo off\r\ndel *.*\r\n",
    "脚本.txt": b"@echo off\r\ndel *.*\r\n",
    "脚本.sh": b"#!/bin/sh\nrm -rf /\n",
    "脚本.js": b"alert(1)",
    "脚本.vbs": b"MsgBox 1",
    "没有后缀": b"just words",
    "压缩.zip": packed("a.txt", "b.txt"),
    "宏.docx": packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "宏.xlsx": packed("xl/workbook.xml", "XL/VBAPROJECT.BIN"),
    "破损.docx": packed("word/document.xml")[:-30],
    "半个.zip": b"PK\x03\x04",
    "假的目录.docx": b"PK\x03\x04" + bytes(20) + b"PK\x05\x06" + b"\xff" * 18,
    "加密.docx": stream("EncryptedPackage"),
    "乱码.txt": bytes(range(256)),
    "空的.pdf": b"",
}


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_with_a_sentence_and_leaves_nothing(clerk, name):
    goal = make_goal(by=clerk)
    before = stored()

    with pytest.raises(ValidationError) as refused:
        add(goal, REFUSED[name], name, by=clerk)

    [message] = refused.value.messages
    assert message.startswith("没有上传：")
    assert message.endswith("。")
    assert not goal.attachments.exists()
    assert stored() == before


def test_a_bomb_is_not_unpacked():
    """A gigabyte of zeros in a document: told by its directory, which takes no time."""
    part = packed("word/document.xml", content=bytes(50_000_000))

    assert kind_of(part, "a.docx").endings == ("docx",)


def test_a_directory_of_a_million_names_is_not_read():
    many = packed("word/document.xml", *(f"{number:0200}" for number in range(5_000)))

    with pytest.raises(Exception, match="不是可以上传的类型"):
        kind_of(many, "a.docx")


def test_a_file_of_just_the_limit_is_taken_and_one_byte_more_is_not(clerk):
    goal = make_goal(by=clerk)
    full = PDF + bytes(MAX_BYTES - len(PDF))

    assert add(goal, full, by=clerk).is_new
    with pytest.raises(ValidationError, match="超过 20 MB"):
        add(goal, full + b"0", by=clerk)


# --- names ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/依据.pdf", "依据.pdf"),
        ("C:\\Users\\张敏\\依据.pdf", "依据.pdf"),
        ("依\x00据\r\n.pdf", "依据.pdf"),
        ("依据\u202efdp.exe", "依据fdp.exe.pdf"),
        ("依据.exe", "依据.exe.pdf"),
        ("依据", "依据.pdf"),
        ("依据.PDF", "依据.PDF"),
        (".pdf", "pdf.pdf"),
        ("", "附件.pdf"),
        ("..", "附件.pdf"),
        ("   ", "附件.pdf"),
        ('关于"制服"的批复：<1>.pdf', "关于_制服_的批复：_1_.pdf"),
        ("依据\ud800.pdf", "依据.pdf"),
        ("长" * 500 + ".pdf", "长" * (NAME_LENGTH - 4) + ".pdf"),
    ],
)
def test_a_name_is_kept_as_people_see_it_and_no_more(sent, kept):
    assert kept_name(sent, kind_of(PDF, sent)) == kept


def test_what_a_person_called_the_file_is_no_part_of_its_path(clerk):
    goal = make_goal(by=clerk)

    first = add(goal, by=clerk, name="依据.pdf").attachment
    second = add(goal, PDF + b"2", by=clerk, name="依据.pdf").attachment

    assert first.name == second.name == "依据.pdf"
    assert first.file.name != second.file.name
    assert "依据" not in first.file.name
    assert "pdf" not in first.file.name
    assert Path(first.file.path).read_bytes() == PDF
    assert (first.size, first.by, first.kind) == (len(PDF), clerk, "basis")


# --- who and when --------------------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
def test_files_come_and_go_only_while_the_goal_may_change(clerk, state):
    goal = make_goal(by=clerk)
    there = add(goal, by=clerk).attachment
    Goal.objects.filter(pk=goal.pk).update(state=state)
    before = stored()

    if state in EDITABLE:
        assert add(goal, PDF + b"2", by=clerk).is_new
        assert remove(goal.pk, there.pk, by=clerk).removed_by == clerk
        return
    with pytest.raises(ValidationError, match=f"现在是“{state.label}”"):
        add(goal, PDF + b"2", by=clerk)
    with pytest.raises(ValidationError, match=f"现在是“{state.label}”"):
        remove(goal.pk, there.pk, by=clerk)
    assert list(listed(goal)) == [there]
    assert stored() == before


@pytest.mark.parametrize("role", ["reviewer", "stranger"])
def test_who_may_not_write_the_goal_attaches_and_removes_nothing(request, clerk, role):
    goal = make_goal(by=clerk)
    there = add(goal, by=clerk).attachment
    user = request.getfixturevalue(role)
    before = stored()

    with pytest.raises(PermissionDenied):
        add(goal, PDF + b"2", by=user)
    with pytest.raises(PermissionDenied):
        remove(goal.pk, there.pk, by=user)

    assert list(listed(goal)) == [there]
    assert stored() == before


def test_after_the_years_window_has_closed_only_the_bureau_attaches(clerk, bureau):
    goal = make_goal(by=clerk)
    there = add(goal, by=clerk).attachment
    Year.objects.update(closes_at=timezone.now() - timedelta(days=1))

    with pytest.raises(ValidationError, match="截止"):
        add(goal, PDF + b"2", by=clerk)
    with pytest.raises(ValidationError, match="截止"):
        remove(goal.pk, there.pk, by=clerk)

    assert add(goal, PDF + b"2", by=bureau).is_new


def test_a_file_of_another_goal_is_not_removed(clerk):
    mine, other = make_goal(by=clerk), make_goal(clean_sheet("另一个"), by=clerk)
    there = add(other, by=clerk).attachment

    with pytest.raises(Attachment.DoesNotExist):
        remove(mine.pk, there.pk, by=clerk)

    assert list(listed(other)) == [there]


def test_a_removed_file_is_off_the_list_but_stays_in_store(clerk):
    goal = make_goal(by=clerk)
    gone = add(goal, by=clerk).attachment

    remove(goal.pk, gone.pk, by=clerk)

    assert not listed(goal).exists()
    assert Path(gone.file.path).read_bytes() == PDF
    with pytest.raises(ValidationError, match="已经被删除"):
        remove(goal.pk, gone.pk, by=clerk)
    assert add(goal, by=clerk).is_new


@pytest.mark.parametrize("kind", ["", "x", "BASIS", "\x00", "basis "])
def test_a_kind_that_is_not_offered_is_refused(clerk, kind):
    goal = make_goal(by=clerk)

    with pytest.raises(ValidationError, match="没有选择附件类别"):
        add(goal, by=clerk, kind=kind)


# --- how many ------------------------------------------------------------------------------------
def test_the_same_file_is_not_kept_twice_whatever_it_is_called(clerk, bureau):
    goal = make_goal(by=clerk)
    there = add(goal, by=clerk).attachment

    again = add(goal, name="另一个名字.pdf", kind="other", by=bureau)

    assert (again.attachment, again.is_new) == (there, False)
    assert listed(goal).count() == 1
    assert "依据.pdf" in attaching.said_twice(again.attachment)


def test_two_goals_may_have_the_same_file(clerk):
    first, second = make_goal(by=clerk), make_goal(clean_sheet("另一个"), by=clerk)

    assert add(first, by=clerk).is_new
    assert add(second, by=clerk).is_new


def test_a_full_list_takes_no_more_until_one_is_removed(clerk):
    goal = make_goal(by=clerk)
    kept = [add(goal, PDF + bytes([n]), by=clerk).attachment for n in range(attaching.MAX_FILES)]

    with pytest.raises(ValidationError, match="最多30个附件"):
        add(goal, PDF + b"more", by=clerk)
    remove(goal.pk, kept[0].pk, by=clerk)

    assert add(goal, PDF + b"more", by=clerk).is_new


def test_the_total_counts_removed_files_too(clerk):
    goal = make_goal(by=clerk)
    gone = add(goal, by=clerk).attachment
    remove(goal.pk, gone.pk, by=clerk)
    Attachment.objects.filter(pk=gone.pk).update(size=attaching.MAX_TOTAL)
    before = stored()

    with pytest.raises(ValidationError, match="合计不能超过 200 MB"):
        add(goal, by=clerk)

    assert stored() == before


# --- what goes wrong half way --------------------------------------------------------------------
def test_no_file_is_left_when_its_row_cannot_be_written(clerk, monkeypatch):
    goal = make_goal(by=clerk)
    before = stored()

    def broken(*args, **kwargs):
        assert stored() != before
        raise OSError("disk full")

    monkeypatch.setattr(Attachment, "save", broken)
    with pytest.raises(OSError, match="disk full"):
        add(goal, by=clerk)

    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_of_many_who_bring_the_same_file_at_once_it_is_kept_once(clerk):
    goal = make_goal(by=clerk)
    before = stored()

    def bring():
        return add(goal, by=User.objects.get(pk=clerk.pk))

    answers = race(*([bring] * 6))

    assert by_name(answers, lambda done: str(done.is_new)) == {"False": 5, "True": 1}
    assert len(stored() - before) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_none_goes_over_the_limit(clerk):
    goal = make_goal(by=clerk)
    for number in range(attaching.MAX_FILES - 2):
        add(goal, PDF + bytes([number]), by=clerk)
    before = stored()

    def bring(text):
        return lambda: add(goal, PDF + text, by=User.objects.get(pk=clerk.pk))

    answers = race(*(bring(f"第{number}人".encode()) for number in range(5)))

    assert by_name(answers, lambda done: "kept") == {"ValidationError": 3, "kept": 2}
    assert listed(goal).count() == attaching.MAX_FILES
    assert len(stored() - before) == 2


def test_the_workbook_that_the_portal_writes_can_be_attached(clerk):
    goal = make_goal(by=clerk)

    done = add(goal, make_file(clean_sheet()), "测算.xlsx", by=clerk, kind="calculation")

    assert done.attachment.name == "测算.xlsx"
