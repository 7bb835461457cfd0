"""One matter from the village to the county and back, by five people, with nothing but the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import axe
from tests.browser.conftest import SIZES, watched

pytestmark = pytest.mark.browser
VILLAGE, BUREAU, TITLE = "张寺村", "区交通运输局", "临崖弯道护栏被撞断"
MOST_TABS, MOST_OPTIONS = 80, 400


@dataclass
class Person:
    """Somebody at a keyboard."""

    page: Page
    here: str
    keys: int = field(default=0)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def tab_to(self, wanted: Locator) -> None:
        """Go to something as one goes who has no mouse."""
        for _ in range(MOST_TABS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"no way by Tab to {wanted}")

    def write(self, label: str, text: str) -> None:
        self.tab_to(self.page.get_by_label(label).first)
        self.page.keyboard.type(text)

    def choose(self, label: str, part: str) -> None:
        """Go down a list of choices until the one that has these words."""
        lists = self.page.get_by_label(label)
        self.tab_to(lists)
        for _ in range(MOST_OPTIONS):
            if part in lists.evaluate("one => one.selectedOptions[0].text"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{label}: no {part}")

    def fill(self, words: dict[str, str]) -> None:
        for label, text in words.items():
            if self.page.get_by_label(label).first.evaluate("one => one.tagName") == "SELECT":
                self.choose(label, text)
            else:
                self.write(label, text)

    def send(self, button: str) -> None:
        self.tab_to(self.page.get_by_role("button", name=button, exact=True))
        self.press("Enter")
        self.page.wait_for_url(re.compile(r"/matters/[0-9a-f-]{36}/$"))

    def opens(self, tab: str) -> None:
        """Find the matter in the queue, step down to it and open it."""
        self.page.goto(f"{self.here}/matters/?tab={tab}&q={TITLE}")
        expect(self.page.locator("[data-row]")).to_have_count(1)
        self.press("j")
        self.press("Enter")
        self.page.wait_for_url(re.compile(r"/matters/[0-9a-f-]{36}/$"))

    def begins(self, key: str, verb: str) -> None:
        self.press(key)
        self.page.wait_for_url(re.compile(f"/{verb}/$"))
        assert axe.violations(self.page) == []

    def sees(self, state: str) -> None:
        expect(self.page.locator(".state").first).to_have_text(state)


@pytest.fixture
def people(browser: Browser, address: str) -> Iterator[dict[str, Person]]:
    """Sign in the five, each in a window of their own; fail on any error of the pages' own scripts."""
    signed, all_errors, contexts = {}, [], []
    for name in ("曾田", "罗强", "宋可", "陈立"):
        contexts.append(browser.new_context(viewport=SIZES["desktop"], locale="zh-CN"))  # type: ignore[arg-type]
        page, errors = watched(contexts[-1])
        page.goto(f"{address}/account/session/")
        page.get_by_role("button", name=name).press("Enter")
        page.wait_for_url(f"{address}/")
        signed[name] = Person(page, address)
        all_errors.append(errors)
    yield signed
    for context in contexts:
        context.close()
    assert all_errors == [[]] * len(signed)


# Who, from which tab (or the page they are on), by which key which verb, with what, and how the matter stands then.
BOOK = "情况说明"
PLAY = [
    ("曾田", "", "u", "escalate", "上报", {BOOK: "村里修不了"}, "待立案"),
    ("罗强", "mine", "u", "escalate", "上报", {BOOK: "属县道，请区里处置"}, "待立案"),
    ("宋可", "mine", "f", "file", "立案", {"类型与立案条件": "护栏"}, "待派遣"),
    ("宋可", "", "d", "dispatch", "派遣", {"承办机构": BUREAU}, "待接办"),
    ("陈立", "mine", "b", "return", "退回", {BOOK: "该路段是乡道，请核实"}, "待派遣"),
    ("宋可", "mine", "d", "dispatch", "派遣", {"承办机构": BUREAU}, "待接办"),
    ("陈立", "mine", "a", "accept", "接办", {}, "办理中"),
    ("陈立", "", "q", "ask", "申请", {BOOK: "护栏要定做", "申请": "延期"}, "办理中"),
    ("宋可", "handling", "e", "extend", "延期", {BOOK: "同意", "延长": "2"}, "办理中"),
    ("陈立", "mine", "s", "submit", "报结", {BOOK: "护栏已换新"}, "待核查"),
    ("罗强", "verifying", "v", "verify", "核查通过", {BOOK: "现场看过"}, "已结案"),
    ("曾田", "ended", "r", "reopen", "重开", {BOOK: "新护栏又松了"}, "待派遣"),
]


def test_a_matter_goes_up_to_the_county_comes_back_and_is_reopened(people: dict[str, Person]) -> None:
    village, bureau = people["曾田"], people["陈立"]
    village.page.goto(f"{village.here}/matters/")
    village.press("n")
    village.page.wait_for_url(re.compile("/new/$"))
    village.fill({"标题": TITLE, "村（社区）": VILLAGE})
    village.send("登记事项")
    village.sees("待立案")

    for name, tab, key, verb, button, words, state in PLAY:
        person = people[name]
        if tab:
            person.opens(tab)
        person.begins(key, verb)
        person.fill(words)
        person.send(button)
        person.sees(state)
        if verb in ("accept", "submit"):  # returned once, never again; nobody verifies their own work
            expect(bureau.page.locator("[data-key=b], [data-key=v]")).to_have_count(0)

    assert axe.violations(village.page) == []
    expect(village.page.get_by_text("已延期 1 次")).to_be_visible()
    done = [one.get_attribute("data-verb") for one in village.page.locator(".steps > li").all()]
    assert done == ["report", *(verb for _name, _tab, _key, verb, *_ in PLAY)]
    assert sum(one.keys for one in people.values()) < 1000
