"""The library as flat tables."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from import_export.fields import Field
from import_export.widgets import Widget

from performance.library.models import Category, Frame, Indicator, Year
from performance.library.queries import parent_problem
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
    """An entry of the frame by its code, in the year of the row; only hits are remembered."""

    def __init__(self, what: str):
        super().__init__()
        self.what = what
        self.found: dict[tuple[str, str], Frame] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Frame | None:
        code = str(value or "").strip()
        year = _year_text(row["年度"])
        if not code:
            return None
        if not year.isdecimal():
            raise ValueError(f"年度不正确，无法查找编码为“{code}”的{self.what}。")
        if (year, code) not in self.found:
            entries = Frame.objects.filter(year__year=year, code=code)
            entry = entries.select_related("year").first()
            if entry is None:
                raise ValueError(f"{year}年的指标框架中没有编码为“{code}”的{self.what}。")
            self.found[year, code] = entry
        return self.found[year, code]

    def render(self, value: Frame | None, **kwargs: Any) -> str:
        return value.code if value else ""


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
        names = [name for name in ("year", "parent") if name in self.fields]
        return self._meta.model._default_manager.select_related(*names)

    def problems(self, instance: Any, errors: Iterable[str]) -> dict[str, str]:
        if not isinstance(instance, Frame | Indicator) or {"year", "parent"} & set(errors):
            return {}
        message = parent_problem(instance, instance.parent if instance.parent_id else None)
        return {"parent": message} if message else {}


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
