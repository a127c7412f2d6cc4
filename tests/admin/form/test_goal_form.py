"""The goal form: what is typed is stored as written, or is still on the page with a reason."""

from dataclasses import replace

import pytest
from django.test import Client

from performance.goals.models import EDITABLE, Goal, Revision, State
from performance.goals.refusals import LINES
from performance.goals.sheet import Coded, Line, Sheet
from performance.library.models import Category, Frame, Indicator, Year
from performance.people.models import Unit
from performance.people.roles import ROLES, Right
from tests.admin.desk import (
    at_desk,
    everything,
    form_on,
    fresh,
    goal_url,
    rows_on,
    told,
    typed,
    typed_lines,
    visible,
)
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet, make_user


@pytest.fixture
def actor(request):
    """One person per role, by the role's name; all reach unit 101009 if the role has a reach."""
    found = {"clerk": "clerk", "reviewer": "reviewer", "bureau": "bureau"}

    def get(role: str):
        if role in found:
            return request.getfixturevalue(found[role])
        return make_user(f"any-{role}", (role, "101009" if ROLES[role].needs_unit else None))

    return get


def page_of(goal: Goal, user):
    return at_desk(user).get(goal_url("change", goal.pk))


def post(user, goal: Goal | None, data: dict, **more):
    path = goal_url("change", goal.pk) if goal else goal_url("add")
    return at_desk(user).post(path, data, **more)


def as_posted(sheet: Sheet, **changes) -> dict:
    """A new goal's form, unit chosen."""
    unit = Unit.objects.get(code=sheet.unit.code)
    return typed(sheet, unit=str(unit.pk), **changes)


def keyless(lines) -> list[tuple]:
    return [(x.level1, x.level2, x.level3, x.cycle_value, x.annual_value) for x in lines]


# --- opening -------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_opens_a_goal_in_each_state(actor, clerk, role, state):
    goal = make_goal(by=clerk, state=state)

    response = page_of(goal, actor(role))

    rights = ROLES[role].rights
    assert response.status_code == (200 if Right.SEE_GOALS in rights else 404)
    if response.status_code == 200:
        types = Right.WRITE_GOALS in rights and state in EDITABLE
        assert ('id="goal-form"' in response.content.decode()) is types
        assert ('name="line_level3"' in response.content.decode()) is types
        for text in ("工作制服经费", "101009-区政数局", "三年内为窗口人员配齐制服", state.label):
            assert text in response.content.decode()


@pytest.mark.parametrize("state", EDITABLE)
def test_the_form_shows_everything_as_stored(clerk, state):
    sheet = make_sheet(
        "甲“乙”<丙>&",
        make_line("从未见过的", "19-没有的", "9-没有的", "约5 套\n左右", "＞90%"),
        make_line("", "", "", "", "", ""),
        category="999-没有的类别",
        overall_goal="第一行\n\n第三行",
    )
    sheet = replace(sheet, lines=sheet.lines[:1])
    goal = make_goal(sheet, by=clerk, state=state)

    response = page_of(goal, clerk)

    data = form_on(response)
    assert data["project"] == ["甲“乙”<丙>&"]
    assert data["category"] == ["999-没有的类别"]
    assert data["overall_goal"] == ["第一行\r\n\r\n第三行"]
    assert data["base"] == ["1"]
    assert rows_on(response) == [("从未见过的", "约5 套\r\n左右", "＞90%")]
    assert "19-没有的" in visible(response)


def test_sending_the_form_as_it_was_opened_changes_nothing(clerk):
    sheet = make_sheet(
        "甲", make_line("未登记的", "19-旧的", "9-旧的", "一\n二", "＞90%"), category="999-旧类别"
    )
    goal = make_goal(sheet, by=clerk)
    before = everything()

    response = post(clerk, goal, form_on(page_of(goal, clerk)), follow=True)

    assert everything() == before
    assert told(response) == ["内容没有改动，未产生新版本。"]


def test_the_add_form_offers_the_units_one_may_write_for(clerk, bureau):
    mine, all_units = (at_desk(user).get(goal_url("add")) for user in (clerk, bureau))

    assert "区教育局" not in mine.content.decode()
    assert "202001-区教育局" in visible(all_units)


@pytest.mark.parametrize(
    "query", ["?year=abc", "?year=1999", "?year=", "?unit=9", "?year=２０２５"]
)
def test_the_add_form_opens_whatever_year_is_asked_for(clerk, query):
    response = at_desk(clerk).get(goal_url("add") + query)

    assert response.status_code == 200
    assert "2025年" in visible(response)


