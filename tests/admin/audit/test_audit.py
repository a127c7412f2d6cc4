"""The auditor's pages: who opens them, what is found, and that nothing there can be changed."""

import csv
import io
import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from performance.goals.models import Revision, State
from performance.library.models import Category, RuleLevel, Year
from performance.people.models import User
from performance.people.roles import ROLES, Right
from performance.review.models import Event
from performance.sheets.formats import xlsx
from tests.admin.desk import at_desk, english_words, goal_url, inline_scripts, upload_url, visible
from tests.admin.test_doors import ALLOWED, HASH
from tests.builders import clean_sheet, make_file, make_goal, make_user
from tests.review.workflow import remark, take

AUDIT = "/admin/audit/"
LIMIT = 10


@pytest.fixture
def auditor(portal) -> User:
    return make_user("shen", ("auditor", None), full_name="沈静")


@pytest.fixture
def sysadmin(portal) -> User:
    return make_user("chen", ("system", None), full_name="陈伟")


@pytest.fixture
def desk(auditor) -> Client:
    return at_desk(auditor)


@pytest.fixture
def renamed(portal, bureau) -> LogEntry:
    """A category that the bureau has renamed."""
    category = Category.objects.get(year=portal, code="331")
    data = {"code": "331", "name": "改过的类别"}
    at_desk(bureau).post(f"/admin/performance/category/{category.pk}/change/", data)
    return LogEntry.objects.latest("pk")


def shown(desk: Client, **asked) -> list[str]:
    """The subjects of the list, in its order."""
    response = desk.get(AUDIT, asked)
    assert response.status_code == 200
    return [row.subject for row in response.context["rows"]]


def submitted(clerk: User, project: str = "工作制服经费"):
    goal = make_goal(clean_sheet(project), by=clerk)
    at_desk(clerk).post(goal_url("perform", goal.pk, "submit"), {"seen": goal.chain_hash})
    return goal


# --- who ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("door", ["", "export/", "{pk}/"])
def test_only_auditors_read_it_and_nobody_writes(portal, renamed, role, door):
    user = make_user("x", (role, "101009" if ROLES[role].needs_unit else None))
    path = AUDIT + door.format(pk=renamed.pk)
    before = list(LogEntry.objects.values())

    found = [at_desk(user).get(path).status_code]
    found += [getattr(at_desk(user), how)(path).status_code for how in ("post", "put", "delete")]

    assert found == [200 if role == "auditor" else 403, 403, 403, 403]
    assert list(LogEntry.objects.values()) == before


def test_logged_out_it_leads_to_the_login_page(db):
    for page in ("", "export/", "1/"):
        assert Client().get(AUDIT + page).url.startswith("/admin/login/?next=")


def test_who_keeps_the_accounts_does_not_read_the_audit():
    for role in ROLES.values():
        assert not {Right.MANAGE_USERS, Right.SEE_AUDIT} <= role.rights
        assert Right.SEE_AUDIT not in role.rights or role.rights <= {
            Right.SEE_AUDIT,
            Right.SEE_GOALS,
            Right.SEE_LIBRARY,
        }


def test_the_packages_own_pages_are_gone(desk, renamed):
    for page in ("", "logentry/", f"logentry/{renamed.pk}/change/"):
        assert desk.get(f"/admin/auditlog/{page}").status_code in (302, 404)
    assert desk.get("/admin/auditlog/logentry/").status_code == 404


def test_the_menu_leads_there_for_auditors_only(desk, bureau, sysadmin):
    assert AUDIT in desk.get("/admin/").content.decode()
    for other in (bureau, sysadmin):
        assert AUDIT not in at_desk(other).get("/admin/").content.decode()


