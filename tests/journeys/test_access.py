"""The pages of entry and review are usable by everyone: axe finds nothing serious, nothing scrolls
sideways, in light and dark, wide and narrow."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from performance.goals.models import Goal, State
from performance.people.models import User
from performance.sheets.actions import receive
from tests.builders import clean_sheet, make_file, make_goal, make_sheet

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


def preview() -> str:
    data = make_file(make_sheet("甲"), clean_sheet("乙"))
    return f"upload/{receive(data, '表.xlsx', by=User.objects.get(username='clerk')).pk}/change/"


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "start": ("clerk", lambda: ""),
    "list": ("clerk", lambda: draft() and "goal/"),
    "filtered": ("clerk", returned),
    "new": ("clerk", lambda: "goal/add/"),
    "form": ("clerk", draft),
    "review": ("reviewer", submitted),
    "history": ("reviewer", lambda: draft().replace("change", "history")),
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
        start = "/admin/" if name == "start" else "/admin/performance/"
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
