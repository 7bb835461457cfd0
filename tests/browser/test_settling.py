"""A clerk settles what became of the villages that are gone from the list of 2020, by keyboard, counting every key."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.conftest import PASSWORD, ROOT, SIZES, serving, surroundings, told

pytestmark = pytest.mark.browser
DAAN = ROOT / "src" / "houban" / "demo" / "daan"
MOST_KEYS, KEYS_A_CHARACTER = 4, 3  # a Chinese character takes about three keys to type


@pytest.fixture(scope="module")
def settling_address() -> Iterator[str]:
    """Start a Houban of its own that knows the lists of 2019 and 2020 and nothing else."""
    with surroundings() as environment:
        for day in ("2019-10-31", "2020-06-30"):
            told(environment, "divisions", "import", str(DAAN / "lists" / f"{day}.csv"), "--as-of", day)
        told(environment, "admin", "create", "songwen", "--password-stdin", text=f"{PASSWORD}\n")
        with serving(environment) as here:
            yield here


def truth() -> dict[str, tuple[str, str]]:
    with (DAAN / "changes" / "2020-03-31-villages.csv").open(encoding="utf-8", newline="") as file:
        return {row["原代码"]: (row["新代码"], row["新名称"]) for row in csv.DictReader(file)}


def signed_in(browser: Browser, address: str, size: str) -> Page:
    page = browser.new_context(locale="zh-CN", viewport=SIZES[size]).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/account/session/")
    page.fill("input[name=username]", "songwen")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/")
    return page


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        """Press one key that leads to another page."""
        self.pressed += 1
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, key: str) -> None:
        """Press one key that stays on the page."""
        self.pressed += 1
        self.page.keyboard.press(key)


def test_the_villages_that_are_gone_are_settled_by_keyboard(browser: Browser, settling_address: str) -> None:
    page, known = signed_in(browser, settling_address, "desktop"), truth()
    page.goto(f"{settling_address}/divisions/lists/2/settling/")
    keys, gone, settled = Keys(page), 0, 0
    keys.press("a")  # what is likely, together
    while "待答" in (page.get_by_role("link", name="提交核对").text_content() or ""):
        code = page.locator("input[name=question]").input_value()
        target, name = known.get(code, ("", ""))
        is_gone = bool(target) and target != code
        before = keys.pressed
        _answer(keys, target, name)
        gone += is_gone
        settled += keys.pressed - before if is_gone else 0

    assert axe.violations(page) == []
    assert gone >= 60
    print(f"{gone} villages by hand, {settled} keys, {settled / gone:.2f} each; {keys.pressed} keys in all")
    assert settled <= MOST_KEYS * gone


def _answer(keys: Keys, target: str, name: str) -> None:
    """Answer the question that is shown: by the candidate's number, by a search, or that nobody knows."""
    page = keys.page
    if not target:
        keys.press("0")
        return
    found = page.locator(f"ol button[value='{target}']")
    if not found.count():
        keys.type("f")
        page.keyboard.insert_text(name[:2])
        keys.pressed += KEYS_A_CHARACTER * 2
        keys.press("Enter")
        page.locator("#question-title").click()  # leave the field, as Escape would
    keys.press(found.first.get_attribute("data-key") or "")


def test_a_gesture_is_undone_and_the_page_fits_a_phone(browser: Browser, settling_address: str) -> None:
    page = signed_in(browser, settling_address, "phone")
    page.goto(f"{settling_address}/divisions/lists/2/settling/")

    with page.expect_navigation():
        page.keyboard.press("z")

    assert page.get_by_text("已撤回").count() == 1
    assert axe.sideways(page) <= 0
    assert axe.violations(page) == []
