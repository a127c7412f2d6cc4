"""What goes out by e-mail: once, together, tried again, and never for ever."""

from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused
from threading import Barrier, BrokenBarrierError

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.utils import timezone

from performance.notices.actions import notify
from performance.notices.digest import LISTED
from performance.notices.mailing import ATTEMPTS, DELAYS, LEASE, MOST, STALE, send_waiting
from performance.notices.models import Notice
from tests.builders import make_user
from tests.racing import race

HERE = "tests.notices.test_mailing"


class Refusing(EmailBackend):
    """A server that answers, and takes no mail for one address."""

    def send_messages(self, messages):
        for message in messages:
            if "zhang@example.cn" in message.to:
                raise SMTPRecipientsRefused({"zhang@example.cn": (550, b"no such user")})
        return super().send_messages(messages)


class Absent(BaseEmailBackend):
    """A server that does not answer."""

    def open(self):
        raise SMTPAuthenticationError(535, b"wrong password")


class Dying(EmailBackend):
    """The sender is killed just after the server took the mail."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise KeyboardInterrupt


class Meeting(EmailBackend):
    """Waits a moment for a second sender to be here at the same time."""

    barrier = Barrier(2, timeout=1)

    def send_messages(self, messages):
        try:
            self.barrier.wait()
        except BrokenBarrierError:
            self.barrier.reset()
        return super().send_messages(messages)


@pytest.fixture
def zhang(db):
    return make_user("zhang", full_name="张敏", email="zhang@example.cn")


@pytest.fixture
def li(db):
    return make_user("li", full_name="李国强", email="li@example.cn")


def write(person, *texts: str, batch: str = "", ago: timedelta = timedelta(minutes=2)) -> None:
    """Notices of some time ago; by default those whose time has come."""
    for text in texts:
        notify([person.pk], kind="submit", text=text, link="/admin/", batch=batch)
    new = Notice.objects.order_by("-pk")[: len(texts)]
    Notice.objects.filter(pk__in=[notice.pk for notice in new]).update(
        at=F("at") - ago, next_attempt_at=F("next_attempt_at") - ago
    )


def later(time: timedelta) -> None:
    """As if that time had passed."""
    Notice.objects.update(next_attempt_at=F("next_attempt_at") - time)


def send():
    return list(send_waiting())


def states() -> list[tuple[bool, bool, int]]:
    """Of each notice: sent, waits, attempts."""
    rows = Notice.objects.order_by("pk")
    return [(bool(n.mailed_at), bool(n.next_attempt_at), n.attempts) for n in rows]


def test_a_person_gets_everything_in_one_mail(zhang, li, settings):
    settings.DEFAULT_FROM_EMAIL = "portal@example.cn"
    settings.PORTAL_URL = "https://portal.example.cn"
    write(zhang, "甲送审了", "乙送审了")
    write(li, "丙退回了")

    assert [(sent.person, sent.number, sent.problem) for sent in send()] == [
        (zhang, 2, ""),
        (li, 1, ""),
    ]

    first, second = mail.outbox
    assert (first.to, second.to) == (["zhang@example.cn"], ["li@example.cn"])
    assert first.from_email == "portal@example.cn"
    assert first.subject == "预算绩效目标申报：您有 2 条新通知"
    assert first.body.startswith("张敏：\n\n您在预算绩效目标申报门户有 2 条新通知。")
    assert first.body.index("甲送审了") < first.body.index("乙送审了")
    one = Notice.objects.get(text="甲送审了")
    assert f"https://portal.example.cn/admin/notices/{one.pk}/" in first.body
    assert states() == [(True, True, 1)] * 3
    assert send() == []


def test_what_somebody_typed_is_text_in_both_halves(zhang):
    write(zhang, "“<b>A&B</b>”被退回\n第二行")

    send()

    (message,) = mail.outbox
    ((html, kind),) = message.alternatives
    assert "<b>A&B</b>" in message.body
    assert kind == "text/html"
    assert "“&lt;b&gt;A&amp;B&lt;/b&gt;”被退回" in html
    assert message.message()  # headers hold nothing that breaks them


def test_without_an_address_of_the_portal_a_mail_has_no_links(zhang, settings):
    settings.PORTAL_URL = ""
    write(zhang, "甲送审了")

    send()

    (message,) = mail.outbox
    assert "http" not in message.body
    assert "href" not in message.alternatives[0][0]
    assert "请登录门户" in message.body


def test_a_batch_is_one_section_that_is_cut_where_it_is_long(zhang):
    write(zhang, *(f"第{number}个送审了" for number in range(LISTED + 3)), batch="批次")
    write(zhang, "单独一条")

    send()

    (message,) = mail.outbox
    assert message.subject.endswith(f"{LISTED + 4} 条新通知")
    assert f"同一批 {LISTED + 3} 条：" in message.body
    assert "还有 3 条，请登录门户查看。" in message.body
    assert message.body.count("个送审了") == LISTED
    assert message.body.index("请登录门户查看") < message.body.index("单独一条")


def test_a_fresh_notice_waits_for_the_rest_of_its_batch(zhang):
    write(zhang, "甲送审了", batch="批次", ago=timedelta())
    assert send() == []

    later(timedelta(minutes=1))
    write(zhang, "乙送审了", batch="批次", ago=timedelta())

    assert [sent.number for sent in send()] == [2]


def test_many_more_than_fit_go_into_the_next_mail(zhang):
    at = timezone.now() - timedelta(minutes=2)
    Notice.objects.bulk_create(
        Notice(to=zhang, kind="file", text=f"第{n}条", link="/", at=at, next_attempt_at=at)
        for n in range(MOST + 2)
    )

    assert [sent.number for sent in send()] == [MOST]
    assert [sent.number for sent in send()] == [2]


def test_what_was_read_in_the_portal_is_not_mailed(zhang):
    write(zhang, "甲送审了", "乙送审了")
    Notice.objects.filter(text="甲送审了").update(read_at=timezone.now())

    assert [sent.number for sent in send()] == [1]
    assert states() == [(False, False, 0), (True, True, 1)]


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_who_cannot_be_written_to_is_left_out_for_good(zhang, change):
    for name, value in change.items():
        setattr(zhang, name, value)
    zhang.save()
    write(zhang, "甲送审了")

    assert send() == []
    assert states() == [(False, False, 0)]

    zhang.email, zhang.is_active = "zhang@example.cn", True
    zhang.save()
    assert send() == []


def test_what_is_older_than_a_day_when_mail_is_set_up_stays_in_the_inbox(zhang):
    write(zhang, "很久以前", ago=STALE + timedelta(minutes=1))
    write(zhang, "刚才")

    assert [sent.number for sent in send()] == [1]
    assert "很久以前" not in mail.outbox[0].body
    assert states() == [(False, False, 0), (True, True, 1)]


def test_one_refused_address_does_not_stop_the_others(zhang, li, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    write(zhang, "甲送审了")
    write(li, "乙送审了")

    refused, accepted = send()

    assert (refused.person, refused.given_up) == (zhang, 0)
    assert "no such user" in refused.problem
    assert (accepted.person, accepted.problem) == (li, "")
    assert states() == [(False, True, 1), (True, True, 1)]


def test_a_failed_mail_is_tried_again_later_and_later_and_then_given_up(zhang, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    write(zhang, "甲送审了")

    for attempt, delay in enumerate(DELAYS, 1):
        assert [sent.given_up for sent in send()] == [0]
        assert states() == [(False, True, attempt)]
        later(delay - timedelta(minutes=1))
        assert send() == []
        later(timedelta(minutes=1))
    assert [sent.given_up for sent in send()] == [1]

    assert states() == [(False, False, ATTEMPTS)]
    later(timedelta(days=365))
    assert send() == []


def test_new_notices_wait_with_those_that_failed(zhang, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    write(zhang, "甲送审了")
    send()
    write(zhang, "乙送审了")
    assert send() == []

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later(DELAYS[0])

    assert [(sent.number, sent.problem) for sent in send()] == [(2, "")]


def test_a_silent_server_is_asked_once_a_round_and_puts_off_one_person(zhang, li, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Absent"
    write(zhang, "甲送审了")
    write(li, "乙送审了")

    (sent,) = send()

    assert (sent.person, sent.server_answers) == (zhang, False)
    assert states() == [(False, True, 1), (False, True, 0)]
    assert [sent.person for sent in send()] == [li]


def test_a_sender_that_dies_half_way_leaves_the_mail_to_the_next_one(zhang, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Dying"
    write(zhang, "甲送审了")
    with pytest.raises(KeyboardInterrupt):
        send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send() == []

    later(LEASE)

    assert [sent.number for sent in send()] == [1]
    assert len(mail.outbox) == 2  # at least once: nobody knows that the first one arrived


def test_a_sender_that_is_told_to_stop_takes_nobody_else(zhang, li):
    write(zhang, "甲送审了")
    write(li, "乙送审了")
    answers = iter([False, True])

    assert [sent.person for sent in send_waiting(lambda: next(answers))] == [zhang]
    assert states() == [(True, True, 1), (False, True, 0)]


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(zhang, li, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Meeting"
    write(zhang, "甲送审了", "乙送审了")
    write(li, "丙送审了")

    answers = race(send, send)

    assert all(isinstance(answer, list) for answer in answers), answers
    assert sorted(message.to[0] for message in mail.outbox) == ["li@example.cn", "zhang@example.cn"]
    assert states() == [(True, True, 1)] * 3
