"""The room of organisations in a browser: every page and form, and a post filled by typing a name."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe

pytestmark = pytest.mark.browser

BODY_PAGES = ["", "correction/", "closure/", "posts/new/", "quotas/new/", "quotas/transfer/", "members/new/"]
POST_PAGES = ["", "correction/", "abolition/", "appointments/new/"]
PERSON_PAGES = ["", "places/new/", "kin/new/", "charges/new/", "account/password/", "account/state/"]
PAGES = [
    "/",
    "/organisation/",
    "/organisation/?state=free",
    "/organisation/new/",
    "/organisation/people/",
    "/organisation/people/new/",
    "/organisation/hand-over/?preset=change",
    "/organisation/hand-over/?preset=down",
    *(f"/organisation/BODY/{part}" for part in BODY_PAGES),
    "/organisation/BODY/closure/?on=2020-01-01",
    *(f"/organisation/posts/POST/{part}" for part in POST_PAGES),
    *(f"/organisation/people/PERSON/{part}" for part in PERSON_PAGES),
]


def found(page: Page, address: str) -> dict[str, str]:
    """Return the keys of somebody with an account, a post of theirs, and its organisation."""
    page.goto(f"{address}/organisation/people/?q=罗强")
    keys = {}
    for name, part in (("PERSON", "people/"), ("POST", "posts/"), ("BODY", "")):
        link = page.locator(f"main a[href^='/organisation/{part}']").filter(visible=True)
        hrefs = [link.nth(number).get_attribute("href") or "" for number in range(link.count())]
        keys[name] = next(key[1] for href in hrefs if (key := re.fullmatch(rf"/organisation/{part}(\d+)/", href)))
        page.goto(f"{address}/organisation/{part}{keys[name]}/")
    return keys


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_no_wider_than_its_window(office: Page, address: str, path: str) -> None:
    for name, key in found(office, address).items():
        path = path.replace(name, key)

    response = office.goto(f"{address}{path}")

    assert response is not None
    assert response.status == 200
    assert axe.violations(office) == []
    assert axe.sideways(office) <= 0


def test_a_post_is_filled_by_typing_a_name(office: Page, address: str) -> None:
    wide = office.viewport_size is not None and office.viewport_size["width"] > 600
    name = "邓秀" if wide else "陈立"
    office.goto(f"{address}/organisation/posts/{found(office, address)['POST']}/appointments/new/")

    office.get_by_label("姓名").press_sequentially(name)
    office.get_by_role("radio", name=re.compile(name)).first.check()
    office.get_by_label("任职性质").select_option("acting")
    assert axe.violations(office) == []
    office.get_by_role("button", name="登记任职").click()

    expect(office.get_by_text(re.compile(f"{name}自 .* 任"))).to_be_visible()


def test_a_branch_opens_and_closes_by_keyboard(office: Page, address: str) -> None:
    office.goto(f"{address}/organisation/")
    chevron = office.get_by_role("link", name=re.compile("^展开")).first

    chevron.focus()
    chevron.press("Enter")

    expect(office.get_by_role("link", name=re.compile("^收起")).first).to_be_visible()
    assert axe.violations(office) == []
