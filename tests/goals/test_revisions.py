"""Every save seals a revision; the chain of a goal can be proven from the database alone."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError, transaction

from performance.goals.actions import save_sheets
from performance.goals.models import Goal, Origin, Revision
from performance.goals.queries import authors_of, newest_sheets
from performance.goals.sheet import content_hash, from_json, to_json
from performance.goals.writing import chain_hash
from tests.builders import change_goal, clean_sheet, make_draft, make_goal, make_line


def chain_holds(goal_id: int) -> bool:
    """Recomputed from what the database says now."""
    goal = Goal.objects.get(pk=goal_id)
    before = ""
    for number, revision in enumerate(goal.revisions.order_by("number"), 1):
        sheet = from_json(revision.content)
        if revision.number != number or revision.content != to_json(sheet):
            return False
        if revision.content_hash != content_hash(sheet):
            return False
        if revision.chain_hash != chain_hash(revision, before):
            return False
        before = revision.chain_hash
    return (goal.chain_hash, goal.revision_number) == (before, goal.revisions.count())


@pytest.fixture
def thrice(clerk, bureau):
    """A goal that said A, then B, then A again."""
    goal = make_goal(clean_sheet(annual_goal="A"), by=clerk)
    goal = change_goal(goal, clean_sheet(annual_goal="B"), by=bureau)
    return change_goal(goal, clean_sheet(annual_goal="A"), by=clerk)


def test_revisions_are_numbered_and_say_what_was_saved(thrice, clerk, bureau):
    revisions = list(thrice.revisions.order_by("number"))

    assert [r.number for r in revisions] == [1, 2, 3]
    assert [from_json(r.content).annual_goal for r in revisions] == ["A", "B", "A"]
    assert [r.by for r in revisions] == [clerk, bureau, clerk]
    assert {(r.origin, r.origin_id) for r in revisions} == {(Origin.FORM, None)}
    assert authors_of(thrice) == {clerk.pk, bureau.pk}


def test_the_newest_revision_is_what_the_rows_say(thrice):
    assert newest_sheets([thrice.pk]) == {thrice.pk: thrice.sheet()}
    assert newest_sheets([]) == {}


def test_the_chain_holds_after_a_reload(thrice):
    assert chain_holds(thrice.pk)


def test_the_same_content_again_is_another_link_of_the_chain(thrice):
    first, _, third = thrice.revisions.order_by("number")

    assert first.content_hash == third.content_hash
    assert first.chain_hash != third.chain_hash


@pytest.mark.parametrize(
    "change",
    [
        lambda r: {"content": r.content.replace('"A"', '"C"')},
        lambda r: {"content_hash": "0" * 64},
        lambda r: {"at": r.at + timedelta(microseconds=1)},
        lambda r: {"origin": Origin.UPLOAD},
        lambda r: {"origin_id": 1},
        lambda r: {"number": 9},
        lambda r: {"chain_hash": "0" * 64},
        lambda r: {"by": Revision.objects.get(goal=r.goal, number=2).by},
    ],
    ids=["content", "content hash", "time", "origin", "origin id", "number", "chain", "author"],
)
def test_a_revision_that_was_tampered_with_breaks_the_chain(thrice, unguarded, change):
    revision = thrice.revisions.get(number=1)

    Revision.objects.filter(pk=revision.pk).update(**change(revision))

    assert not chain_holds(thrice.pk)


def test_a_newest_revision_that_is_gone_is_missed(thrice, unguarded):
    thrice.revisions.get(number=3).delete()

    assert not chain_holds(thrice.pk)


def test_revisions_of_one_import_name_it(clerk):
    drafts = [make_draft(clean_sheet(name)) for name in ("甲", "乙")]

    save_sheets(drafts, by=clerk, origin=Origin.UPLOAD, origin_id=42)

    assert (
        list(Revision.objects.values_list("number", "origin", "origin_id"))
        == [(1, "upload", 42)] * 2
    )
    assert all(chain_holds(goal.pk) for goal in Goal.objects.all())
    assert len({goal.chain_hash for goal in Goal.objects.all()}) == 2


def test_a_number_is_used_once(thrice, unguarded):
    twin = thrice.revisions.get(number=3)
    twin.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_places_in_a_file_are_sealed_with_the_content(clerk):
    sheet = clean_sheet()
    lines = tuple(replace(line, key=f"k{n}") for n, line in enumerate(sheet.lines))
    sheet = replace(sheet, lines=(*lines, make_line("新", key="k9")))

    goal = make_goal(sheet, by=clerk)

    assert [line.key for line in newest_sheets([goal.pk])[goal.pk].lines] == ["k0", "k1", "k9"]


def test_a_revision_that_was_forged_with_its_own_hashes_breaks_the_chain_after_it(
    thrice, unguarded
):
    revision = thrice.revisions.get(number=1)
    forged = clean_sheet(annual_goal="C")
    revision.content, revision.content_hash = to_json(forged), content_hash(forged)
    revision.chain_hash = chain_hash(revision, "")

    revision.save()

    assert not chain_holds(thrice.pk)


def test_the_chain_hash_is_one_that_anybody_can_recompute(thrice):
    """Written out once more, so that no change of the code can pass unnoticed."""
    first, second, _ = thrice.revisions.order_by("number")
    link = {
        "at": second.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "before": first.chain_hash,
        "by": second.by_id,
        "content": second.content,
        "goal": thrice.pk,
        "number": 2,
        "origin": "form",
        "origin_id": None,
        "request": second.request_id,
    }
    text = json.dumps(link, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert second.chain_hash == hashlib.sha256(text.encode()).hexdigest()
