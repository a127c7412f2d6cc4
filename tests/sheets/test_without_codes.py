"""Sources without codes: everything is known by its name below its parent, from file to file."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.goals.models import Goal, GoalLine, Revision
from performance.goals.queries import background
from performance.goals.sheet import Coded
from performance.library.actions import open_year
from performance.library.models import Category, Frame, Indicator, Year
from performance.people.models import Unit, User
from performance.quality.check import check
from performance.review.actions import perform
from performance.sheets.actions import confirm, look_again
from performance.sheets.convert import read_file, read_grids, write_file
from performance.sheets.export import export_file
from performance.sheets.models import Upload
from performance.sheets.planning import make_plan
from performance.sheets.receiving import receive
from performance.sheets.stored import dump_plan, load_plan
from tests.builders import (
    TITLE,
    clean_sheet,
    make_file,
    make_grid,
    make_line,
    make_row,
    make_sheet,
    make_user,
    make_workbook,
)
from tests.racing import by_name, race

NAMED = {"unit": "信息中心", "category": "一般类", "level1": "过程指标", "level2": "管理指标"}
OLD_LEVELS = {"level1": "产出指标", "level2": "数量指标"}


def bring(*rows, by, create_missing=True, **grid) -> Upload:
    data = make_workbook(make_grid(*rows, **grid))
    return receive(data, "目标.xlsx", by=by, create_missing=create_missing)


def accept(upload: Upload) -> Upload:
    return confirm(upload.pk, by=upload.by, plan_hash=upload.plan_hash)


def created(upload: Upload) -> list[tuple[str, str, str]]:
    return [(c.what, c.name, c.parent) for c in load_plan(upload.plan).creations]


def kinds(upload: Upload) -> list[str]:
    return [operation.kind.value for operation in load_plan(upload.plan).operations]


def findings_of(goal: Goal) -> list[str]:
    return [f.message for f in check(goal.sheet(), background(goal.year, sheet=goal.sheet()))]


def test_everything_a_table_names_is_created_once_below_its_parent(bureau, portal):
    rows = [
        make_row("甲", **NAMED, level3="制度完备"),
        make_row("甲", **NAMED, level3="记录 完备"),
        make_row("乙", **NAMED | {"level2": "管理 指标"}, level3="制度完备"),
        make_row("乙", **NAMED | OLD_LEVELS, level3="制度完备"),
        make_row("丙", **NAMED | {"unit": "信息 中心"} | OLD_LEVELS, level3="订制制服数"),
    ]

    upload = bring(*rows, by=bureau)

    assert created(upload) == [
        ("unit", "信息中心", ""),
        ("category", "一般类", ""),
        ("frame", "过程指标", ""),
        ("frame", "管理指标", "\n过程指标"),
        ("indicator", "制度完备", "\n过程指标\n管理指标"),
        ("indicator", "记录 完备", "\n过程指标\n管理指标"),
        ("indicator", "制度完备", "11"),
    ]
    accept(upload)
    assert Unit.objects.get(name="信息中心").parent is None
    new = Frame.objects.get(name="管理指标")
    assert (new.code, new.parent.name, new.parent.parent) == ("", "过程指标", None)
    assert Indicator.objects.filter(name="制度完备").count() == 2
    assert list(Indicator.objects.filter(parent=new).values_list("code", "name")) == [
        ("", "制度完备"),
        ("", "记录 完备"),
    ]
    assert Category.objects.get(name="一般类").code == ""
    for goal in Goal.objects.select_related("year"):
        assert findings_of(goal) == []
        assert goal.category.name == "一般类"
        assert goal.unit.name == "信息中心"
    assert not GoalLine.objects.filter(indicator=None).exists()


def test_a_second_confirmed_file_creates_nothing_again(bureau):
    accept(bring(make_row("甲", **NAMED, level3="制度完备"), by=bureau))

    upload = bring(
        make_row("甲", **NAMED, level3="制度完备"),
        make_row("乙", **NAMED, level3="制度完备"),
        by=bureau,
    )

    assert created(upload) == []
    assert kinds(upload) == ["same", "new"]


def test_what_was_exported_is_read_back_the_same_and_writes_nothing(bureau):
    rows = [
        make_row("甲", **NAMED, level3="制度完备"),
        make_row("甲", **NAMED, level3="2025-项目"),
        make_row("乙", **NAMED | {"category": "", "overall_goal": ""}, level3="制度完备"),
    ]
    level1 = Frame.objects.create(year=Year.objects.get(), name="过程指标")
    level2 = Frame.objects.create(year=level1.year, name="管理指标", parent=level1)
    Indicator.objects.create(year=level1.year, name="2025-项目", parent=level2)
    accept(bring(*rows, by=bureau))
    sheets = [goal.sheet() for goal in Goal.objects.all()]
    before = list(Revision.objects.values_list())

    data, _ = export_file(
        Goal.objects.all(), by=bureau, layout="listing", extension="xlsx", approved_only=False
    )
    upload = receive(data, "导出.xlsx", by=bureau, create_missing=True)
    accept(upload)

    assert [goal.sheet for goal in read_file(data).goals] == sheets
    assert created(upload) == []
    assert kinds(upload) == ["same", "same"]
    assert list(Revision.objects.values_list()) == before


def test_a_name_with_a_code_in_the_library_is_known_without_it(clerk):
    names = {"unit": "区政数局", "category": "部门预算部门职能类"} | OLD_LEVELS
    upload = bring(make_row("甲", **names, level3="订制制服数"), by=clerk, create_missing=False)

    accept(upload)

    goal = Goal.objects.select_related("year").get()
    assert load_plan(upload.plan).findings == ()
    assert (goal.unit.code, goal.category.code) == ("101009", "331")
    assert goal.lines.get().indicator.code == "111000898"
    assert goal.sheet().lines[0].level3 == Coded("", "订制制服数")


def test_a_coded_table_finds_the_goals_of_a_table_without_codes(clerk):
    names = {"unit": "区政数局"} | OLD_LEVELS
    accept(bring(make_row("甲", **names, level3="订制制服数"), by=clerk))

    upload = bring(make_row("甲"), by=clerk)

    assert kinds(upload) == ["changed"]
    assert load_plan(upload.plan).operations[0].sheet.lines[0].key == (
        Goal.objects.get().sheet().lines[0].key
    )


def test_a_clerk_of_one_of_several_units_with_a_name_means_the_own(portal):
    other = Unit.objects.get(code="202001")
    Unit.objects.create(name="办公室", parent=other)
    own = Unit.objects.create(name="办公室", parent=Unit.objects.get(code="101"))
    user = make_user("wu")
    user.memberships.create(role="clerk", unit=own)

    accept(bring(make_row("甲", unit="办公室"), by=user))

    assert Goal.objects.get().unit == own


def test_what_several_units_are_called_is_no_units_name(bureau, portal):
    for parent in Unit.objects.filter(code__in=["101", "202001"]):
        Unit.objects.create(name="办公室", parent=parent)

    upload = bring(make_row("甲", unit="办公室"), by=bureau)

    (finding,) = [f for f in load_plan(upload.plan).findings if f.refuses]
    assert (finding.rule, finding.cell) == ("F05", "A3")
    assert created(upload) == []


def test_who_may_not_create_is_told_what_is_unknown(clerk):
    row = make_row("甲", category="没有的类", level3="没有的指标", **OLD_LEVELS)

    upload = bring(row, by=clerk)

    assert created(upload) == []
    assert [(f.rule, f.cell) for f in load_plan(upload.plan).findings] == [
        ("R02", "C3"),
        ("R02", "H3"),
    ]


@pytest.mark.parametrize("taken", [True, False])
def test_a_name_that_was_taken_since_the_preview_is_left_as_it_is(bureau, portal, taken):
    upload = bring(make_row("甲", **NAMED, level3="制度完备"), by=bureau)
    if taken:
        Unit.objects.create(code="777", name="信息中心")
        Category.objects.create(year=portal, code="777", name="一般 类")
        Frame.objects.create(year=portal, code="7", name="过程指标")

    accept(upload)

    goal = Goal.objects.get()
    assert goal.unit.code == ("777" if taken else "")
    assert Frame.objects.filter(name="过程指标").count() == 1
    assert Category.objects.filter(name__startswith="一般").count() == 1
    assert Frame.objects.filter(parent=None, name="管理指标").count() == 0


def test_a_new_year_takes_over_entries_without_codes(bureau, portal):
    accept(bring(make_row("甲", **NAMED, level3="制度完备"), by=bureau))

    upload = bring(make_row("甲", **NAMED, level3="制度完备"), by=bureau, title="2026年目标")

    assert created(upload) == [
        ("year", "", ""),
        ("indicator", "制度完备", "\n过程指标\n管理指标"),
    ]
    accept(upload)
    year = Year.objects.get(year=2026)
    assert Indicator.objects.get(year=year).parent.parent.year == year
    assert findings_of(Goal.objects.select_related("year").get(year=year)) == []


def test_a_year_that_is_opened_copies_entries_without_codes(portal):
    level1 = Frame.objects.create(year=portal, name="过程指标")
    Frame.objects.create(year=portal, name="管理指标", parent=level1)
    Category.objects.create(year=portal, name="一般类")

    year = open_year(2026)

    level2 = Frame.objects.get(year=year, name="管理指标")
    assert (level2.parent.name, level2.parent.year) == ("过程指标", year)
    assert Category.objects.filter(year=year, code="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_new_names_at_once_create_them_once(bureau):
    uploads = [
        bring(
            *(make_row(f"{name}{n}", **NAMED, level3=f"第{n}项") for n in order),
            by=bureau,
        )
        for name, order in (("甲", range(4)), ("乙", range(3, -1, -1)))
    ]

    def confirming(upload):
        user = User.objects.get(pk=bureau.pk)
        return lambda: confirm(upload.pk, by=user, plan_hash=upload.plan_hash)

    answers = race(*map(confirming, uploads))

    assert by_name(answers, lambda done: done.state) == {"confirmed": 2}
    assert Goal.objects.count() == 8
    assert Unit.objects.filter(name="信息中心").count() == 1
    assert Indicator.objects.filter(code="", name__startswith="第").count() == 4


def test_the_plan_survives_being_kept(bureau):
    reading = read_grids([make_grid(make_row("甲", **NAMED, level3="制度完备"))])
    plan = make_plan(reading, by=bureau, create_missing=True)

    assert load_plan(dump_plan(plan)) == plan
    assert len({(c.what, c.year, c.key) for c in plan.creations}) == len(plan.creations) == 5


def test_looking_again_without_creating_says_what_is_missing(bureau):
    upload = bring(make_row("甲", **NAMED, level3="制度完备"), by=bureau)

    again = look_again(upload.pk, by=bureau, create_missing=False)

    assert kinds(again) == ["refused"]
    assert created(again) == []


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1)
names = words.map(lambda word: f"名{word}")
tables = st.lists(
    st.tuples(names, names, names, names, names), min_size=1, max_size=4, unique_by=lambda r: r[1]
)


@settings(suppress_health_check=list(HealthCheck), max_examples=25)
@given(tables)
def test_any_table_without_codes_comes_back_the_same(rows):
    sheets = [
        make_sheet(project, make_line(level3, level2, level1), unit=unit, category="")
        for unit, project, level1, level2, level3 in rows
    ]

    data = write_file([(TITLE, sheets)], "listing", "xlsx")

    assert [goal.sheet for goal in read_file(data).goals] == sheets


def test_a_goal_of_a_unit_without_code_is_submitted(portal, bureau):
    unit = Unit.objects.create(name="信息中心")
    user = make_user("wu")
    user.memberships.create(role="clerk", unit=unit)
    upload = receive(make_file(clean_sheet("甲", unit="信息中心")), "表.xlsx", by=user)
    accept(upload)
    goal = Goal.objects.get()

    perform(goal.pk, "submit", by=user, seen=goal.chain_hash)

    assert Goal.objects.get().state == "submitted"
