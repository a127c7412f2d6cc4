"""A file's goal laid over what the portal has of it, also where somebody changed that meanwhile."""

from collections.abc import Iterator

from performance.goals.merge import ROW, Conflict, Merged
from performance.goals.sheet import FIELDS
from performance.library.levels import Level
from performance.quality.finding import cell_of, worksheet_of
from performance.sheets.convert import Incoming
from performance.sheets.kept import laid_between, laid_over
from performance.sheets.located import Located
from performance.sheets.plan import Operation
from performance.sheets.surroundings import Surroundings


def laid(goal: Incoming, goal_id: int, around: Surroundings) -> Merged:
    now, base = around.sheets[goal_id], around.bases.get(goal_id)
    if base is None:
        return Merged(laid_over(now, goal.sheet, goal.missing))
    return laid_between(base, goal.sheet, goal.missing, now)


def both_changed(
    goal: Incoming, operation: Operation, index: int, around: Surroundings
) -> Iterator[Located]:
    """Cells in which the file and somebody else say something else than was there."""
    if operation.goal_id is None:
        return
    for conflict in laid(goal, operation.goal_id, around).conflicts:
        worksheet = worksheet_of(goal.sheet)
        cell = cell_of(goal.sheet, None, "project" if conflict.line is not None else conflict.field)
        yield Located("F14", Level.WARNING, _told(conflict), worksheet, cell, index)


def _told(conflict: Conflict) -> str:
    """Line numbers are of no use here: the file's rows are not the form's."""
    if conflict.field == ROW:
        which = conflict.theirs or conflict.mine
        done = "别人改了" if conflict.theirs else "别人删去了"
        kept = "保留" if conflict.theirs else "不再写入"
        return f"指标“{which}”：预览以后{done}这一行，表格与之不同；{kept}这一行。"
    label, mine, theirs = (
        FIELDS[conflict.field],
        conflict.mine or "（空）",
        conflict.theirs or "（空）",
    )
    return (
        f"{label}：表格里是“{mine}”，预览以后别人改成了“{theirs}”，保留“{theirs}”；"
        "要以表格为准，请导入后在填报页改，或重新上传。"
    )
