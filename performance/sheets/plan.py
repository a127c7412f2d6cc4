"""What a file would do: a value that is shown, stored and then applied as it is. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from performance.goals.sheet import Sheet
from performance.library.lookup import key_of
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

    Without `unit_id` the unit is one of the plan's creations, found by its key.
    """

    kind: Kind
    sheet: Sheet
    title: str
    position: int
    unit_id: int | None = None
    goal_id: int | None = None
    base: int = 0
    # of a proposed renaming: the name so far, and what a goal of its own would say instead
    was: str = ""
    apart: Sheet | None = None

    @property
    def is_rename(self) -> bool:
        return self.apart is not None

    def as_new(self) -> "Operation":
        """Of a proposed renaming: another project after all."""
        assert self.apart is not None
        return replace(
            self, kind=Kind.NEW, sheet=self.apart, goal_id=None, base=0, was="", apart=None
        )


@dataclass(frozen=True)
class Creation:
    """A reference entry that is not known yet; `what` is year, unit, frame, category, indicator.

    `parent` is the key of the entry above it (library/lookup.py), of a unit the code.
    """

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
        named = f"{self.code}-{self.name}" if self.code else self.name
        text = named if self.what != "year" else f"{self.year}年"
        return f"{label}“{text}”"

    @property
    def key(self) -> str:
        return key_of(self.code, self.name, self.parent)


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
    def renames(self) -> Mapping[int, Operation]:
        """Proposed renamings by the index of their goal in the file."""
        return {index: op for index, op in enumerate(self.operations) if op.is_rename}

    def with_new(self, indexes: Collection[int]) -> "Plan":
        """The plan if those of the proposed renamings are goals of their own."""
        operations = tuple(
            op.as_new() if index in indexes else op for index, op in enumerate(self.operations)
        )
        return replace(self, operations=operations)

    @property
    def to_write(self) -> tuple[Operation, ...]:
        return tuple(op for op in self.operations if op.kind in (Kind.NEW, Kind.CHANGED))
