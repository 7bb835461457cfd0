"""A running Houban, as `./run` starts it, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ADMINISTRATOR, PASSWORD = "songwen", "Ban-Gong-Shi-2021"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Run Houban in an environment; give its address."""
    here = f"http://localhost:{environment['HOUBAN_PORT']}"
    command = [sys.executable, "-m", "houban.config.cli", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(f"{here}/healthz", server)
        yield here
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def told(environment: dict[str, str], *words: str, text: str = "") -> None:
    """Run a word of the command line in an environment."""
    command = [sys.executable, "-m", "houban.config.cli", *words]
    subprocess.run(command, cwd=ROOT, env=environment, input=text, text=True, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """Give what programs find in their environment: a data folder and a port of their own."""
    folder, port = tempfile.mkdtemp(prefix="houban-browser-"), _free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "HOUBAN_", "DJANGO_"))}
    yield kept | {"HOUBAN_DATA": folder, "HOUBAN_PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """Return the surroundings of this run."""
    with surroundings() as made:
        yield made


@pytest.fixture(scope="session")
def address(environment: dict[str, str]) -> Iterator[str]:
    """Start Houban with the demonstration."""
    with serving(environment) as here:
        yield here


@pytest.fixture(scope="session")
def administrator(address: str, environment: dict[str, str]) -> str:
    """Make an administrator, who heads the office too, by the command line; return the name and the password."""
    told(environment, "admin", "create", ADMINISTRATOR, "--password-stdin", text=f"{PASSWORD}\n")
    return ADMINISTRATOR


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):  # a busy machine takes its time over the demonstration
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None, "Houban did not start"
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium for a file; left open, its event loop would keep other tests from the database."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(params=["desktop-light", "phone-dark"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Open a window of one size in one theme."""
    size, theme = str(request.param).split("-")
    options: dict[str, Any] = {"viewport": SIZES[size], "color_scheme": theme, "locale": "zh-CN"}
    opened = browser.new_context(**options)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """Sign in as the register's clerk; fail on any error of the page's own scripts."""
    opened, errors = watched(context)
    opened.goto(f"{address}/account/session/")
    opened.get_by_role("button", name="周敏").click()
    opened.wait_for_url(f"{address}/")
    yield opened
    assert errors == []


@pytest.fixture
def office(context: BrowserContext, address: str, administrator: str) -> Iterator[Page]:
    """Sign in as somebody who may set up bodies, appoint and open accounts."""
    opened, errors = watched(context)
    opened.goto(f"{address}/account/session/")
    opened.locator("[name=username]").fill(administrator)
    opened.locator("[name=password]").fill(PASSWORD)
    opened.locator("[name=password]").press("Enter")
    opened.wait_for_url(f"{address}/")
    yield opened
    assert errors == []


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    opened, errors = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return opened, errors