def test_the_add_form_of_another_year_opens_a_goal_of_that_year(clerk):
    Year.objects.create(year=2026)

    response = at_desk(clerk).post(
        f"{goal_url('add')}?year=2025", as_posted(make_sheet("甲"), category="")
    )

    assert response.status_code == 302
    assert Goal.objects.get().year.year == 2025


def test_without_any_year_the_add_form_says_what_to_do(db):
    unit = Unit.objects.create(code="1", name="甲")
    user = make_user("zhang", ("clerk", unit.code))

    response = at_desk(user).get(goal_url("add"))

    assert response.status_code == 403
    assert "请业务管理员先建立年度" in visible(response)


# --- saving --------------------------------------------------------------------------------------
def test_a_new_goal_is_saved_as_typed(clerk):
    sheet = clean_sheet("全新项目")

    response = post(clerk, None, as_posted(sheet), follow=True)

    goal = Goal.objects.get()
    assert response.redirect_chain == [(goal_url("change", goal.pk), 302)]
    assert told(response) == ["已保存（第1版）。"]
    assert goal.sheet() == sheet
    assert (goal.state, goal.changed_by, goal.revisions.get().origin) == ("draft", clerk, "form")


@pytest.mark.parametrize(
    "value",
    [
        "＞90%",
        "30份以上",
        "25条网络电路、53台云服务器",
        "≥95%",
        "100%",
        "1,234.50",
        "=1+1",
        "'05",
        "5‰；“优”",
        "及时\t完成",
        "１２套",
        "<b>5</b>",
        "😀",
        "𠮷野家",
    ],
)
def test_values_are_stored_as_people_write_them(clerk, value):
    goal = make_goal(by=clerk)
    line = replace(goal.sheet().lines[0], cycle_value=value, annual_value=value)

    post(clerk, goal, typed(goal, **typed_lines([line])))

    assert fresh(goal).sheet().lines == (line,)


def test_line_ends_become_one_character_and_ends_are_trimmed(clerk):
    goal = make_goal(by=clerk)
    rows = {"line_key": [""], "line_level3": [" 订制制服数\r\n"]}
    rows |= {"line_cycle": ["\t一\r\n二\r三\n四 "], "line_annual": ["\u3000五\u3000"]}
    texts = {"project": "  制服  ", "overall_goal": "\r\n甲\r\n乙\r\n", "annual_goal": "丙\r丁"}

    post(clerk, goal, typed(goal, **rows, **texts))

    sheet = fresh(goal).sheet()
    assert (sheet.project, sheet.overall_goal, sheet.annual_goal) == ("制服", "甲\n乙", "丙\n丁")
    assert (sheet.lines[0].cycle_value, sheet.lines[0].annual_value) == ("一\n二\n三\n四", "五")


def test_blank_rows_are_no_lines_wherever_they_stand(clerk):
    goal = make_goal(by=clerk)
    blank, (first, second) = Line(), goal.sheet().lines

    post(clerk, goal, typed(goal, **typed_lines([blank, second, blank, first, blank])))

    assert fresh(goal).sheet().lines == (second, first)


def test_rows_of_spaces_are_blank(clerk):
    goal = make_goal(by=clerk)
    rows = typed_lines([*goal.sheet().lines, Line(Coded(), Coded(), Coded("", " \u3000"), "\r\n")])

    post(clerk, goal, typed(goal, **rows))

    assert len(fresh(goal).sheet().lines) == 2


def test_the_order_of_rows_is_the_order_of_lines_and_keys_stay(clerk):
    goal = make_goal(by=clerk)
    first, second = goal.sheet().lines
    new = make_line("112000287-验收合格率", "12-质量指标")

    post(clerk, goal, typed(goal, **typed_lines([second, new, first])))

    lines = fresh(goal).sheet().lines
    assert keyless(lines) == keyless([second, new, first])
    assert (lines[0].key, lines[2].key) == (second.key, first.key)
    assert lines[1].key not in ("", first.key, second.key)


def test_a_removed_row_takes_nothing_else_with_it(clerk):
    goal = make_goal(by=clerk)
    _, second = goal.sheet().lines

    post(clerk, goal, typed(goal, **typed_lines([second])))

    lines = fresh(goal).sheet().lines
    assert lines == (second,)
    assert lines[0].key == second.key


