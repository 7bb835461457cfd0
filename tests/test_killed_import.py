"""An import that is killed half-way leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from houban.core.postgres import roles, server
from houban.core.postgres.places import OWNER, Places

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[1]
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO \"divisions_%' AND state <> 'idle'"
LEFT = "SELECT (SELECT count(*) FROM divisions_division) + (SELECT count(*) FROM divisions_officiallist)"


def large_list(folder: Path) -> Path:
    towns = [f"510304{n:03}" for n in range(100, 160)]
    villages = [f"{town}{n:03}" for town in towns for n in range(200, 400)]
    path = folder / "large.csv"
    rows = [
        "code,name",
        "510304,大安区",
        *(f"{town},镇{town}" for town in towns),
        *(f"{v},村{v}村委会" for v in villages),
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_killed_import_leaves_nothing_behind(tmp_path: Path) -> None:
    places = Places(tmp_path / "data")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "HOUBAN_", "DJANGO_"))}
    environment = clean | {"HOUBAN_DATA": str(places.data), "PYTHONPATH": str(ROOT / "src")}
    houban = [sys.executable, "-m", "houban.config.cli"]
    with server.running(places.data, tell=lambda _line: None):
        subprocess.run([*houban, "migrate"], env=environment, check=True, capture_output=True)
        words = ["divisions", "import", str(large_list(tmp_path)), "--as-of", "2020-06-30", "--scheme", "nbs"]
        quiet = subprocess.DEVNULL
        importing = subprocess.Popen([*houban, *words], env=environment, stdout=quiet, stderr=quiet)
        with psycopg.connect(roles.dsn(places, OWNER), autocommit=True) as watcher:
            seen = _wait_until_writing(watcher, importing)
            importing.send_signal(signal.SIGKILL)
            importing.wait()

            left = watcher.execute(LEFT).fetchone()

    assert seen
    assert left == (0,)


def _wait_until_writing(watcher: psycopg.Connection[tuple[object, ...]], importing: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until and importing.poll() is None:
        found = watcher.execute(BUSY).fetchone()
        if found and found[0]:
            return True
        time.sleep(0.005)
    return False