# --- what --------------------------------------------------------------------------------------
def test_a_row_tells_who_did_what_to_what_and_from_where(desk, renamed, bureau):
    [row] = desk.get(AUDIT, {"text": "改过的类别"}).context["rows"]

    assert (row.who, row.table, row.action) == ("王芳（wang）", "项目类别", "修改")
    [change] = row.changes
    assert (change.label, change.after) == ("名称", "改过的类别")
    assert (row.address, row.request_id) == ("127.0.0.1", renamed.cid)
    page = visible(desk.get(AUDIT, {"text": "改过的类别"}))
    assert f"{change.before} → 改过的类别" in page


def test_steps_and_revisions_of_goals_stand_in_the_same_list(desk, clerk, reviewer):
    goal = submitted(clerk)

    rows = desk.get(AUDIT, {"table": "goal"}).context["rows"]

    assert [(row.action, row.who) for row in rows] == [
        ("送审", "张敏（zhang）"),
        ("保存", "张敏（zhang）"),
    ]
    assert {row.subject for row in rows} == {"2025年 · 区政数局 · 工作制服经费"}
    for row in rows:
        assert desk.get(row.link).status_code == desk.get(row.more).status_code == 200
        assert row.link == goal_url("history", goal.pk)


def test_the_list_is_one_by_time(desk, clerk, renamed):
    submitted(clerk)
    rows = desk.get(AUDIT).context["rows"]

    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert [row.table for row in rows][:2] == ["绩效目标", "绩效目标"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"who": "wang"}, 1),
        ({"who": "王芳"}, 1),
        ({"who": "zhang"}, 2),
        ({"who": "没有这个人"}, 0),
        ({"table": "category", "action": "changed"}, 1),
        ({"table": "category", "action": "deleted"}, 0),
        ({"table": "goal", "action": "changed"}, 0),
        ({"action": "submit"}, 1),
        ({"action": "saved"}, 1),
        ({"action": "approve"}, 0),
        ({"text": "改过"}, 1),
        ({"text": "窗口人员", "table": "goal"}, 1),
        ({"text": "制服 政数局", "action": "submit"}, 1),
        ({"text": "工_制服"}, 0),
        ({"who": "wang", "since": "2000-01-01", "until": "2000-01-02"}, 0),
    ],
)
def test_each_condition_finds_just_what_it_says(desk, clerk, renamed, asked, number):
    submitted(clerk)

    assert len(shown(desk, **asked)) == number


def test_days_are_those_of_the_office_and_the_last_one_counts(desk, renamed):
    today = timezone.localdate()
    before, after = today - timedelta(1), today + timedelta(1)

    assert shown(desk, who="wang", since=today, until=today)
    assert not shown(desk, who="wang", until=before)
    assert not shown(desk, who="wang", since=after)


def test_all_that_one_request_changed_is_found_together(desk, portal, bureau):
    response = at_desk(bureau).post("/admin/performance/year/add/", {"year": "2026"})

    first = desk.get(AUDIT, {"request": response["X-Request-ID"]}).context

    assert first["page"].paginator.count > 10
    assert {row.request_id for row in first["rows"]} == {response["X-Request-ID"]}
    assert "只显示同一次操作" in visible(desk.get(AUDIT, {"request": response["X-Request-ID"]}))


def test_a_save_and_a_step_are_found_by_the_id_of_their_request(desk, clerk):
    goal = make_goal(clean_sheet("以前的"), by=clerk)
    submit = goal_url("perform", goal.pk, "submit")
    response = at_desk(clerk).post(submit, {"seen": goal.chain_hash})
    asked = {"request": response["X-Request-ID"]}

    [row] = desk.get(AUDIT, asked).context["rows"]

    assert (row.action, row.request_id) == ("送审", response["X-Request-ID"])
    assert f"?request={response['X-Request-ID']}" in desk.get(AUDIT).content.decode()
    saved = {"request": goal.revisions.get().request_id, "table": "goal"}
    assert shown(desk, **saved) == [row.subject]


