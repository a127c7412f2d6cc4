"""The library's pages, through HTTP: who opens them, what they refuse, files in and out."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.library.models import Category, Frame, Indicator, Listing, RuleLevel, Year
from performance.people.models import Unit
from performance.sheets.formats import xlsx
from performance.sheets.grid import Grid
from tests.builders import make_goal, make_user

SEEN = ("indicator", "frame", "category")
MANAGED = ("year", "rulelevel", "listing", "unit")
FLAT = ("indicator", "frame", "category", "unit")
"""And rulelevel, which has no codes: test_flat_tables.py."""


def url(model: str, page: str = "") -> str:
    return f"/admin/performance/{model}/{page}"


@pytest.fixture
def sysadmin(portal):
    return make_user("chen", ("system", None))


@pytest.fixture
def desk(client, bureau):
    client.force_login(bureau)
    return client


@pytest.fixture
def listing(portal) -> Listing:
    return Listing.objects.create(year=portal, title="2025年项目绩效目标")


def any_pk(model: str) -> int:
    models = {"indicator": Indicator, "frame": Frame, "category": Category, "year": Year}
    models |= {"unit": Unit, "listing": Listing}
    return models[model].objects.first().pk


# --- who opens what ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["clerk", "reviewer", "stranger"])
@pytest.mark.parametrize("model", SEEN)
def test_people_of_units_see_the_library_and_export_it(client, request, role, model):
    client.force_login(request.getfixturevalue(role))
    pages = {"": 200, "export/": 200, "{pk}/change/": 200, "{pk}/history/": 200}
    pages |= {"add/": 403, "import/": 403, "process_import/": 403, "{pk}/delete/": 403}

    found = {
        page: client.get(url(model, page.format(pk=any_pk(model)))).status_code for page in pages
    }

    assert found == pages
    assert client.post(url(model, f"{any_pk(model)}/change/"), {"name": "x"}).status_code == 403
    assert client.post(url(model, "import/"), {}).status_code == 403
    assert client.post(url(model, "process_import/"), {}).status_code == 403


@pytest.mark.parametrize("role", ["clerk", "reviewer", "sysadmin"])
@pytest.mark.parametrize("model", MANAGED)
@pytest.mark.parametrize("page", ["", "add/"])
def test_only_the_bureau_opens_the_other_pages(client, request, role, model, page):
    client.force_login(request.getfixturevalue(role))

    assert client.get(url(model, page)).status_code == 403


@pytest.mark.parametrize("model", SEEN)
@pytest.mark.parametrize("page", ["", "export/", "import/", "add/"])
def test_the_system_administrator_sees_no_library(client, sysadmin, model, page):
    client.force_login(sysadmin)

    assert client.get(url(model, page)).status_code == 403


@pytest.mark.parametrize("model", [*SEEN, *MANAGED])
def test_the_bureau_opens_every_page(desk, model, listing):
    RuleLevel.objects.create(year=Year.objects.get(), rule="R03", level="warning")
    pk = RuleLevel.objects.get().pk if model == "rulelevel" else any_pk(model)
    pages = {"": 200, "add/": 200, f"{pk}/change/": 200, f"{pk}/delete/": 200}
    if model in (*FLAT, "rulelevel"):
        pages |= {"import/": 200, "export/": 200, "process_import/": 302}
    if model == "listing":
        pages |= {"add/": 403, f"{pk}/delete/": 403}

    assert {page: desk.get(url(model, page)).status_code for page in pages} == pages


@pytest.mark.parametrize("model", ["indicator", "frame", "category", "unit"])
def test_an_anonymous_visitor_is_sent_to_the_login(client, portal, model):
    for page in ("", "add/", "import/", "export/", "process_import/"):
        response = client.get(url(model, page))
        assert response.status_code == 302
        assert response.url.startswith("/admin/login/")


# --- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "number"),
    [("indicator", 9), ("frame", 8), ("category", 8), ("unit", 7), ("year", 7)],
)
def test_a_list_costs_the_same_for_one_and_three_rows(
    desk, portal, django_assert_num_queries, model, number
):
    for n in (1, 2, 3):
        Unit.objects.create(code=f"zz{n}", name="单位", parent=Unit.objects.get(code="101"))
        Category.objects.create(year=portal, code=f"zz{n}", name="类别")
        level1 = Frame.objects.get(code="1")
        level2 = Frame.objects.create(year=portal, parent=level1, code=f"zz{n}", name="二级")
        Indicator.objects.create(year=portal, parent=level2, code=f"zz{n}", name="三级")

    for rows, text in ((1, "zz1"), (3, "zz")):
        Year.objects.exclude(pk=portal.pk).delete()
        Year.objects.bulk_create(Year(year=2030 + n) for n in range(1, rows))
        with django_assert_num_queries(number):
            response = desk.get(url(model), {} if model == "year" else {"q": text})
        assert len(response.context["cl"].result_list) == rows


def test_the_list_is_searched_by_code_and_name(desk):
    for text in ("111000898", "订制制服"):
        rows = desk.get(url("indicator"), {"q": text}).context["cl"].result_list
        assert [row.code for row in rows] == ["111000898"]


def test_indicators_are_filtered_by_year_and_by_level_2(desk, portal):
    found = desk.get(url("indicator"), {"year__id__exact": portal.pk, "level2": "31"})

    rows = found.context["cl"].result_list
    assert {row.parent.code for row in rows} == {"31"}
    assert len(rows) == Indicator.objects.filter(parent__code="31").count()


def test_names_with_markup_are_escaped(desk, portal):
    bad = "<script>alert(1)</script>"
    entry = Category.objects.create(year=portal, code="x", name=bad)
    level2 = Frame.objects.create(
        year=portal, code="x", name=bad, parent=Frame.objects.get(code="1")
    )
    Indicator.objects.create(year=portal, code="x", name=bad, parent=level2)

    pages = [url(model) for model in SEEN]
    pages += [url("category", f"{entry.pk}/{page}/") for page in ("change", "delete", "history")]
    pages += [url("frame", f"{level2.pk}/delete/"), url("indicator", "add/")]
    for page in pages:
        assert bad not in desk.get(page).content.decode()


# --- forms ------------------------------------------------------------------------------------


def test_a_new_year_takes_over_all_but_the_indicators(desk, portal):
    portal.category_required = False
    portal.save()
    RuleLevel.objects.create(year=portal, rule="R03", level="warning")

    response = desk.post(url("year", "add/"), {"year": "2026"}, follow=True)

    year = Year.objects.get(year=2026)
    assert not year.category_required
    assert Frame.objects.filter(year=year).count() == Frame.objects.filter(year=portal).count()
    assert (
        Category.objects.filter(year=year).count() == Category.objects.filter(year=portal).count()
    )
    assert RuleLevel.objects.get(year=year).level == "warning"
    assert not Indicator.objects.filter(year=year).exists()
    assert "照2025年建立" in response.content.decode()


@pytest.mark.parametrize("number", ["1999", "2101", "2025", "", "年"])
def test_an_impossible_year_is_refused(desk, number):
    response = desk.post(url("year", "add/"), {"year": number})

    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"year"}
    assert Year.objects.count() == 1


def test_the_settings_of_a_year_are_changed_and_its_number_is_not(desk, portal):
    data = {"year": "2030", "overall_goal_required": "on", "level2_pattern": "{1}#"}
    response = desk.post(url("year", f"{portal.pk}/change/"), data | {"level3_pattern": "{2}####"})

    portal.refresh_from_db()
    assert response.status_code == 302
    assert (portal.year, portal.category_required, portal.level3_pattern) == (
        2025,
        False,
        "{2}####",
    )


def other_year() -> Year:
    year = Year.objects.create(year=2026)
    level1 = Frame.objects.create(year=year, code="1", name="产出指标")
    Frame.objects.create(year=year, code="11", name="数量指标", parent=level1)
    return year


@pytest.mark.parametrize(
    ("year", "code", "sentence"),
    [
        (2025, "1", "选择一个有效的选项"),  # level 1 is not even offered
        (2026, "11", "是2026年的指标，请选择2025年的。"),
    ],
)
def test_an_indicator_stands_under_a_level_2_of_its_year(desk, portal, year, code, sentence):
    other_year()
    parent = Frame.objects.get(year__year=year, code=code)

    response = desk.post(
        url("indicator", "add/"),
        {"year": portal.pk, "parent": parent.pk, "code": "111999999", "name": "新指标"},
    )

    assert sentence in str(response.context["adminform"].form.errors["parent"])
    assert not Indicator.objects.filter(code="111999999").exists()


def test_a_level_2_does_not_stand_under_a_level_1_of_another_year(desk, portal):
    parent = Frame.objects.get(year=other_year(), code="1")

    response = desk.post(
        url("frame", "add/"), {"year": portal.pk, "parent": parent.pk, "code": "19", "name": "新"}
    )

    assert "请选择2025年的。" in str(response.context["adminform"].form.errors["parent"])


@pytest.mark.parametrize(
    ("code", "parent", "sentence"),
    [
        ("1", "2", "它下面还有二级指标，不能改为二级指标"),
        ("11", None, "它下面还有三级指标，不能改为一级指标"),
    ],
)
def test_an_entry_with_others_below_keeps_its_level(desk, portal, code, parent, sentence):
    entry = Frame.objects.get(code=code)
    over = Frame.objects.get(code=parent).pk if parent else ""

    response = desk.post(
        url("frame", f"{entry.pk}/change/"),
        {"year": portal.pk, "parent": over, "code": code, "name": entry.name},
    )

    assert sentence in str(response.context["adminform"].form.errors["parent"])


def test_an_entry_stays_in_its_year(desk, portal):
    entry, year = Category.objects.first(), other_year()

    desk.post(
        url("category", f"{entry.pk}/change/"), {"year": year.pk, "code": "9", "name": "新名"}
    )

    entry.refresh_from_db()
    assert (entry.year, entry.code, entry.name) == (portal, "9", "新名")


@pytest.mark.parametrize("page", ["add", "change"])
def test_a_code_taken_in_the_year_is_a_sentence(desk, portal, page):
    first = Category.objects.first()
    other = Category.objects.create(year=portal, code="zz", name="另一类")
    place = "add/" if page == "add" else f"{other.pk}/change/"

    response = desk.post(
        url("category", place), {"year": portal.pk, "code": first.code, "name": "x"}
    )

    assert response.status_code == 200
    assert "这个年度已有相同编码的项目类别。" in response.content.decode()


def test_a_rule_level_is_chosen_from_the_rules(desk, portal):
    data = {"year": portal.pk, "rule": "R03", "level": "hint"}

    made = desk.post(url("rulelevel", "add/"), data)
    unknown = desk.post(url("rulelevel", "add/"), data | {"rule": "R99"})
    twice = desk.post(url("rulelevel", "add/"), data)

    assert made.status_code == 302
    assert RuleLevel.objects.get().level == "hint"
    assert unknown.context["adminform"].form.errors.keys() == {"rule"}
    assert "这个年度已为这条规则设过级别。" in twice.content.decode()


def test_of_a_listing_only_the_title_changes(desk, portal, listing):
    data = {"title": "新标题", "year": other_year().pk}

    response = desk.post(url("listing", f"{listing.pk}/change/"), data)

    listing.refresh_from_db()
    assert response.status_code == 302
    assert (listing.title, listing.year) == ("新标题", portal)


def test_a_new_unit_gets_the_parent_that_its_code_names(desk):
    response = desk.post(
        url("unit", "add/"), {"code": "101009001", "name": "信息中心", "parent": ""}, follow=True
    )

    assert Unit.objects.get(code="101009001").parent.code == "101009"
    assert "已按编码设为“101009-区政数局”" in response.content.decode()


def test_a_chosen_parent_is_kept_and_may_be_taken_away(desk):
    other = Unit.objects.get(code="202001")

    desk.post(url("unit", "add/"), {"code": "101777", "name": "新单位", "parent": other.pk})
    unit = Unit.objects.get(code="101777")
    chosen = unit.parent
    desk.post(url("unit", f"{unit.pk}/change/"), {"code": "101777", "name": "新单位", "parent": ""})

    unit.refresh_from_db()
    assert (chosen, unit.parent) == (other, None)


@pytest.mark.parametrize("code", ["101", "101009"])
def test_a_unit_does_not_stand_under_itself(desk, code):
    unit, parent = Unit.objects.get(code="101"), Unit.objects.get(code=code)

    response = desk.post(
        url("unit", f"{unit.pk}/change/"),
        {"code": unit.code, "name": unit.name, "parent": parent.pk},
    )

    assert "parent" in response.context["adminform"].form.errors
    unit.refresh_from_db()
    assert unit.parent is None


def test_what_is_in_use_is_not_deleted(desk, clerk, portal):
    goal = make_goal(by=clerk)
    for model, pk in (("unit", goal.unit_id), ("year", portal.pk), ("frame", any_pk("frame"))):
        page = desk.get(url(model, f"{pk}/delete/")).content.decode()
        desk.post(url(model, f"{pk}/delete/"), {"post": "yes"})
        assert "不能删除" in page
    assert Unit.objects.filter(pk=goal.unit_id).exists()
    assert Year.objects.filter(pk=portal.pk).exists()


# --- files in and out -------------------------------------------------------------------------

HEADINGS = {
    "indicator": ("年度", "编码", "名称", "二级指标编码"),
    "frame": ("年度", "编码", "名称", "一级指标编码"),
    "category": ("年度", "编码", "名称"),
    "unit": ("编码", "名称", "上级单位编码"),
}
GOOD = {
    "indicator": [("2025", "111999001", "新指标", "11"), ("2025年", "331999001", "满意", "31")],
    "frame": [("2025", "41", "新二级", "4"), ("2025", "4", "新一级", "")],
    "category": [("2025", "999", "新类别"), ("2025", "331", "部门预算部门职能类")],
    "unit": [("303001", "下级", "303"), ("303", "上级", ""), ("101010", "平级", "101")],
}
TABLES = {"indicator": Indicator, "frame": Frame, "category": Category, "unit": Unit}


def as_csv(*rows, encoding: str = "utf-8-sig") -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode(encoding)


def as_xlsx(*rows) -> bytes:
    return xlsx.write([Grid("表", {n: tuple(row) for n, row in enumerate(rows, 1)})])


def upload(client, model: str, data: bytes, name: str = "表.xlsx"):
    file = SimpleUploadedFile(name, data)
    return client.post(url(model, "import/"), {"import_file": file, "format": "0", "resource": "0"})


def confirm(client, model: str, preview, **changes):
    form = preview.context["confirm_form"]
    data = {name: form[name].value() for name in form.fields} | changes
    return client.post(url(model, "process_import/"), data, follow=True)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@pytest.mark.parametrize("model", FLAT)
def test_a_good_file_is_previewed_confirmed_and_imported_once(desk, model, write):
    table, before = TABLES[model], TABLES[model].objects.count()
    codes = {row[1] if model != "unit" else row[0] for row in GOOD[model]}
    new = codes - set(table.objects.values_list("code", flat=True))

    preview = upload(desk, model, write(HEADINGS[model], *GOOD[model]))
    seen = table.objects.count()
    done = confirm(desk, model, preview)
    again = confirm(desk, model, preview)

    assert (preview.status_code, seen) == (200, before)
    assert table.objects.count() == before + len(new)
    assert "导入" in str(next(iter(done.context["messages"])))
    assert "没有再次执行" in str(next(iter(again.context["messages"])))


def test_parents_may_stand_below_their_children_in_the_file(desk):
    preview = upload(desk, "unit", as_csv(HEADINGS["unit"], *GOOD["unit"]))

    confirm(desk, "unit", preview)

    assert Unit.objects.get(code="303001").parent.code == "303"


def test_a_changed_name_is_an_update_and_the_rest_is_skipped(desk):
    rows = [
        ("2025", "111000898", "订制制服套数", "11"),
        ("2025", "111000246", "聘请第三方机构数", "11"),
    ]

    preview = upload(desk, "indicator", as_csv(HEADINGS["indicator"], *rows))
    confirm(desk, "indicator", preview)

    assert [row.import_type for row in preview.context["result"].rows] == ["update", "skip"]
    assert Indicator.objects.get(code="111000898").name == "订制制服套数"


def test_a_file_in_the_old_chinese_encoding_is_read(desk):
    data = as_csv(HEADINGS["category"], ("2025", "998", "旧编码类别"), encoding="gb18030")

    confirm(desk, "category", upload(desk, "category", data))

    assert Category.objects.get(code="998").name == "旧编码类别"


def test_a_unit_file_without_parents_gets_those_that_the_codes_name(desk):
    rows = [("编码", "名称"), ("101055", "新单位"), ("909", "别处")]

    confirm(desk, "unit", upload(desk, "unit", as_csv(*rows)))

    assert Unit.objects.get(code="101055").parent.code == "101"
    assert Unit.objects.get(code="909").parent is None


@pytest.mark.parametrize(
    ("model", "row", "heading", "sentence"),
    [
        ("indicator", ("2031", "1", "名", "11"), "年度", "没有“2031”这个年度"),
        ("indicator", ("", "1", "名", "11"), "年度", "没有填写年度"),
        ("indicator", ("今年", "1", "名", "11"), "年度", "没有“今年”这个年度"),
        ("indicator", ("2025", "", "名" * 501, "11"), "名称", "名称最多500个字"),
        ("indicator", ("2025", "", "名", "没有的"), "二级指标编码", "没有这个名称的二级指标"),
        ("indicator", ("2025", "1", "", "11"), "名称", "此字段不能为空。"),
        ("indicator", ("2025", "1" * 33, "名", "11"), "编码", "32"),
        ("indicator", ("2025", "1", "名", ""), "二级指标编码", "没有填写二级指标。"),
        ("indicator", ("2025", "1", "名", "1"), "二级指标编码", "是一级指标"),
        ("indicator", ("2025", "1", "名", "99"), "二级指标编码", "没有编码为“99”的二级指标"),
        ("frame", ("2025", "41", "名", "11"), "一级指标编码", "不是一级指标"),
        ("frame", ("2025", "1", "名", "2"), "一级指标编码", "不能改为二级指标"),
        ("frame", ("2025", "1", "产出", "1"), "一级指标编码", "不能改为二级指标"),
        ("category", ("20O5", "1", "名"), "年度", "没有“20O5”这个年度"),
        ("unit", ("", "", "101"), "名称", "此字段不能为空。"),
        ("unit", ("", "名", "没有的"), "上级单位编码", "也没有这个名称的单位"),
        ("unit", ("555", "名", "77777"), "上级单位编码", "没有编码为“77777”的单位"),
        ("unit", ("101", "名", "101"), "上级单位编码", "不能以自己为上级单位"),
        ("unit", ("101", "名", "101009"), "上级单位编码", "是本单位的下级单位"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_nothing_is_imported(
    desk, model, row, heading, sentence
):
    good = GOOD[model][-1]
    before = TABLES[model].objects.count()

    response = upload(desk, model, as_csv(HEADINGS[model], good, row))

    [invalid] = response.context["result"].invalid_rows
    assert invalid.number == 3
    assert sentence in str(invalid.field_specific_errors[heading])
    assert f"“{heading}”列：" in response.content.decode()
    assert "confirm_form" not in response.context
    assert TABLES[model].objects.count() == before


def test_the_same_entry_twice_is_refused_with_both_rows(desk):
    rows = [HEADINGS["category"], ("2025", "9", "甲"), ("", "", ""), ("2025", "9", "乙")]

    response = upload(desk, "category", as_csv(*rows))

    assert "第4行" in response.content.decode()
    assert "与第2行的年度、编码相同" in response.content.decode()


def test_two_units_that_stand_under_each_other_are_refused(desk):
    rows = [HEADINGS["unit"], ("11", "甲", "12"), ("12", "乙", "11")]

    response = upload(desk, "unit", as_csv(*rows))

    assert response.context["result"].has_validation_errors()
    assert not Unit.objects.filter(code__in=["11", "12"]).exists()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("年份", "代码"), ("2025", "1")], "表中缺少“年度”“编码”“名称”列"),
        ([("年度", "编码", "名称", "编码"), ("2025", "1", "x", "2")], "“编码”列出现了不止一次"),
        ([("年度", "编码", "名称", "备注"), ("2025", "1", "x", "2")], "不认识“备注”列"),
        ([("年度", "年度", "备注"), ("2025", "2025", "2")], "不认识“备注”列"),
        ([("年度", "年度", "备注"), ("2025", "2025", "2")], "“年度”列出现了不止一次"),
        ([("年度", *(f"列{n}" for n in range(99))), ("2025",) * 100], "“列8”“列9”等99列"),
        ([("年度", "编码", "名称")], "表中没有数据"),
    ],
)
def test_a_table_that_does_not_fit_is_a_sentence(desk, rows, sentence):
    for data in (as_csv(*rows), as_xlsx(*rows)):
        response = upload(desk, "category", data)
        text = response.content.decode()
        assert response.status_code == 200
        assert sentence in text
        assert "Traceback" not in text


def test_blanks_in_headings_do_not_matter(desk):
    rows = [(" 年 度", "编码 ", "名称", ""), ("2025", "997", "类别", "")]

    confirm(desk, "category", upload(desk, "category", as_xlsx(*rows)))

    assert Category.objects.get(code="997").name == "类别"


def test_too_many_rows_are_a_sentence(desk):
    rows = [HEADINGS["category"], *(("2025", str(n), "类别") for n in range(5_001))]

    assert "一次最多导入5000行" in upload(desk, "category", as_csv(*rows)).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 broken",
        b"\x00\x01\x02\xff" * 100,
        b"%PDF-1.7 something",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"\x89PNG\r\n\x1a\n",
        b'\xef\xbb\xbf\xe5\xb9\xb4,"\xe7',
        '年度,编码,名称\n2025,"1,x\n'.encode(),
        b"x" * (20 * 1024 * 1024 + 1),
    ],
    ids=["empty", "zip", "binary", "pdf", "ole", "png", "cut", "quote", "large"],
)
def test_garbage_is_a_sentence(desk, data):
    response = upload(desk, "category", data)

    errors = response.context["form"].errors
    assert response.status_code == 200
    assert errors.keys() == {"import_file"}
    assert "。" in str(errors["import_file"])


def test_no_file_is_a_sentence(desk):
    response = desk.post(url("category", "import/"), {"format": "0", "resource": "0"})

    assert response.context["form"].errors.keys() == {"import_file"}


def test_markup_in_a_file_is_escaped_in_preview_and_refusal(desk):
    bad = "<img src=x onerror=alert(1)>"
    fine = upload(desk, "category", as_csv(HEADINGS["category"], ("2025", bad, bad)))
    refused = upload(desk, "category", as_csv(HEADINGS["category"], (bad, "1", bad)))

    for response in (fine, refused):
        assert bad not in response.content.decode()
        assert "&lt;img" in response.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"import_file_name": "0123456789abcdef"},
        {"import_file_name": "../../portal.sqlite3"},
        {"import_file_name": ""},
        {"original_file_name": ""},
    ],
)
def test_a_tampered_confirm_imports_nothing(desk, changes):
    before = Category.objects.count()
    preview = upload(desk, "category", as_csv(HEADINGS["category"], ("2025", "999", "新类别")))

    response = confirm(desk, "category", preview, **changes)

    assert response.status_code == 200
    assert "没有再次执行" in response.content.decode()
    assert Category.objects.count() == before


def test_format_and_resource_of_a_confirm_are_not_the_browsers_choice(desk):
    preview = upload(desk, "category", as_csv(HEADINGS["category"], ("2025", "999", "新类别")))

    confirm(desk, "category", preview, format="77", resource="-3")

    assert Category.objects.filter(code="999").exists()


def test_a_confirm_is_good_for_its_table_and_its_person_only(desk, client, portal):
    preview = upload(desk, "category", as_csv(HEADINGS["category"], ("2025", "999", "新类别")))

    confirm(desk, "unit", preview)
    client.force_login(make_user("second", ("bureau", None)))
    confirm(client, "category", preview)

    assert not Category.objects.filter(code="999").exists()
    assert not Unit.objects.filter(code="999").exists()


def test_a_library_that_changed_after_the_preview_refuses_the_whole_file(desk, portal):
    year = other_year()
    rows = [("2025", "998", "甲"), ("2026", "999", "乙")]
    preview = upload(desk, "category", as_csv(HEADINGS["category"], *rows))
    Frame.objects.filter(year=year, parent__isnull=False).delete()
    Frame.objects.filter(year=year).delete()
    year.delete()

    response = confirm(desk, "category", preview)

    assert "预览之后数据有变动" in response.content.decode()
    assert not Category.objects.filter(code__in=["998", "999"]).exists()


@pytest.mark.parametrize("model", FLAT)
@pytest.mark.parametrize("number", ["0", "1"])
def test_what_is_exported_is_read_back_as_unchanged(desk, portal, model, number):
    Category.objects.create(year=portal, code="007", name="=1+1")
    Unit.objects.create(code="0009", name="-开头")

    exported = desk.post(url(model, "export/"), {"format": number, "resource": "0"})
    preview = upload(desk, model, exported.content)

    result = preview.context["result"]
    assert {row.import_type for row in result.rows} == {"skip"}
    assert len(result.rows) == TABLES[model].objects.count()


def test_an_export_is_harmless_text_with_a_chinese_name(desk, portal):
    Category.objects.create(year=portal, code="007", name="=1+1")

    table = desk.post(url("category", "export/"), {"format": "0", "resource": "0"})
    text = desk.post(url("category", "export/"), {"format": "1", "resource": "0"})

    [grid] = xlsx.read(table.content)
    assert grid.rows[1] == HEADINGS["category"]
    assert ("2025", "007", "=1+1") in grid.rows.values()
    assert text.content.startswith(b"\xef\xbb\xbf")
    assert "2025,007,'=1+1\r\n" in text.content.decode("utf-8-sig")
    assert "filename*=utf-8''%E9%A1%B9%E7%9B%AE%E7%B1%BB%E5%88%AB" in table["Content-Disposition"]


def test_empty_cells_stay_empty_in_an_export(desk):
    table = desk.post(url("unit", "export/"), {"format": "0", "resource": "0"})

    [grid] = xlsx.read(table.content)
    assert "None" not in str(grid.rows)


def test_an_export_follows_the_filter_of_the_list(desk, portal):
    exported = desk.post(
        url("indicator", "export/") + f"?year__id__exact={portal.pk}&level2=31",
        {"format": "0", "resource": "0"},
    )

    [grid] = xlsx.read(exported.content)
    assert {row[3] for number, row in grid.rows.items() if number > 1} == {"31"}


def test_an_import_leaves_a_line_in_the_history_of_the_entry(desk):
    confirm(
        desk,
        "category",
        upload(desk, "category", as_csv(HEADINGS["category"], ("2025", "999", "新类别"))),
    )

    page = desk.get(url("category", f"{Category.objects.get(code='999').pk}/history/"))
    assert "导入" in page.content.decode()


def test_a_unit_with_goals_keeps_its_code(desk, clerk):
    goal = make_goal(by=clerk)
    data = {"code": "999999", "name": "区政数局", "parent": ""}

    page = desk.post(url("unit", f"{goal.unit_id}/change/"), data).content.decode()

    assert "编码不能再改" in page
    assert Unit.objects.get(pk=goal.unit_id).code == "101009"


@pytest.mark.parametrize(
    ("code", "message"),
    [("11", "应为9位数字"), ("221000999", "应以“111”开头"), ("abcdefghi", "9位")],
)
def test_an_indicator_whose_code_no_sheet_could_use_is_none(desk, portal, code, message):
    parent = Frame.objects.get(year=portal, code="11")
    data = {"year": portal.pk, "parent": parent.pk, "code": code, "name": "新指标"}

    page = desk.post(url("indicator", "add/"), data).content.decode()
    preview = upload(desk, "indicator", as_csv(HEADINGS["indicator"], ("2025", code, "新", "11")))

    assert message in page
    assert message in preview.content.decode()
    assert not Indicator.objects.filter(code=code).exists()
