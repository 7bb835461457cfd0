"""The main job in a browser: through the years of the register to a report whose figures open."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/divisions/",
    "/divisions/?on=2018-10-31",
    "/divisions/changes/",
    "/divisions/changes/new/",
    "/divisions/lists/",
    "/divisions/lists/new/",
    "/divisions/lists/1/",
    "/divisions/counts/",
    "/divisions/comparison/?on=2018-10-31",
    "/divisions/baselines/villages/",
    "/reports/",
    "/reports/new/",
    "/reports/figures/",
    "/reports/figures/villages/",
    "/reports/figures/community_reduction_rate/",
    "/reports/figures/collective_income_per_village/",
    "/reports/figures/area/reported/",
    "/organisation/",
    "/organisation/?q=镇",
    "/organisation/?on=2019-01-01",
    "/organisation/people/",
    "/search/?q=何市",
    "/account/password/",
    "/kit/",
]


def choose_day(page: Page, day: str) -> None:
    page.locator("details.asof summary").click()
    page.locator("details.asof a", has_text=day).click()
    page.wait_for_url(re.compile(f"on={day}"))


def open_town(page: Page, name: str) -> None:
    page.locator("tr.town a", has_text=re.compile(f"^{name}$")).first.click()
    page.wait_for_load_state("networkidle")


def test_the_day_moves_from_2018_to_2021_and_a_township_goes_under_a_town(page: Page, address: str) -> None:
    page.goto(f"{address}/divisions/")
    choose_day(page, "2018-10-31")
    expect(page.locator("tr.town", has_text="永嘉乡")).to_have_count(1)
    open_town(page, "永嘉乡")
    expect(page.locator("tr.village:visible", has_text="瓦高村")).to_have_count(1)

    choose_day(page, "2020-06-30")
    open_town(page, "何市镇")

    expect(page.locator("tr.town td:first-child > a[href*='town=']", has_text=re.compile("^永嘉乡$"))).to_have_count(0)
    expect(page.locator("tr.village:visible", has_text="瓦高村")).to_have_count(1)
    assert axe.violations(page) == []


def test_a_merged_village_shows_where_it_came_from(page: Page, address: str) -> None:
    page.goto(f"{address}/divisions/?on=2020-06-30")
    open_town(page, "何市镇")

    page.locator("tr.village:visible a", has_text="五龙村").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("五龙村")
    expect(page.locator("svg.lineage")).to_contain_text("五四村")
    expect(page.locator("svg.lineage")).to_contain_text("龙盘村")
    assert axe.violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_no_wider_than_its_window(page: Page, address: str, path: str) -> None:
    response = page.goto(f"{address}{path}")

    assert response is not None
    assert response.status == 200
    assert axe.violations(page) == []
    assert axe.sideways(page) <= 0


def test_a_report_is_made_and_every_figure_of_it_opens(page: Page, address: str) -> None:
    page.goto(f"{address}/reports/new/")

    page.get_by_role("button", name="生成报告").click()
    expect(page.get_by_text("报告已生成")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 Word").click()

    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as document:
        links = set(
            re.findall(rf"{address}/reports/figures/[^\"&]+", document.read("word/_rels/document.xml.rels").decode())
        )
    assert len(links) == 16
    for link in links:
        page.goto(link)
        expect(page.get_by_role("heading", name="来自哪些行")).to_be_visible()
        assert page.locator("#rows tbody tr").count() > 0


def test_a_keyboard_alone_reaches_the_search_and_a_result(page: Page, address: str) -> None:
    page.goto(f"{address}/divisions/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    if page.viewport_size and page.viewport_size["width"] > 600:
        page.keyboard.press("Escape")
        page.locator("body").press("/")
        page.keyboard.type("何市")
        expect(page.locator("#hits a").first).to_be_visible()
    else:
        page.goto(f"{address}/search/?q=何市")

    expect(page.get_by_role("link", name=re.compile("何市镇")).first).to_be_visible()


def test_english_can_be_chosen(page: Page, address: str) -> None:
    page.goto(f"{address}/divisions/")

    page.locator(".topbar details.menu:not(.asof) summary").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state("networkidle")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Divisions")