def test_all_that_one_confirmed_file_changed_has_one_request(desk, clerk):
    file = SimpleUploadedFile("表.xlsx", make_file(clean_sheet("甲"), clean_sheet("乙")))
    upload = at_desk(clerk).post(upload_url("add"), {"file": file}, follow=True).context["upload"]
    confirm = upload_url("confirm", upload.pk)
    response = at_desk(clerk).post(confirm, {"plan": upload.plan_hash})

    assert len(shown(desk, request=response["X-Request-ID"])) == 3


def test_a_return_tells_what_was_said_of_which_cell(desk, clerk, reviewer):
    goal = submitted(clerk)
    remark(goal, "annual_value", reviewer, line=1, text="缺少单位。")
    take(goal, "return", reviewer, "请尽快改正。")

    [row] = desk.get(AUDIT, {"action": "return"}).context["rows"]

    assert row.note.startswith("第1版；")
    assert "（填写错误）：缺少单位。" in row.note
    assert row.note.count("请尽快改正。") == 1


def test_a_waiver_and_its_lifting_are_in_the_list(desk, clerk, reviewer):
    year = Year.objects.get()
    RuleLevel.objects.update_or_create(year=year, rule="R05", defaults={"level": "warning"})
    goal = make_goal(clean_sheet(overall_goal=""), by=clerk, state=State.SUBMITTED)
    until = timezone.localdate().isoformat()
    asked = {"rule": "R05", "key": "", "field": "overall_goal", "reason": "特批。", "until": until}
    at_desk(reviewer).post(goal_url("waive", goal.pk), asked)
    waiver = goal.waivers.get()
    at_desk(reviewer).post(goal_url("lift_waiver", goal.pk, waiver.pk))

    lifted, granted = desk.get(AUDIT, {"table": "waiver"}).context["rows"]

    assert (granted.action, granted.who) == ("新增", "李国强（li）")
    assert {"规则", "理由", "有效期至"} <= {change.label for change in granted.changes}
    assert [change.label for change in lifted.changes] == ["撤销时间"]
    assert "工作制服经费" in granted.subject


def test_all_that_was_done_to_one_thing_is_found_together(desk, portal, bureau, renamed, clerk):
    goal, other = submitted(clerk), submitted(clerk, "另一个项目")
    [row] = desk.get(AUDIT, {"text": "改过的类别"}).context["rows"]

    subjects = desk.get(f"{AUDIT}?{row.same}").context["rows"]
    assert [found.action for found in subjects] == ["修改", "新增"]
    assert len(shown(desk, table="goal", pk=goal.pk)) == 2
    assert other.pk != goal.pk


def test_links_lead_only_where_the_reader_may_go(desk, portal, bureau, renamed, sysadmin):
    at_desk(sysadmin).post(
        f"/admin/performance/user/{bureau.pk}/password/", {"password1": "", "password2": ""}
    )
    entry = Category.objects.create(year=portal, code="999", name="短命")
    entry.delete()
    rows = {(row.action, row.subject): row for row in desk.get(AUDIT).context["rows"]}

    assert desk.get(rows["修改", "2025年 · 331-改过的类别"].link).status_code == 200
    assert rows["重置密码", "王芳"].link == ""
    assert rows["删除", "2025年 · 999-短命"].link == ""


def test_an_entry_has_a_page_with_all_of_it(desk, renamed):
    page = desk.get(f"{AUDIT}{renamed.pk}/")

    assert "改过的类别" in visible(page)
    assert renamed.cid in visible(page)
    assert desk.get(f"{AUDIT}999999/").status_code == 404
    assert desk.get(f"{AUDIT}{10**18}/").status_code == 404


def test_a_password_page_shows_nothing_of_it(desk, bureau, sysadmin):
    at_desk(sysadmin).post(
        f"/admin/performance/user/{bureau.pk}/password/", {"password1": "", "password2": ""}
    )
    [row] = desk.get(AUDIT, {"action": "password"}).context["rows"]

    assert (row.action, row.changes) == ("重置密码", [])
    assert "不记录密码" in visible(desk.get(row.more))


