"""What the database itself refuses, whoever asks it: one table, in SQL that both databases read."""

from dataclasses import dataclass

from performance.goals.models import EDITABLE
from performance.review.case import ACTS

PREFIX = "portal_guard_"

EVENT, REVISION = "performance_event", "performance_revision"
GOAL, REMARK = "performance_goal", "performance_remark"
LOG = "auditlog_logentry"
WAIVER = "performance_waiver"


@dataclass(frozen=True)
class Guard:
    """Refuses `on` a row of `table`, where `when` holds of OLD and NEW; without `when`, always.

    `only` names the one database that needs it.
    """

    name: str
    table: str
    on: str
    message: str
    when: str = ""
    only: str = ""

    @property
    def full_name(self) -> str:
        return PREFIX + self.name


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_ACTS = _listed(ACTS)
_SAID = "goal_id, revision_id, key, field, kind, text, proposal, reopened, by_id, at, event_id"


def _replaced(table: str, name: str, message: str, when: str = "1") -> Guard:
    """SQLite removes the old row of an INSERT OR REPLACE without asking the guard on DELETE."""
    there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id AND {when})"
    return Guard(f"{name}_replace", table, "INSERT", message, there, only="sqlite")


def _append_only(table: str, name: str, label: str, instead: str) -> tuple[Guard, ...]:
    """Neither changed nor removed, nor put in the place of another row (INSERT OR REPLACE)."""
    return (
        Guard(f"{name}_update", table, "UPDATE", f"{label}只能新增，不能修改；{instead}"),
        Guard(f"{name}_delete", table, "DELETE", f"{label}只能新增，不能删除；{instead}"),
        _replaced(table, name, f"{label}只能新增，不能替换已有的一条；{instead}"),
        Guard(
            f"{name}_number",
            table,
            "INSERT",
            f"{label}的序号必须接着这个绩效目标的上一条，不能跳号或插入；{instead}",
            "NEW.number <> 1 + COALESCE("
            f"(SELECT MAX(number) FROM {table} WHERE goal_id = NEW.goal_id), 0)",
        ),
    )


_TRUNCATED = tuple(
    Guard(
        f"{table.removeprefix('performance_')}_truncate",
        table,
        "TRUNCATE",
        message,
        only="postgresql",
    )
    for table, message in (
        (EVENT, "办理记录只能新增，不能清空。"),
        (REVISION, "版本只能新增，不能清空。"),
        (GOAL, "绩效目标不能清空；不再申报的，请在系统中作废。"),
        (REMARK, "审核意见不能清空。"),
        (LOG, "操作日志只能新增，不能清空。"),
        (WAIVER, "豁免不能清空。"),
    )
)

GUARDS = (
    *_append_only(EVENT, "event", "办理记录", "需要更正的，请在系统中另行办理。"),
    *_append_only(REVISION, "revision", "版本", "需要更正的，请修改后保存为新的版本。"),
    *_TRUNCATED,
    Guard("log_update", LOG, "UPDATE", "操作日志只能新增，不能修改。"),
    Guard("log_delete", LOG, "DELETE", "操作日志只能新增，不能删除。"),
    _replaced(LOG, "log", "操作日志只能新增，不能替换已有的一条。"),
    Guard(
        "goal_delete",
        GOAL,
        "DELETE",
        "绩效目标不能删除；不再申报的，请在系统中作废。",
    ),
    Guard(
        "remark_update",
        REMARK,
        f"UPDATE OF {_SAID}",
        "已送出的审核意见不能修改；需要补充的，请另写一条。",
        "OLD.event_id IS NOT NULL OR OLD.reopened",
    ),
    Guard(
        "remark_delete",
        REMARK,
        "DELETE",
        "已送出的审核意见不能删除。",
        "OLD.event_id IS NOT NULL OR OLD.reopened",
    ),
    _replaced(
        REMARK,
        "remark",
        "已送出的审核意见不能替换。",
        "(event_id IS NOT NULL OR reopened)",
    ),
    Guard(
        "waiver_update",
        WAIVER,
        "UPDATE OF goal_id, rule, key, field, text, reason, by_id, at, until",
        "豁免不能修改；不再放行的请撤销，需要延长的请撤销后另行豁免。",
    ),
    Guard("waiver_delete", WAIVER, "DELETE", "豁免不能删除；不再放行的请撤销。"),
    _replaced(WAIVER, "waiver", "豁免不能替换已有的一条；不再放行的请撤销。"),
    Guard(
        "revision_frozen",
        REVISION,
        "INSERT",
        "绩效目标正在审核或已经定稿，不能写入新的版本；需要修改的，请先退回或申请调整。",
        f"NOT EXISTS (SELECT 1 FROM {GOAL} WHERE id = NEW.goal_id"
        f" AND state IN ({_listed(tuple(state.value for state in EDITABLE))}))",
    ),
    Guard(
        "event_revision",
        EVENT,
        "INSERT",
        "办理的必须是这个绩效目标最新的版本，请看过最新的内容再办理。",
        f"NEW.revision_id <> (SELECT r.id FROM {REVISION} r JOIN {GOAL} g"
        " ON g.id = r.goal_id AND g.revision_number = r.number WHERE g.id = NEW.goal_id)",
    ),
    Guard(
        "event_source",
        EVENT,
        "INSERT",
        "办理必须从绩效目标现在的状态开始，请刷新页面后再办理。",
        f"NEW.source <> (SELECT state FROM {GOAL} WHERE id = NEW.goal_id)",
    ),
    Guard(
        "event_own_work",
        EVENT,
        "INSERT",
        "填写或导入过这个绩效目标的人不能审核通过它，也不能由别人代为通过；请由另一位审核人办理。",
        f"NEW.transition = 'approve' AND EXISTS (SELECT 1 FROM {REVISION}"
        " WHERE goal_id = NEW.goal_id AND by_id IN (NEW.by_id, NEW.on_behalf_of_id))",
    ),
    Guard(
        "event_two_steps",
        EVENT,
        "INSERT",
        "同一个人不能在两个审核环节办理同一个绩效目标；请由另一位审核人办理。",
        f"NEW.transition IN ({_ACTS}) AND EXISTS (SELECT 1 FROM {EVENT} e"
        " WHERE e.goal_id = NEW.goal_id AND e.cycle = NEW.cycle AND e.step <> NEW.step"
        f" AND e.transition IN ({_ACTS}) AND (e.by_id IN (NEW.by_id, NEW.on_behalf_of_id)"
        " OR e.on_behalf_of_id IN (NEW.by_id, NEW.on_behalf_of_id)))",
    ),
    Guard(
        "event_remark",
        EVENT,
        "INSERT",
        "退回必须写明原因：请先在要修改的单元格旁写意见，再退回。",
        f"NEW.transition IN ('return', 'step_back') AND NOT EXISTS (SELECT 1 FROM {REMARK}"
        " WHERE goal_id = NEW.goal_id AND by_id = NEW.by_id"
        " AND event_id IS NULL AND NOT reopened)",
    ),
)
