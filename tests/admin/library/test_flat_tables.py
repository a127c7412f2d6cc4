"""Flat tables in and out by files, through HTTP: what holds for every one of them, and the roles
of people and the levels of rules, which have no codes."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from performance.library.models import Category, Frame, Indicator, RuleLevel, Year
from performance.people.models import Membership, Unit, User
from performance.sheets.formats import xlsx
from performance.sheets.grid import Grid
from tests.builders import make_user
from tests.sheets.test_formats import workbook

HEADINGS = {
    "category": ("年度", "编码", "名称"),
    "frame": ("年度", "编码", "名称", "一级指标编码"),
    "indicator": ("年度", "编码", "名称", "二级指标编码"),
    "unit": ("编码", "名称", "上级单位编码"),
    "rulelevel": ("年度", "规则", "级别"),
    "user": ("用户名", "角色", "单位编码", "代谁", "起始日期", "截止日期"),
}
TABLES = {
    "category": Category,
    "frame": Frame,
    "indicator": Indicator,
    "unit": Unit,
    "rulelevel": RuleLevel,
    "user": Membership,
}
ODD = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'引号",
    "'=1",
    '"双"',
    "a,b;c",
    "😀",
    "𠮷",
]
TODAY, DAY = timezone.localdate(), timedelta(days=1)


def url(model: str, page: str = "") -> str:
    return f"/admin/performance/{model}/{page}"


@pytest.fixture
def desk(client, bureau):
    """Of somebody who may do both, so that every table has the same tests."""
    both = make_user("chen", ("system", None), ("bureau", None), full_name="陈伟")
    client.force_login(both)
    return client


def as_csv(*rows, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode(encoding)


def as_xlsx(*rows) -> bytes:
    return xlsx.write([Grid("表", {n: tuple(row) for n, row in enumerate(rows, 1)})])


def upload(client, model: str, data: bytes, name: str = "表.xlsx"):
    file = SimpleUploadedFile(name, data)
    return client.post(url(model, "import/"), {"import_file": file, "format": "0", "resource": "0"})


def confirm(client, model: str, preview):
    form = preview.context["confirm_form"]
    data = {name: form[name].value() for name in form.fields}
    return client.post(url(model, "process_import/"), data, follow=True)


def imported(client, model: str, *rows):
    return confirm(client, model, upload(client, model, as_xlsx(HEADINGS[model], *rows)))


def exported(client, model: str, number: str) -> bytes:
    return client.post(url(model, "export/"), {"format": number, "resource": "0"}).content


def problems(response) -> str:
    """What the page says of single rows."""
    rows = response.context["result"].invalid_rows
    assert "confirm_form" not in response.context
    assert not response.context["result"].error_rows
    return str([row.error_dict for row in rows])


# --- what holds for all of them -----------------------------------------------------------------
@pytest.fixture
def odd(portal, desk):
    """Entries whose names a program might take for something else, and one of each table."""
    other = Year.objects.create(year=2026)
    for number, text in enumerate(ODD):
        Unit.objects.create(code=f"00{number}", name=text)
        Unit.objects.create(name=f"{text}处", parent=Unit.objects.get(code=f"00{number}"))
        for year in (portal, other):
            Category.objects.create(year=year, code=f"00{number}", name=text)
            top = Frame.objects.create(year=year, code=f"00{number}", name=text)
            below = Frame.objects.create(year=year, name=text, parent=top)
            Indicator.objects.create(year=year, name=text, parent=below)
    for number, level in enumerate(("error", "warning", "hint"), 1):
        RuleLevel.objects.create(year=portal, rule=f"R0{number}", level=level)
    unit = Unit.objects.get(code="000")
    lee = make_user("-lee", ("clerk", "000"), ("bureau", None), full_name="=李")
    make_user("@han", ("reviewer", "001"))
    Membership.objects.create(
        user=User.objects.get(username="@han"),
        role="clerk",
        unit=unit,
        deputy_of=lee,
        ends_on=TODAY + 9 * DAY,
    )


@pytest.mark.parametrize("number", ["0", "1"], ids=["xlsx", "csv"])
@pytest.mark.parametrize("model", TABLES)
def test_what_goes_out_comes_back_unchanged_and_names_nothing_by_its_id(desk, odd, model, number):
    data = exported(desk, model, number)
    preview = upload(desk, model, data)

    result = preview.context["result"]
    [grid] = xlsx.read(data) if number == "0" else [None]
    assert problems(preview) if result.invalid_rows else not result.base_errors
    assert {row.import_type for row in result.rows} == {"skip"}
    assert len(result.rows) == TABLES[model].objects.count()
    if grid:
        assert grid.rows[1] == HEADINGS[model]


@pytest.mark.parametrize("model", TABLES)
def test_no_cell_of_a_file_is_a_formula(desk, odd, model):
    text = exported(desk, model, "1").decode("utf-8-sig")

    cells = {cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row}
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠\t\r"))]


@pytest.mark.parametrize("model", TABLES)
def test_what_was_deleted_is_made_again_from_an_export(desk, odd, portal, model):
    rows = lambda: sorted(map(str, TABLES[model].objects.all()))  # noqa: E731
    before, data = rows(), exported(desk, model, "1")
    Membership.objects.exclude(user__username="chen").delete() if model == "user" else None
    Indicator.objects.all().delete()
    if model == "indicator":
        pass
    elif model == "frame":
        Frame.objects.exclude(parent=None).delete()
        Frame.objects.all().delete()
    elif model == "unit":
        Membership.objects.exclude(user__username="chen").delete()
        Unit.objects.filter(children=None).delete()
        Unit.objects.all().delete()
    elif model != "user":
        TABLES[model].objects.all().delete()

    confirm(desk, model, upload(desk, model, data))

    assert rows() == before


@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")]
)
def test_files_of_other_programs_are_read(desk, odd, model, encoding, delimiter):
    text = exported(desk, model, "1").decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""))

    result = upload(desk, model, as_csv(*rows, encoding=encoding, delimiter=delimiter))

    assert {row.import_type for row in result.context["result"].rows} == {"skip"}


@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空文件"),
        ("年度,编码\n甲,乙\n".encode("gb18030") + b"\xff\xff", "文字编码认不出来"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"MZ\x90\0\x03", "不认识的文件类型"),
        (as_xlsx(("年度", "编码", "名称")), "表中没有数据"),
        (as_xlsx(("甲", "乙"), ("1", "2")), "表中缺少“"),
    ],
    ids=["empty", "garbled", "pdf", "png", "exe", "headings", "columns"],
)
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(desk, model, data, sentence):
    before = TABLES[model].objects.count()

    page = upload(desk, model, data)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "confirm_form" not in page.context
    assert TABLES[model].objects.count() == before


@pytest.mark.parametrize("model", TABLES)
def test_an_error_value_in_a_cell_refuses_the_table(desk, model):
    heads = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in HEADINGS[model])
    rows = f'<row r="1">{heads}</row><row r="2"><c t="e"><v>#N/A</v></c></row>'

    page = upload(desk, model, workbook(f"<sheetData>{rows}<row><c><v>1</v></c></row></sheetData>"))

    assert "A2：单元格是错误值“#N/A”" in page.content.decode()


def test_hidden_rows_are_asked_for_and_further_tables_are_told(desk):
    head = '<c t="inlineStr"><is><t>年度</t></is></c><c t="inlineStr"><is><t>编码</t></is></c>'
    head = f'<row r="1">{head}<c t="inlineStr"><is><t>名称</t></is></c></row>'
    cells = "<c><v>2025</v></c><c><v>771</v></c><c><v>1</v></c>"
    hidden = f'<sheetData>{head}<row r="2" hidden="1">{cells}</row><row>{cells}</row></sheetData>'
    two = [Grid(name, {1: HEADINGS["category"], 2: ("2025", "771", "类")}) for name in "甲乙"]

    refused = upload(desk, "category", workbook(hidden)).content.decode()
    told = upload(desk, "category", xlsx.write(two))

    assert "隐藏或筛选掉的1行（第2行），没有读入；请取消隐藏或筛选后重新上传" in refused
    assert "文件里的“乙”也有内容，没有读入" in told.content.decode()
    assert len(told.context["result"].rows) == 1


def test_thousands_of_rows_are_imported_in_one_go(desk):
    rows = [("2025", f"9{n:05}", f"类别{n}") for n in range(5_000)]

    imported(desk, "category", *rows)

    assert Category.objects.filter(code__startswith="9").count() == 5_000


def test_a_row_moves_to_another_parent(desk, odd):
    Indicator.objects.all().delete()
    imported(desk, "unit", ("101009", "区政数局", "202001"), ("", "=1+1处", "000"))
    imported(desk, "frame", ("2025", "11", "数量指标", "2"))

    assert Unit.objects.get(code="101009").parent.code == "202001"
    assert Frame.objects.get(year__year=2025, code="11").parent.code == "2"


@pytest.mark.parametrize(
    ("model", "one", "other"),
    [
        ("category", ("2025", "9", "甲"), ("2025年", "9", "乙")),
        ("category", ("2025", "", "甲"), ("2025", "", "甲")),
        ("rulelevel", ("2025", "R01", "提示"), ("2025年", "R01", "警告")),
        ("user", ("zhang", "填报人", "101", "", "", ""), ("Zhang", "填报人", "101", "", "", "")),
        ("user", ("zhang", "填报人", "101", "", "", ""), ("zhang", "填报人", "区局", "", "", "")),
        ("user", ("zhang", "业务管理员", "", "", "", ""), ("zhang", "业务管理员", "", "", "", "")),
    ],
)
def test_two_rows_of_the_same_key_are_refused(desk, clerk, model, one, other):
    Unit.objects.filter(code="101").update(name="区局")

    page = upload(desk, model, as_xlsx(HEADINGS[model], one, other))

    assert "与第2行的" in problems(page)
    assert "第3行" in page.content.decode()


# --- levels of the rules --------------------------------------------------------------------------
def test_levels_of_rules_are_imported_by_their_words(desk, portal):
    RuleLevel.objects.create(year=portal, rule="R03", level="error")

    imported(desk, "rulelevel", ("2025", "R01", "警告"), ("2025年", "R03", "提示"))

    assert set(RuleLevel.objects.values_list("rule", "level")) == {
        ("R01", "warning"),
        ("R03", "hint"),
    }


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("2025", "R99", "警告"), "规则应为R01、"),
        (("2025", "", "警告"), "没有填写"),
        (("2025", "R01", "warning"), "级别应为错误、警告、提示之一，读到“warning”"),
        (("2025", "R01", ""), "级别应为错误、警告、提示之一，没有填写"),
        (("2031", "R01", "警告"), "没有“2031”这个年度"),
    ],
)
def test_a_level_that_is_none_is_told(desk, row, sentence):
    assert sentence in problems(upload(desk, "rulelevel", as_xlsx(HEADINGS["rulelevel"], row)))


# --- roles of people ------------------------------------------------------------------------------
def test_roles_are_given_by_a_file_and_dated_by_another(desk, clerk, reviewer):
    until = (TODAY + DAY).isoformat()
    imported(
        desk,
        "user",
        ("ZHANG", "单位审核人", "101", "", "", ""),
        ("zhang", "主管部门审核人", "101", "li", "", until),
        ("li", "业务管理员", "", "", "2025/1/2", ""),
    )
    imported(desk, "user", ("zhang", "填报人", "101009", "", "", "2025-01-31"))

    told = {
        (str(held), held.starts_on and held.starts_on.isoformat())
        for held in clerk.memberships.all()
    }
    above = Unit.objects.get(code="101").name
    assert told == {
        ("填报人（区政数局）", None),
        (f"单位审核人（{above}）", None),
        (f"主管部门审核人（{above}），代 李国强", None),
    }
    assert clerk.memberships.get(role="clerk").ends_on.isoformat() == "2025-01-31"
    assert reviewer.memberships.get(role="bureau").starts_on.isoformat() == "2025-01-02"


@pytest.mark.parametrize(
    ("row", "heading", "sentence"),
    [
        (("nobody", "填报人", "101", "", "", ""), "用户名", "没有用户名为“nobody”的用户"),
        (("", "填报人", "101", "", "", ""), "用户名", "没有填写用户名"),
        (("zhang", "局长", "101", "", "", ""), "角色", "角色应为填报人、"),
        (("zhang", "", "101", "", "", ""), "角色", "没有填写"),
        (("zhang", "填报人", "999", "", "", ""), "单位编码", "没有编码为“999”的单位"),
        (("zhang", "填报人", "", "", "", ""), "__all__", "必须选择单位"),
        (("zhang", "业务管理员", "101", "", "", ""), "__all__", "其他角色不选单位"),
        (("zhang", "填报人", "101", "", "明天", ""), "起始日期", "读到“明天”"),
        (("zhang", "填报人", "101", "", "2025-02-30", ""), "起始日期", "读到“2025-02-30”"),
        (("zhang", "填报人", "101", "", "2025-02-03", "2025-02-01"), "截止日期", "早于"),
        (("zhang", "填报人", "101", "x", "", ""), "代谁", "没有用户名为“x”的用户"),
        (("zhang", "主管部门审核人", "101", "li", "", ""), "截止日期", "必须写明截止日期"),
        (("zhang", "填报人", "101", "li", "", "2999-01-01"), "截止日期", "最长一年"),
        (("zhang", "填报人", "101", "li", "", str(TODAY)), "代谁", "没有可以代理的"),
        (("li", "填报人", "101", "li", "", str(TODAY)), "代谁", "不能是本人"),
        (("zhang", "系统管理员", "", "chen", "", str(TODAY)), "代谁", "不能由别人代理"),
        (("chen", "系统管理员", "", "", "", "2025-01-01"), "截止日期", "不能去掉自己的系统管理员"),
        (("chen", "系统管理员", "", "", "2999-01-01", ""), "截止日期", "不能去掉自己的系统管理员"),
    ],
)
def test_a_role_that_cannot_be_is_told_by_its_column(desk, clerk, reviewer, row, heading, sentence):
    before = list(Membership.objects.values_list())

    page = upload(desk, "user", as_xlsx(HEADINGS["user"], row))

    [invalid] = page.context["result"].invalid_rows
    assert sentence in str(invalid.error_dict[heading])
    assert sentence in page.content.decode()
    assert list(Membership.objects.values_list()) == before


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_only_the_system_administrator_takes_roles_in_and_out(client, request, role):
    client.force_login(request.getfixturevalue(role))
    data = as_xlsx(HEADINGS["user"], ("zhang", "系统管理员", "", "", "", ""))

    assert upload(client, "user", data).status_code == 403
    for page in ("import/", "process_import/", "export/"):
        assert client.get(url("user", page)).status_code == 403
        assert client.post(url("user", page), {"format": "0", "resource": "0"}).status_code == 403
    assert not Membership.objects.filter(role="system").exists()


@pytest.mark.parametrize("model", ["rulelevel", "unit"])
def test_a_clerk_takes_none_of_the_bureaus_tables(client, clerk, model):
    client.force_login(clerk)

    for page in ("import/", "process_import/", "export/"):
        assert client.get(url(model, page)).status_code == 403
        assert client.post(url(model, page), {"format": "0", "resource": "0"}).status_code == 403


def test_an_export_of_roles_follows_the_list_of_people(desk, clerk, reviewer):
    data = desk.post(url("user", "export/") + "?q=zhang", {"format": "0", "resource": "0"}).content

    [grid] = xlsx.read(data)
    assert [row[:3] for row in grid.rows.values()][1:] == [("zhang", "填报人", "101009")]


def test_a_role_from_a_file_is_on_the_record_of_who_may_do_what(desk, clerk):
    imported(desk, "user", ("zhang", "单位审核人", "101", "", "", ""))

    page = desk.get(url("user", f"{clerk.pk}/change/")).content.decode()
    assert "unit_reviewer" in page