def test_who_acted_for_somebody_is_told(desk, clerk, reviewer, bureau):
    goal = submitted(clerk)
    event = goal.events.get()
    Event.objects.bulk_create(
        [
            Event(
                goal=goal,
                number=2,
                transition="approve",
                source="submitted",
                target="approved",
                revision=event.revision,
                by=reviewer,
                on_behalf_of=bureau,
                at=timezone.now(),
                chain_hash="x",
            )
        ]
    )

    [row] = desk.get(AUDIT, {"action": "approve"}).context["rows"]
    assert row.who == "李国强（li），代 王芳（wang）"
    assert len(shown(desk, who="王芳", action="approve")) == 1


# --- hostile and empty --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "asked",
    [
        {"who": "\0"},
        {"text": "a\0b"},
        {"text": "x" * 101},
        {"text": "'; DROP TABLE auditlog_logentry; --"},
        {"since": "2025-13-40"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "9999-12-31"},
        {"table": "session"},
        {"action": "nothing"},
        {"table": "category", "pk": str(10**30)},
        {"table": "category", "pk": "-1"},
        {"table": "category", "pk": "١٢"},
        {"request": "\0"},
        {"request": "x" * 65},
        {"p": "999"},
        {"p": "-1"},
        {"p": "x" * 999},
        {"p": "9" * 5000},
        {"format": "exe"},
        {"a": "b", "content_type__id": "1", "actor__password__startswith": "p"},
    ],
)
def test_nothing_asked_for_is_a_fault_of_the_server(desk, renamed, asked):
    for path in (AUDIT, f"{AUDIT}export/"):
        response = desk.get(path, asked)
        assert response.status_code == 200, path


def test_wrong_conditions_are_told_beside_their_field(desk, renamed):
    page = visible(desk.get(AUDIT, {"since": "vorgestern", "table": "session"}))

    assert "日期请写成 2025-10-31 这样。" in page
    assert "没有这一项，请从列表中选择。" in page


def test_days_in_the_wrong_order_are_told(desk, renamed):
    page = visible(desk.get(AUDIT, {"since": "2026-02-01", "until": "2026-01-01"}))

    assert "早于“自”（2026-02-01），请改正其中一个。" in page


def test_nothing_found_is_a_sentence(desk, renamed, unguarded):
    assert "没有符合条件的记录" in visible(desk.get(AUDIT, {"who": "没有这个人"}))
    LogEntry.objects.all().delete()
    assert "还没有任何记录" in visible(desk.get(AUDIT))


def test_markup_is_shown_as_it_was_written(desk, portal, bureau, auditor):
    bad = "<script>alert(1)</script>"
    Category.objects.create(year=portal, code="x", name=bad)
    make_user("y", full_name=bad)
    entry = LogEntry.objects.latest("pk")

    for path in (AUDIT, f"{AUDIT}{entry.pk}/"):
        page = desk.get(path).content.decode()
        assert bad not in page
        assert "&lt;script&gt;" in page


def test_an_entry_outlives_its_table_and_its_columns(desk, renamed, unguarded):
    kind = renamed.content_type
    LogEntry.objects.filter(pk=renamed.pk).update(changes={"gone": ["alt", "neu"]})
    kind.model = "vergangen"
    kind.save()

    page = desk.get(f"{AUDIT}{renamed.pk}/")

    assert page.status_code == 200
    assert "alt → neu" in visible(page)


def test_pages_are_chinese_and_run_no_script_of_their_own(desk, renamed, clerk):
    submitted(clerk)
    for path in (AUDIT, f"{AUDIT}{renamed.pk}/", f"{AUDIT}?who=niemand"):
        response = desk.get(path)
        known = {"zhang", "wang", "shen", "IP", "CSV"}
        words = {word for word in english_words(response) if not HASH.match(word)}
        assert words <= ALLOWED | known, path
        assert inline_scripts(response) == []