def test_all_rows_may_be_removed(clerk):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, **typed_lines([], blank=1)), follow=True)

    assert fresh(goal).sheet().lines == ()
    assert "还没有任何绩效指标" in visible(response)


def test_a_grid_without_any_input_is_a_grid_without_lines(clerk):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, **typed_lines([])))

    assert response.status_code == 302
    assert fresh(goal).sheet().lines == ()


# --- indicators as people type them ------------------------------------------------------------
OUTPUT, NUMBER = Coded("1", "产出指标"), Coded("11", "数量指标")
UNIFORMS = Coded("111000898", "订制制服数")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("111000898", (OUTPUT, NUMBER, UNIFORMS)),
        ("订制制服数", (OUTPUT, NUMBER, UNIFORMS)),
        ("订制 制服数", (OUTPUT, NUMBER, UNIFORMS)),
        ("订制　制服数", (OUTPUT, NUMBER, UNIFORMS)),
        ("订制制服数量", (Coded(), Coded(), Coded("", "订制制服数量"))),
        ("111000898-订制制服数", (OUTPUT, NUMBER, UNIFORMS)),
        ("111000898 - 订制制服数", (OUTPUT, NUMBER, UNIFORMS)),
        ("111000898-别的名称", (OUTPUT, NUMBER, Coded("111000898", "别的名称"))),
        ("111999999", (OUTPUT, NUMBER, Coded("111999999", ""))),
        ("111999999-新指标", (OUTPUT, NUMBER, Coded("111999999", "新指标"))),
        ("499999999-新指标", (Coded(), Coded(), Coded("499999999", "新指标"))),
        ("随便写的", (Coded(), Coded(), Coded("", "随便写的"))),
        ("重名指标", (Coded(), Coded(), Coded("", "重名指标"))),
        ("-", (Coded(), Coded(), Coded("", "-"))),
        ("%", (Coded(), Coded(), Coded("", "%"))),
        ("'; drop table", (Coded(), Coded(), Coded("", "'; drop table"))),
    ],
)
def test_an_indicator_is_found_by_code_or_only_name(clerk, portal, text, levels):
    for code, parent in (("111777777", "11"), ("112777777", "12")):
        above = Frame.objects.get(year=portal, code=parent)
        Indicator.objects.create(year=portal, code=code, name="重名指标", parent=above)
    goal = make_goal(by=clerk)
    row = {"line_key": [""], "line_level3": [text], "line_cycle": ["5"], "line_annual": ["5"]}

    response = post(clerk, goal, typed(goal, **row))

    assert response.status_code == 302
    assert keyless(fresh(goal).sheet().lines) == [(*levels, "5", "5")]


def test_an_indicator_of_another_year_is_not_found(clerk, portal):
    other = Year.objects.create(year=2024)
    level1 = Frame.objects.create(year=other, code="1", name="产出指标")
    level2 = Frame.objects.create(year=other, code="11", name="数量指标", parent=level1)
    Indicator.objects.create(year=other, code="111000001", name="去年的指标", parent=level2)
    goal = make_goal(by=clerk)
    row = {"line_key": [""], "line_level3": ["去年的指标"], "line_cycle": [""], "line_annual": [""]}

    post(clerk, goal, typed(goal, **row))

    assert keyless(fresh(goal).sheet().lines) == [
        (Coded(), Coded(), Coded("", "去年的指标"), "", "")
    ]


def test_a_line_that_was_not_retyped_keeps_its_levels_as_written(clerk):
    written = make_line("111000898-订制制服数", "12-写错的二级", "3-写错的一级")
    goal = make_goal(make_sheet("甲", written), by=clerk)
    line = replace(goal.sheet().lines[0], annual_value="6套")

    post(clerk, goal, typed(goal, **typed_lines([line])))

    assert fresh(goal).sheet().lines == (line,)


def test_a_retyped_line_takes_the_levels_of_the_library(clerk):
    goal = make_goal(make_sheet("甲", make_line("旧的", "12-写错", "3-写错")), by=clerk)
    key = goal.sheet().lines[0].key
    row = typed_lines([Line(level3=Coded("", "订制制服数"), key=key)])

    post(clerk, goal, typed(goal, **row))

    [line] = fresh(goal).sheet().lines
    assert (line.level1, line.level2, line.level3, line.key) == (OUTPUT, NUMBER, UNIFORMS, key)


