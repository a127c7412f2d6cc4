"""Units and the roles of people as flat tables."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from import_export.fields import Field
from import_export.widgets import Widget

from performance.people.deputies import membership_problems
from performance.people.flat import Choice, FlatResource, Text
from performance.people.models import Membership, Unit, User
from performance.people.queries import (
    loop_problem,
    proposed_parent,
    units_above_code,
    units_called,
)
from performance.people.roles import KEEPERS, ROLES
from performance.people.terms import in_term


class UnitWidget(Widget):
    """A unit by its code, or its name if it has none.

    Units may appear while a file is read, so only hits are remembered.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Unit] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Unit | None:
        text = str(value or "").strip()
        if not text:
            return None
        if text not in self.found:
            self.found[text] = _unit(text)
        return self.found[text]

    def render(self, value: Unit | None, **kwargs: Any) -> str:
        return (value.code or value.name) if value else ""


def _unit(text: str) -> Unit:
    units = units_called(text)
    if not units:
        raise ValueError(
            f"单位库中没有编码为“{text}”的单位，也没有这个名称的单位，请先建立或改正编码。"
        )
    if len(units) > 1:
        raise ValueError(f"单位库中有{len(units)}个单位叫“{text}”，请填写编码。")
    return units[0]


class UnitResource(FlatResource):
    required = ("编码", "名称")
    parent_heading = "上级单位编码"

    code = Field("code", "编码", Text())
    name = Field("name", "名称", Text())
    parent = Field("parent", "上级单位编码", UnitWidget())

    class Meta:
        model = Unit
        import_id_fields = ("code",)
        fields = ("code", "name", "parent")

    @classmethod
    def get_display_name(cls) -> str:
        return "用款单位"

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.select_related("parent")

    def import_instance(self, instance: Unit, row: Mapping[str, Any], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if instance.pk is None and self.parent_heading not in row:
            instance.parent = proposed_parent(instance.code, units_above_code(instance.code))

    def problems(self, instance: Any, errors: Iterable[str]) -> dict[str, str]:
        message = "" if "parent" in errors else loop_problem(instance, instance.parent)
        return {"parent": message} if message else {}


class PersonWidget(Widget):
    """An account by its user name, in any case: no two differ by case only."""

    def __init__(self, *, needed: bool = False) -> None:
        super().__init__()
        self.needed = needed
        self.found: dict[str, User] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> User | None:
        text = str(value or "").strip()
        if not text and self.needed:
            raise ValueError("没有填写用户名，请填写登录时用的用户名。")
        if not text:
            return None
        if not self.found:
            self.found = {user.username.casefold(): user for user in User.objects.all()}
        if text.casefold() not in self.found:
            raise ValueError(f"没有用户名为“{text}”的用户，请先在“用户”中建立账号，或改正用户名。")
        return self.found[text.casefold()]

    def render(self, value: User | None, **kwargs: Any) -> str:
        return value.username if value else ""


class DayWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        text = str(value or "").strip()
        try:
            day = parse_date(text.replace("/", "-")) if text else None
        except ValueError:
            day = None
        if text and not day:
            raise ValueError(f"日期请写成 2025-10-31 这样，读到“{text}”。")
        return day

    def render(self, value: date | None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class MembershipResource(FlatResource):
    """Who holds which role where, and whom they hold it for. Accounts are made on their page."""

    required = ("用户名", "角色", "单位编码", "代谁")

    user = Field("user", "用户名", PersonWidget(needed=True))
    role = Field("role", "角色", Choice("角色", {role.label: role.name for role in ROLES.values()}))
    unit = Field("unit", "单位编码", UnitWidget())
    deputy_of = Field("deputy_of", "代谁", PersonWidget())
    starts_on = Field("starts_on", "起始日期", DayWidget())
    ends_on = Field("ends_on", "截止日期", DayWidget())

    class Meta:
        model = Membership
        import_id_fields = ("user", "role", "unit", "deputy_of")
        fields = ("user", "role", "unit", "deputy_of", "starts_on", "ends_on")

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self._acting: User | None = None

    @classmethod
    def get_display_name(cls) -> str:
        return "角色"

    def get_queryset(self) -> QuerySet[Membership]:
        held = Membership.objects.select_related("user", "unit", "deputy_of")
        return held.order_by("user__username", "pk")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self._acting = kwargs.get("user")

    def problems(self, instance: Any, errors: Iterable[str]) -> dict[str, str]:
        if set(errors) & set(self.fields) or not instance.user_id:
            return {}
        if self._is_own_keeper(instance) and not in_term(instance):
            message = "不能去掉自己的系统管理员角色；如需去掉，请由另一位系统管理员操作。"
            return {"ends_on": message}
        return membership_problems(instance)

    def _is_own_keeper(self, held: Membership) -> bool:
        """The role without which whoever imports could not open this page again."""
        return held.user == self._acting and held.role in KEEPERS and not held.deputy_of_id
