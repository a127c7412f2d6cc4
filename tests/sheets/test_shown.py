from datetime import date, datetime, time, timedelta

import pytest

from performance.sheets.formats.shown import shown

PLAIN = [
    (5.0, "General", "5"),
    (0.1 + 0.2, None, "0.3"),
    (111000898.0, "General", "111000898"),
    (123456789012345678, "General", "123456789012345678"),
    (1 / 3, "General", "0.333333333"),
    (1e300, "General", "1E+300"),
    (0.00001, "General", "0.00001"),
    (1, "0%", "100%"),
    (0.955, "0.0%", "95.5%"),
    (0.07, "0%", "7%"),
    (0.9, "0.00", "0.90"),
    (0.125, "0.00", "0.13"),
    (2.5, "0", "3"),
    (12800, "#,##0", "12,800"),
    (1234.5, "#,##0.00_ ;-#,##0.00 ", "1,234.50"),
    (3200, '0"人"', "3200人"),
    (0.98, '"≥"0%', "≥98%"),
    (90, '">"0"%"', ">90%"),
    (12.5, r"0.00\元", "12.50元"),
    (7, "000", "007"),
    (-5, "0;(0)", "(5)"),
    (-5, "[红色]0.0", "-5.0"),
    (0, '0;-0;"零"', "零"),
    (5.5, "[$¥-804]#,##0.00", "¥5.50"),
    (1234567, '0.0,,"百万"', "1.2百万"),
    (12345, "0.00E+00", "1.23E+04"),
    (12345, '[>=10000]0.0,"千";0', "12.3千"),
    (5, 'G/通用格式"人"', "5人"),
    (5, "@", "5"),
    (1e8, '0!.0,"万元"', "10000.0万元"),
    (1234567, '0"."0,"万元"', "123.5万元"),
    (12345678, "#!.0000,", "1.2346"),
    (123, "0!.0000", "0.0123"),
    (0, "#!.0000", ".0000"),
    (13800138000, "000-0000-0000", "138-0013-8000"),
    (7, "0-000", "0-007"),
    (5, '@"场"', "5场"),
    ("10", '@"场"', "10场"),
    ("10", '0;-0;0;"共"@"场"', "共10场"),
    ("甲", '0"场"', "甲"),
    ("", '@"场"', ""),
    (3, '0"a;b"', "3a;b"),
    (1e30, "0.0", f"1{'0' * 30}.0"),
    ("=1+1", "0%", "=1+1"),
    (None, "0%", ""),
    (date(2025, 12, 20), "yyyy/m/d", "2025-12-20"),
    (datetime(2025, 12, 20), "yyyy/m/d", "2025-12-20"),
    (datetime(2025, 12, 20, 8, 30), "yyyy/m/d h:mm", "2025-12-20 08:30:00"),
    (time(8, 30), "h:mm", "08:30"),
    (time(8, 30, 5), "h:mm:ss", "08:30:05"),
    (timedelta(hours=30), "[h]:mm", "30:00"),
]
NOTED = [
    (0.955, "0%", "95.5%", "96%"),
    (-0.955, "0%", "-95.5%", "-96%"),
    (0.955, '"≥"0%', "≥95.5%", "≥96%"),
    (1 / 3, "0%", "33%", "0.333333333"),
    (True, "General", "是", "TRUE"),
    (False, "0%", "否", "FALSE"),
    (0, "0;-0;;@", "", "不显示"),
    (-3, "0;[Red]0", "3", "-3"),
    (1.5, "# ?/?", "1.5", "“# ?/?”不能照样显示"),
    (12, "[DBNum2][$-804]General", "12", "“[DBNum2][$-804]General”不能照样显示"),
    (1.25, "0.0!.0", "1.25", "存储的值“1.25”"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), PLAIN)
def test_a_value_is_shown_as_its_format_says(value, number_format, text):
    assert shown(value, number_format) == (text, None)


@pytest.mark.parametrize(("value", "number_format", "text", "said"), NOTED)
def test_a_doubtful_value_comes_with_a_note(value, number_format, text, said):
    found, note = shown(value, number_format)

    assert found == text
    assert said in note


@pytest.mark.parametrize(
    "number_format", ['"', "\\", "[", "0.0.0", ";;;;", "%%%", "0,,,.", "E+", "_"]
)
def test_a_strange_format_shows_something_and_never_fails(number_format):
    for value in (0, -1.5, 1e-300, 1e300, float("inf"), float("nan"), 10**40):
        assert isinstance(shown(value, number_format)[0], str)
