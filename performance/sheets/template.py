"""The blank workbook of a year: the bureau's list with drop-down lists, to be filled and uploaded.

What is picked from the lists is what an import reads without findings.
"""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from performance.goals.queries import in_units
from performance.library.models import Category, Frame, Indicator, Listing, Year
from performance.people.models import User
from performance.people.queries import holds, units_of
from performance.people.roles import Right
from performance.sheets.formats.xlsx.blank import Choice, write_blank
from performance.sheets.grid import Grid
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.written import write_table

BLANK_ROWS = 200
NOTES = (
    "一、每行填一个三级指标。同一项目的各行连续填写；用款单位、项目名称、项目类别、总体绩效目标、年度绩效目标"
    "填在该项目的第一行，下面各行可以留空。",
    "二、用款单位、项目类别、一级指标、二级指标、三级指标从下拉列表选取；先选一级、二级指标，"
    "三级指标的列表就只列出该二级指标下的。",
    "三、列表以外的内容也可以填写，但送审前须改为指标库中的指标；指标库缺少需要的指标时，请在系统中申请增补。",
    "四、指标值照实填写，如“≥90%”“30份以上”“2025年12月31日前”；没有内容的格留空，不要填“无”“/”。",
    "五、不要改动表头的文字；行不够时，复制空白行往下添加。填好后在“表格导入”中上传本文件，核对预览后确认。",
)
NOTES_NAME = "填表说明"


def template_file(year: Year, *, by: User) -> bytes:
    """For the units that this person may write."""
    if not holds(by, Right.WRITE_GOALS):
        raise PermissionDenied("您没有填报绩效目标的权限。")
    grid, first = _blank(LISTING, _title(year, by), year.year)
    notes = Grid(
        NOTES_NAME, {1: (NOTES_NAME,), **{row: (text,) for row, text in enumerate(NOTES, 2)}}
    )
    return write_blank(grid, notes, _choices(LISTING, year, by), first)


def _blank(layout: ListLayout, title: str, year: int) -> tuple[Grid, int]:
    """The list without projects, and its first row to fill in."""
    table = write_table(layout, title, (), year=year)
    first = max(table.rows) + 1
    rows = dict.fromkeys(range(first, first + BLANK_ROWS), ("",) * len(layout.columns))
    return Grid(table.name, {**table.rows, **rows}, table.merges, look=table.look), first


def _title(year: Year, by: User) -> str:
    """That of the only list their goals came in: what is uploaded belongs to it again."""
    goals = in_units(by, Right.WRITE_GOALS).filter(year=year)
    titles = Listing.objects.filter(year=year, goal__in=goals).distinct()
    found = list(titles.values_list("title", flat=True)[:2])
    return found[0] if len(found) == 1 else LISTING.default_title.format(year=year.year)


def _choices(layout: ListLayout, year: Year, by: User) -> list[Choice]:
    """Of a field with a parent, the entries under one parent follow each other."""
    frame = Frame.objects.filter(year=year).select_related("parent").order_by("code", "pk")
    level2 = frame.filter(parent__isnull=False).order_by("parent__code", "parent", "code", "pk")
    level3 = Indicator.objects.filter(year=year).select_related("parent")
    level3 = level3.order_by("parent__code", "parent", "code", "pk")
    units = units_of(by, Right.WRITE_GOALS).order_by("code", "name")
    categories = Category.objects.filter(year=year).order_by("code", "pk")
    entries: Mapping[str, tuple[QuerySet, str]] = {
        "unit": (units, ""),
        "category": (categories, ""),
        "level1": (frame.filter(parent=None), ""),
        "level2": (level2, "level1"),
        "level3": (level3, "level2"),
    }
    numbers = {column.field: number for number, column in enumerate(layout.columns, 1)}
    headings = {column.field: column.heading for column in layout.columns}
    return [
        _choice(headings[field], numbers[field], rows, numbers.get(above, 0))
        for field, (rows, above) in entries.items()
    ]


def _choice(heading: str, column: int, rows: QuerySet, parent_column: int) -> Choice:
    found = list(rows)
    parents = tuple(str(row.parent) for row in found) if parent_column else ()
    return Choice(heading, column, tuple(map(str, found)), parent_column, parents)
