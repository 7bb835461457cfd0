"""`houban serve` as a whole: it starts, survives kills, and ends with Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import _free_port

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[1]


class Served:
    """A Houban in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "HOUBAN_", "DJANGO_"))}
        own = {"HOUBAN_DATA": str(self.folder), "HOUBAN_PORT": str(self.port), "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-m", "houban.config.cli", "serve"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=ROOT, env=clean | own, stdout=quiet, stderr=quiet)

    def is_well(self, *, within: float) -> bool:
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=2).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return True
        return False

    def processes(self, word: str) -> list[int]:
        """Return the processes of this folder whose command line holds a word."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            is_ours = os.fsencode(self.folder) in environment or str(self.folder) in line
            if word in line and is_ours:
                found.append(int(entry.name))
        return found

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "data"


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    houban = Served(folder)
    houban.start()
    assert houban.is_well(within=90)
    yield houban
    if houban.process is not None and houban.process.poll() is None:
        houban.stop()


def test_ctrl_c_stops_everything(served: Served) -> None:
    served.stop()

    assert not served.is_well(within=0.5)
    assert served.processes("postgres") == []
    assert served.processes("granian") == []
    assert served.processes("procrastinate") == []


@pytest.mark.parametrize("word", ["granian", "procrastinate worker", "postgres -D"])
def test_a_part_that_is_killed_comes_back(served: Served, word: str) -> None:
    before = set(served.processes(word))
    assert before

    for pid in before:
        os.kill(pid, signal.SIGKILL)

    until = time.monotonic() + 30
    while not set(served.processes(word)) - before and time.monotonic() < until:
        time.sleep(0.2)
    assert set(served.processes(word)) - before
    assert served.is_well(within=30)


def test_after_everything_is_killed_the_next_start_is_whole(served: Served) -> None:
    assert served.process is not None
    for pid in [served.process.pid, *served.processes("granian"), *served.processes("postgres")]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    served.process.wait()

    served.start()

    assert served.is_well(within=60)
