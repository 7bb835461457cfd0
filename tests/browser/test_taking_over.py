"""A platform's list taken over in the browser, from its file to the matters, the job at work behind the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from houban.core.spreadsheets import Table, write_xlsx
from tests.browser import axe
from tests.browser.conftest import watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEADER = ["工单编号", "工单标题", "来电人", "所属街道", "上报时间", "状态"]


@pytest.fixture
def county(context: BrowserContext, address: str) -> Iterator[Page]:
    """Sign in as who keeps the county's rules."""
    opened, errors = watched(context)
    opened.goto(f"{address}/account/session/")
    opened.get_by_role("button", name="宋可").click()
    opened.wait_for_url(f"{address}/")
    yield opened
    assert errors == []


def test_a_list_is_taken_over(county: Page, address: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    platform = re.sub(r"\W", "", request.node.name)[-12:]
    lines = [
        [f"B{n}", f"路灯不亮 {n}", "示范甲", "何市镇", "2021-06-01 09:00", "处理中" if n else "漂流中"]
        for n in range(300)
    ]
    file = tmp_path / "工单.xlsx"
    file.write_bytes(write_xlsx([Table("工单", HEADER, lines, frozenset(HEADER))]))

    county.goto(f"{address}/matters/rules/platforms/")
    assert axe.violations(county) == []
    county.get_by_label("平台", exact=True).fill(platform)
    county.get_by_label("平台导出的清单").set_input_files(file)
    county.get_by_role("button", name="上传").click()
    expect(county.get_by_role("heading", name="对列")).to_be_visible()
    assert axe.violations(county) == []
    assert axe.sideways(county) <= 0

    county.get_by_role("button", name="试导入").click()
    expect(county.get_by_role("heading", name="转入后会怎样")).to_be_visible(timeout=60_000)
    assert axe.violations(county) == []
    assert axe.sideways(county) <= 0
    county.get_by_label("漂流中").select_option("handling")
    county.get_by_role("button", name="记住写法").click()
    expect(county.get_by_role("button", name="转入 300 件")).to_be_visible(timeout=60_000)

    county.get_by_role("button", name="转入 300 件").click()
    expect(county.get_by_role("link", name="看转入的在办事项")).to_be_visible(timeout=60_000)
    assert axe.violations(county) == []
    county.get_by_role("button", name="删去文件").click()
    county.wait_for_url(f"{address}/matters/rules/platforms/")
    assert axe.violations(county) == []
    assert axe.sideways(county) <= 0
