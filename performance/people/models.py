"""Units, the people in them, and the roles they hold there."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from performance.people.roles import ROLES


class Unit(models.Model):
    """用款单位. The parent is a plain reference: codes only propose it."""

    code = models.CharField(
        "单位编码", max_length=32, blank=True, help_text="没有编码的单位不填，按名称识别。"
    )
    name = models.CharField("单位名称", max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )

    class Meta:
        verbose_name = verbose_name_plural = "用款单位"
        ordering = ["code", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="one_unit_code",
                violation_error_message="已有相同编码的用款单位。",
            ),
            # Without a code a unit is known by its name, below the same unit or at the top.
            models.UniqueConstraint(
                fields=["parent", "name"], condition=models.Q(code=""), name="one_unit_name"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(code="", parent__isnull=True),
                name="one_top_unit_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}-{self.name}" if self.code else self.name


class User(AbstractUser):
    """An account. It is never a Django superuser: what it may do is its memberships' rows."""

    # One name, as Chinese offices write it; the inherited pair is not shown anywhere.
    full_name = models.CharField("姓名", max_length=60, blank=True)
    must_change_password = models.BooleanField(
        "下次登录须修改密码", default=True, help_text="新建账号或重置密码后自动勾选。"
    )
    is_demo = models.BooleanField("演示账号", default=False, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="no_superusers"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name


class Membership(models.Model):
    """One role held by one person, in one unit where the role needs one."""

    user = models.ForeignKey(
        User, verbose_name="用户", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(
        "角色", max_length=20, choices=[(role.name, role.label) for role in ROLES.values()]
    )
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit"], name="one_membership"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(unit__isnull=True),
                name="one_membership_without_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=[r.name for r in ROLES.values() if r.needs_unit], unit__isnull=False
                )
                | models.Q(
                    role__in=[r.name for r in ROLES.values() if not r.needs_unit],
                    unit__isnull=True,
                ),
                name="unit_where_role_needs_one",
                violation_error_message="填报人和审核人必须选择单位；管理员不选单位。",
            ),
        ]

    def __str__(self) -> str:
        label = ROLES[self.role].label if self.role in ROLES else self.role
        return f"{label}（{self.unit.name}）" if self.unit else label
