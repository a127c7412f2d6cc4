"""Which line is which: by key, code, name, place, in this order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.goals.matching import match_lines
from tests.builders import make_line

A, B, C = (make_line(f"11100000{n}-指标{n}") for n in (1, 2, 3))
NAMED = make_line("满意度", "服务对象满意度", "满意度指标")
ELSEWHERE = make_line("满意度", "社会效益", "效益指标")


def keyed(line, key, **changes):
    return type(line)(**{**line.__dict__, "key": key, **changes})


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ([], [], []),
        ([], [A], [None]),
        ([A], [], []),
        ([A, B, C], [A, B, C], [0, 1, 2]),
        ([A, B, C], [C, A, B], [2, 0, 1]),
        ([A, B, C], [C], [2]),
        ([A], [B, A], [None, 0]),
        ([A, B], [A, C, B], [0, None, 1]),
        ([A, B], [A, C], [0, 1]),
        ([A, A], [A, A, A], [0, 1, None]),
        ([A, B, A], [A], [0]),
        ([NAMED], [A, NAMED], [None, 0]),
        ([NAMED, A], [B, ELSEWHERE], [0, 1]),
        ([ELSEWHERE, NAMED], [NAMED, ELSEWHERE], [1, 0]),
        ([make_line("111000001-旧名")], [B, make_line("111000001-新名")], [None, 0]),
        ([make_line("指标1")], [B, make_line("111000009-指标1")], [None, 0]),
        ([keyed(A, "k1"), keyed(A, "k2")], [keyed(A, "k2"), keyed(A, "k1")], [1, 0]),
        ([keyed(A, "k1")], [keyed(B, "k1")], [0]),
        ([keyed(A, "k1"), keyed(B, "k2")], [keyed(B, "k1"), keyed(A, "k2")], [0, 1]),
        ([keyed(A, "k1")], [keyed(B, "k2")], [None]),
        ([keyed(A, "k1")], [B], [0]),
        ([keyed(A, "k1")], [keyed(A, "k9")], [0]),
    ],
    ids=[
        "nothing",
        "all new",
        "all gone",
        "the same",
        "another order",
        "fewer",
        "one more before",
        "one more between",
        "another indicator in the same place",
        "a doubled indicator pairs in order",
        "the first of two",
        "by name",
        "by place where nothing tells",
        "a name counts within its level 2",
        "a code outweighs its name",
        "a name outweighs a new code",
        "a key outweighs the code",
        "a key holds over a new indicator",
        "keys hold over exchanged indicators",
        "two keys are two lines",
        "a line without key may be any",
        "a code outweighs an unknown key",
    ],
)
def test_each_new_line_finds_its_old_one(old, new, found):
    assert match_lines(old, new) == found


some_lines = st.lists(
    st.builds(
        make_line,
        st.sampled_from(["111000001-甲", "111000002-乙", "甲", ""]),
        st.sampled_from(["11-数量指标", ""]),
        key=st.sampled_from(["", "", "k1", "k2"]),
    ),
    max_size=6,
)


@given(some_lines, some_lines)
def test_no_old_line_is_used_twice(old, new):
    found = match_lines(old, new)

    used = [index for index in found if index is not None]
    assert len(found) == len(new)
    assert len(set(used)) == len(used)
    assert set(used) <= set(range(len(old)))


@given(some_lines)
def test_every_line_of_the_same_lines_is_found(lines):
    assert None not in match_lines(lines, lines)
