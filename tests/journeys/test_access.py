"""The pages of entry and review are usable by everyone: axe finds nothing serious, nothing scrolls
sideways, in light and dark, wide and narrow."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from performance.goals.models import Goal, State
from performance.library.models import Year
from performance.people.models import Membership, User
from performance.review.models import Waiver
from performance.sheets.receiving import receive
from tests.builders import change_goal, clean_sheet, make_file, make_goal, make_sheet
from tests.review.workflow import remark, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"wide": (1280, 900), "narrow": (390, 800)}
WIDER = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


def draft() -> str:
    clerk = User.objects.get(username="clerk")
    return f"goal/{make_goal(clean_sheet(), by=clerk).pk}/change/"


def submitted() -> str:
    clerk = User.objects.get(username="clerk")
    return f"goal/{make_goal(make_sheet('待审核的'), by=clerk, state=State.SUBMITTED).pk}/change/"


def returned() -> str:
    draft()
    return "goal/?state=returned"


def corrected() -> str:
    """Returned with a remark on a cell, which is open."""
    clerk, reviewer = (User.objects.get(username=name) for name in ("clerk", "reviewer"))
    goal = make_goal(clean_sheet(), by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1, text="与预算不符。", proposal="6套")
    take(goal, "return", reviewer)
    return f"goal/{goal.pk}/change/"


def remarked() -> str:
    """Handed over again after a return, with a remark that is not sent yet on a cell and a row."""
    path = corrected()
    clerk, reviewer = (User.objects.get(username=name) for name in ("clerk", "reviewer"))
    goal = Goal.objects.get()
    first, *others = goal.sheet().lines
    lines = (replace(first, annual_value="6套"), *others)
    change_goal(goal, replace(goal.sheet(), lines=lines), by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer, text="请写明数量。")
    remark(goal, "line", reviewer, line=2, text="整行删去。")
    return path


def waived() -> str:
    """Returned, with a warning that was let pass."""
    path = corrected()
    reviewer = User.objects.get(username="reviewer")
    place = {"rule": "R05", "field": "overall_goal", "reason": "今年特批。", "by": reviewer}
    Waiver.objects.create(
        goal=Goal.objects.get(),
        text=Goal.objects.get().overall_goal,
        at=timezone.now(),
        until=timezone.localdate(),
        **place,
    )
    return path


def person(rest: str) -> str:
    """With several roles, one of them held for somebody else."""
    clerk, reviewer = (User.objects.get(username=name) for name in ("clerk", "reviewer"))
    unit = reviewer.memberships.get().unit
    ends_on = timezone.localdate()
    Membership.objects.create(
        user=clerk, role="reviewer", unit=unit, deputy_of=reviewer, ends_on=ends_on
    )
    return f"user/{clerk.pk}/{rest}"


def adjusted() -> str:
    clerk, bureau = (User.objects.get(username=name) for name in ("clerk", "bureau"))
    goal = make_goal(clean_sheet(), by=clerk, state=State.APPROVED)
    take(goal, "issue", bureau)
    take(goal, "adjust", clerk, "窗口新增一人。")
    change_goal(Goal.objects.get(), clean_sheet(overall_goal="另一个目标。"), by=clerk)
    return f"goal/{goal.pk}/change/"


def history(rest: str) -> str:
    """Of a goal with two revisions."""
    clerk = User.objects.get(username="clerk")
    goal = make_goal(clean_sheet(), by=clerk)
    change_goal(goal, clean_sheet(overall_goal="另一个目标。"), by=clerk)
    return f"goal/{goal.pk}/history/{rest}"


def inbox() -> str:
    corrected()
    return "notices/"


def handover() -> str:
    submitted()
    return f"user/{User.objects.get(username='clerk').pk}/handover/"


def preview() -> str:
    data = make_file(make_sheet("甲"), clean_sheet("乙"))
    return f"upload/{receive(data, '表.xlsx', by=User.objects.get(username='clerk')).pk}/change/"


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "start": ("clerk", lambda: ""),
    "list": ("clerk", lambda: draft() and "goal/"),
    "filtered": ("clerk", returned),
    "queue": ("reviewer", lambda: submitted() and "goal/?tab=review"),
    "bulk": ("clerk", lambda: draft() and "goal/bulk/submit/"),
    "settings": ("bureau", lambda: f"year/{Year.objects.get().pk}/review/"),
    "new": ("clerk", lambda: "goal/add/"),
    "form": ("clerk", draft),
    "review": ("reviewer", submitted),
    "remarked": ("reviewer", remarked),
    "writing": ("reviewer", lambda: f"{remarked()}?remark=.overall_goal"),
    "waived": ("clerk", waived),
    "returned": ("clerk", corrected),
    "adjustment": ("clerk", adjusted),
    "history": ("reviewer", lambda: history("")),
    "compare": ("reviewer", lambda: history("1/2/")),
    "restore": ("clerk", lambda: history("1/restore/")),
    "deputies": ("reviewer", lambda: "user/deputies/"),
    "people": ("sysadmin", lambda: person("change/").partition("/")[0] + "/"),
    "person": ("sysadmin", lambda: person("change/")),
    "new person": ("sysadmin", lambda: "user/add/"),
    "handover": ("sysadmin", handover),
    "inbox": ("clerk", inbox),
    "audit": ("auditor", lambda: "audit/"),
    "upload": ("clerk", lambda: "upload/add/"),
    "preview": ("clerk", preview),
}


@pytest.fixture
def open_page(open_as, live_server):
    def opened(name: str, size: str, theme: str) -> Page:
        who, address = PAGES[name]
        page = open_as(who)
        page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        path = address()
        start = "/admin/" if name in ("start", "inbox", "audit") else "/admin/performance/"
        page.goto(f"{live_server.url}{start}{path}")
        page.wait_for_load_state("networkidle")
        return page

    return opened


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(open_page, name, size, theme):
    page = open_page(name, size, theme)

    found = Axe().run(page).response["violations"]
    bad = [
        (rule["id"], [node["html"][:150] for node in rule["nodes"]][:4])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]

    assert bad == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size][0], page.evaluate(WIDER)
    assert Goal.objects.count() <= 2


def test_at_200_percent_the_form_does_not_scroll_sideways(open_page):
    """1,280 px at 200 % are 640."""
    page = open_page("form", "wide", "light")
    page.set_viewport_size({"width": 640, "height": 450})

    assert page.evaluate("document.documentElement.scrollWidth") <= 640, page.evaluate(WIDER)
