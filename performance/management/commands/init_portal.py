"""Everything a new portal needs, safe to run again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from performance.goals.models import Goal
from performance.library.loading import load_library, load_year
from performance.people.accounts import make_administrator, make_demo_accounts
from performance.people.models import User
from performance.people.roles import ROLES
from performance.sheets.actions import confirm
from performance.sheets.receiving import receive

DEMO_TABLE = Path("fixtures/sheets/goals-2025.xlsx")


class Command(BaseCommand):
    help = (
        "建立或升级数据库，装入指标框架、类别和年度设置；可选演示数据和第一个管理员。可重复执行。"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="加入演示账号、2025年指标库和目标表"
        )
        parser.add_argument("--admin", metavar="用户名", help="建立业务管理员，打印一次随机密码")
        parser.add_argument("--system-admin", metavar="用户名", help="建立系统管理员（维护用户）")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stderr)
        year, created = load_year("year-2025.json")
        self._say(f"{year}：指标框架、项目类别和设置{'已装入' if created else '已有，未改动'}。")
        self._say("角色：" + "、".join(role.label for role in ROLES.values()) + "。")
        if options["demo"]:
            self._load_demo()
        for option, role in (("admin", "bureau"), ("system_admin", "system")):
            if options[option]:
                self._make_administrator(options[option], role)

    def _load_demo(self) -> None:
        load_library("demo-2025.json")
        make_demo_accounts()
        if Goal.objects.filter(year__year=2025).exists():
            self._say("演示数据已有，未改动。")
            return
        clerk = User.objects.get(username="clerk")
        table = Path(settings.BASE_DIR) / DEMO_TABLE
        upload = receive(table.read_bytes(), table.name, by=clerk)
        if upload.message:
            raise CommandError(upload.message)
        upload = confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)
        self._say(f"演示数据已装入：{Goal.objects.count()} 个项目。")

    def _make_administrator(self, username: str, role: str) -> None:
        label = ROLES[role].label
        password = make_administrator(username, role)
        if password is None:
            self._say(f"账号 {username} 已有，密码未改动，角色有“{label}”。")
            return
        self._say(f"已建立{label} {username}，首次登录须修改密码。随机密码只显示这一次：")
        self.stdout.write(password)

    def _say(self, text: str) -> None:
        self.stderr.write(text, self.style.SUCCESS)
