"""Bringing a file: what is taken, what is refused, whose it is, and that Confirm happens once."""

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.goals.models import Goal, Origin, State
from performance.library.models import Indicator
from performance.people.models import Unit
from performance.sheets.formats.kinds import MAX_BYTES
from performance.sheets.models import Upload, UploadState
from performance.sheets.receiving import receive
from tests.admin.desk import (
    LISTING_XLSX,
    at_desk,
    body,
    everything,
    fresh,
    goal_url,
    told,
    upload_url,
    visible,
)
from tests.builders import (
    change_goal,
    clean_sheet,
    make_file,
    make_goal,
    make_grid,
    make_line,
    make_row,
    make_sheet,
    make_user,
    make_workbook,
)

FILES = Path(__file__).parents[2] / "sheets" / "files"
ADD = "/admin/performance/upload/add/"
LIST = "/admin/performance/upload/"


@pytest.fixture
def colleague(portal):
    """A clerk of the same unit."""
    return make_user("wu", ("clerk", "101009"), full_name="吴晓")


def bring(user, data: bytes, name: str = "目标.xlsx", **more):
    file = SimpleUploadedFile("a", data)
    file._name = name  # as it is sent; the test's own class would tidy it first
    return at_desk(user).post(ADD, {"file": file} | more)


def brought(user, *sheets, name: str = "目标.xlsx", **more) -> Upload:
    return receive(make_file(*(sheets or (clean_sheet(),))), name, by=user, **more)


def confirm(user, upload: Upload, plan: str | None = None, **more):
    data = {"plan": upload.plan_hash if plan is None else plan}
    return at_desk(user).post(upload_url("confirm", upload.pk), data, **more)


def files_of(upload: Upload) -> list[Path]:
    root = Path(upload.file.storage.location)
    return [path for path in root.rglob("*") if path.is_file() and upload.sha256 in path.name]


# --- taken ---------------------------------------------------------------------------------------
def test_an_upload_leads_to_its_preview_and_stores_no_goal(clerk):
    response = bring(clerk, make_file(clean_sheet("甲"), clean_sheet("乙")))

    upload = Upload.objects.get()
    assert response.status_code == 302
    assert response.url == upload_url("change", upload.pk)
    assert (upload.by, upload.state, upload.name) == (clerk, UploadState.PREVIEW, "目标.xlsx")
    assert not Goal.objects.exists()
    assert len(files_of(upload)) == 1


def test_confirm_stores_the_goals_and_says_so(clerk):
    sheets = clean_sheet("甲"), clean_sheet("乙")
    upload = brought(clerk, *sheets)

    response = confirm(clerk, upload, follow=True)

    goals = list(Goal.objects.order_by("position"))
    assert [goal.sheet() for goal in goals] == list(sheets)
    assert {goal.revisions.get().origin for goal in goals} == {Origin.UPLOAD}
    assert {goal.revisions.get().origin_id for goal in goals} == {upload.pk}
    assert told(response) == ["导入已完成：新增 2，修改 0。"]
    text = visible(response)
    assert "新增 2 个项目，修改 0 个项目" in text
    assert "确认导入" not in text


def test_the_type_is_told_by_the_content_whatever_the_name_is(clerk):
    bring(clerk, make_file(clean_sheet()), name="图片.png")

    assert Upload.objects.get().state == UploadState.PREVIEW


def test_a_year_that_was_chosen_is_the_year(clerk):
    data = make_workbook(make_grid(make_row("甲"), title="没有年份的标题"))

    bring(clerk, data, year="2025")

    upload = Upload.objects.get()
    assert upload.year == 2025
    confirm(clerk, upload)
    assert Goal.objects.get().year.year == 2025


def test_the_bureau_creates_what_is_missing_if_the_box_is_ticked(bureau):
    sheet = make_sheet("甲", make_line("111888888-新指标"), unit="303001-新单位")
    upload = brought(bureau, sheet, create_missing=True)

    confirm(bureau, upload)

    assert Unit.objects.get(code="303001").name == "新单位"
    assert Indicator.objects.get(code="111888888").name == "新指标"
    assert Goal.objects.get().unit.code == "303001"


def test_a_clerk_creates_nothing_by_posting_the_box(clerk):
    data = make_file(make_sheet("甲", make_line("111888888-新指标")))

    bring(clerk, data, create_missing="on")
    upload = Upload.objects.get()
    again = at_desk(clerk).post(upload_url("again", upload.pk), {"create_missing": "on"})
    confirm(clerk, Upload.objects.get())

    assert again.status_code == 302
    assert not Upload.objects.get().create_missing
    assert not Indicator.objects.filter(code="111888888").exists()
    assert Goal.objects.exists()


