"""Sending what waits, as an operator starts it."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from performance.notices.actions import notify
from performance.notices.mailing import ATTEMPTS
from performance.notices.models import Notice
from tests.builders import make_user
from tests.commands.running import run


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise OSError("no route to host")


@pytest.fixture
def waiting(db, settings) -> Notice:
    settings.MAIL_IS_SET_UP = True
    person = make_user("zhang", full_name="张敏", email="zhang@example.cn")
    notify([person.pk], kind="submit", text="甲送审了", link="/admin/")
    Notice.objects.update(next_attempt_at=F("at") - timedelta(seconds=1))
    return Notice.objects.get()


@pytest.fixture
def finished() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_waits_is_sent(waiting):
    ran = run("send_notices")

    assert ran == (0, "已发出 1 封邮件（1 条通知）。\n", "")
    assert [message.to for message in mail.outbox] == [["zhang@example.cn"]]
    assert run("send_notices") == (0, "", "")


def test_without_a_mail_server_nothing_is_sent_and_it_says_what_to_set(waiting, settings):
    settings.MAIL_IS_SET_UP = False

    ran = run("send_notices")

    assert ran.code == 1
    assert "EMAIL_URL" in ran.err
    assert mail.outbox == []


def test_a_failure_is_told_with_the_servers_answer(waiting, settings):
    settings.EMAIL_BACKEND = "tests.commands.test_send_notices.Refusing"

    ran = run("send_notices")

    assert ran.code == 1
    assert ran.out == "已发出 0 封邮件（0 条通知），1 封没有发出。\n"
    assert ran.err == (
        "发给“zhang”的邮件没有发出，稍后再试。邮件服务器的答复：OSError: no route to host\n"
    )


def test_giving_up_is_told(waiting, settings):
    settings.EMAIL_BACKEND = "tests.commands.test_send_notices.Refusing"
    Notice.objects.update(attempts=ATTEMPTS - 1)

    ran = run("send_notices")

    assert "其中 1 条多次没有发出，不再尝试" in ran.err
    assert run("send_notices") == (0, "", "")


@pytest.mark.django_db(transaction=True)  # a loop lets go of its connection between rounds
def test_a_loop_ends_with_the_process_beside_which_it_runs(waiting, finished):
    ran = run("send_notices", "--loop", "60", "--while", str(finished))

    assert ran == (0, "已发出 1 封邮件（1 条通知）。\n", "")


@pytest.fixture(autouse=True)
def signals():
    """A loop takes the signals that end it; the test run wants its own back."""
    kept = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


@pytest.mark.parametrize(
    ("address", "sender", "said"),
    [
        ("smpt://mail.example.cn", "a@example.cn", "EMAIL_URL 读不懂"),
        ("smtp://mail.example.cn:abc", "a@example.cn", "EMAIL_URL 读不懂"),
        ("smtp://mail.example.cn:25", "", "DEFAULT_FROM_EMAIL"),
    ],
)
def test_wrong_settings_are_told_before_anything_starts(tmp_path, address, sender, said):
    given = {"EMAIL_URL": address, "DEFAULT_FROM_EMAIL": sender, "DATA_DIR": str(tmp_path)}
    process = subprocess.run(
        [sys.executable, "manage.py", "send_notices"],
        env=os.environ | given | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )

    assert process.returncode != 0
    assert said in process.stderr
