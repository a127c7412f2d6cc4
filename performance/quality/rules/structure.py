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
            message = _library_problem(line.level3, background)
            if message:
                yield index, "level3", message


def no_indicator_stands_twice(sheet: Sheet, background: Background) -> Iterator[Hit]:
    """同一个项目里，同一个三级指标只出现一次。"""
    first: dict[object, int] = {}
    for index, line in enumerate(sheet.lines):
        if not line.level3:
            continue
        same = line.level3.code or (plain(line.level2.text), plain(line.level3.name))
        if same in first:
            place = named_place(sheet, first[same], "level3")
            yield index, "level3", f"“{line.level3.text}”与{place}的三级指标重复，请删去或更换。"
        else:
            first[same] = index


def _level_hits(line: Line, background: Background) -> Iterator[tuple[str, str]]:
    if line.level1 and not _known(line.level1, background):
        yield "level1", f"一级指标“{line.level1.text}”不在本年度的指标框架中，请从框架中选择。"
    if line.level2:
        yield from _level2_hits(line, background)
    if problem := code_problem(line, background):
        yield "level3", problem


def _level2_hits(line: Line, background: Background) -> Iterator[tuple[str, str]]:
    entry = background.frame.get(line.level2.code)
    if entry is None or not entry.parent:
        if line.level2.code or not _known(line.level2, background):
            yield "level2", f"二级指标“{line.level2.text}”不在本年度的指标框架中，请从框架中选择。"
        return
    if line.level1.code and entry.parent != line.level1.code:
        parent = background.frame[entry.parent]
        yield (
            "level2",
            f"二级指标“{line.level2.text}”属于“{entry.parent}-{parent.name}”，"
            f"而所在行的一级指标是“{line.level1.text}”，请改正其中之一。",
        )


def _known(coded: Coded, background: Background) -> bool:
    """By code; a source without codes is known by its name."""
    if coded.code:
        return coded.code in background.frame
    return any(plain(entry.name) == plain(coded.name) for entry in background.frame.values())


def code_problem(line: Line, background: Background) -> str:
    """What is wrong with a level-3 code's shape or beginning, as a sentence, or ""."""
    code, written = line.level3.code, line.level3.text
    if not code:
        return ""
    if not has_shape(background.level3_pattern, code):
        expected = described(background.level3_pattern)
        return f"三级指标“{written}”的编码应为{expected}，读到{len(code)}位。"
    start = beginning(background.level3_pattern, line.level1.code, line.level2.code)
    known = line.level1.code and line.level2.code in background.frame
    if known and not code.startswith(start):
        return (
            f"三级指标“{written}”的编码应以所在行一级、二级指标的编码“{start}”开头，"
            f"读到“{code[: len(start)]}”，请检查指标或所在的级别。"
        )
    return ""


def level2_fits(line: Line, background: Background) -> bool:
    """Whether a level-2 code has the year's shape and begins as its level 1 demands."""
    pattern, code = background.level2_pattern, line.level2.code
    return has_shape(pattern, code) and code.startswith(beginning(pattern, line.level1.code))


def _category_problem(category: Coded, background: Background) -> str:
    """By code; a source without codes is known by its name."""
    names = {plain(entry.name) for entry in background.categories.values()}
    known = (
        category.code in background.categories if category.code else (plain(category.name) in names)
    )
    if not category or known:
        return ""
    return f"项目类别“{category.text}”不在本年度的类别中，请从类别中选择，或请业务管理员增补。"


def _library_problem(level3: Coded, background: Background) -> str:
    known = background.indicators.get(level3.code) if level3.code else None
    if known is None:
        return f"三级指标“{level3.text}”不在本年度的指标库中，请从指标库选择，或请业务管理员增补。"
    if plain(known.name) != plain(level3.name):
        return (
            f"三级指标“{level3.text}”与指标库中的名称不一致，"
            f"库中 {level3.code} 是“{known.name}”，请核对。"
        )
    return ""