def test_the_box_is_offered_to_the_bureau_alone(clerk, bureau):
    pages = [at_desk(user).get(ADD).content.decode() for user in (clerk, bureau)]

    assert ["create_missing" in page for page in pages] == [False, True]


# --- confirming once, exactly what was shown -----------------------------------------------
def test_confirming_twice_stores_once(clerk):
    upload = brought(clerk)

    first, second = (confirm(clerk, upload) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert told(second)[-1] == "导入已完成：新增 1，修改 0。"
    assert Goal.objects.get().revision_number == 1


@pytest.mark.parametrize("plan", ["", "0" * 64, "x" * 5000, "\x00", "甲"])
def test_a_plan_that_was_not_shown_is_not_applied(clerk, plan):
    upload = brought(clerk)

    response = confirm(clerk, upload, plan)

    assert told(response) == ["预览已在别处更新，请看过新的预览再确认。"]
    assert not Goal.objects.exists()


def test_a_preview_that_was_renewed_elsewhere_asks_to_look_again(bureau):
    upload = brought(bureau, make_sheet("甲", make_line("111888888-新指标")))
    at_desk(bureau).post(upload_url("again", upload.pk), {"create_missing": "on"})

    response = confirm(bureau, upload)

    assert "预览已在别处更新" in told(response)[0]
    assert not Goal.objects.exists()


def test_a_goal_changed_since_the_preview_is_shown_merged_as_a_new_preview(clerk, colleague):
    goal = make_goal(clean_sheet("甲"), by=colleague)
    upload = brought(clerk, clean_sheet("甲", overall_goal="表里的"), clean_sheet("乙"))
    change_goal(goal, clean_sheet("甲", annual_goal="同事刚改的"), by=colleague)

    before = at_desk(clerk).get(upload_url("change", upload.pk))
    response = confirm(clerk, upload, follow=True)

    assert "会先把两边的改动合成新的预览" in visible(before)
    assert "还没有写入任何内容：预览以后有项目又被别人保存过" in told(response)[0]
    assert not Goal.objects.filter(project="乙").exists()
    upload.refresh_from_db()
    response = confirm(clerk, upload, follow=True)
    assert told(response) == ["导入已完成：新增 1，修改 1。"]
    assert (fresh(goal).overall_goal, fresh(goal).annual_goal) == ("表里的", "同事刚改的")


def test_a_goal_submitted_since_the_preview_is_left_out_and_listed(clerk):
    goal = make_goal(clean_sheet("甲"), by=clerk)
    upload = brought(clerk, clean_sheet("甲", annual_goal="表里的"))
    data = {"seen": goal.chain_hash}
    at_desk(clerk).post(goal_url("perform", goal.pk, "submit"), data)

    response = confirm(clerk, upload, follow=True)

    assert fresh(goal).annual_goal != "表里的"
    assert "现在是“已送审”" in visible(response)


def test_looking_again_takes_the_change_in_and_then_it_is_stored(clerk, colleague):
    goal = make_goal(clean_sheet("甲"), by=colleague)
    upload = brought(clerk, clean_sheet("甲", overall_goal="表里的", annual_goal="表里的"))
    change_goal(goal, clean_sheet("甲", annual_goal="同事刚改的"), by=colleague)

    page = at_desk(clerk).post(upload_url("again", upload.pk), follow=True)
    confirm(clerk, Upload.objects.get())

    assert told(page) == ["已按现在的数据重新比较。"]
    assert "表格里是“表里的”，预览以后别人改成了“同事刚改的”" in visible(page)
    assert (fresh(goal).overall_goal, fresh(goal).annual_goal) == ("表里的", "同事刚改的")


def test_looking_again_after_confirming_changes_nothing_and_does_not_claim_so(clerk):
    upload = brought(clerk)
    confirm(clerk, upload)
    before = everything()

    response = at_desk(clerk).post(upload_url("again", upload.pk))

    assert everything() == before
    assert told(response) != ["已按现在的数据重新比较。"]


def test_a_file_of_the_same_content_changes_nothing(clerk):
    make_goal(by=clerk)
    upload = brought(clerk)

    response = at_desk(clerk).get(upload_url("change", upload.pk))
    confirm(clerk, upload)

    assert "表格与现有内容完全相同，无须导入。" in visible(response)
    assert Goal.objects.get().revision_number == 1


def test_what_is_refused_is_not_stored_with_the_rest(clerk):
    upload = brought(clerk, clean_sheet("甲"), clean_sheet("外", unit="202001-区教育局"))

    page = at_desk(clerk).get(upload_url("change", upload.pk))
    confirm(clerk, upload)

    assert "有误的 1 个项目不会导入。" in visible(page)
    assert [goal.project for goal in Goal.objects.all()] == ["甲"]


# --- whose it is -----------------------------------------------------------------------------
def doors(upload: Upload) -> list[tuple[str, str]]:
    return [
        ("get", upload_url("change", upload.pk)),
        ("get", upload_url("file", upload.pk)),
        ("post", upload_url("confirm", upload.pk)),
        ("post", upload_url("again", upload.pk)),
    ]


def test_somebody_elses_upload_does_not_exist(clerk, colleague, stranger):
    upload = brought(clerk)
    before = everything()

    for user in (colleague, stranger):
        for method, path in doors(upload):
            response = getattr(at_desk(user), method)(path, {"plan": upload.plan_hash})
            assert response.status_code == 404
            assert "目标.xlsx" not in response.content.decode()
        assert "目标.xlsx" not in at_desk(user).get(LIST).content.decode()

    assert everything() == before


def test_the_bureau_sees_everybodys_but_confirms_only_its_own(bureau, clerk):
    upload = brought(clerk)
    before = everything()
    desk = at_desk(bureau)

    listed = desk.get(LIST)
    page, file = desk.get(upload_url("change", upload.pk)), desk.get(upload_url("file", upload.pk))
    refused = confirm(bureau, upload), desk.post(upload_url("again", upload.pk))

    assert "目标.xlsx" in visible(listed)
    assert "确认导入" not in visible(page)
    assert "重新比较" not in visible(page)
    assert body(file).startswith(b"PK")
    for response in refused:
        assert response.status_code == 403
        assert "只有上传人自己可以确认这次导入。" in visible(response)
    assert everything() == before


@pytest.mark.parametrize("role", ["reviewer", None])
def test_who_lost_the_role_lost_the_uploads_too(clerk, role):
    upload = brought(clerk)
    if role:
        clerk.memberships.update(role=role)
    else:
        clerk.memberships.update(unit=Unit.objects.get(code="202001"), role="reviewer")
    before = everything()

    for method, path in [*doors(upload), ("get", LIST), ("get", ADD)]:
        response = getattr(at_desk(clerk), method)(path, {"plan": upload.plan_hash})
        assert response.status_code in (403, 404)

    assert everything() == before


def test_who_was_moved_to_another_unit_stores_nothing_in_the_old_one(clerk):
    upload = brought(clerk)
    clerk.memberships.update(unit=Unit.objects.get(code="202001"))

    response = confirm(clerk, upload, follow=True)

    assert not Goal.objects.exists()
    assert "您没有填报这个单位的权限。" in visible(response)


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999", "9" * 5000, "abc"])
def test_an_upload_that_is_not_there_is_not_found(clerk, pk):
    for page in ("change", "file"):
        response = at_desk(clerk).get(f"{LIST}{pk}/{page}/")
        assert response.status_code == 404
    for page in ("confirm", "again"):
        assert at_desk(clerk).post(f"{LIST}{pk}/{page}/").status_code == 404


def test_confirming_is_done_by_post_alone(clerk):
    upload = brought(clerk)

    for name in ("confirm", "again"):
        response = at_desk(clerk).get(upload_url(name, upload.pk))
        assert (response.status_code, response.url) == (302, upload_url("change", upload.pk))

    assert not Goal.objects.exists()


def test_uploads_can_neither_be_deleted_nor_edited(clerk):
    upload = brought(clerk)
    before = everything()

    desk = at_desk(clerk)
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [upload.pk]})
    gone = desk.post(f"{LIST}{upload.pk}/delete/", {"post": "yes"})
    page = desk.post(upload_url("change", upload.pk), {"name": "别的", "state": "confirmed"})

    assert gone.status_code == 404
    assert page.status_code in (200, 405)
    assert everything() == before


