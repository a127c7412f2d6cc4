"""Finding entries by code and by name, without a database."""

import pytest

from performance.goals.sheet import Coded
from performance.library.lookup import Entries, Entry, Library, key_of

FRAME = Entries(
    (
        Entry("1", "产出指标"),
        Entry("11", "数量指标", "1"),
        Entry("", "过程指标"),
        Entry("", "管理指标", "\n过程指标"),
        Entry("", "数量指标", "\n过程指标"),
        Entry("", "过程指标", "\n过程指标"),
    )
)
INDICATORS = Entries(
    (
        Entry("111000001", "人数", "11"),
        Entry("", "人数", "\n过程指标\n管理指标"),
        Entry("", "2025-项目", "11"),
    )
)
LIBRARY = Library(frame=FRAME, indicators=INDICATORS)


def found(*levels: str) -> str:
    entry = LIBRARY.level3(*(Coded.parse(text) for text in levels))
    return entry.key if entry else ""


@pytest.mark.parametrize(
    ("levels", "key"),
    [
        (("1-产出指标", "11-数量指标", "111000001-人数"), "111000001"),
        (("", "", "111000001"), "111000001"),
        (("产出指标", "数量指标", "人数"), "111000001"),
        (("产 出指标", "数量 指标", "人 数"), "111000001"),
        (("过程指标", "管理指标", "人数"), "\n过程指标\n管理指标\n人数"),
        (("", "管理指标", "人数"), "\n过程指标\n管理指标\n人数"),
        (("", "数量指标", "人数"), ""),
        (("过程指标", "数量指标", "人数"), ""),
        (("", "", "人数"), ""),
        (("产出指标", "数量指标", "2025-项目"), "11\n2025-项目"),
        (("产出指标", "数量指标", "999-人数"), ""),
        (("", "", ""), ""),
    ],
)
def test_a_code_or_the_names_of_all_levels_tell_an_indicator(levels, key):
    assert found(*levels) == key


def test_a_level_2_is_never_a_level_1():
    assert LIBRARY.level1(Coded("", "管理指标")) is None
    assert LIBRARY.level2(Coded("", "过程指标"), Coded("", "过程指标")) == Entry(
        "", "过程指标", "\n过程指标"
    )


def test_a_name_is_one_key_however_it_is_spaced():
    assert key_of("", "管理（一）") == key_of("", " 管 理(一)\n")
    assert key_of("11", "管理指标", "1") == "11"
    assert key_of("", "甲", "1") != key_of("", "甲", "2")


def test_what_is_added_is_found_and_the_copy_stays_as_it_is():
    before = FRAME.copy()
    grown = FRAME.copy()
    assert grown.find(Coded("", "新")) is None

    grown.add(Entry("", "新"))
    grown.add(Entry("9", "新的"))

    assert grown.find(Coded("", "新")) == Entry("", "新")
    assert grown.find(Coded("", "新的")) == grown.find(Coded("9", "别的")) == Entry("9", "新的")
    assert before == FRAME