def test_a_category_that_the_year_does_not_have_is_kept_as_written(clerk):
    goal = make_goal(make_sheet("甲", category="部门预算部门职能类"), by=clerk)

    post(clerk, goal, typed(goal, annual_goal="改"))

    assert fresh(goal).sheet().category == Coded("", "部门预算部门职能类")
    assert fresh(goal).annual_goal == "改"


def test_category_and_both_goals_may_be_empty(clerk):
    data = as_posted(clean_sheet(), category="", overall_goal="", annual_goal="")

    response = post(clerk, None, data)

    assert response.status_code == 302
    sheet = Goal.objects.get().sheet()
    assert (sheet.category, sheet.overall_goal, sheet.annual_goal) == (Coded(), "", "")


# --- refused: the typed text stays -------------------------------------------------------------
def refused(response, data: dict) -> str:
    """The page's text, after seeing that everything typed is still on it."""
    assert response.status_code == 200
    on_page = form_on(response)
    for name in ("project", "category", "overall_goal", "annual_goal"):
        assert [x.replace("\r\n", "\n").strip() for x in on_page[name]] == [
            data[name].replace("\r\n", "\n").strip()
        ]
    columns = (data[name] for name in ("line_level3", "line_cycle", "line_annual"))
    assert rows_on(response) == [row for row in zip(*columns, strict=True) if any(row)]
    return visible(response)


def long_rows(number: int) -> dict:
    rows = (Line(level3=Coded("", f"指标{n}"), annual_value="1") for n in range(number))
    return typed_lines(list(rows))


REFUSALS = [
    ({"project": ""}, "项目名称为空，请填写项目名称。"),
    ({"project": "  \r\n"}, "项目名称为空，请填写项目名称。"),
    ({"project": "长" * 501}, "500"),
    ({"project": "甲\x07乙"}, "U+0007"),
    ({"project": "甲\u2028乙"}, "U+2028"),
    ({"overall_goal": "甲\x1b乙"}, "U+001B"),
    ({"annual_goal": "甲\x7f乙"}, "U+007F"),
    (
        {"line_level3": ["没有登记的"], "line_cycle": ["5\x01套"], "line_annual": ["5套"]},
        "第1行“实施周期指标值”",
    ),
    ({"line_level3": ["订制\x02数"], "line_cycle": ["5"], "line_annual": ["5"]}, "第1行“三级指标”"),
    ({"line_level3": [""], "line_cycle": [""], "line_annual": ["5套"]}, "没有三级指标"),
    ({"line_level3": ["9" * 201], "line_cycle": ["1"], "line_annual": ["1"]}, "编码过长"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSALS)
def test_what_has_no_place_is_refused_with_everything_typed_still_there(clerk, changes, reason):
    goal = make_goal(by=clerk)
    if "line_level3" in changes:
        changes = changes | {"line_key": [""]}
    data = typed(goal, annual_goal="手打的一大段") | changes
    before = everything()

    response = post(clerk, goal, data)

    assert reason in refused(response, data)
    assert everything() == before


@pytest.mark.parametrize("field", ["project", "overall_goal"])
def test_a_null_character_is_refused_with_a_sentence(clerk, field):
    goal = make_goal(by=clerk)
    data = typed(goal, **{field: "甲\x00乙"}, annual_goal="手打的一大段")

    response = post(clerk, goal, data)

    assert response.status_code == 200
    assert "手打的一大段" in form_on(response)["annual_goal"]
    assert fresh(goal).revision_number == 1


def test_a_null_character_in_a_line_is_refused_with_a_sentence(clerk):
    goal = make_goal(by=clerk)
    row = {"line_key": [""], "line_level3": ["甲\x00乙"], "line_cycle": ["5"], "line_annual": ["5"]}

    response = post(clerk, goal, typed(goal, **row, annual_goal="手打的一大段"))

    assert response.status_code == 200
    assert "U+0000" in visible(response)
    assert "手打的一大段" in form_on(response)["annual_goal"]
    assert fresh(goal).revision_number == 1


def test_all_reasons_stand_on_the_page_at_once(clerk):
    goal = make_goal(by=clerk)
    rows = {
        "line_key": ["", ""],
        "line_level3": ["", "订制\x02数"],
        "line_cycle": ["5", "5"],
        "line_annual": ["5", "5\x03"],
    }

    text = visible(post(clerk, goal, typed(goal, **rows)))

    for reason in ("第1行“三级指标”", "第2行“三级指标”", "第2行“年度指标值”"):
        assert reason in text


def test_a_thousand_rows_are_saved_and_one_more_is_refused(clerk):
    goal = make_goal(by=clerk)

    saved = post(clerk, goal, typed(goal, **long_rows(LINES)))
    data = typed(fresh(goal), **long_rows(LINES + 1))
    response = post(clerk, goal, data)

    assert saved.status_code == 302
    assert f"一个项目最多{LINES}行指标。" in refused(response, data)
    assert fresh(goal).lines.count() == LINES


def test_more_fields_than_a_browser_would_send_are_refused_in_chinese(clerk):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, **long_rows(4_000)))

    assert response.status_code == 400
    assert "请求有误" in visible(response)