# --- refused -------------------------------------------------------------------------------------
def bomb() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "spreadsheetml.sheet.main+xml")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    return target.getvalue()


REFUSED = {
    "damaged": ("b01-truncated.xlsx", "已损坏"),
    "encrypted": ("b02-encrypted.xlsx", "打开密码"),
    "xlsb": ("b04-binary.xlsb", ".xlsb"),
    "entities": ("b06-entities.xlsx", "DOCTYPE"),
    "word": ("b07-word.docx", "Word"),
    "no_table": ("b08-notable.xlsx", "没有找到绩效目标表"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"), "已损坏"),
    "csv": ("姓名,电话\n张三,1\n".encode(), "没有找到绩效目标表"),
    "html": (b"<html><table><tr><td>1</td></tr></table>", "没有表格"),
    "pdf": (b"%PDF-1.7 nothing", "PDF"),
    "scan": ("b05-scan.pdf", "扫描"),
    "picture": (b"\x89PNG\r\n\x1a\n", "图片"),
    "archive": (b"Rar!\x1a\x07", "压缩包"),
    "noise": (bytes(range(256)) * 9, "不认识"),
    "empty": (b"", "空的"),
    "bomb": (bomb, "解压后过大"),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_each_kind_that_cannot_be_read_says_why(clerk, kind):
    source, word = REFUSED[kind]
    if isinstance(source, str):
        source = (FILES / source).read_bytes()
    data = source() if callable(source) else source

    response = bring(clerk, data)
    page = at_desk(clerk).get(response.url)

    upload = Upload.objects.get()
    text = visible(page)
    assert upload.state == UploadState.UNREADABLE
    assert "文件没有读入：" in text
    assert word in text
    assert "请" in upload.message
    assert (upload.reading, upload.plan) == ("", "")
    assert "确认导入" not in text
    kept = kind in ("no_table", "csv")  # somebody may say what their columns are
    assert bool(upload.file) == ("下载原文件" in text) == ("对应各栏" in text) == kept
    assert kept or files_of(upload) == []


def test_an_unreadable_file_is_neither_confirmed_nor_downloaded(clerk):
    bring(clerk, b"")
    upload = Upload.objects.get()

    confirmed = confirm(clerk, upload)
    again = at_desk(clerk).post(upload_url("again", upload.pk))
    file = at_desk(clerk).get(upload_url("file", upload.pk))

    assert told(confirmed) == ["这个文件没有能读取，不能确认。"]
    assert again.status_code == 302
    assert "重新比较" not in "".join(told(again))
    assert file.status_code == 404


def test_no_file_chosen_is_a_sentence_on_the_form(clerk):
    for data in ({}, {"file": ""}, {"file": "text, no file"}):
        response = at_desk(clerk).post(ADD, data)
        assert response.status_code == 200
        assert "请选择要导入的文件，或者粘贴内容。" in visible(response)

    assert not Upload.objects.exists()


def test_a_file_over_20_mb_is_refused_on_the_form(clerk):
    response = bring(clerk, b"PK" + b"\0" * MAX_BYTES)

    assert response.status_code == 200
    assert "文件超过20 MB" in visible(response)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("year", ["abc", "1999", "99999999999999999999", "9" * 5000, "\x00", "-1"])
def test_a_year_that_is_no_choice_is_refused_on_the_form(clerk, year):
    response = bring(clerk, make_file(clean_sheet()), year=year)

    assert response.status_code == 200
    assert response.context["form"].errors["year"]
    assert not Upload.objects.exists()


def test_a_body_that_is_no_form_is_refused_without_a_crash(clerk):
    desk = at_desk(clerk)
    kinds = (
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b"{}"),
        ("text/plain", b"\xff\xfe"),
    )

    for kind, content in kinds:
        response = desk.generic("POST", ADD, content, content_type=kind)
        assert response.status_code in (200, 400)

    assert not Upload.objects.exists()


def test_without_the_csrf_token_nothing_happens(clerk):
    upload = brought(clerk)
    desk = at_desk(clerk, enforce_csrf_checks=True)
    before = everything()

    for path in (ADD, upload_url("confirm", upload.pk), upload_url("again", upload.pk)):
        response = desk.post(path, {"plan": upload.plan_hash})
        assert response.status_code == 403
        assert "页面已过期" in visible(response)

    assert everything() == before


# --- names and markup ------------------------------------------------------------------------
NAMES = {
    "path": "../../etc/passwd.xlsx",
    "windows": "C:\\Users\\张敏\\目标.xlsx",
    "html": "<script>alert(1)<.script>.xlsx",
    "entity": "&lt;script&gt;alert(1)&lt;.script&gt;.xlsx",
    "quotes": "甲'乙.xlsx",
    "long": "长" * 250 + ".xlsx",
    "spaces": "  目标  .xlsx ",
    "percent": "%s%(x)d{0}.xlsx",
    "no extension": "目标",
    "dots": "....xlsx",
    "right to left": "目标\u202exslx.exe",
    "emoji": "😀.xlsx",
}


@pytest.mark.parametrize("kind", list(NAMES))
def test_any_file_name_is_only_shown_and_always_escaped(clerk, kind):
    response = bring(clerk, make_file(clean_sheet()), name=NAMES[kind])
    desk = at_desk(clerk)

    upload = Upload.objects.get()
    paths = response.url, LIST, upload_url("file", upload.pk)
    page, listed, file = (desk.get(path) for path in paths)
    assert (page.status_code, listed.status_code, file.status_code) == (200, 200, 200)
    for html in (page.content.decode(), listed.content.decode()):
        assert "<script>alert(1)" not in html
    assert len(upload.name) <= 255
    assert upload.file.name.startswith(f"{upload.sha256[:2]}/{upload.sha256}")
    assert "\n" not in file["Content-Disposition"]
    assert body(file).startswith(b"PK")


def test_a_name_longer_than_any_system_allows_is_refused_in_chinese(clerk):
    response = bring(clerk, make_file(clean_sheet()), name="长" * 400 + ".xlsx")

    assert response.status_code == 400
    assert "请求有误" in visible(response)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["..", ".", "/", "", "\x00", "\n"])
