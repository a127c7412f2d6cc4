"""What an adjustment changes, in the same words for the clerk and for the reviewer."""

from performance.goals.compare import Difference
from performance.goals.sheet import FORM_FIELDS

LABELS = {"changed": "修改", "added": "新增", "removed": "删除"}
"""By the kind of a goals.compare.LineChange."""


def counted(difference: Difference) -> str:
    """Lines by what becomes of them, other fields by name; "" where nothing changes."""
    kinds = [change.kind for change in difference.lines]
    lines = [f"{label} {kinds.count(kind)} 行" for kind, label in LABELS.items() if kind in kinds]
    told = ["、".join(lines)] if lines else []
    told += [f"“{FORM_FIELDS[cell.field]}”有改动" for cell in difference.head]
    told += ["调整了各行的顺序"] if difference.moved else []
    return "，".join(told)