def test_a_post_too_large_for_memory_is_refused_in_chinese(clerk):
    goal = make_goal(by=clerk)

    response = at_desk(clerk).post(
        goal_url("change", goal.pk),
        "annual_goal=" + "a" * 8_000_001,
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 400
    assert "请求有误" in visible(response)


def test_a_second_project_of_the_same_name_is_refused(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    data = as_posted(clean_sheet("甲"), annual_goal="手打的一大段")
    before = everything()

    response = post(clerk, None, data)

    assert "本单位本年度已有同名项目" in refused(response, data)
    assert everything() == before


def test_renaming_to_a_taken_name_is_refused(clerk):
    make_goal(clean_sheet("甲"), by=clerk)
    goal = make_goal(clean_sheet("乙"), by=clerk)
    data = typed(goal, project="甲", annual_goal="手打的一大段")

    response = post(clerk, goal, data)

    assert "本单位本年度已有同名项目" in refused(response, data)
    assert fresh(goal).project == "乙"


def test_sending_the_add_form_twice_opens_one_goal_and_says_so(clerk):
    page, data = at_desk(clerk), as_posted(clean_sheet("甲"))

    first, second = (page.post(goal_url("add"), data) for _ in range(2))

    assert first.status_code == 302
    assert "本单位本年度已有同名项目" in refused(second, data)
    assert "打开已有的项目" in visible(second)
    assert Goal.objects.count() == Revision.objects.count() == 1


def test_sending_a_save_twice_makes_one_version(clerk):
    goal = make_goal(by=clerk)
    page, data = at_desk(clerk), typed(goal, annual_goal="新的")

    first, second = (page.post(goal_url("change", goal.pk), data) for _ in range(2))

    assert first.status_code == 302
    assert second.status_code in (200, 302)
    assert fresh(goal).revision_number == 2
    assert fresh(goal).annual_goal == "新的"


# --- tampering -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "base", ["", "abc", "-1", "0", "77", "1.5", "²", "9" * 30, "9" * 5000, "１", "\x00", "1,000"]
)
def test_a_tampered_base_never_overwrites(clerk, base):
    goal = make_goal(by=clerk)
    goal = change_goal(goal, clean_sheet(annual_goal="别人的"), by=clerk)

    response = post(clerk, goal, typed(goal, annual_goal="篡改的") | {"base": base})

    assert response.status_code in (200, 400)
    assert fresh(goal).annual_goal == "别人的"
    if response.status_code == 200:
        assert form_on(response)["annual_goal"] == ["篡改的"]
        assert response.context["form"].non_field_errors()


@pytest.mark.parametrize("base", [["1", "2"], ["2", "1"], []])
def test_a_base_given_twice_or_not_at_all_is_no_crash(clerk, base):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, annual_goal="新") | {"base": base})

    assert response.status_code in (200, 302, 400)


@pytest.mark.parametrize("key", ["' or 1=1", "<script>", "k" * 500, "\x00", "é", "../x"])
def test_a_tampered_key_is_made_anew(clerk, key):
    goal = make_goal(by=clerk)
    rows = typed_lines([make_line()]) | {"line_key": [key]}

    response = post(clerk, goal, typed(goal, **rows))

    [line] = fresh(goal).sheet().lines
    assert response.status_code == 302
    assert line.key.isalnum()
    assert line.key != key


def test_a_key_posted_twice_belongs_to_the_first_row(clerk):
    goal = make_goal(by=clerk)
    first, second = goal.sheet().lines
    rows = typed_lines([first, replace(second, key=first.key)])

    response = post(clerk, goal, typed(goal, **rows))

    lines = fresh(goal).sheet().lines
    assert response.status_code == 302
    assert lines[0].key == first.key != lines[1].key
    assert keyless(lines) == keyless([first, second])


