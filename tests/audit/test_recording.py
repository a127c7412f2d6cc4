"""What is recorded of reference tables, accounts and roles, through every door."""

import csv
import io
import logging

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as DjangosOwn
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from performance.audit.acting import RequestId, request_id
from performance.audit.recording import record_made
from performance.audit.tables import AUDITED, audited_models, columns
from performance.library.models import Category, Frame, Listing, RuleLevel, Year
from performance.library.review_form import RemarkKind, ReviewGrade, ReviewPoint, ReviewStep
from performance.people.models import Membership, Unit, User
from performance.people.resources import UnitResource
from tests.admin.desk import at_desk, goal_url, typed, upload_url
from tests.builders import PASSWORD, clean_sheet, make_file, make_goal, make_line, make_user
from tests.commands.running import run

CREATE, UPDATE, DELETE = 0, 1, 2
OF_A_YEAR = (Frame, Category, RuleLevel, ReviewStep, ReviewPoint, ReviewGrade, RemarkKind)


def url(model: str, page: str = "") -> str:
    return f"/admin/performance/{model}/{page}"


@pytest.fixture
def sysadmin(portal) -> User:
    return make_user("chen", ("system", None), full_name="陈伟")


@pytest.fixture
def entries(portal, bureau, clerk, sysadmin):
    """Entries since the test began, the oldest first."""
    last = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    return lambda: list(LogEntry.objects.filter(pk__gt=last).order_by("pk"))


def told(entry: LogEntry) -> tuple:
    return entry.content_type.model, entry.action, entry.object_repr, entry.changes_text


# --- rows saved one by one --------------------------------------------------------------------
def test_an_entry_has_both_values_who_when_from_where_and_the_request(entries, portal, bureau):
    category = Category.objects.get(year=portal, code="331")
    data = {"code": "331", "name": "改过的类别"}

    response = at_desk(bureau).post(url("category", f"{category.pk}/change/"), data)

    [entry] = entries()
    assert entry.changes == {"name": [category.name, "改过的类别"]}
    assert told(entry)[:3] == ("category", UPDATE, "2025年 · 331-改过的类别")
    assert entry.changes_text == f"名称：{category.name} → 改过的类别"
    assert (entry.actor, entry.remote_addr) == (bureau, "127.0.0.1")
    assert entry.cid == response["X-Request-ID"] == response.wsgi_request.request_id


def test_a_form_saved_without_a_change_leaves_no_entry(entries, portal, bureau):
    category = Category.objects.get(year=portal, code="331")
    data = {"code": "331", "name": category.name}

    at_desk(bureau).post(url("category", f"{category.pk}/change/"), data)

    assert entries() == []


def test_made_and_deleted_rows_keep_their_values(entries, portal, bureau):
    desk = at_desk(bureau)
    desk.post(url("category", "add/"), {"year": portal.pk, "code": "999", "name": "新类别"})
    pk = Category.objects.get(code="999").pk
    desk.post(url("category", f"{pk}/delete/"), {"post": "yes"})

    assert [told(entry) for entry in entries()] == [
        ("category", CREATE, "2025年 · 999-新类别", "编码：999；名称：新类别；年度：2025年"),
        ("category", DELETE, "2025年 · 999-新类别", "编码：999；名称：新类别；年度：2025年"),
    ]


def test_rows_deleted_by_the_action_of_the_list_leave_an_entry_each(entries, portal, bureau):
    made = [Category.objects.create(year=portal, code=code, name=code) for code in ("8", "9")]
    data = {"action": "delete_selected", "_selected_action": [c.pk for c in made], "post": "yes"}

    at_desk(bureau).post(url("category"), data)

    deleted = [entry.object_id for entry in entries() if entry.action == DELETE]
    assert sorted(deleted) == sorted(row.pk for row in made)


