"""Prove from the database alone that nothing sealed was changed; for operators: sees all units."""

import hashlib
import os
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management import BaseCommand, CommandError

from performance.goals.models import Goal
from performance.management.operator import reason
from performance.review.dangling import dangling
from performance.review.guards import missing
from performance.review.heads import Head, NoHeads, read, written
from performance.review.verifying import verify


class Command(BaseCommand):
    help = "重新计算全部版本链和办理链，列出被改、被删、被插入、被调换的记录；有问题时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="只核对这个年度")
        parser.add_argument("--heads", metavar="FILE", help="把各目标最新的摘要写到新文件")
        parser.add_argument("--against", metavar="FILE", help="与以前写出的摘要文件比对")

    def handle(self, *args: Any, **options: Any) -> None:
        goals, year = Goal.objects.all(), options["year"]
        if year is not None:
            goals = goals.filter(year__year=year)
        known = _known(options["against"], year)
        found = self._guards() + self._dangling()
        count = 0
        with _heads_file(options["heads"]) as heads:
            for count, one in enumerate(verify(goals, known), 1):  # noqa: B007 counted below
                found += self._tell(one.head, one.problems)
                known.pop(one.head.goal, None)
                heads.write(written(one.head))
            for head in known.values():
                found += self._tell(head, ["整个项目已不在。"])
            if found:
                raise CommandError(f"核对了 {count} 个绩效目标，发现 {found} 个问题，见上。")
        self.stdout.write(self.style.SUCCESS(f"核对了 {count} 个绩效目标，没有发现问题。"))
        if options["heads"]:
            self._anchor(Path(options["heads"]))

    def _guards(self) -> int:
        names = missing()
        if names:
            self.stdout.write(
                f"数据库缺少防篡改触发器：{'、'.join(names)}。请运行 manage.py migrate 重新安装。"
            )
        return len(names)

    def _dangling(self) -> int:
        told = [_plain(sentence) for sentence in dangling()]
        for sentence in told:
            self.stdout.write(sentence)
        return len(told)

    def _tell(self, head: Head, problems: Any) -> int:
        """One line each; what people typed cannot make it look like two."""
        place = _plain(f"目标 {head.goal}（{head.year}年 {head.unit}“{head.project}”）")
        for problem in problems:
            self.stdout.write(f"{place}{problem}")
        return len(problems)

    def _anchor(self, path: Path) -> None:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.stdout.write(f"摘要已写到 {path}；请把文件或它的 SHA-256 另处保存：{digest}")


def _known(name: str | None, year: int | None) -> dict[int, Head]:
    if name is None:
        return {}
    try:
        with Path(name).open(encoding="utf-8") as file:
            heads = read(file)
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise CommandError(f"文件 {name} 不能读取：{why}。") from error
    except NoHeads as error:
        raise CommandError(f"文件 {name} {error}") from error
    return _of_year(heads, year)


def _of_year(heads: Mapping[int, Head], year: int | None) -> dict[int, Head]:
    return {pk: head for pk, head in heads.items() if year in (None, head.year)}


@contextmanager
def _heads_file(name: str | None) -> Iterator[TextIO]:
    """New, or nothing: an older one is evidence, and one of a tampered database is none."""
    path = Path(name or os.devnull)
    try:
        file = path.open("x" if name else "w", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"文件 {path} 不能写入：{reason(error)}。") from error
    try:
        with file:
            yield file
    except BaseException:
        if name:
            path.unlink()
        raise


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)
