"""The chain of a goal's events: each is sealed with everything before it.

As with revisions (goals/writing.py), the goal keeps number and hash of the newest, so a removed one
is missed.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC

from performance.goals.sheet import canonical
from performance.review.models import Event, Remark

SAID = ("key", "field", "kind", "text", "proposal")
"""What of a remark is sealed; its answer and closing come later."""


def event_hash(event: Event, revision_hash: str, remarks: Iterable[Remark], before: str) -> str:
    """`revision_hash`: the chain hash of the revision that the step was taken on."""
    link = {
        "goal": event.goal_id,
        "number": event.number,
        "transition": event.transition,
        "source": event.source,
        "target": event.target,
        "step": event.step,
        "step_name": event.step_name,
        "to_step": event.to_step,
        "cycle": event.cycle,
        "revision": revision_hash,
        "by": event.by_id,
        "on_behalf_of": event.on_behalf_of_id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "opinion": event.opinion,
        "grades": event.grades,
        "request": event.request_id,
        "remarks": [{name: getattr(remark, name) for name in SAID} for remark in remarks],
        "before": before,
    }
    return hashlib.sha256(canonical(link).encode()).hexdigest()