def test_what_one_request_changes_has_one_id_and_the_next_another(entries, sysadmin, clerk):
    held = clerk.memberships.get()
    data = {
        "username": "zhang",
        "full_name": "张敏敏",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": held.pk,
        "memberships-0-user": clerk.pk,
        "memberships-0-role": "clerk",
        "memberships-0-unit": held.unit_id,
        "memberships-0-DELETE": "on",
        "memberships-1-user": clerk.pk,
        "memberships-1-role": "bureau",
    }

    desk = at_desk(sysadmin)
    desk.post(url("user", f"{clerk.pk}/change/"), data)

    first = entries()
    assert {told(entry)[:3] for entry in first} == {
        ("user", UPDATE, "张敏敏"),
        ("membership", DELETE, "张敏敏 · 填报人（区政数局）"),
        ("membership", CREATE, "张敏敏 · 业务管理员"),
    }
    assert len({entry.cid for entry in first}) == 1
    assert {entry.actor for entry in first} == {sysadmin}
    none = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    desk.post(url("user", f"{clerk.pk}/change/"), data | none | {"full_name": "张敏"})
    assert len({entry.cid for entry in entries()}) == 2


@pytest.mark.parametrize(
    "sql", ["UPDATE auditlog_logentry SET cid = ''", "DELETE FROM auditlog_logentry"]
)
def test_the_database_lets_nobody_change_or_remove_an_entry(portal, sql):
    before = list(LogEntry.objects.values())

    with pytest.raises(DatabaseError, match="操作日志只能新增"), transaction.atomic():
        connection.cursor().execute(sql)

    assert before == list(LogEntry.objects.values()) != []


def test_a_save_that_is_refused_leaves_no_entry(entries, portal, bureau):
    twice = {"year": portal.pk, "code": "331", "name": "又一个"}

    response = at_desk(bureau).post(url("category", "add/"), twice)

    assert response.status_code == 200
    assert entries() == []


# --- accounts ---------------------------------------------------------------------------------
def test_a_reset_password_is_an_entry_without_a_value(entries, sysadmin, clerk):
    data = {"password1": "Ganz-neues-Wort-9", "password2": "Ganz-neues-Wort-9"}

    at_desk(sysadmin).post(f"/admin/performance/user/{clerk.pk}/password/", data)

    assert ("user", UPDATE, "张敏", "重置密码") in [told(entry) for entry in entries()]
    clerk.refresh_from_db()
    kept = str(list(LogEntry.objects.values()))
    assert clerk.password not in kept
    assert "Ganz-neues-Wort-9" not in kept


