"""The day's villages as a map and a table in a browser: accessible, by keyboard, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe

pytestmark = pytest.mark.browser

PAGES = [
    "/divisions/?view=map",
    "/divisions/?view=map&on=2018-10-31&q=新民",
    "/divisions/?view=table&sort=-name",
    "/divisions/boundaries/",
    "/divisions/boundaries/new/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_no_wider_than_its_window(page: Page, address: str, path: str) -> None:
    response = page.goto(f"{address}{path}")

    assert response is not None
    assert response.status == 200
    assert axe.violations(page) == []
    assert axe.sideways(page) <= 0


def test_arrows_go_from_village_to_village_and_enter_opens_one(page: Page, address: str) -> None:
    page.goto(f"{address}/divisions/?view=map")
    tiles = page.locator("a.tile")
    expect(page.locator("a.tile[tabindex='0']")).to_have_count(1)

    page.locator("a.tile[tabindex='0']").focus()
    before = page.evaluate("document.activeElement.getAttribute('href')")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)

    after = page.evaluate("document.activeElement.getAttribute('href')")
    assert tiles.count() == 121
    assert after != before
    expect(page.locator("[data-said]")).to_have_text(re.compile("，(村|社区)$"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{after}")
    expect(page.locator("a.tile[data-chosen]")).to_have_count(1)


def test_the_views_keep_the_day(page: Page, address: str) -> None:
    page.goto(f"{address}/divisions/?on=2018-10-31")

    page.get_by_role("link", name="图", exact=True).click()

    page.wait_for_url(re.compile("on=2018-10-31.*view=map|view=map.*on=2018-10-31"))
    expect(page.get_by_text("示意图，不表示实际位置和边界")).to_be_visible()