def test_a_name_that_is_none_is_no_file(clerk, name):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--x--\r\n'
    )

    response = at_desk(clerk).generic("POST", ADD, body, "multipart/form-data; boundary=x")

    assert response.status_code == 200
    assert not Upload.objects.exists()


def test_a_line_break_in_a_name_does_not_reach_the_header(clerk):
    upload = brought(clerk, name="甲\r\nSet-Cookie: a=b\r\n.xlsx")

    response = at_desk(clerk).get(upload_url("file", upload.pk))

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response["Content-Disposition"]
    assert body(response).startswith(b"PK")


def test_the_original_comes_back_byte_by_byte(clerk):
    data = make_file(clean_sheet())
    bring(clerk, data, name="甲 乙.xlsx")

    response = at_desk(clerk).get(upload_url("file", Upload.objects.get().pk))

    assert body(response) == data
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == LISTING_XLSX
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_same_file_twice_is_two_uploads(clerk):
    data = make_file(clean_sheet())

    for _ in range(2):
        bring(clerk, data)

    names = [upload.file.name for upload in Upload.objects.all()]
    assert len(set(names)) == 2


# --- the stored file -------------------------------------------------------------------------
def test_a_stored_file_that_was_tampered_with_is_not_imported(clerk):
    upload = brought(clerk)
    Path(upload.file.path).write_bytes(make_file(clean_sheet(annual_goal="篡改")))

    response = confirm(clerk, upload)

    assert told(response) == ["保存的文件与上传时不一致，请重新上传。"]
    assert not Goal.objects.exists()