def test_the_last_page_has_the_oldest_and_keeps_the_conditions(desk, portal):
    for number in range(60):
        Category.objects.create(year=portal, code=f"c{number}", name="同类")
    asked = {"text": "同类", "table": "category"}

    first, last = (desk.get(AUDIT, asked | {"p": page}) for page in ("1", "2"))

    assert len(first.context["rows"]) == 50
    assert [row.subject for row in last.context["rows"]][-1] == "2025年 · c0-同类"
    links = re.findall(r'href="\?([^"]*p=2)"', first.content.decode())
    assert links
    assert all("table=category" in link and "text=" in link for link in links)


def test_it_costs_the_same_for_1_3_and_60_rows_of_each_kind(desk, portal, clerk):
    found = {}
    for number in range(1, 61):
        Category.objects.create(year=portal, code=f"c{number}", name="类")
        submitted(clerk, f"第{number}个")
        if number in (1, 3, 60):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(AUDIT).status_code == 200
            found[number] = len(queries)

    assert len(set(found.values())) == 1
    assert found[60] <= LIMIT


# --- files --------------------------------------------------------------------------------------
def test_what_is_found_is_exported_as_shown(desk, renamed, clerk):
    submitted(clerk)
    path = f"{AUDIT}export/"

    [grid] = xlsx.read(desk.get(path, {"who": "wang", "format": "xlsx"}).content)
    text = desk.get(path, {"table": "goal", "format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))

    heading, row = grid.rows[1], grid.rows[2]
    assert heading[:5] == ("时间", "操作人", "数据", "对象", "操作")
    assert row[1:5] == ("王芳（wang）", "项目类别", "2025年 · 331-改过的类别", "修改")
    assert row[6:] == ("127.0.0.1", renamed.cid)
    assert [row[4] for row in rows] == ["操作", "送审", "保存"]
    assert len(grid.rows) == 2


def test_a_formula_in_an_export_is_text(desk, portal, unguarded):
    Category.objects.create(year=portal, code="", name="=1+1")
    LogEntry.objects.update(object_repr="=1+1")

    text = desk.get(f"{AUDIT}export/", {"format": "csv"}).content.decode("utf-8-sig")

    assert all(not row[3].startswith("=") for row in csv.reader(io.StringIO(text)))


# --- the history of one entry ------------------------------------------------------------------
def test_the_history_of_an_entry_shows_its_changes_without_addresses(client, bureau, renamed):
    client.force_login(bureau)

    page = visible(client.get(f"/admin/performance/category/{renamed.object_id}/history/"))

    assert "→ 改过的类别" in page
    assert "王芳" in page
    assert "127.0.0.1" not in page
    assert renamed.cid not in page
    assert "还没有" not in page


def test_an_unknown_entry_has_no_history(client, bureau):
    client.force_login(bureau)

    for pk in ("999999", "x", "9" * 30):
        assert client.get(f"/admin/performance/category/{pk}/history/").status_code == 302


def test_revisions_are_only_read(desk, clerk):
    submitted(clerk)
    before = list(Revision.objects.values()), list(Event.objects.values())

    desk.get(AUDIT)

    assert (list(Revision.objects.values()), list(Event.objects.values())) == before


def test_all_that_one_upload_caused_is_found_together(desk, clerk):
    make_goal(clean_sheet("从页面填的"), by=clerk)
    file = SimpleUploadedFile("表.xlsx", make_file(clean_sheet("甲"), clean_sheet("乙")))
    page = at_desk(clerk).post(upload_url("add"), {"file": file}, follow=True)
    upload = page.context["upload"]
    at_desk(clerk).post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})

    rows = desk.get(AUDIT, {"table": "upload", "pk": upload.pk}).context["rows"]

    assert sorted(row.subject for row in rows) == [
        "2025年 · 区政数局 · 乙",
        "2025年 · 区政数局 · 甲",
        "表.xlsx",
    ]
    assert {row.action for row in rows} == {"确认导入", "保存"}
    assert f"?table=upload&amp;pk={upload.pk}" in desk.get(AUDIT).content.decode()