@pytest.mark.parametrize("category", ["999-没有", "331", "<script>", "\x00", "331-部门预算"])
def test_a_category_that_is_no_choice_is_refused(clerk, category):
    goal = make_goal(clean_sheet(category=""), by=clerk)
    data = typed(goal, category=category, annual_goal="手打的")

    response = post(clerk, goal, data)

    assert response.status_code == 200
    assert response.context["form"].errors["category"]
    assert "手打的" in form_on(response)["annual_goal"]
    assert fresh(goal).revision_number == 1


@pytest.mark.parametrize("unit", ["foreign", "", "abc", "999999", "9" * 30, "9" * 5000, "\x00"])
def test_a_unit_that_one_may_not_write_for_is_refused(clerk, unit):
    foreign = str(Unit.objects.get(code="202001").pk)
    data = as_posted(clean_sheet()) | {"unit": foreign if unit == "foreign" else unit}

    response = post(clerk, None, data)

    assert response.status_code == 200
    assert response.context["form"].errors["unit"]
    assert rows_on(response)
    assert not Goal.objects.exists()


def test_an_existing_goal_keeps_its_unit_whatever_is_posted(bureau, clerk):
    goal = make_goal(by=clerk)
    foreign = Unit.objects.get(code="202001")

    post(bureau, goal, typed(goal, unit=str(foreign.pk), annual_goal="改"))

    assert (fresh(goal).unit.code, fresh(goal).annual_goal) == ("101009", "改")


@pytest.mark.parametrize(
    "change",
    [
        {"line_key": ["a"] * 4},
        {"line_level3": []},
        {"line_cycle": ["1"]},
        {"line_annual": ["1"] * 9},
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_rows_that_are_not_whole_are_refused_in_chinese(clerk, change, new):
    goal = make_goal(clean_sheet("甲"), by=clerk)
    data = as_posted(clean_sheet("乙")) if new else typed(goal, annual_goal="改")
    before = everything()

    response = post(clerk, None if new else goal, data | change)

    assert response.status_code == 400
    assert "提交的内容不完整或已被改动" in visible(response)
    assert everything() == before


def test_an_empty_post_is_refused_in_chinese(clerk):
    goal = make_goal(by=clerk)

    new, old = post(clerk, None, {}), post(clerk, goal, {})

    assert (new.status_code, old.status_code) == (400, 400)
    assert "请求有误" in visible(old)
    assert fresh(goal).revision_number == 1


@pytest.mark.parametrize("started", ["abc", "-1", "9" * 30, "77", "0"])
def test_a_tampered_beginning_is_no_crash(clerk, started):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, started=started, annual_goal="新"))

    assert response.status_code in (302, 400)


def test_without_the_csrf_token_nothing_is_saved_and_the_page_is_chinese(clerk):
    goal = make_goal(by=clerk)
    page = at_desk(clerk, enforce_csrf_checks=True)
    before = everything()

    for path in (
        goal_url("change", goal.pk),
        goal_url("add"),
        goal_url("perform", goal.pk, "submit"),
        goal_url("export"),
    ):
        response = page.post(path, typed(goal, annual_goal="改"))
        assert response.status_code == 403
        assert "页面已过期" in visible(response)

    assert everything() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_change_nothing(clerk, method):
    goal = make_goal(by=clerk)
    before = everything()

    response = getattr(at_desk(clerk), method)(goal_url("change", goal.pk))

    assert response.status_code in (200, 403, 405)
    assert everything() == before


# --- somebody else was here meanwhile: see also test_merging.py -------------
@pytest.mark.parametrize("state", [s for s in State if s not in EDITABLE])
def test_a_goal_submitted_in_another_tab_keeps_what_was_typed_on_the_page(clerk, state):
    goal = make_goal(by=clerk)
    opened = form_on(page_of(goal, clerk))
    Goal.objects.filter(pk=goal.pk).update(state=state)
    before = everything()

    response = post(clerk, goal, opened | {"annual_goal": ["手打的一大段"]})

    assert f"没有保存：现在是“{state.label}”" in visible(response)
    assert form_on(response)["annual_goal"] == ["手打的一大段"]
    assert everything() == before


