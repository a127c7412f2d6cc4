"""Entries and units without codes on the pages: forms, lists, files, filters."""

import pytest

from performance.goals.actions import save_sheet
from performance.goals.models import Origin
from performance.library.models import Category, Frame, Indicator, Year
from performance.people.models import Unit
from tests.admin.desk import at_desk, goal_url, visible
from tests.admin.library.test_library import TABLES, as_csv, confirm, upload, url
from tests.builders import clean_sheet, make_draft, make_goal, make_line, make_sheet, make_user


@pytest.fixture
def desk(bureau):
    return at_desk(bureau)


@pytest.fixture
def level2(portal) -> Frame:
    level1 = Frame.objects.create(year=portal, name="过程指标")
    return Frame.objects.create(year=portal, name="管理指标", parent=level1)


def errors(response) -> dict[str, str]:
    return {name: str(e) for name, e in response.context["adminform"].form.errors.items()}


def test_entries_without_codes_are_added_and_shown_by_their_names(desk, portal):
    year = {"year": portal.pk, "code": ""}
    desk.post(url("frame", "add/"), {**year, "parent": "", "name": "过程指标"})
    level1 = Frame.objects.get(name="过程指标")
    desk.post(url("frame", "add/"), {**year, "parent": level1.pk, "name": "管理指标"})
    level2 = Frame.objects.get(name="管理指标")
    desk.post(url("indicator", "add/"), {**year, "parent": level2.pk, "name": "制度完备"})
    desk.post(url("category", "add/"), {**year, "name": "一般类"})

    entry = Indicator.objects.get(name="制度完备")
    assert str(entry) == "制度完备"
    page = desk.get(url("indicator"), {"q": "制度完备"})
    assert f"/indicator/{entry.pk}/change/" in page.content.decode()
    assert "过程指标" in visible(page)
    assert "没有编码的不填，按名称识别。" in visible(desk.get(url("category", "add/")))
    assert "管理指标（过程指标）" in visible(desk.get(url("indicator", "add/")))


@pytest.mark.parametrize("model", ["category", "frame", "indicator"])
def test_the_same_name_without_a_code_is_a_sentence(desk, portal, level2, model):
    Category.objects.create(year=portal, name="一般类")
    Indicator.objects.create(year=portal, name="制度完备", parent=level2)
    data = {
        "category": {"name": "一般类"},
        "frame": {"name": "管理指标", "parent": level2.parent_id},
        "indicator": {"name": "制度完备", "parent": level2.pk},
    }[model]
    before = TABLES[model].objects.count()

    page = desk.post(url(model, "add/"), {"year": portal.pk, "code": "", **data})

    assert "请填写编码或改用别的名称。" in visible(page)
    assert TABLES[model].objects.count() == before


def test_a_name_that_is_all_there_is_must_be_short(desk, portal):
    data = {"year": portal.pk, "code": "", "name": "长" * 501}

    refused = desk.post(url("category", "add/"), data)
    fine = desk.post(url("category", "add/"), data | {"code": "9"})

    assert "名称最多500个字" in errors(refused)["name"]
    assert fine.status_code == 302


def test_indicators_are_filtered_by_a_level_2_without_a_code(desk, portal, level2):
    Indicator.objects.create(year=portal, name="制度完备", parent=level2)

    found = desk.get(url("indicator"), {"level2": "=管理指标"})
    unknown = desk.get(url("indicator"), {"level2": "=没有\0的"})

    assert [row.name for row in found.context["cl"].result_list] == ["制度完备"]
    assert list(unknown.context["cl"].result_list) == []


# --- units ------------------------------------------------------------------------------------


def test_a_unit_without_a_code_is_added_searched_and_chosen(desk, portal):
    top = Unit.objects.get(code="101")

    desk.post(url("unit", "add/"), {"code": "", "name": "办公室", "parent": top.pk})
    desk.post(url("unit", "add/"), {"code": "", "name": "办公室", "parent": ""})

    units = Unit.objects.filter(name="办公室")
    assert {unit.parent for unit in units} == {top, None}
    page = desk.get(url("unit"), {"q": "办公室"})
    assert all(f"/unit/{unit.pk}/change/" in page.content.decode() for unit in units)
    system = at_desk(make_user("chen", ("system", None)))
    query = {"app_label": "performance", "model_name": "membership", "field_name": "unit"}
    offered = system.get("/admin/autocomplete/", {**query, "term": "办公"}).json()["results"]
    assert [row["text"] for row in offered] == ["办公室", "办公室"]


def test_two_units_without_code_below_one_have_two_names(desk, portal):
    top = Unit.objects.get(code="101")
    Unit.objects.create(name="办公室", parent=top)
    data = {"code": "", "name": "办公室", "parent": top.pk}

    page = desk.post(url("unit", "add/"), data)
    other = Unit.objects.create(name="财务科", parent=top)
    renamed = desk.post(url("unit", f"{other.pk}/change/"), data)

    for response in (page, renamed):
        assert errors(response) == {
            "name": '<ul class="errorlist" id="id_name_error"><li>同一上级单位下已有同名而没有编码'
            "的单位，请填写编码或改名称。</li></ul>"
        }


