"""Comparing a reading with what the portal has: the plan that a preview shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from performance.goals.actions import unchangeable
from performance.goals.background import Background
from performance.goals.models import Goal, State
from performance.goals.sheet import FIELDS, Sheet
from performance.library.levels import Level
from performance.library.plain import plain
from performance.people.models import Unit, User
from performance.people.queries import holds, unit_ids
from performance.people.roles import Right
from performance.quality.check import check
from performance.quality.finding import cell_of, worksheet_of
from performance.sheets.convert import Incoming, Reading
from performance.sheets.located import Located, in_words
from performance.sheets.missing import Wanted, missing_entries
from performance.sheets.plan import Kind, Operation, Plan
from performance.sheets.remerging import both_changed, laid
from performance.sheets.renaming import propose_renames
from performance.sheets.surroundings import Surroundings, surroundings_of, unit_key

Sheets = Sequence[tuple[int, Sheet]]
"""Sheets with the index of their goal in the file."""


def make_plan(
    reading: Reading,
    *,
    by: User,
    create_missing: bool,
    compared: Mapping[int, int] | None = None,
) -> Plan:
    """Reads only. What is missing is created only if asked for, by whom may, for what is kept.

    Goals that changed since they were `compared` (goal id → revision) are merged with the file.
    """
    create = create_missing and holds(by, Right.CREATE_MISSING)
    writable = unit_ids(by, Right.WRITE_GOALS)
    around = surroundings_of(reading.goals, create=create, writable=writable, compared=compared)
    sheets = [(index, goal.sheet) for index, goal in enumerate(reading.goals)]
    backgrounds = _grown(around, sheets) if create else around.backgrounds
    operations, findings = _compared(reading.goals, by, around, backgrounds)
    operations, renames = propose_renames(operations, reading.goals, around)
    kept = [pair for pair in sheets if operations[pair[0]].kind is not Kind.REFUSED]
    wanted = _wanted(around, kept) if create else []
    proposals = (_proposal(entry) for entry in wanted)
    creations = tuple(entry.creation for entry in wanted)
    return Plan(tuple(operations), creations, (*reading.findings, *proposals, *findings, *renames))


def _compared(
    goals: Sequence[Incoming], by: User, around: Surroundings, backgrounds: Mapping[int, Background]
) -> tuple[list[Operation], list[Located]]:
    """What the file would do to each goal, and what is to be told of it."""
    operations: list[Operation] = []
    findings: list[Located] = []
    first: dict[tuple[int, int | str, str], Sheet] = {}
    for index, goal in enumerate(goals):
        unit, known = around.units.get(index), backgrounds.get(goal.sheet.year)
        found = [
            *_place_faults(goal, unit, index, by, around),
            *_doubled(goal, unit, index, first),
            *_other_names(goal, unit, index, known),
            *_findings(goal, index, known),
        ]
        operation, locked = _operation(goal, unit, around, found)
        operations.append(operation)
        findings += found
        findings += both_changed(goal, operation, index, around)
        findings += [_located(goal, index, "project", "F06", locked)] if locked else []
    return operations, list(_once(findings))


def _once(findings: Iterable[Located]) -> Iterator[Located]:
    """A year's fault stands in no cell: it is told once for all goals that have it."""
    told: set[str] = set()
    for finding in findings:
        if finding.cell or finding.message not in told:
            yield finding
        if not finding.cell and finding.rule == "F05":
            told.add(finding.message)


def _grown(around: Surroundings, sheets: Sheets) -> dict[int, Background]:
    """Each year's background as it would be with all that the file asks for."""
    return {
        year: missing_entries(_of_year(sheets, year), known)[1]
        for year, known in around.backgrounds.items()
    }


def _wanted(around: Surroundings, kept: Sheets) -> list[Wanted]:
    """What is created: only what the goals that are kept ask for."""
    years = {sheet.year for _, sheet in kept}
    units = {unit_key(sheet.unit) for _, sheet in kept}
    wanted = [entry for year, entry in around.new_years.items() if year in years]
    wanted += [entry for key, entry in around.new_units.items() if key in units]
    for year, known in around.backgrounds.items():
        wanted += missing_entries(_of_year(kept, year), known)[0]
    return wanted


def _of_year(sheets: Sheets, year: int) -> Sheets:
    return [(index, sheet) for index, sheet in sheets if sheet.year == year]


