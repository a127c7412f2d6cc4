"""What tests are made of: plain functions with defaults that a test overrides where it cares."""

from collections.abc import Sequence
from typing import Any

from performance.goals.actions import Outcome, save_sheet
from performance.goals.background import Background
from performance.goals.models import Goal, Origin, State
from performance.goals.sheet import Coded, Line, Sheet
from performance.goals.writing import Draft
from performance.library.lookup import Entries, Entry
from performance.people.models import Membership, Unit, User
from performance.sheets.convert import write_file
from performance.sheets.formats import xlsx
from performance.sheets.grid import Area, Grid
from performance.sheets.layouts.listing import LISTING

YEAR = 2025
UNIT = "101009-区政数局"
TITLE = "2025年项目绩效目标"
PASSWORD = "a-long-and-boring-password"
HEADINGS = tuple(column.heading for column in LISTING.columns)


def make_line(
    level3: str = "111000898-订制制服数",
    level2: str = "11-数量指标",
    level1: str = "1-产出指标",
    cycle_value: str = "15套",
    annual_value: str = "5套",
    key: str = "",
) -> Line:
    levels = (Coded.parse(text) for text in (level1, level2, level3))
    return Line(*levels, cycle_value, annual_value, key)


def make_sheet(project: str = "工作制服经费", *lines: Line, **changes: Any) -> Sheet:
    """One project; texts of unit and category are taken as they stand in a cell."""
    head = {
        "year": YEAR,
        "unit": UNIT,
        "category": "331-部门预算部门职能类",
        "overall_goal": "三年内为窗口人员配齐制服。",
        "annual_goal": "本年为窗口人员订制制服5套。",
    } | changes
    coded = {name: Coded.parse(head.pop(name)) for name in ("unit", "category")}
    return Sheet(project=project, lines=lines or (make_line(),), **coded, **head)


def clean_sheet(project: str = "工作制服经费", **changes: Any) -> Sheet:
    """A sheet without findings in the demo's library: two lines under two levels 1."""
    lines = (
        make_line(),
        make_line(
            "331001710-行政服务窗口群众满意度", "31-服务对象满意度", "3-满意度指标", "≥90%", "≥90%"
        ),
    )
    return make_sheet(project, *lines, **changes)


def make_background(**changes: Any) -> Background:
    """What the rules know of a year that has just what `clean_sheet` uses."""
    frame = Entries(
        (
            Entry("1", "产出指标"),
            Entry("11", "数量指标", "1"),
            Entry("2", "效益指标"),
            Entry("22", "社会效益", "2"),
            Entry("3", "满意度指标"),
            Entry("31", "服务对象满意度", "3"),
        )
    )
    indicators = Entries(
        (
            Entry("111000898", "订制制服数", "11"),
            Entry("331001710", "行政服务窗口群众满意度", "31"),
        )
    )
    categories = Entries([Entry("331", "部门预算部门职能类")])
    known = {"frame": frame, "indicators": indicators, "categories": categories}
    return Background(**known | changes)


def make_user(username: str, *roles: tuple[str, str | None], **changes: Any) -> User:
    """An account with roles as (role, unit code or None); it need not change its password."""
    user = User(username=username, **{"must_change_password": False} | changes)
    user.set_unusable_password()
    user.save()
    for role, code in roles:
        unit = Unit.objects.get(code=code) if code else None
        Membership.objects.create(user=user, role=role, unit=unit)
    return user


def make_draft(sheet: Sheet | None = None, goal: Goal | None = None, **changes: Any) -> Draft:
    """A draft of a new goal, or of the next content of a goal as it stands now."""
    sheet = sheet or clean_sheet()
    known = {"goal_id": goal.pk, "base": goal.revision_number} if goal else {}
    unit = changes.pop("unit_id", None) or Unit.objects.get(code=sheet.unit.code).pk
    return Draft(**{"sheet": sheet, "unit_id": unit} | known | changes)


def make_goal(sheet: Sheet | None = None, *, by: User, state: State = State.DRAFT) -> Goal:
    """A goal as people make it: by a save. Its state is set without the steps that lead there."""
    saved = save_sheet(make_draft(sheet), by=by, origin=Origin.FORM)
    assert saved.outcome is Outcome.SAVED, saved.message
    goal = Goal.objects.get(pk=saved.goal_id)
    goal.state = state
    goal.step = int(state == State.SUBMITTED)
    if state in (State.APPROVED, *AFTER_APPROVAL):
        goal.approved_revision = goal.revisions.get()
    if state in AFTER_APPROVAL:
        goal.issued_revision = goal.approved_revision
    goal.save()
    return goal


AFTER_APPROVAL = (State.ISSUED, State.FILED, State.ADJUSTING)


def change_goal(goal: Goal, sheet: Sheet, *, by: User) -> Goal:
    """The goal after one more save."""
    saved = save_sheet(make_draft(sheet, goal), by=by, origin=Origin.FORM)
    assert saved.outcome is Outcome.SAVED, saved.message
    return Goal.objects.get(pk=goal.pk)


def make_file(*sheets: Sheet, title: str = TITLE) -> bytes:
    """The workbook that the portal itself would write."""
    return write_file([(title, sheets)], LISTING.name, "xlsx")


def make_grid(
    *rows: Sequence[str],
    title: str = TITLE,
    headings: Sequence[str] = HEADINGS,
    merges: Sequence[Area] = (),
    name: str = "绩效目标",
) -> Grid:
    """A list as an office types it: title in row 1, headings in row 2, data from row 3."""
    found = {1: (title,), 2: tuple(headings)} | {n: tuple(row) for n, row in enumerate(rows, 3)}
    filled = {number: cells for number, cells in found.items() if any(cells)}
    return Grid(name, filled, tuple(merges))


def make_workbook(*grids: Grid) -> bytes:
    return xlsx.write(grids)


def make_row(project: str = "工作制服经费", **changes: str) -> tuple[str, ...]:
    """One row of the list, every cell filled as in `make_sheet`."""
    cells = {
        "unit": UNIT,
        "project": project,
        "category": "331-部门预算部门职能类",
        "overall_goal": "三年内为窗口人员配齐制服。",
        "annual_goal": "本年为窗口人员订制制服5套。",
        "level1": "1-产出指标",
        "level2": "11-数量指标",
        "level3": "111000898-订制制服数",
        "cycle_value": "15套",
        "annual_value": "5套",
    } | changes
    return tuple(cells[column.field] for column in LISTING.columns)
