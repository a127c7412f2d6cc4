"""Which indicators answer what people type, on every database."""

import pytest

from performance.library.actions import open_year
from performance.library.initials import initials, pattern
from performance.library.models import Frame, Indicator
from performance.library.search import EXACT, marks, matching, words_of


@pytest.fixture
def library(portal):
    """One more of each kind that the demo lacks."""
    level2 = Frame.objects.get(year=portal, code="11")
    Indicator.objects.bulk_create(
        Indicator(year=portal, parent=level2, code=code, name=name)
        for code, name in (
            ("111900001", "增长5%_以上"),
            ("111900002", "ＰＰＰ项目 数量（个）"),
            ("111900003", "重庆银行长度"),
            ("", "没有编码的指标"),
            ("111900005", "2024-2025年新增\n床位数"),
        )
    )
    return portal


def found(year, text) -> list[str]:
    return [str(row) for row in matching(year, text).order_by("closeness", "code")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("111000898", ["111000898-订制制服数"]),
        ("1110008", ["111000898-订制制服数"]),
        ("898", []),
        ("订制 数", ["111000898-订制制服数"]),
        ("数 订制", ["111000898-订制制服数"]),
        ("  订制　制服数  ", ["111000898-订制制服数"]),
        ("111 订制", ["111000898-订制制服数"]),
        ("111000898-订制制服数", ["111000898-订制制服数"]),
        ("111000898 － 订制", ["111000898-订制制服数"]),
        ("111000898-别的名称", []),
        ("dzzf", ["111000898-订制制服数"]),
        ("DZZF", ["111000898-订制制服数"]),
        ("dzzf 数", ["111000898-订制制服数"]),
        ("cqyhcd", ["111900003-重庆银行长度"]),
        ("zqyxzd", ["111900003-重庆银行长度"]),
        ("ppp", ["111900002-ＰＰＰ项目 数量（个）"]),
        ("PPP项目数量(个)", ["111900002-ＰＰＰ项目 数量（个）"]),
        ("ppp项目数量（个）", ["111900002-ＰＰＰ项目 数量（个）"]),
        ("pppxm", ["111900002-ＰＰＰ项目 数量（个）"]),
        ("2024-2025年新增床位数", ["111900005-2024-2025年新增\n床位数"]),
        ("没有编码", ["没有编码的指标"]),
        ("%", ["111900001-增长5%_以上", "113119065-资金支出进度（%）"]),
        ("％", ["111900001-增长5%_以上", "113119065-资金支出进度（%）"]),
        ("_", ["111900001-增长5%_以上"]),
        ("5%_", ["111900001-增长5%_以上"]),
        ("5_", []),
        ("zzzzzzzz", []),
        ("没有这样的指标", []),
    ],
)
def test_each_word_is_a_code_some_of_a_name_or_its_sounds(library, text, names):
    assert found(library, text) == names


@pytest.mark.parametrize(
    "text",
    [
        *"'\"\\%_*+?()[]{}|^$.-/<>#&~`@!:;,=",
        "\x00",
        "***:x",
        "(?i)x",
        "[z-a]",
        "\\d",
        "a{99999}",
        "\ud7ff\ufffd",
        "𠀀",
        "订" * 5000,
        "a" * 5000,
        " ".join("ab" * 500),
        "\x01\x1f",
    ],
)
def test_no_text_is_too_much(library, text):
    assert all(isinstance(name, str) for name in found(library, text))


def test_signs_mean_themselves(library):
    for sign in ".*+?[]{}|^$":
        assert found(library, sign) == []


def test_nothing_typed_is_everything(portal):
    assert matching(portal, " ").count() == Indicator.objects.filter(year=portal).count()


def test_a_year_has_its_own(library):
    later = open_year(2026)

    assert found(later, "订制") == []


def test_the_whole_text_is_nearer_than_its_beginning_and_that_than_the_rest(library):
    parent = Frame.objects.get(year=library, code="12")
    Indicator.objects.create(year=library, parent=parent, code="112900003", name="管网 铺设率")
    for code, name in (("112900001", "新管网铺设率"), ("112900002", "管网铺设率提高值")):
        Indicator.objects.create(year=library, parent=parent, code=code, name=name)

    rows = matching(library, "管网铺设率").order_by("closeness", "code")

    assert [(row.name, row.closeness) for row in rows] == [
        ("管网 铺设率", EXACT),
        ("管网铺设率提高值", 1),
        ("新管网铺设率", 2),
    ]


@pytest.mark.parametrize(
    ("code", "name", "text", "marked"),
    [
        ("111000898", "订制制服数", "订制 数", ["订制", "数"]),
        ("111000898", "订制制服数", "1110", ["1110"]),
        ("111000898", "订制制服数", "898", []),
        ("111000898", "订制制服数", "zzf", ["制制服"]),
        ("111000898", "订制制服数", "111-数", ["111", "数"]),
        ("", "订制制服数", "订", ["订"]),
        ("", "ＰＰＰ项目 数量", "ppp项目数量", ["ＰＰＰ项目 数量"]),
        ("", "𠀀订制", "订制", ["订制"]),
    ],
)
def test_what_was_asked_for_is_marked(code, name, text, marked):
    shown = f"{code}-{name}" if code else name

    assert [shown[start:end] for start, end in marks(code, name, words_of(text))] == marked


# --- initials ---------------------------------------------------------------------------------


def test_every_reading_counts_and_other_characters_do_not():
    assert initials("重庆银行") == ",ctz,q,y,hx,"
    assert initials("Ａ类PPP（%）2025") == ",a,l,p,p,p,"
    assert initials("") == initials("（%）") == ","


@pytest.mark.parametrize("letters", ["zf", "ZF", "zfg"])
def test_letters_are_a_run_of_characters(portal, letters):
    rows = Indicator.objects.filter(year=portal, initials__regex=pattern(letters))

    assert {"制服购置及时率"} <= set(rows.values_list("name", flat=True))


def test_they_are_written_with_every_row(portal):
    level2 = Frame.objects.get(year=portal, code="11")
    made = Indicator.objects.create(year=portal, parent=level2, code="111900009", name="丁")
    assert made.initials == ",dz,"

    made.name = "人"
    made.save()
    Indicator.objects.bulk_create(
        [Indicator(year=portal, parent=level2, code="111900010", name="丙")], ignore_conflicts=True
    )
    Indicator.objects.bulk_create(
        [Indicator(year=portal, parent=level2, code="111900011", name="丁")], batch_size=1
    )

    codes = ("111900009", "111900010", "111900011")
    rows = Indicator.objects.filter(code__in=codes).order_by("code")
    assert list(rows.values_list("initials", flat=True)) == [",r,", ",b,", ",dz,"]
    assert not Indicator.objects.filter(initials="").exists()
