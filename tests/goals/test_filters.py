"""Choosing goals: for the list, the export and the commands alike."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from performance.goals.actions import save_sheet
from performance.goals.filters import GoalFilter, chosen_goals
from performance.goals.models import Goal, Origin, State
from performance.goals.queries import in_units, visible_to
from performance.library.models import Year
from performance.people.models import Unit
from performance.people.roles import ROLES, Right
from tests.builders import clean_sheet, make_draft, make_goal, make_line, make_sheet, make_user


@pytest.fixture
def goals(bureau):
    """One of each kind that the filters tell apart."""
    Year.objects.create(year=2026)
    line = make_line("222000929-保障机构正常运作", "22-社会效益", "2-效益指标")
    sheets = [
        clean_sheet("制服"),
        make_sheet("网络", line, category="333-部门预算信息化新建类", annual_goal="租用专线 100兆"),
        clean_sheet("制服", year=2026),
        clean_sheet("校车", unit="202001-区教育局"),
        clean_sheet("培训", unit="101-高新区主管部门（演示）"),
    ]
    for sheet in sheets:
        make_goal(sheet, by=bureau)
    make_goal(clean_sheet("作废的"), by=bureau, state=State.VOID)
    return Goal.objects.order_by("pk")


def found(user, goals, **data):
    """Names, each as often as it is found."""
    chosen = GoalFilter(data, queryset=goals, request=SimpleNamespace(user=user))
    assert chosen.form.is_valid(), chosen.form.errors
    return [f"{goal.project}{goal.year.year}" for goal in chosen.qs]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"year": "2026"}, ["制服2026"]),
        ({"category": "333"}, ["网络2025"]),
        ({"state": "void"}, ["作废的2025"]),
        (
            {"text": "制服 配齐", "state": "draft", "category": "331"},
            ["制服2025", "制服2026", "校车2025", "培训2025"],
        ),
        ({"text": "100兆"}, ["网络2025"]),
        ({"text": "机构正常"}, ["网络2025"]),
        ({"text": "2220"}, ["网络2025"]),
        ({"text": "专线 食堂"}, []),
        ({"text": "%"}, []),
        ({"text": "校车' OR 1=1"}, []),
    ],
)
def test_each_filter_finds_its_goals(goals, bureau, data, names):
    assert found(bureau, goals, **data) == names


def test_a_unit_stands_for_all_below_it(goals, bureau):
    units = {unit.code: unit.pk for unit in Unit.objects.all()}

    assert found(bureau, goals, unit=units["101"], year=2025, state="draft") == [
        "制服2025",
        "网络2025",
        "培训2025",
    ]
    assert found(bureau, goals, unit=units["202001"]) == ["校车2025"]


def test_a_unit_outside_ones_reach_is_not_offered(goals, clerk):
    other = Unit.objects.get(code="202001")
    request = SimpleNamespace(user=clerk)

    chosen = GoalFilter({"unit": other.pk}, queryset=goals, request=request)

    assert not chosen.form.is_valid()


REACH = {
    "clerk": ["制服", "网络", "制服", "作废的"],
    "reviewer": ["制服", "网络", "制服", "培训", "作废的"],
    "bureau": ["制服", "网络", "制服", "校车", "培训", "作废的"],
    "system": [],
}
REACH["unit_reviewer"] = REACH["clerk"]
REACH["finance_reviewer"] = REACH["auditor"] = REACH["bureau"]


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_a_role_sees_the_goals_within_its_reach(goals, role):
    unit = {"clerk": "101009", "unit_reviewer": "101009", "reviewer": "101"}.get(role.name)
    user = make_user("somebody", (role.name, unit))

    assert [goal.project for goal in visible_to(user).order_by("pk")] == REACH[role.name]
    for right in Right:
        expected = len(REACH[role.name]) if right in role.rights else 0
        assert in_units(user, right).count() == expected


def test_what_is_chosen_for_export_is_never_void(goals, clerk, bureau):
    assert sorted(g.project for g in chosen_goals(clerk)) == ["制服", "制服", "网络"]
    assert [g.project for g in chosen_goals(clerk, year=2026)] == ["制服"]
    assert chosen_goals(bureau, year=2025, unit_code="101").count() == 3
    assert chosen_goals(clerk, unit_code="101009").count() == 3


@pytest.mark.parametrize("code", ["202001", "101", "404"])
def test_a_foreign_unit_cannot_be_chosen(goals, clerk, code):
    with pytest.raises(PermissionDenied, match=code):
        chosen_goals(clerk, unit_code=code)


def test_a_unit_without_code_is_chosen_by_its_name(goals, clerk, bureau):
    parents = [Unit.objects.get(code=code) for code in ("101009", "202001")]
    units = [Unit.objects.create(name="办公室", parent=parent) for parent in parents]
    user = make_user("somebody")
    user.memberships.create(role="clerk", unit=units[0])
    draft = make_draft(clean_sheet("桌椅", unit="办公室"), unit_id=units[0].pk)
    save_sheet(draft, by=bureau, origin=Origin.FORM)

    assert [g.project for g in chosen_goals(user, unit_code="办公室")] == ["桌椅"]
    assert sorted(g.project for g in chosen_goals(clerk, unit_code="区政数局")) == [
        "制服", "制服", "网络"
    ]  # fmt: skip
    with pytest.raises(PermissionDenied, match="有2个单位叫“办公室”"):
        chosen_goals(bureau, unit_code="办公室")
