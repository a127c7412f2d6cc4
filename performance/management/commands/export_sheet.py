"""Write the filing workbook, on the same path as the export page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management import BaseCommand, CommandError

from performance.goals.filters import chosen_goals
from performance.management.operator import person, reason
from performance.sheets.convert import can_write
from performance.sheets.export import export_file
from performance.sheets.formats import FORMATS
from performance.sheets.grid import SheetError
from performance.sheets.layouts import LAYOUTS


class Command(BaseCommand):
    help = "导出绩效目标表；扩展名决定格式。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", metavar="OUT")
        parser.add_argument("--as", dest="username", required=True, metavar="USERNAME")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--unit", metavar="CODE", help="只导出这个单位及下级单位")
        parser.add_argument("--layout", default="listing", choices=list(LAYOUTS))
        parser.add_argument("--approved", action="store_true", help="只导出审核通过的")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person(options["username"])
        out = Path(options["out"])
        extension = out.suffix.lower().lstrip(".")
        if extension not in FORMATS or FORMATS[extension].write is None:
            known = "、".join(f".{name}" for name, f in FORMATS.items() if f.write)
            raise CommandError(f"不能导出为“{out.suffix}”，可用的扩展名有：{known}。")
        if not can_write(options["layout"], extension):
            label = LAYOUTS[options["layout"]].label
            raise CommandError(f"“{label}”不能导出为“{out.suffix}”，请改用 .xlsx。")
        try:
            goals = chosen_goals(user, year=options["year"], unit_code=options["unit"])
            data, count = export_file(
                goals,
                by=user,
                layout=options["layout"],
                extension=extension,
                approved_only=options["approved"],
            )
        except (PermissionDenied, SheetError) as error:
            raise CommandError(str(error)) from error
        if not count:
            raise CommandError("没有符合条件的绩效目标，没有写出文件。")
        try:
            out.write_bytes(data)
        except OSError as error:
            raise CommandError(f"文件 {out} 不能写入：{reason(error)}。") from error
        self.stderr.write(f"已导出 {count} 个项目到 {out}。", self.style.SUCCESS)