def test_a_stored_file_that_is_gone_is_a_sentence(clerk):
    upload = brought(clerk)
    Path(upload.file.path).unlink()

    confirmed = confirm(clerk, upload, follow=True)
    file = at_desk(clerk).get(upload_url("file", upload.pk), follow=True)

    assert confirmed.status_code == 200
    assert "请重新上传" in told(confirmed)[0]
    assert not Goal.objects.exists()
    assert file.status_code == 200
    assert "请重新上传" in told(file)[0]


# --- the list --------------------------------------------------------------------------------
def test_the_list_tells_what_became_of_each_file(clerk):
    confirm(clerk, brought(clerk))
    brought(clerk, clean_sheet("乙"), name="第二个.xlsx")
    bring(clerk, b"", name="第三个.xlsx")

    text = visible(at_desk(clerk).get(LIST))

    for words in ("已确认", "待确认", "无法读取", "新增 1，修改 0", "第二个.xlsx", "文件是空的"):
        assert words in text


@pytest.mark.parametrize(
    "query",
    ["?p=99", "?p=abc", "?o=zz", "?e=1", "?name__regex=(", "?by__password=a", "?q=%25", "?id=abc"],
)
def test_bad_addresses_of_the_list_are_no_crash(clerk, query):
    brought(clerk)

    response = at_desk(clerk).get(LIST + query, follow=True)

    assert response.status_code in (200, 400)


def test_goals_that_came_in_are_drafts_of_the_unit(clerk):
    upload = brought(clerk, replace(clean_sheet(), category=clean_sheet().category))

    confirm(clerk, upload)

    goal = Goal.objects.get()
    assert (goal.state, goal.unit.code, goal.changed_by) == (State.DRAFT, "101009", clerk)
    assert goal.listing.title == "2025年项目绩效目标"