def test_a_password_changed_by_its_owner_is_told_apart(entries, clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    data = {
        "old_password": PASSWORD,
        "new_password1": "Neu-Wort-77",
        "new_password2": "Neu-Wort-77",
    }

    at_desk(clerk).post("/admin/password_change/", data)

    texts = [entry.changes_text for entry in entries()]
    assert texts == ["重置密码", "修改密码"]
    assert [entry.actor for entry in entries()] == [None, clerk]


def test_a_login_is_no_change_of_the_account(entries, clerk, settings):
    clerk.set_password(PASSWORD)
    clerk.save()
    settings.PASSWORD_HASHERS = [  # the stored hash is of a weaker kind now: it is made anew
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    before, hashed = len(entries()), clerk.password

    Client().post("/admin/login/?next=/admin/", {"username": "zhang", "password": PASSWORD})

    clerk.refresh_from_db()
    assert clerk.last_login
    assert clerk.password != hashed
    assert len(entries()) == before


# --- where from -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proxy", "headers", "address"),
    [
        (False, {"X-Forwarded-For": "1.2.3.4"}, "127.0.0.1"),
        (True, {"X-Forwarded-For": "6.6.6.6, 10.0.0.7"}, "10.0.0.7"),
        (True, {"X-Forwarded-For": "drop table"}, None),
        (True, {"X-Forwarded-For": "fe80::1%eth0"}, "fe80::1"),
        (True, {}, "127.0.0.1"),
    ],
)
def test_an_address_is_taken_from_nobody_but_our_own_proxy(
    entries, portal, bureau, settings, proxy, headers, address
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxy else None
    data = {"year": portal.pk, "code": "999", "name": "新类别"}

    response = at_desk(bureau).post(url("category", "add/"), data, headers=headers)

    assert response.status_code == 302
    assert [entry.remote_addr for entry in entries()] == [address]


def test_a_browser_does_not_choose_the_id(bureau):
    desk = at_desk(bureau)
    answers = [desk.get("/admin/", headers={"X-Request-ID": "mine"}) for _ in range(2)]

    found = {answer["X-Request-ID"] for answer in answers}
    assert len(found) == 2
    assert all(len(one) == 32 for one in found)


@pytest.mark.parametrize("path", ["/admin/no/such/page/", "/", "/admin/login/"])
def test_every_answer_has_an_id(db, path):
    assert Client().get(path)["X-Request-ID"]


def test_a_line_of_the_log_has_the_id_of_its_request(rf):
    line = logging.LogRecord("x", logging.ERROR, "x.py", 1, "text", None, None)

    assert RequestId().filter(line)
    assert line.request_id == request_id()
    line.request = rf.get("/")
    line.request.request_id = "abc"
    RequestId().filter(line)
    assert line.request_id == "abc"


# --- many at once -----------------------------------------------------------------------------
def test_a_new_year_leaves_an_entry_for_each_row_it_copies(entries, portal, bureau):
    RuleLevel.objects.create(year=portal, rule="R03", level="warning")

    at_desk(bureau).post(url("year", "add/"), {"year": "2026"})

    new = Year.objects.get(year=2026)
    made = [entry for entry in entries() if entry.actor]
    rows = [row for table in OF_A_YEAR for row in table.objects.filter(year=new)]
    known = {(entry.content_type.model, entry.object_id) for entry in made}
    assert known == {(row._meta.model_name, row.pk) for row in rows} | {("year", new.pk)}
    assert len(made) == len(known)
    assert len({entry.cid for entry in made}) == 1
    assert all(entry.object_repr.startswith("2026年") for entry in made)


def test_a_flat_import_leaves_an_entry_for_each_row_and_its_preview_none(entries, bureau):
    text = io.StringIO()
    unit = Unit.objects.get(code="202001")
    lines = [
        ("编码", "名称"),
        ("202001", "区教育和体育局"),
        ("202009", "新单位"),
        ("101", Unit.objects.get(code="101").name),
    ]
    csv.writer(text).writerows(lines)
    desk = at_desk(bureau)
    file = SimpleUploadedFile("单位.csv", text.getvalue().encode())

    preview = desk.post(
        url("unit", "import/"), {"import_file": file, "format": "0", "resource": ""}
    )
    assert entries() == []
    response = desk.post(url("unit", "process_import/"), preview.context["confirm_form"].initial)

    assert response.status_code == 302
    made = entries()
    assert {told(entry) for entry in made} == {
        ("unit", UPDATE, "202001-区教育和体育局", f"单位名称：{unit.name} → 区教育和体育局"),
        ("unit", CREATE, "202009-新单位", "单位编码：202009；单位名称：新单位"),
    }
    assert {entry.cid for entry in made} == {response["X-Request-ID"]}
    assert UnitResource._meta.use_bulk is False  # rows written in bulk would send no signals


def test_an_import_of_goals_leaves_one_entry_with_what_it_made(entries, bureau):
    line = make_line("111000999-新的指标")
    sheet = clean_sheet(category="999-新的类别")
    sheet = type(sheet)(**{**vars(sheet), "lines": (*sheet.lines, line)})
    desk = at_desk(bureau)
    file = SimpleUploadedFile("表.xlsx", make_file(sheet))
    page = desk.post(upload_url("add"), {"file": file, "create_missing": "on"}, follow=True)
    upload = page.context["upload"]

    response = desk.post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})

    [entry] = entries()
    assert told(entry)[:3] == ("upload", UPDATE, "表.xlsx")
    assert "三级指标“111000999-新的指标”" in entry.changes_text
    assert "项目类别“999-新的类别”" in entry.changes_text
    assert "待确认 → 已确认" in entry.changes_text
    assert (entry.actor, entry.object_id) == (bureau, upload.pk)
    assert entry.cid == response["X-Request-ID"]
    desk.post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})
    assert len(entries()) == 1, "confirmed twice"


