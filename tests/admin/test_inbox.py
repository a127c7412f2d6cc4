"""The inbox: one's own, grouped, marked as read, and cheap."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from performance.goals.models import State
from performance.notices.actions import notify
from performance.notices.models import Notice
from performance.notices.queries import UNFOLDED
from performance.people.roles import ROLES
from tests.admin.desk import at_desk, english_words, goal_url, inline_scripts, visible
from tests.builders import make_goal, make_user

INBOX = reverse("admin:notices")
READ = reverse("admin:notices_read")
LIMIT = 9


def tell(person, *texts: str, batch: str = "", link: str = "/admin/") -> list[Notice]:
    for text in texts:
        notify([person.pk], kind="submit", text=text, link=link, batch=batch)
    return list(Notice.objects.order_by("-pk")[: len(texts)])[::-1]


def unread() -> list[str]:
    return list(Notice.objects.filter(read_at=None).order_by("pk").values_list("text", flat=True))


def page(person, query: str = ""):
    response = at_desk(person).get(INBOX + query)
    assert response.status_code == 200
    return response


def test_an_empty_inbox_says_what_will_stand_there(clerk):
    shown = visible(page(clerk))

    assert "还没有通知。" in shown
    assert "没有未读的通知" in shown
    assert "全部标为已读" not in shown
    assert "没有未读的通知。 查看全部通知" in visible(page(clerk, "?show=unread"))


@pytest.mark.parametrize("role", list(ROLES))
def test_everybody_with_a_role_has_an_inbox_of_their_own(clerk, role):
    person = make_user("some", (role, "101009" if ROLES[role].needs_unit else None))
    tell(person, "您的通知")
    tell(clerk, "别人的通知")

    shown = visible(page(person))

    assert "您的通知" in shown
    assert "别人的通知" not in shown


def test_the_newest_come_first_and_the_menu_counts_what_is_unread(clerk):
    tell(clerk, "第一条", "第二条", "第三条")
    Notice.objects.filter(text="第二条").update(read_at=timezone.now())

    shown = visible(page(clerk))

    assert shown.index("第三条") < shown.index("第二条") < shown.index("第一条")
    assert "通知 2 绩效目标" in shown
    assert "未读 2 条" in shown
    assert "第二条" not in visible(page(clerk, "?show=unread"))


def test_a_batch_is_one_entry_that_unfolds(clerk):
    tell(clerk, *(f"第{number}个通过了" for number in range(30)), batch="一批")
    tell(clerk, "单独一条")

    groups = page(clerk).context["groups"]

    assert [(g.first.text, g.number, g.unread, g.more) for g in groups] == [
        ("单独一条", 1, 1, 0),
        ("第29个通过了", 30, 30, 0),
    ]
    assert "第29个通过了（同一批 30 条）" in visible(page(clerk))


def test_a_very_long_batch_has_a_page_of_its_own(clerk, stranger):
    tell(clerk, *(f"第{number}个通过了" for number in range(UNFOLDED + 30)), batch="a b&c")
    tell(stranger, "别人的同一批", batch="a b&c")

    first = page(clerk)
    assert "还有 30 条" in visible(first)
    assert b"?batch=a%20b%26c" in first.content
    own = page(clerk, "?batch=a%20b%26c")

    assert visible(own).count("个通过了") == 50
    assert "别人" not in visible(own)
    assert visible(page(clerk, "?batch=a%20b%26c&p=2")).count("个通过了") == 10
    for odd in ("none", "%00x", "x" * 3000):
        assert at_desk(clerk).get(f"{INBOX}?batch={odd}").status_code == 404


def test_two_notices_without_a_batch_are_two_entries(clerk):
    tell(clerk, "甲", "乙")

    assert [group.number for group in page(clerk).context["groups"]] == [1, 1]


def test_the_last_page_and_one_beyond_it_show_what_is_there(clerk):
    tell(clerk, *(f"第{number}条" for number in range(21)))

    assert "第0条" in visible(page(clerk, "?p=2"))
    for odd in ("99", "0", "-1", "x", "9" * 40, "%00"):
        assert at_desk(clerk).get(f"{INBOX}?p={odd}").status_code == 200


def test_opening_a_notice_leads_to_the_goal_and_marks_it_as_read(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    first, _ = tell(reviewer, "甲送审了", "乙送审了", link=goal_url("change", goal.pk))

    response = at_desk(reviewer).get(reverse("admin:notice", args=[first.pk]), follow=True)

    assert response.redirect_chain == [(goal_url("change", goal.pk), 302)]
    assert response.status_code == 200
    assert unread() == ["乙送审了"]
    read_at = Notice.objects.get(pk=first.pk).read_at
    at_desk(reviewer).get(reverse("admin:notice", args=[first.pk]))
    assert Notice.objects.get(pk=first.pk).read_at == read_at


def test_anothers_notice_does_not_exist(clerk, stranger):
    (notice,) = tell(stranger, "别人的")
    desk = at_desk(clerk)

    assert desk.get(reverse("admin:notice", args=[notice.pk])).status_code == 404
    assert desk.get(reverse("admin:notice", args=[notice.pk + 1])).status_code == 404
    assert desk.get(f"{INBOX}{'9' * 30}/").status_code == 404
    desk.post(READ, {"notice": notice.pk})
    desk.post(READ, {"newest": notice.pk})
    assert unread() == ["别人的"]


def test_marking_everything_keeps_what_came_since_the_page_was_shown(clerk):
    tell(clerk, "甲", "乙")
    newest = page(clerk).context["newest"]
    tell(clerk, "丙")

    response = at_desk(clerk).post(READ, {"newest": newest, "show": "unread"})

    assert response.url == f"{INBOX}?show=unread"
    assert unread() == ["丙"]


def test_one_notice_and_one_batch_can_be_marked_as_read(clerk):
    (one, _) = tell(clerk, "甲", "乙")
    tell(clerk, "丙", "丁", batch="一批")
    newest = page(clerk).context["newest"]
    desk = at_desk(clerk)

    desk.post(READ, {"notice": one.pk, "newest": newest})
    assert unread() == ["乙", "丙", "丁"]
    desk.post(READ, {"batch": "一批", "newest": newest})
    desk.post(READ, {"batch": "一批", "newest": newest})

    assert unread() == ["乙"]


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"newest": ""},
        {"newest": "x"},
        {"newest": "-1"},
        {"newest": "٣"},
        {"batch": "一批\0之外", "newest": "9" * 18},
        {"batch": "别的批次", "newest": "9" * 18},
        {"notice": "9" * 400},
        {"notice": "\0"},
    ],
)
def test_a_tampered_form_marks_nothing_and_breaks_nothing(clerk, posted):
    tell(clerk, "甲", batch="一批")

    response = at_desk(clerk).post(READ, posted)

    assert response.status_code in (302, 400)
    assert unread() == ["甲"]


def test_an_address_alone_marks_nothing(clerk):
    tell(clerk, "甲")

    assert at_desk(clerk).get(READ).url == INBOX
    assert unread() == ["甲"]


def test_a_form_of_another_site_marks_nothing(clerk):
    tell(clerk, "甲")
    newest = page(clerk).context["newest"]

    response = at_desk(clerk, enforce_csrf_checks=True).post(READ, {"newest": newest})

    assert response.status_code == 403
    assert unread() == ["甲"]


def test_who_is_not_logged_in_or_has_no_role_sees_no_inbox(clerk):
    (notice,) = tell(clerk, "甲")
    nobody = make_user("nobody")
    (own,) = tell(nobody, "没有角色")

    for desk, pk in ((Client(), notice.pk), (at_desk(nobody), own.pk)):
        for path in (INBOX, reverse("admin:notice", args=[pk]), READ):
            assert desk.get(path).status_code == 302
            assert "/login/" in desk.get(path).url
    assert unread() == ["甲", "没有角色"]


def test_what_was_typed_is_shown_as_text(clerk):
    tell(clerk, "<script>alert(1)</script>“A&B”")

    response = page(clerk)

    assert "<script>alert(1)</script>“A&B”" in visible(response)
    assert inline_scripts(response) == []


def test_a_mail_that_never_went_out_is_told_at_its_notice(clerk):
    tell(clerk, "甲", "乙", "丙")
    Notice.objects.filter(text="甲").update(attempts=7, next_attempt_at=None)
    Notice.objects.filter(text="乙").update(attempts=2)

    assert visible(page(clerk)).count("邮件没有发出") == 1


def test_the_pages_are_chinese(clerk):
    tell(clerk, *(f"第{number}条" for number in range(UNFOLDED + 1)), batch="一批")
    tell(clerk, "单独一条")

    for query in ("", "?show=unread", "?batch=一批"):
        assert set(english_words(page(clerk, query))) == set()


def test_an_inbox_costs_the_same_for_1_3_and_300_notices(clerk):
    desk = at_desk(clerk)
    found = {}
    for number in range(1, 301):
        tell(clerk, f"第{number}条", batch=f"批{number // 30}" if number > 40 else "")
        if number in (1, 3, 300):
            with CaptureQueriesContext(connection) as queries:
                desk.get(INBOX)
            found[number] = len(queries)

    assert len(set(found.values())) == 1, found
    assert found[300] <= LIMIT
