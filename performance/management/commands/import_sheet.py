"""Preview or import a goal sheet, on the same path as the upload page."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import BaseCommand, CommandError

from performance.library.levels import Level
from performance.management.operator import person, print_json, reason
from performance.sheets.actions import confirm
from performance.sheets.located import Located, report_row
from performance.sheets.models import Upload, UploadState
from performance.sheets.plan import Plan
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan

STORED, REFUSED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = "预览或导入绩效目标表。退出码：0 已保存或可以保存，1 有内容被拒绝，2 文件无法读取。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--as", dest="username", required=True, metavar="USERNAME")
        parser.add_argument("--year", type=int, help="年度；不给出时从标题识别")
        parser.add_argument("--hidden", action="store_true", help="也读入隐藏的行、列和工作表")
        parser.add_argument("--accept", action="store_true", help="保存；不给出时只预览")
        parser.add_argument(
            "--create-missing", action="store_true", help="新建未登记的单位、指标等"
        )
        parser.add_argument(
            "--no-renames", action="store_true", help="疑似改名的都按新项目，不改原来的项目"
        )
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options)
        except CommandError as error:
            if options["report"] == "json":  # a script reads one object, whatever happened
                refusal = Located("F00", Level.ERROR, str(error))
                summary = {"stored": False, "left_out": []}
                kind = "damaged" if error.returncode == UNREADABLE else None
                report = {"kind": kind, "findings": [report_row(refusal)], "summary": summary}
                print_json(self, report)
            raise

    def _import(self, options: dict[str, Any]) -> None:
        user = person(options["username"])
        path = Path(options["file"])
        try:
            data = path.read_bytes()
        except OSError as error:
            message = f"文件 {path} 不能读取：{reason(error)}。"
            raise CommandError(message, returncode=UNREADABLE) from error
        try:
            upload = receive(
                data,
                path.name,
                by=user,
                year=options["year"],
                create_missing=options["create_missing"],
                hidden=options["hidden"],
            )
            plan = load_plan(upload.plan) if upload.plan else None
            new = list(plan.renames) if plan and options["no_renames"] else []
            if options["accept"] and plan and not plan.refuses:
                upload = confirm(upload.pk, by=user, plan_hash=upload.plan_hash, not_renamed=new)
                _check_stored(upload)
        except (PermissionDenied, ValidationError) as error:
            message = "".join(getattr(error, "messages", [str(error)]))
            raise CommandError(message, returncode=REFUSED) from error
        renames = _renames(plan, new)
        plan = plan.with_new(new) if plan else None
        self._report(upload, plan, renames, options["report"])
        if plan is None:
            sys.exit(UNREADABLE)
        sys.exit(REFUSED if plan.refuses or _left_out(upload) else STORED)

    def _report(
        self, upload: Upload, plan: Plan | None, renames: list[dict[str, str]], kind: str
    ) -> None:
        unreadable = Located("F00", Level.ERROR, upload.message)
        findings = plan.findings if plan else (unreadable,)
        summary: dict[str, Any] = dict(plan.summary) if plan else {}
        summary["stored"] = upload.state == UploadState.CONFIRMED
        summary["left_out"] = _left_out(upload)
        if renames:
            summary["renames"] = renames
        if kind == "json":
            rows = [report_row(finding) for finding in findings]
            report = {"kind": upload.kind or None, "findings": rows, "summary": summary}
            print_json(self, report)
        else:
            self._print(upload, plan, findings, summary)

    def _print(
        self,
        upload: Upload,
        plan: Plan | None,
        findings: Sequence[Located],
        summary: dict[str, Any],
    ) -> None:
        for found in findings:
            place = f"{found.place}：" if found.place else ""
            self.stdout.write(f"[{found.level.label} {found.rule}] {place}{found.message}")
        if plan is None:
            return
        self.stdout.write(
            "共 {goals} 个项目 {lines} 行指标：新增 {new}，修改 {changed}，相同 {same}，"
            "有误 {refused}；将新建 {create} 项。".format(**summary)
        )
        done = "已保存。" if summary["stored"] else "仅预览，没有保存。"
        self.stdout.write("有内容不能保存，整个文件都没有保存。" if plan.refuses else done)
        for row in summary.get("renames", []):
            done = "按新项目" if row["as"] == "new" else "按改名"
            self.stdout.write(f"疑似改名，{done}：“{row['was']}” → “{row['project']}”")
        for row in summary["left_out"]:
            self.stdout.write(f"未保存“{row['project']}”：{row['message']}")


def _check_stored(upload: Upload) -> None:
    if upload.state != UploadState.CONFIRMED:
        message = "读取表格期间有项目被别人保存过，没有写入任何内容，请重新运行。"
        raise CommandError(message, returncode=REFUSED)


def _left_out(upload: Upload) -> list[dict[str, str]]:
    return upload.outcome["left_out"] if upload.outcome else []


def _renames(plan: Plan | None, new: list[int]) -> list[dict[str, str]]:
    """Each proposed renaming, and what it is taken for."""
    if plan is None:
        return []
    return [
        {"was": op.was, "project": op.sheet.project, "as": "new" if index in new else "renamed"}
        for index, op in plan.renames.items()
    ]
