"""Records whose other half is gone: foreign keys hold only until whoever owns the database
switches them off (or writes to SQLite past the portal, where they are off to begin with)."""

from collections.abc import Iterator

from django.db.models import Exists, Model, OuterRef

from performance.goals.models import Goal, Revision
from performance.library.models import Year
from performance.people.models import Unit
from performance.review.models import Event, Remark, Waiver

_LEFT: dict[type[Model], str] = {
    Revision: "版本",
    Event: "办理记录",
    Remark: "审核意见",
    Waiver: "豁免",
}
"""Belong to a goal."""

_BELONGS: dict[str, tuple[type[Model], str]] = {
    "year_id": (Year, "年度"),
    "unit_id": (Unit, "用款单位"),
}
"""What a goal belongs to: without it, no page and no query finds the goal."""


def dangling() -> Iterator[str]:
    """One sentence each; no goal of them is in what `verify` goes through."""
    for table, label in _LEFT.items():
        there = Goal.objects.filter(pk=OuterRef("goal_id"))
        rows = table._default_manager.filter(~Exists(there)).order_by("goal_id")
        for pk in rows.values_list("goal_id", flat=True).distinct():
            yield f"目标 {pk}：整个项目已不在，它的{label}还在。"
    for name, (table, label) in _BELONGS.items():
        known = table._default_manager.filter(pk=OuterRef(name))
        for goal in Goal.objects.filter(~Exists(known)).order_by("pk"):
            yield f"目标 {goal.pk}“{goal.project}”：它的{label}已不在，这个项目没有核对。"
