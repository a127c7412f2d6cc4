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
    starts_on = models.DateField("起始日期", null=True, blank=True, help_text="不填即已经开始。")
    ends_on = models.DateField(
        "截止日期", null=True, blank=True, help_text="含当天；不填即一直有效。"
    )
    deputy_of = models.ForeignKey(
        User,
        verbose_name="代理",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deputies",
        help_text="代谁办理；本人的角色不填。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        constraints = [
            # A person's own role and each one held for somebody else are different rows.
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=models.Q(unit__isnull=False, deputy_of__isnull=True),
                name="one_membership",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(unit__isnull=True, deputy_of__isnull=True),
                name="one_membership_without_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit", "deputy_of"],
                condition=models.Q(unit__isnull=False, deputy_of__isnull=False),
                name="one_deputy",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "deputy_of"],
                condition=models.Q(unit__isnull=True, deputy_of__isnull=False),
                name="one_deputy_without_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(starts_on__lte=models.F("ends_on")),
                name="starts_before_it_ends",
                violation_error_message="截止日期不能早于起始日期，请改正其中之一。",
            ),
            models.CheckConstraint(
                condition=models.Q(deputy_of__isnull=True) | ~models.Q(deputy_of=models.F("user")),
                name="nobody_deputises_for_themselves",
                violation_error_message="代理人不能是本人，请另选一位。",
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
                violation_error_message="填报人、单位审核人和主管部门审核人必须选择单位；其他角色不选单位。",
            ),
        ]

    def __str__(self) -> str:
        label = ROLES[self.role].label if self.role in ROLES else self.role
        label = f"{label}（{self.unit.name}）" if self.unit else label
        return f"{label}，代 {self.deputy_of}" if self.deputy_of_id else label
