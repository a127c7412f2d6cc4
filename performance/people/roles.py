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
    EXPORT_GOALS = "导出"
    CREATE_MISSING = "导入时新建年度、单位、类别和指标"
    MANAGE_LIBRARY = "维护年度、类别、指标和单位"
    SEE_LIBRARY = "查看指标库"
    MANAGE_USERS = "维护用户"


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
        Role(
            "reviewer",
            "审核人",
            Scope.BELOW,
            frozenset({Right.SEE_GOALS, Right.REVIEW_GOALS, Right.EXPORT_GOALS, Right.SEE_LIBRARY}),
        ),
        Role(
            "bureau",
            "业务管理员",
            Scope.ALL,
            frozenset(
                {
                    Right.SEE_GOALS,
                    Right.WRITE_GOALS,
                    Right.WRITE_ANY_TIME,
                    Right.EXPORT_GOALS,
                    Right.CREATE_MISSING,
                    Right.MANAGE_LIBRARY,
                    Right.SEE_LIBRARY,
                }
            ),
        ),
        Role("system", "系统管理员", Scope.NONE, frozenset({Right.MANAGE_USERS})),
    )
}
