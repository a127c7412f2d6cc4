"""Texts in row order: a person says where the overall goal ends and the annual one begins."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, QueryDict

from performance.sheets.layouts.table import Split
from performance.sheets.models import Upload
from performance.sheets.stored import load_beside


@dataclass(frozen=True)
class SplitView:
    """The lines of a text, and how many of them are the overall goal."""

    lines: tuple[str, ...]
    cut: int
    doubtful: bool

    @property
    def annual(self) -> int:
        return len(self.lines) - self.cut


def split_view(split: Split, chosen: int | None) -> SplitView:
    """As proposed, or as somebody has chosen."""
    if chosen is None:
        return SplitView(split.lines, split.cut, split.doubtful)
    return SplitView(split.lines, chosen, False)


def chosen_cut(posted: QueryDict, upload: Upload) -> tuple[int, int]:
    """(index of the goal, its cut); what no page of ours offers is not found."""
    splits: Mapping[int, Split] = load_beside(upload.reading).splits if upload.reading else {}
    try:
        index, cut = int(posted.get("goal", "")), int(posted.get("cut", ""))
    except ValueError as error:
        raise Http404 from error
    if index not in splits or not 0 <= cut <= len(splits[index].lines):
        raise Http404
    return index, cut
