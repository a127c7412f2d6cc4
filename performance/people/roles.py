"""Who may do what: the one table. A right that is not in a role's row does not exist for it."""

from dataclasses import dataclass
from enum import Enum


class Right(Enum):
    """What a door asks for. `goals.*` rights hold within the units of the role's scope."""

    SEE_GOALS = "查看绩效目标"
    WRITE_GOALS = "填报绩效目标"
    WRITE_ANY_TIME = "不受填报时间限制"
    SUBMIT_GOALS = "送审"
    REVIEW_GOALS = "审核"
    ISSUE_GOALS = "批复、备案和重新受理"
    EXPORT_GOALS = "导出"
    CREATE_MISSING = "导入时新建年度、单位、类别和指标"
    MANAGE_LIBRARY = "维护年度、类别、指标和单位"
    SEE_LIBRARY = "查看指标库"
    MANAGE_USERS = "维护用户"
    SEE_AUDIT = "查看操作日志"


class Scope(Enum):
    """Which units a role reaches from the unit it is held in."""

    OWN = "本单位"
    BELOW = "本单位及下级单位"
    ALL = "所有单位"
    NONE = "不涉及单位"


@dataclass(frozen=True)
class Role:
    name: str
    label: str
    scope: Scope
    rights: frozenset[Right]

    @property
    def needs_unit(self) -> bool:
        return self.scope in (Scope.OWN, Scope.BELOW)

    @property
    def may_be_deputised(self) -> bool:
        """Accounts and the audit stay with those who were chosen for them (三员分立)."""
        return not self.rights & {Right.MANAGE_USERS, Right.SEE_AUDIT}


_REVIEWING = frozenset({Right.SEE_GOALS, Right.REVIEW_GOALS, Right.EXPORT_GOALS, Right.SEE_LIBRARY})

ROLES = {
    role.name: role
    for role in (
        Role(
            "clerk",
            "填报人",
            Scope.OWN,
            frozenset(
                {
                    Right.SEE_GOALS,
                    Right.WRITE_GOALS,
                    Right.SUBMIT_GOALS,
                    Right.EXPORT_GOALS,
                    Right.SEE_LIBRARY,
                }
            ),
        ),
        Role("unit_reviewer", "单位审核人", Scope.OWN, _REVIEWING),
        Role("reviewer", "主管部门审核人", Scope.BELOW, _REVIEWING),
        Role("finance_reviewer", "财政审核人", Scope.ALL, _REVIEWING),
        Role(
            "bureau",
            "业务管理员",
            Scope.ALL,
            frozenset(
                {
                    Right.SEE_GOALS,
                    Right.WRITE_GOALS,
                    Right.WRITE_ANY_TIME,
                    Right.ISSUE_GOALS,
                    Right.EXPORT_GOALS,
                    Right.CREATE_MISSING,
                    Right.MANAGE_LIBRARY,
                    Right.SEE_LIBRARY,
                }
            ),
        ),
        Role(
            "auditor",
            "审计员",
            Scope.ALL,
            frozenset({Right.SEE_GOALS, Right.SEE_LIBRARY, Right.SEE_AUDIT}),
        ),
        Role("system", "系统管理员", Scope.NONE, frozenset({Right.MANAGE_USERS})),
    )
}

REVIEWERS = tuple(role for role in ROLES.values() if Right.REVIEW_GOALS in role.rights)
"""Those who may be put before a step of review."""

DEPUTISED = tuple(role.name for role in ROLES.values() if role.may_be_deputised)
"""Roles that somebody may hold for another person."""

KEEPERS = frozenset(role.name for role in ROLES.values() if Right.MANAGE_USERS in role.rights)
"""Roles that open the pages of accounts."""
