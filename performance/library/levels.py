"""How much a finding matters. Pure: rules and readers use it without Django."""

from enum import Enum


class Level(Enum):
    """Errors block 送审; warnings and hints do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def label(self) -> str:
        return {"error": "错误", "warning": "警告", "hint": "提示"}[self.value]
