"""People in front of real browsers."""

import pytest
from playwright.sync_api import Browser, Page, expect

from performance.people.accounts import make_demo_accounts

PATIENCE = 15_000
"""Milliseconds: how long a busy machine may take before something that is awaited has not come."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def open_as(browser: Browser, live_server, portal, settings):
    """A logged-in page for a demo account, each in a browser window of its own."""
    settings.DEMO = True
    make_demo_accounts()
    errors: list[str] = []

    def page_of(username: str) -> Page:
        page = browser.new_context(locale="zh-CN").new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(f"{page.url} {error.stack}"))
        page.on("response", lambda r: errors.append(r.url) if r.status >= 500 else None)
        page.goto(f"{live_server.url}/")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill("demo-2025")
        page.locator("#login-form button[type=submit]").click()
        expect(page).to_have_url(f"{live_server.url}/admin/")
        return page

    yield page_of
    assert errors == []
