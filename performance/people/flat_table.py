"""A flat table as a file has it: rows below headings that a person has written."""

from collections.abc import Iterator, Sequence

from django.utils.text import Truncator
from tablib import Dataset


class FlatDataset(Dataset):
    """A dataset that knows in which rows of its file its rows stand."""

    places: Sequence[int] = ()
    remarks: Sequence[str] = ()
    """What a person should know of the file beside its rows, as sentences."""


_NAMED = 10


class HeadingError(Exception):
    """A table whose headings do not fit, as a sentence."""


def headed(dataset: Dataset, headings: Sequence[str], required: Sequence[str]) -> FlatDataset:
    """The same rows under our own spelling of the headings.

    Raises HeadingError with all that does not fit.
    """
    written = ["".join(str(heading or "").split()) for heading in dataset.headers or ()]
    places = {heading: n for n, heading in enumerate(written) if heading in headings}
    missing = [heading for heading in required if heading not in places]
    twice = [heading for heading in places if written.count(heading) > 1]
    strange = [heading for heading in written if heading and heading not in headings]
    if faults := "".join(_faults(missing, twice, strange)):
        listed = "、".join(headings)
        raise HeadingError(f"{faults}第一行应是表头，能识别的表头有：{listed}。")
    table = FlatDataset(headers=list(places))
    for row in dataset:
        table.append([row[n] for n in places.values()])
    table.places = getattr(dataset, "places", ()) or range(2, len(dataset) + 2)
    return table


def _faults(missing: Sequence[str], twice: Sequence[str], strange: Sequence[str]) -> Iterator[str]:
    if missing:
        yield f"表中缺少{_named(missing)}。"
    if twice:
        yield f"{_named(twice)}出现了不止一次，请只保留一列。"
    if strange:
        yield f"不认识{_named(strange)}，请改正或删去。"


def _named(headings: Sequence[str]) -> str:
    """The first of many, as the columns that they head."""
    names = "”“".join(Truncator(heading).chars(20) for heading in headings[:_NAMED])
    return f"“{names}”" + (f"等{len(headings)}列" if len(headings) > _NAMED else "列")