def test_goals_leave_their_own_records_and_none_here(entries, clerk):
    goal = make_goal(by=clerk)
    desk = at_desk(clerk)
    desk.post(goal_url("change", goal.pk), typed(goal, annual_goal="改过"))
    goal.refresh_from_db()
    desk.post(goal_url("perform", goal.pk, "submit"), {"seen": goal.chain_hash})

    assert goal.revision_number == 2
    assert goal.events.count() == 1
    assert entries() == []


# --- commands ---------------------------------------------------------------------------------
def test_what_a_command_writes_is_of_nobody_or_of_whom_it_acts_as(entries, bureau, tmp_path):
    run("init_portal", "--admin", "neu")
    made = entries()
    assert {entry.actor for entry in made} == {None}
    assert {entry.cid for entry in made} == {request_id()}
    assert ("membership", CREATE, "neu · 业务管理员") in [told(entry)[:3] for entry in made]

    path = tmp_path / "表.xlsx"
    path.write_bytes(make_file(clean_sheet(year=2027), title="2027年项目绩效目标"))
    run("import_sheet", str(path), "--as", "wang", "--accept", "--create-missing")

    rest = entries()[len(made) :]
    assert {"year", "upload"} <= {entry.content_type.model for entry in rest}
    assert {entry.actor for entry in rest} == {bureau}


def test_a_new_portal_tells_of_every_row_it_begins_with(portal):
    for model, _ in audited_models():
        if model in (User, Membership, Listing, RuleLevel):
            continue  # of the fixture there are none
        kind = ContentType.objects.get_for_model(model)
        known = set(LogEntry.objects.filter(content_type=kind).values_list("object_id", flat=True))
        assert known == set(model._default_manager.values_list("pk", flat=True)), model


# --- the table of tables ----------------------------------------------------------------------
def test_every_table_with_a_year_or_a_person_is_recorded_or_has_its_reason():
    assert set(AUDITED) == {
        *("year", "frame", "category", "indicator", "rulelevel", "listing", "unit"),
        *("reviewstep", "reviewpoint", "reviewgrade", "remarkkind", "user", "membership", "waiver"),
    }


def test_no_secret_is_a_column():
    kept = {name for model, audited in audited_models() for name in columns(model, audited)}

    assert not kept & {"password", "last_login"}
    assert {"username", "is_active", "role", "unit", "deputy_of", "ends_on", "opens_at"} <= kept


def test_moments_and_choices_are_told_as_in_the_office(entries, portal, bureau):
    data = {
        "opens_at_0": "2025-10-01",
        "opens_at_1": "08:30",
        "level2_pattern": portal.level2_pattern,
        "level3_pattern": portal.level3_pattern,
        "contact": portal.contact,
        "overall_goal_required": "on",
    }

    at_desk(bureau).post(url("year", f"{portal.pk}/change/"), data)

    text = entries()[-1].changes_text
    assert "填报开始：（空） → 2025-10-01 08:30" in text
    assert "送审须填项目类别：是 → 否" in text


def test_djangos_own_log_stays_empty(entries, portal, bureau, sysadmin, clerk):
    desk = at_desk(bureau)
    desk.post(url("category", "add/"), {"year": portal.pk, "code": "999", "name": "新类别"})
    pk = Category.objects.get(code="999").pk
    desk.post(url("category", f"{pk}/change/"), {"code": "999", "name": "又改"})
    desk.post(url("category", f"{pk}/delete/"), {"post": "yes"})
    data = {"password1": "", "password2": ""}
    at_desk(sysadmin).post(f"/admin/performance/user/{clerk.pk}/password/", data)

    assert len(entries()) >= 4
    assert not DjangosOwn.objects.exists()


def test_rows_of_a_table_without_its_year_are_told_too(portal, django_assert_num_queries):
    made = Unit.objects.bulk_create([Unit(code=f"30{n}", name=f"单位{n}") for n in range(20)])
    ContentType.objects.get_for_model(Unit)

    with django_assert_num_queries(1):
        record_made(made)
    record_made([])

    found = LogEntry.objects.filter(object_repr__startswith="30").values_list(
        "object_repr", flat=True
    )
    assert set(found) == {str(unit) for unit in made}
