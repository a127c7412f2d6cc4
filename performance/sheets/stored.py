"""Readings and plans as text, for keeping them on an upload. Pure."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from performance.goals.sheet import canonical, from_json, to_json
from performance.sheets.convert import Incoming, Reading
from performance.sheets.located import Located
from performance.sheets.plan import Creation, Kind, Operation, Plan


def dump_reading(reading: Reading) -> str:
    goals = [
        {
            "sheet": to_json(goal.sheet),
            "title": goal.title,
            "position": goal.position,
            "missing": sorted(goal.missing),
        }
        for goal in reading.goals
    ]
    return canonical({"goals": goals, "findings": [f.as_json() for f in reading.findings]})


def load_reading(text: str) -> Reading:
    data = json.loads(text)
    return Reading(
        tuple(
            Incoming(
                from_json(row["sheet"]), row["title"], row["position"], frozenset(row["missing"])
            )
            for row in data["goals"]
        ),
        tuple(Located.from_json(row) for row in data["findings"]),
    )


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
