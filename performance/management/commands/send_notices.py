"""Send what waits in the inboxes by e-mail, once or again and again."""

import os
import signal
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error, close_old_connections

from performance.notices.mailing import is_set_up, send_waiting

NOT_SENT = 1
TICK = 0.5
"""Seconds within which a loop notices that it is to end."""


class Command(BaseCommand):
    help = "把等待发送的通知发成邮件，每人一封。退出码：0 已全部发出，1 有没发出的。"
    stopping = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="不退出，每隔几秒再发一次"
        )
        parser.add_argument(
            "--while", dest="beside", type=int, metavar="PID", help="这个进程结束后也结束"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_set_up():
            raise CommandError(
                "没有设置邮件服务器，没有发送；请先设置环境变量 EMAIL_URL，"
                "写法见 docs/operations.md 的“通知与邮件”。"
            )
        if options["loop"] is None:
            if not self._round():
                sys.exit(NOT_SENT)
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        self._go_on(max(options["loop"], TICK), options["beside"])

    def _go_on(self, seconds: float, beside: int | None) -> None:
        while not self.stopping:
            close_old_connections()
            try:
                self._round()
            except Error as error:  # a database that is being restarted comes back
                self.stderr.write(f"数据库没有应答，稍后再发：{error}")
            again = time.monotonic() + seconds
            while not self.stopping and time.monotonic() < again:
                if beside and not _lives(beside):
                    return
                time.sleep(TICK)

    def _round(self) -> bool:
        """Whether everything that was due went out."""
        mails = notices = failed = 0
        for sent in send_waiting(lambda: self.stopping):
            if sent.problem:
                failed += 1
                self.stderr.write(_failure(sent.person.username, sent.given_up, sent.problem))
            else:
                mails, notices = mails + 1, notices + sent.number
        if mails or failed:
            lacking = f"，{failed} 封没有发出" if failed else ""
            self.stdout.write(f"已发出 {mails} 封邮件（{notices} 条通知）{lacking}。")
        return not failed

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """After the mail that is being sent: it is not sent again."""
        self.stopping = True


def _failure(username: str, given_up: int, problem: str) -> str:
    then = (
        f"其中 {given_up} 条多次没有发出，不再尝试，本人登录后仍可看到" if given_up else "稍后再试"
    )
    return f"发给“{username}”的邮件没有发出，{then}。邮件服务器的答复：{problem}"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, as somebody else
        return True
    return True
