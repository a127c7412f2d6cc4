"""Readings and plans as text, for keeping them on an upload. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from performance.goals.sheet import canonical, from_json, to_json
from performance.sheets.convert import Incoming, Reading
from performance.sheets.grid import Box
from performance.sheets.layouts.table import NO_EXTRAS, Amount, Extras, Split
from performance.sheets.located import Located
from performance.sheets.plan import Creation, Kind, Operation, Plan


def dump_reading(reading: Reading) -> str:
    goals = [
        {
            "sheet": to_json(goal.sheet),
            "title": goal.title,
            "position": goal.position,
            "missing": sorted(goal.missing),
            "extras": asdict(goal.extras),
            "split": asdict(goal.split) if goal.split else None,
        }
        for goal in reading.goals
    ]
    boxes = [[*place, *box] for place, box in reading.boxes.items()]
    findings = [finding.as_json() for finding in reading.findings]
    return canonical({"goals": goals, "findings": findings, "boxes": boxes})


def load_reading(text: str) -> Reading:
    data = json.loads(text)
    return Reading(
        tuple(_incoming(row) for row in data["goals"]),
        tuple(Located.from_json(row) for row in data["findings"]),
        _boxes(data),
    )


@dataclass(frozen=True)
class Beside:
    """What a preview shows beside the goals: texts to part (index of a goal → its proposal), what
    else a form holds, and where (worksheet, cell) stands on a page."""

    splits: Mapping[int, Split]
    extras: Mapping[int, Extras]
    boxes: Mapping[tuple[str, str], Box]


def load_beside(text: str) -> Beside:
    data = json.loads(text)
    goals = list(enumerate(data["goals"]))
    splits = {index: _split(row["split"]) for index, row in goals if row.get("split")}
    extras = {index: _extras(row["extras"]) for index, row in goals if row.get("extras")}
    return Beside(splits, extras, _boxes(data))


def _boxes(data: dict[str, Any]) -> dict[tuple[str, str], Box]:
    return {(sheet, cell): Box(*box) for sheet, cell, *box in data.get("boxes", ())}


def _incoming(row: dict[str, Any]) -> Incoming:
    """Uploads kept by an earlier version know neither extras nor splits nor boxes."""
    return Incoming(
        from_json(row["sheet"]),
        row["title"],
        row["position"],
        frozenset(row["missing"]),
        _extras(row["extras"]) if "extras" in row else NO_EXTRAS,
        _split(row["split"]) if row.get("split") else None,
    )


def _extras(row: dict[str, Any]) -> Extras:
    return Extras(
        tuple(row["weights"]),
        tuple((level, points) for level, points in row["points"]),
        tuple(Amount(**amount) for amount in row["amounts"]),
        row["amount_unit"],
    )


def _split(row: dict[str, Any]) -> Split:
    left, right = row["columns"]
    return Split(tuple(row["lines"]), row["cut"], row["doubtful"], (left, right))


def dump_plan(plan: Plan) -> str:
    operations = [
        {
            "kind": op.kind.value,
            "sheet": to_json(op.sheet),
            "title": op.title,
            "position": op.position,
            "unit_id": op.unit_id,
            "goal_id": op.goal_id,
            "base": op.base,
            "was": op.was,
            "apart": to_json(op.apart) if op.apart else None,
        }
        for op in plan.operations
    ]
    return canonical(
        {
            "operations": operations,
            "creations": [asdict(creation) for creation in plan.creations],
            "findings": [finding.as_json() for finding in plan.findings],
        }
    )


def load_plan(text: str) -> Plan:
    data = json.loads(text)
    return Plan(
        tuple(_operation(row) for row in data["operations"]),
        tuple(Creation(**row) for row in data["creations"]),
        tuple(Located.from_json(row) for row in data["findings"]),
    )


def _operation(row: dict[str, Any]) -> Operation:
    apart = row.get("apart")
    read = {
        "kind": Kind(row["kind"]),
        "sheet": from_json(row["sheet"]),
        "apart": from_json(apart) if apart else None,
    }
    return Operation(**row | read)


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
