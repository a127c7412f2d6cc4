"""What a file would do: a value that is shown, stored and then applied as it is. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from performance.goals.sheet import Sheet
from performance.sheets.located import Located


class Kind(Enum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"new": "新增", "changed": "修改", "same": "相同", "refused": "有误"}[self.value]


@dataclass(frozen=True)
class Operation:
    """What would become of one goal. `base` is the revision the comparison was made with.

    Without `unit_id` the unit is one of the plan's creations, found by its code.
    """

    kind: Kind
    sheet: Sheet
    title: str
    position: int
    unit_id: int | None = None
    goal_id: int | None = None
    base: int = 0


@dataclass(frozen=True)
class Creation:
    """A reference entry that is not known yet; `what` is year, unit, frame, category, indicator."""

    what: str
    year: int
    code: str
    name: str
    parent: str = ""

    @property
    def label(self) -> str:
        label = {
            "year": "年度",
            "unit": "单位",
            "frame": "二级指标" if self.parent else "一级指标",
            "category": "项目类别",
            "indicator": "三级指标",
        }[self.what]
        text = f"{self.code}-{self.name}" if self.what != "year" else f"{self.year}年"
        return f"{label}“{text}”"


@dataclass(frozen=True)
class Plan:
    operations: tuple[Operation, ...]
    creations: tuple[Creation, ...]
    findings: tuple[Located, ...]

    @property
    def refuses(self) -> bool:
        """Whether anything of the file cannot be stored."""
        return any(finding.refuses for finding in self.findings)

    @property
    def summary(self) -> Mapping[str, int]:
        kinds = Counter(operation.kind.value for operation in self.operations)
        return {
            "goals": len(self.operations),
            "lines": sum(len(operation.sheet.lines) for operation in self.operations),
            **{kind.value: kinds[kind.value] for kind in Kind},
            "create": len(self.creations),
        }

    @property
    def to_write(self) -> tuple[Operation, ...]:
        return tuple(op for op in self.operations if op.kind in (Kind.NEW, Kind.CHANGED))
