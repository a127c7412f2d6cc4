"""The library as flat tables."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from import_export.fields import Field
from import_export.widgets import Widget

from performance.library.models import Category, Frame, Indicator, Year
from performance.library.plain import plain
from performance.library.queries import name_problem, parent_problem
from performance.people.flat import FlatResource, Text


def _year_text(value: Any) -> str:
    text = str(value or "").strip()
    number = text.removesuffix("年").strip()
    return number if number.isdecimal() else text


class YearWidget(Widget):
    """A year that exists, as 2025 or 2025年."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Year] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Year:
        text = _year_text(value)
        if not text:
            raise ValueError("没有填写年度，请填写四位年份，如 2025。")
        if not self.known:
            self.known = {str(year.year): year for year in Year.objects.all()}
        if text not in self.known:
            raise ValueError(f"没有“{text}”这个年度，请填写四位年份；新的年度请先在“年度”中建立。")
        return self.known[text]

    def render(self, value: Year | None, **kwargs: Any) -> str:
        return str(value.year) if value else ""


class FrameWidget(Widget):
    """An entry of the frame by its code, or its name if it has none, in the year of the row.

    Only hits are remembered.
    """

    def __init__(self, what: str):
        super().__init__()
        self.what = what
        self.is_level2 = what == "二级指标"
        self.found: dict[tuple[str, str], Frame] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Frame | None:
        text = str(value or "").strip()
        year = _year_text(row["年度"])
        if not text:
            return None
        if not year.isdecimal():
            raise ValueError(f"年度不正确，无法查找编码为“{text}”的{self.what}。")
        if (year, text) not in self.found:
            self.found[year, text] = self._entry(year, text)
        return self.found[year, text]

    def _entry(self, year: str, text: str) -> Frame:
        frame = list(Frame.objects.filter(year__year=year).select_related("year", "parent"))
        coded = [entry for entry in frame if entry.code == text]
        exact = [entry for entry in frame if text in self._names(entry)]
        named = exact or [e for e in frame if plain(text) in map(plain, self._names(e))]
        found = coded or [entry for entry in named if not entry.code] or named
        if not found:
            raise ValueError(
                f"{year}年的指标框架中没有编码为“{text}”的{self.what}，也没有这个名称的{self.what}。"
            )
        if len(found) > 1:
            raise ValueError(
                f"{year}年的指标框架中有{len(found)}个{self.what}叫“{text}”，请填写编码，"
                "或写成“一级指标/二级指标”。"
            )
        return found[0]

    def _names(self, entry: Frame) -> tuple[str, ...]:
        """What an entry of this level may be called."""
        if (entry.parent is not None) is not self.is_level2:
            return ()
        return (entry.name, f"{entry.parent.name}/{entry.name}") if entry.parent else (entry.name,)

    def render(self, value: Frame | None, **kwargs: Any) -> str:
        return (value.code or self._names(value)[-1]) if value else ""


class _LibraryResource(FlatResource):
    required: tuple[str, ...] = ("年度", "编码", "名称")

    year = Field("year", "年度", YearWidget())
    code = Field("code", "编码", Text())
    name = Field("name", "名称", Text())

    class Meta:
        import_id_fields = ("year", "code")

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name)

    def get_queryset(self) -> QuerySet[Model]:
        related = {"year": "year", "parent": "parent__parent"}
        names = [related[name] for name in self.fields if name in related]
        return self._meta.model._default_manager.select_related(*names)

    def problems(self, instance: Any, errors: Iterable[str]) -> dict[str, str]:
        found = {"name": name_problem(instance.code, instance.name)}
        if isinstance(instance, Frame | Indicator) and not {"year", "parent"} & set(errors):
            parent = instance.parent if instance.parent_id else None
            found["parent"] = parent_problem(instance, parent)
        return {name: message for name, message in found.items() if message}


class CategoryResource(_LibraryResource):
    class Meta:
        model = Category
        fields = ("year", "code", "name")


class FrameResource(_LibraryResource):
    required = ("年度", "编码", "名称", "一级指标编码")
    parent_heading = "一级指标编码"

    parent = Field("parent", "一级指标编码", FrameWidget("一级指标"))

    class Meta:
        model = Frame
        fields = ("year", "code", "name", "parent")


class IndicatorResource(_LibraryResource):
    required = ("年度", "编码", "名称", "二级指标编码")

    parent = Field("parent", "二级指标编码", FrameWidget("二级指标"))

    class Meta:
        model = Indicator
        fields = ("year", "code", "name", "parent")
