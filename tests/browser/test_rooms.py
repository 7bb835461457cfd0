"""Matters, what-ifs, corrections and reconciling in a browser: accessible, no wider than the window, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import axe
from tests.browser.conftest import watched

pytestmark = pytest.mark.browser
REGISTER = [
    "/divisions/branches/",
    "/divisions/branches/new/",
    "/divisions/branches/1/",
    "/divisions/corrections/",
    "/divisions/belief/?all=1",
    "/divisions/lists/1/",
    "/divisions/?on=2020-06-30",
]
MATTERS = [
    "/matters/?tab=all",
    "/matters/?tab=overdue",
    "/matters/new/",
    "/matters/notices/?tab=all",
    "/matters/notices/choice/",
    "/",
]


@pytest.fixture
def dispatcher(context: BrowserContext, address: str) -> Iterator[Page]:
    """Sign in as a town's dispatcher; fail on any error of the page's own scripts."""
    opened, errors = watched(context)
    opened.goto(f"{address}/account/session/")
    opened.get_by_role("button", name="罗强").click()
    opened.wait_for_url(f"{address}/")
    yield opened
    assert errors == []


@pytest.mark.parametrize("path", REGISTER)
def test_pages_of_the_register_are_accessible_and_fit(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}")

    assert axe.violations(page) == []
    assert axe.sideways(page) <= 0


@pytest.mark.parametrize("path", MATTERS)
def test_pages_of_matters_are_accessible_and_fit(dispatcher: Page, address: str, path: str) -> None:
    dispatcher.goto(f"{address}{path}")

    assert axe.violations(dispatcher) == []
    assert axe.sideways(dispatcher) <= 0


def test_a_matter_is_dispatched_by_keyboard(dispatcher: Page, address: str) -> None:
    dispatcher.goto(f"{address}/matters/?tab=filed&kind=event")
    if not dispatcher.locator("[data-row]").count():
        pytest.skip("another size of window has dispatched them all")

    dispatcher.keyboard.press("j")
    dispatcher.keyboard.press("Enter")
    dispatcher.wait_for_url(re.compile(r"/matters/[0-9a-f-]{36}/$"))
    assert axe.violations(dispatcher) == []
    dispatcher.keyboard.press("d")
    dispatcher.wait_for_url(re.compile("/dispatch/$"))
    assert axe.violations(dispatcher) == []
    dispatcher.get_by_role("button", name="派遣").click()

    expect(dispatcher.get_by_text("已派遣")).to_be_visible()
    expect(dispatcher.locator(".state").first).to_have_text("待接办")


def test_a_matter_is_commented_on_by_keyboard_and_somebody_is_mentioned(dispatcher: Page, address: str) -> None:
    dispatcher.goto(f"{address}/matters/?tab=all")
    wide = dispatcher.locator("#panel").is_visible()
    dispatcher.keyboard.press("j")
    if not wide:
        dispatcher.keyboard.press("Enter")
        dispatcher.wait_for_url(re.compile(r"/matters/[0-9a-f-]{36}/$"))
    dispatcher.locator("[data-comment]").wait_for()

    dispatcher.keyboard.press("c")
    dispatcher.keyboard.type("请先看现场 @")
    dispatcher.keyboard.press("Space")
    chosen = dispatcher.locator("[data-mention]:checked")
    expect(chosen).to_have_count(1)
    dispatcher.keyboard.press("Escape")
    assert axe.violations(dispatcher) == []
    dispatcher.keyboard.press("Control+Enter")

    said = dispatcher.locator(".steps li[data-verb=comment]").last
    expect(said.locator(".words")).to_have_text("请先看现场")
    expect(said.locator(".mentioned")).to_be_visible()
    assert dispatcher.url.startswith(f"{address}/matters/{'?' if wide else ''}")
    assert axe.sideways(dispatcher) <= 0


def test_a_report_goes_from_the_desk_to_its_receiver(dispatcher: Page, address: str) -> None:
    dispatcher.goto(f"{address}/matters/")
    dispatcher.keyboard.press("n")
    dispatcher.wait_for_url(f"{address}/matters/new/")
    dispatcher.get_by_label("标题").fill("路口井盖破损")
    dispatcher.get_by_label("村（社区）").select_option(index=3)
    dispatcher.get_by_role("button", name="登记事项").click()

    expect(dispatcher.get_by_text("受理。")).to_be_visible()
    assert axe.violations(dispatcher) == []