def test_a_unit_with_goals_keeps_the_name_that_sheets_find_it_by(desk, bureau, portal):
    unit = Unit.objects.create(name="信息中心")
    make_goal_of(unit, bureau)
    place, data = url("unit", f"{unit.pk}/change/"), {"code": "", "parent": ""}

    refused = desk.post(place, data | {"name": "数据中心"})
    coded = desk.post(place, data | {"name": "数据中心", "code": "777"})

    assert "名称不能再改" in errors(refused)["name"]
    assert coded.status_code == 302
    unit.refresh_from_db()
    assert (unit.code, unit.name) == ("777", "数据中心")
    assert "编码不能再改" in errors(desk.post(place, data | {"name": "数据中心"}))["code"]


def make_goal_of(unit: Unit, by, **changes):
    sheet = clean_sheet("甲", unit=unit.name, **changes)
    return save_sheet(make_draft(sheet, unit_id=unit.pk), by=by, origin=Origin.FORM)


def test_the_goals_of_a_unit_and_a_category_without_codes_are_found(desk, bureau, portal):
    unit = Unit.objects.create(name="信息中心")
    Category.objects.create(year=portal, name="一般类")
    make_goal_of(unit, bureau, category="一般类")
    make_goal(make_sheet("乙", make_line()), by=bureau)
    make_goal(make_sheet("丙", make_line(), category="部门预算部门职能类"), by=bureau)

    def projects(**query) -> list[str]:
        rows = desk.get(goal_url("changelist"), query).context["cl"].result_list
        return [goal.project for goal in rows]

    assert projects(category="=一般类") == ["甲"]
    assert projects(category="331") == ["乙", "丙"]
    assert projects(unit=unit.pk) == ["甲"]
    assert projects(category="=没有\0的") == projects()


# --- files in and out -------------------------------------------------------------------------


HEADINGS = {
    "frame": ("年度", "编码", "名称", "一级指标编码"),
    "indicator": ("年度", "编码", "名称", "二级指标编码"),
    "category": ("年度", "编码", "名称"),
    "unit": ("编码", "名称", "上级单位编码"),
}
ROWS = {
    "frame": [
        ("2025", "", "管理", "过程指标"),
        ("2025", "", "过程指标", ""),
        ("2025", "", "管理", "1"),
    ],
    "indicator": [
        ("2025", "", "制度完备", "过程指标/管理指标"),
        ("2025", "", "记录", "管理指标"),
        ("2025", "", "记录", "11"),
        ("2025", "", "满意", "质量指标"),
    ],
    "category": [("2025", "", "一般类"), ("2025", "", "特殊类")],
    "unit": [("", "一组", "办公室"), ("", "办公室", "101"), ("", "甲局", "")],
}


@pytest.mark.parametrize("number", ["0", "1"])
@pytest.mark.parametrize("model", ROWS)
def test_rows_without_codes_are_entered_once_and_exported_as_they_are(desk, portal, model, number):
    if model == "indicator":
        level1 = Frame.objects.create(year=portal, name="过程指标")
        Frame.objects.create(year=portal, name="管理指标", parent=level1)
    table, before = TABLES[model], TABLES[model].objects.count()

    preview = upload(desk, model, as_csv(HEADINGS[model], *ROWS[model]))
    confirm(desk, model, preview)
    entered = table.objects.count()
    again = upload(desk, model, as_csv(HEADINGS[model], *ROWS[model]))
    exported = desk.post(url(model, "export/"), {"format": number, "resource": "0"})
    back = upload(desk, model, exported.content)

    assert entered == before + len(ROWS[model])
    assert {row.import_type for row in again.context["result"].rows} == {"skip"}
    assert {row.import_type for row in back.context["result"].rows} == {"skip"}
    assert len(back.context["result"].rows) == entered


def test_a_level_2_that_two_have_the_name_of_is_asked_for(desk, portal, level2):
    Frame.objects.create(year=portal, name="管理指标", parent=Frame.objects.get(code="1"))
    row = ("2025", "", "制度完备", "管理指标")

    response = upload(desk, "indicator", as_csv(HEADINGS["indicator"], row))

    [invalid] = response.context["result"].invalid_rows
    assert "有2个二级指标叫“管理指标”" in str(invalid.field_specific_errors["二级指标编码"])


def test_the_same_name_twice_in_a_file_is_refused(desk, portal):
    rows = [("2025", "", "一般类"), ("2025", "", "一般类")]

    page = upload(desk, "category", as_csv(HEADINGS["category"], *rows)).content.decode()

    assert "与第2行的年度、名称相同" in page


@pytest.mark.parametrize("model", ROWS)
def test_null_characters_in_a_file_are_no_error_of_the_server(desk, model):
    row = {heading: "2025" if heading == "年度" else "a\0b" for heading in HEADINGS[model]}

    for cells in (row, row | {"编码": ""}):
        assert upload(desk, model, as_csv(HEADINGS[model], cells.values())).status_code == 200
    assert Year.objects.count() == 1
