"""A remark that is being written at a cell. No queries."""

from dataclasses import dataclass

from performance.admin.review.notes import anchor_of
from performance.goals.opening import FORM, LINE, LINES, PLACES, place_of, text_at
from performance.goals.sheet import FORM_FIELDS, LINE_FIELDS, Sheet
from performance.review.remarking import FIXED

NO_PROPOSAL = {"level1", "level2", *PLACES}
"""Where no text is proposed: more than a cell, or what follows from something else."""


@dataclass(frozen=True)
class Writing:
    """`current` is what stands there, None where nothing else can be proposed."""

    key: str
    field: str
    place: str
    current: str | None
    kind: str = ""
    text: str = ""
    proposal: str | None = None
    error: str = ""

    @property
    def token(self) -> str:
        return f"{self.key}.{self.field}"

    @property
    def anchor(self) -> str:
        return anchor_of(self.key, self.field)

    @property
    def is_around(self) -> bool:
        """Of the form as a whole: it stands above the table."""
        return not self.key and self.field in PLACES

    @property
    def proposed(self) -> str:
        return (self.current or "") if self.proposal is None else self.proposal


def writing_at(sheet: Sheet, token: str, **said: str | None) -> Writing | None:
    """At the place that an address names (key.field); None for one that is not on the sheet."""
    key, _, field = token.partition(".")
    keys = {line.key for line in sheet.lines}
    inside = field in {*LINE_FIELDS, LINE} if key else field in {*FORM_FIELDS, FORM, LINES}
    if not inside or field in FIXED or (key and key not in keys):
        return None
    current = None if field in NO_PROPOSAL else text_at(sheet, key, field)
    return Writing(key, field, place_of(key, field, sheet), current, **said)  # type: ignore[arg-type] # the names of texts