def test_somebody_who_lost_the_role_while_typing_gets_a_chinese_page(clerk):
    goal = make_goal(by=clerk)
    page = at_desk(clerk)
    clerk.memberships.update(role="reviewer")

    response = page.post(goal_url("change", goal.pk), typed(goal, annual_goal="改"))

    assert response.status_code == 403
    assert "没有填报这个绩效目标的权限" in visible(response)
    assert fresh(goal).revision_number == 1


# --- save and submit at once ---------------------------------------------------------------------
def test_save_and_submit_without_errors_does_both(clerk):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, annual_goal="改好了", _submit=""), follow=True)

    goal = fresh(goal)
    assert (goal.state, goal.annual_goal) == (State.SUBMITTED, "改好了")
    assert told(response) == ["已保存（第2版）。", "已送审，等待审核。"]
    assert goal.events.get().revision.number == 2


def test_save_and_submit_of_a_new_goal_does_both(clerk):
    response = post(clerk, None, as_posted(clean_sheet(), _submit=""), follow=True)

    assert Goal.objects.get().state == State.SUBMITTED
    assert told(response) == ["已保存（第1版）。", "已送审，等待审核。"]


def test_save_and_submit_with_errors_saves_and_names_them(clerk):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, overall_goal="", _submit=""), follow=True)

    goal = fresh(goal)
    assert (goal.state, goal.overall_goal) == (State.DRAFT, "")
    saved, reason = told(response)
    assert saved == "已保存（第2版）。"
    assert reason.startswith("还有 1 处错误，改正后才能送审。“总体绩效目标”")


def test_save_and_submit_of_unchanged_content_submits(clerk):
    goal = make_goal(by=clerk)

    response = post(clerk, goal, typed(goal, _submit=""), follow=True)

    assert (fresh(goal).state, fresh(goal).revision_number) == (State.SUBMITTED, 1)
    assert told(response) == ["已送审，等待审核。"]


def test_who_may_not_submit_saves_all_the_same_and_is_told(bureau, clerk):
    goal = make_goal(by=clerk)

    response = post(bureau, goal, typed(goal, annual_goal="局里改的", _submit=""), follow=True)

    assert response.status_code == 200
    assert (fresh(goal).state, fresh(goal).annual_goal) == (State.DRAFT, "局里改的")
    saved, reason = told(response)
    assert saved == "已保存（第2版）。"
    assert "张敏" in reason


def test_who_may_not_submit_finds_the_button_greyed_with_the_reason(bureau, clerk):
    goal = make_goal(by=clerk)

    greyed, absent = page_of(goal, bureau), at_desk(bureau).get(goal_url("add"))

    assert "您没有“送审”权限，可以办理的有：张敏" in visible(greyed)
    assert 'name="_submit"' not in absent.content.decode()
    assert "disabled" in greyed.content.decode().partition('name="_submit"')[2][:200]


def test_anonymous_typing_is_sent_to_the_login_page(clerk):
    goal = make_goal(by=clerk)

    response = Client().post(goal_url("change", goal.pk), typed(goal, annual_goal="改"))

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")
    assert fresh(goal).revision_number == 1


def test_what_is_typed_is_escaped_wherever_it_shows(clerk):
    evil = '"><script>alert(1)</script>'
    line = make_line(evil, evil, evil, evil, evil)
    goal = make_goal(make_sheet(evil, line, category=evil, overall_goal=evil), by=clerk)
    page = at_desk(clerk)

    for path in (
        goal_url("change", goal.pk),
        goal_url("history", goal.pk),
        goal_url("revision", goal.pk, 1),
        goal_url("export"),
        goal_url("changelist"),
    ):
        html = page.get(path).content.decode()
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html

    told_page = page.post(goal_url("change", goal.pk), typed(goal, _submit=""), follow=True)
    assert "<script>alert(1)" not in told_page.content.decode()
    assert "alert(1)" in told(told_page)[-1]


def test_the_category_list_is_the_years(clerk):
    Category.objects.create(year=Year.objects.create(year=2024), code="9", name="去年的类别")

    assert "去年的类别" not in visible(at_desk(clerk).get(goal_url("add")))


def test_under_a_value_stands_how_it_is_understood(clerk):
    lines = (make_line(annual_value="30份以上"), make_line("112000826", annual_value="100%"))
    goal = make_goal(make_sheet("甲", *lines), by=clerk)

    page = at_desk(clerk).get(goal_url("change", goal.pk)).content.decode()

    assert '<small class="understood">不少于 30 份</small>' in page
    assert "等于 100%" not in page
