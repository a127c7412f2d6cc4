"""Ranges of hidden rows and columns, and what a grid is without them."""

from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.formats.hidden import Spans, without_hidden
from performance.sheets.grid import Grid, Note

ranges = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)))


def spans(*added: tuple[int, int]) -> Spans:
    made = Spans()
    for first, last in added:
        made.add(first, last)
    return made


@given(ranges)
def test_spans_are_the_set_of_their_numbers(added):
    made = spans(*((first, first + more) for first, more in added))
    numbers = {n for first, more in added for n in range(first, first + more + 1)}

    assert {n for n in range(60) if n in made} == numbers
    assert bool(made) == bool(numbers)
    assert all(made.after(n) == min(set(range(n, 61)) - numbers) for n in range(60))


def test_a_million_numbers_are_one_range():
    made = Spans()
    for number in range(1, 1_000_001):
        made.add(number, number)

    assert made.ranges() == [(1, 1_000_000)]


def test_many_ranges_are_told_by_the_first_five():
    grid = Grid("表", dict.fromkeys(range(1, 30), ("x",)))
    odd = spans(*((n, n) for n in range(1, 30, 2)))

    (note,) = without_hidden(grid, odd, Spans()).notes

    assert "15行（第1、3、5、7、9 等行）" in note.message


def test_what_is_all_hidden_leaves_only_a_note():
    grid = Grid("表", {1: ("x", "y"), 2: ("z",)}, ((1, 1, 2, 1),), (Note(2, 1, "hint", "?"),))

    left = without_hidden(grid, spans((1, 9)), Spans())

    assert (left.rows, left.merges, len(left.notes)) == ({}, (), 1)


def test_nothing_hidden_changes_nothing():
    grid = Grid("表", {1: ("x",)})

    assert without_hidden(grid, Spans(), Spans()) is grid
