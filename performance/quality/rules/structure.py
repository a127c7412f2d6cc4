"""Do codes, levels and indicators fit together and the year's library?"""

from collections.abc import Iterator

from performance.goals.background import Background
from performance.goals.sheet import Coded, Line, Sheet
from performance.library.patterns import beginning, described, has_shape
from performance.library.plain import plain
from performance.quality.finding import named_place

Hit = tuple[int | None, str, str]


def codes_fit_their_levels(sheet: Sheet, background: Background) -> Iterator[Hit]:
    """一级、二级指标在本年度的指标框架内，二级指标属于所在行的一级指标，三级指标编码符合编码规则并以一级、二级指标编码开头。"""
    for index, line in enumerate(sheet.lines):
        for field, message in _level_hits(line, background):
            yield index, field, message


def entries_are_in_the_library(sheet: Sheet, background: Background) -> Iterator[Hit]:
    """项目类别在本年度的类别中；三级指标在本年度的指标库内，名称与库中一致（全角半角和空格不计）。"""
    if message := _category_problem(sheet.category, background):
        yield None, "category", message
    for index, line in enumerate(sheet.lines):
        if line.level3 and not any(_level_hits(line, background)):
            message = _library_problem(line, background)
            if message:
                yield index, "level3", message


def no_indicator_stands_twice(sheet: Sheet, background: Background) -> Iterator[Hit]:
    """同一个项目里，同一个三级指标只出现一次。"""
    first: dict[object, int] = {}
    for index, line in enumerate(sheet.lines):
        if not line.level3:
            continue
        same = _identity(line, background)
        if same in first:
            place = named_place(sheet, first[same], "level3")
            yield index, "level3", f"“{line.level3.text}”与{place}的三级指标重复，请删去或更换。"
        else:
            first[same] = index


def _identity(line: Line, background: Background) -> object:
    """With or without its code it is the same indicator; unknown ones are told by their words."""
    if entry := background.level3(line.level1, line.level2, line.level3):
        return entry.key
    if line.level3.code:
        return line.level3.code
    level2 = background.level2(line.level1, line.level2)
    above = level2.key if level2 else (plain(line.level1.text), plain(line.level2.text))
    return above, plain(line.level3.name)


def _level_hits(line: Line, background: Background) -> Iterator[tuple[str, str]]:
    if line.level1 and background.level1(line.level1) is None:
        yield "level1", _not_in_frame("一级指标", line.level1, background)
    if line.level2:
        yield from _level2_hits(line, background)
    if problem := code_problem(line, background):
        yield "level3", problem


def _level2_hits(line: Line, background: Background) -> Iterator[tuple[str, str]]:
    entry, level1 = background.level2(line.level1, line.level2), background.level1(line.level1)
    if entry is None and level1:  # no such name below it; perhaps one elsewhere
        entry = background.level2(Coded(), line.level2)
    if entry is None or not entry.parent:
        yield "level2", _not_in_frame("二级指标", line.level2, background)
        return
    if (level1 or line.level1.code) and entry.parent != (level1.key if level1 else ""):
        parent = background.frame[entry.parent]
        yield (
            "level2",
            f"二级指标“{line.level2.text}”属于“{parent.text}”，"
            f"而所在行的一级指标是“{line.level1.text}”，请改正其中之一。",
        )


def _not_in_frame(label: str, coded: Coded, background: Background) -> str:
    is_level2 = label == "二级指标"
    named = [e for e in background.frame.named(coded) if bool(e.parent) is is_level2]
    if len(named) > 1:
        return f"本年度的指标框架中有{len(named)}个{label}叫“{coded.text}”，请写明编码。"
    return f"{label}“{coded.text}”不在本年度的指标框架中，请从框架中选择。"


def code_problem(line: Line, background: Background) -> str:
    """What is wrong with a level-3 code's shape or beginning, as a sentence, or ""."""
    code, written = line.level3.code, line.level3.text
    if not code or _is_name(line, background):
        return ""
    if not has_shape(background.level3_pattern, code):
        expected = described(background.level3_pattern)
        return f"三级指标“{written}”的编码应为{expected}，读到{len(code)}位。"
    level1, level2 = _codes_above(line, background)
    start = beginning(background.level3_pattern, level1, level2)
    if level1 and level2 in background.frame and not code.startswith(start):
        return (
            f"三级指标“{written}”的编码应以所在行一级、二级指标的编码“{start}”开头，"
            f"读到“{code[: len(start)]}”，请检查指标或所在的级别。"
        )
    return ""


def _is_name(line: Line, background: Background) -> bool:
    """Whether what looks like a code is the beginning of a known name (2025-项目)."""
    entry = background.level3(line.level1, line.level2, line.level3)
    return entry is not None and not entry.code


def _codes_above(line: Line, background: Background) -> tuple[str, str]:
    """Of level 1 and 2, also where a line has only their names; "" where there is none."""
    level1 = background.level1(line.level1)
    level2 = background.level2(line.level1, line.level2)
    return (
        line.level1.code or (level1.code if level1 else ""),
        line.level2.code or (level2.code if level2 else ""),
    )


def level2_fits(line: Line, background: Background) -> bool:
    """Whether a level-2 code has the year's shape and begins as its level 1 demands."""
    pattern, code = background.level2_pattern, line.level2.code
    level1 = background.level1(line.level1)
    above = level1.code if level1 else line.level1.code
    return has_shape(pattern, code) and code.startswith(beginning(pattern, above))


def _category_problem(category: Coded, background: Background) -> str:
    """By code; a source without codes is known by its name."""
    if not category or background.categories.find(category):
        return ""
    if several := len(background.categories.named(category)):
        return f"本年度有{several}个项目类别叫“{category.text}”，请写明编码。"
    return f"项目类别“{category.text}”不在本年度的类别中，请从类别中选择，或请业务管理员增补。"


def _library_problem(line: Line, background: Background) -> str:
    level3 = line.level3
    known = background.level3(line.level1, line.level2, level3)
    if known is None:
        level2 = background.level2(line.level1, line.level2)
        several = background.indicators.named(level3, level2.key) if level2 else ()
        if several:
            return (
                f"指标库的同一个二级指标下有{len(several)}个“{level3.text}”，请写明编码，"
                "或从指标库选择。"
            )
        return f"三级指标“{level3.text}”不在本年度的指标库中，请从指标库选择，或请业务管理员增补。"
    if known.code and level3.code and plain(known.name) != plain(level3.name):
        return (
            f"三级指标“{level3.text}”与指标库中的名称不一致，"
            f"库中 {level3.code} 是“{known.name}”，请核对。"
        )
    return ""
