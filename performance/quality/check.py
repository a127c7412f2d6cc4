"""All rules over one sheet."""

from collections.abc import Iterable

from performance.goals.background import Background
from performance.goals.refusals import refusals
from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.quality.finding import Finding
from performance.quality.rules import RULES


def check(sheet: Sheet, background: Background) -> list[Finding]:
    """Every finding at once, in the order of the form: the head first, then line by line."""
    refused = [
        Finding(r.rule, Level.ERROR, r.message, r.line, r.field, refuses=True)
        for r in refusals(sheet)
    ]
    places = {(finding.line, finding.field) for finding in refused}
    found = [
        Finding(rule.id, background.levels.get(rule.id, rule.level), message, line, field)
        for rule in RULES
        for line, field, message in rule.check(sheet, background)
        if (line, field) not in places  # a refusal says it already, and more sharply
    ]
    return sorted(refused + found, key=lambda f: (-1 if f.line is None else f.line, f.rule))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stand in the way of 送审."""
    return [finding for finding in findings if finding.level is Level.ERROR]
