"""Accessibility, as axe sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "assets" / "axe.min.js"
RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(result =>
    result.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 120)).join(' | ')))"""


def violations(page: Page) -> Any:
    """Return what axe finds wrong with a page; axe is added outside the page's own policy."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN)


def sideways(page: Page) -> Any:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
