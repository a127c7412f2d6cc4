"""A finding with its place in the file: what previews, reports and commands list."""

from dataclasses import asdict, dataclass
from typing import Any

from performance.library.levels import Level


@dataclass(frozen=True)
class Located:
    """`cell` is A1 style without the worksheet, None where the file has no such cell.

    `goal` is the index of the goal it belongs to, in the order of the file; `refuses`: that goal
    (or, without one, the file) cannot be stored.
    """

    rule: str
    level: Level
    message: str
    sheet: str | None = None
    cell: str | None = None
    goal: int | None = None
    refuses: bool = False

    @property
    def place(self) -> str:
        """In words, for people."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return sheet + (f"单元格 {self.cell}" if self.cell else "")

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"level": self.level.value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Located":
        return cls(**data | {"level": Level(data["level"])})


def report_row(finding: Located) -> dict[str, Any]:
    """The five keys that commands print."""
    data = finding.as_json()
    return {key: data[key] for key in ("sheet", "cell", "rule", "level", "message")}