def _place_faults(
    goal: Incoming,
    unit: Unit | None,
    index: int,
    by: User,
    around: Surroundings,
) -> Iterator[Located]:
    """Year and unit: what the portal must know before a goal has a place."""
    sheet = goal.sheet
    if not sheet.year:
        message = "没有从表格标题读到年度（如“2025年……”），请在上传时选择年度。"
        yield _located(goal, index, "", "F05", message)
    elif sheet.year not in around.backgrounds:
        who = "请" if holds(by, Right.CREATE_MISSING) else "请业务管理员"
        message = f"没有{sheet.year}年度，{who}先建立这个年度，或在导入时选择新建。"
        yield _located(goal, index, "", "F05", message)
    if not sheet.unit:
        return
    writable = unit_ids(by, Right.WRITE_GOALS)
    allowed = writable is None or (unit is not None and unit.pk in writable)
    if not allowed:
        message = f"您没有填报单位“{sheet.unit.text}”的权限，请检查单位编码，或请该单位填报人导入。"
        yield _located(goal, index, "unit", "F06", message)
    elif index in around.doubtful:
        message = f"单位库中不止一个单位叫“{sheet.unit.text}”，请在名称前写明单位编码。"
        yield _located(goal, index, "unit", "F05", message)
    elif unit is None and unit_key(sheet.unit) not in around.new_units:
        message = f"单位库中没有“{sheet.unit.text}”，请核对单位编码和名称，或在导入时选择新建。"
        yield _located(goal, index, "unit", "F05", message)


def _other_names(
    goal: Incoming, unit: Unit | None, index: int, known: Background | None
) -> Iterator[Located]:
    """Unit and category are known by their codes; another name is kept, and told."""
    sheet = goal.sheet
    category = known.categories.coded(sheet.category) if known else None
    for field, coded, entry in (("unit", sheet.unit, unit), ("category", sheet.category, category)):
        if entry and entry.code and coded.code and plain(coded.name) != plain(entry.name):
            label, other = FIELDS[field], entry.name
            message = f"{label}“{coded.text}”在库中的名称是“{other}”，按编码对应，原文保留。"
            found = _located(goal, index, field, "F09", message)
            yield replace(found, level=Level.HINT, refuses=False)


def _doubled(
    goal: Incoming, unit: Unit | None, index: int, first: dict[tuple[int, int | str, str], Sheet]
) -> Iterator[Located]:
    """A project in two tables, or under two spellings of its unit: nobody can say which counts."""
    sheet = goal.sheet
    before = first.setdefault(
        (sheet.year, unit.pk if unit else sheet.unit.text, sheet.project), sheet
    )
    if before is not sheet and sheet.project:
        place = in_words(worksheet_of(before), cell_of(before, None, "project"))
        message = f"项目“{sheet.project}”在{place} 已出现过，请合并到一处后再上传。"
        yield _located(goal, index, "project", "F08", message)


def _findings(goal: Incoming, index: int, known: Background | None) -> list[Located]:
    """Without a year there is nothing to measure by.

    A column that is not there at all is said once, not again at each row.
    """
    checked = check(goal.sheet, known or Background())
    return [
        Located(
            finding.rule,
            finding.level,
            finding.message,
            worksheet_of(goal.sheet),
            cell_of(goal.sheet, finding.line, finding.field),
            index,
            finding.refuses,
        )
        for finding in checked
        if finding.field not in goal.missing and (known or finding.refuses)
    ]


def _operation(
    goal: Incoming, unit: Unit | None, around: Surroundings, found: list[Located]
) -> tuple[Operation, str]:
    """The operation, and why the goal is locked if it is."""
    new = Operation(Kind.NEW, goal.sheet, goal.title, goal.position, unit.pk if unit else None)
    if any(finding.refuses for finding in found) or not goal.sheet.unit:
        return replace(new, kind=Kind.REFUSED), ""
    key = (goal.sheet.year, unit.pk if unit else 0, goal.sheet.project)
    current = around.goals.get(key)
    if current is None:
        return new, ""
    before = around.sheets[current.pk]
    keyed = laid(goal, current.pk, around).sheet
    known = replace(new, sheet=keyed, goal_id=current.pk, base=current.revision_number)
    if keyed == before:
        return replace(known, kind=Kind.SAME), ""
    if locked := _locked(current, before, keyed):
        return replace(known, kind=Kind.REFUSED), locked
    return replace(known, kind=Kind.CHANGED), ""


_WAYS_OUT = {
    State.SUBMITTED: "需先取消送审或由审核人退回",
    State.APPROVED: "需先由审核人退回",
    State.ISSUED: "需先在项目页面申请调整",
    State.FILED: "需先在项目页面申请调整",
    State.REJECTED: "需先由业务管理员重新受理",
}
"""What has to happen before a file may change a goal in such a state."""


def _locked(current: Goal, before: Sheet, after: Sheet) -> str:
    """Why the file may not change a goal like that, as the save itself would say; or ""."""
    state = State(current.state)
    if way_out := _WAYS_OUT.get(state):
        return f"项目“{current.project}”现在是“{state.label}”，不能用表格修改；{way_out}。"
    message = unchangeable(current, before, after)
    return message and f"项目“{current.project}”不能这样修改：{message}"


def _proposal(wanted: Wanted) -> Located:
    message = f"{wanted.creation.label}尚未登记，确认后将新建。"
    return Located("F07", Level.HINT, message, wanted.sheet, wanted.cell, wanted.goal)


def _located(goal: Incoming, index: int, field: str, rule: str, message: str) -> Located:
    cell = cell_of(goal.sheet, None, field)
    sheet = worksheet_of(goal.sheet)
    return Located(rule, Level.ERROR, message, sheet, cell, index, refuses=True)
