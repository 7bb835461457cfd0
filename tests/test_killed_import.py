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
from houban.core.spreadsheets import Table, write_xlsx
from houban.organisation.rosters.sheets import APPOINTMENTS, ORGANISATIONS, PEOPLE, POSTS, SheetSpec

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[1]
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO \"{}_%' AND state <> 'idle'"
LISTS = "SELECT (SELECT count(*) FROM divisions_division) + (SELECT count(*) FROM divisions_officiallist)"
ROSTERS = "SELECT (SELECT count(*) FROM organisation_organisation) + (SELECT count(*) FROM organisation_person)"


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


def large_roster(folder: Path) -> Path:
    path = folder / "large.xlsx"
    names = [f"人{n}" for n in range(5000)]
    body = {"机构名称": "大机构", "类型": "政府部门", "设立日": "2020-01-01"}
    post = {"机构": "大机构", "岗位名称": "干部", "岗位类型": "工作人员", "职数": 5000, "起日": "2020-01-01"}
    sheets: list[tuple[SheetSpec, list[dict[str, object]]]] = [
        (ORGANISATIONS, [body]),  # type: ignore[list-item]
        (POSTS, [post]),
        (PEOPLE, [{"姓名": name} for name in names]),
        (APPOINTMENTS, [{"姓名": name, "机构": "大机构", "岗位": "干部", "起日": "2020-01-01"} for name in names]),
    ]
    tables = [
        Table(spec.title, spec.header, [[row.get(c, "") for c in spec.header] for row in rows]) for spec, rows in sheets
    ]
    path.write_bytes(write_xlsx(tables))
    return path


def test_a_killed_import_leaves_nothing_behind(tmp_path: Path) -> None:
    words = ["divisions", "import", str(large_list(tmp_path)), "--as-of", "2020-06-30", "--scheme", "nbs"]

    seen, left = killed(tmp_path, words, busy=BUSY.format("divisions"), left=LISTS)

    assert seen
    assert left == (0,)


def test_a_killed_roster_leaves_nothing_behind(tmp_path: Path) -> None:
    words = ["roster", "import", str(large_roster(tmp_path))]

    seen, left = killed(tmp_path, words, busy=BUSY.format("organisation"), left=ROSTERS)

    assert seen
    assert left == (0,)


def killed(folder: Path, words: list[str], *, busy: str, left: str) -> tuple[bool, object]:
    """Kill a command once it writes; tell whether it did, and what it left."""
    places = Places(folder / "data")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "HOUBAN_", "DJANGO_"))}
    environment = clean | {"HOUBAN_DATA": str(places.data), "PYTHONPATH": str(ROOT / "src")}
    houban = [sys.executable, "-m", "houban.config.cli"]
    with server.running(places.data, tell=lambda _line: None):
        subprocess.run([*houban, "migrate"], env=environment, check=True, capture_output=True)
        quiet = subprocess.DEVNULL
        importing = subprocess.Popen([*houban, *words], env=environment, stdout=quiet, stderr=quiet)
        with psycopg.connect(roles.dsn(places, OWNER), autocommit=True) as watcher:
            seen = _wait_until_writing(watcher, importing, busy)
            importing.send_signal(signal.SIGKILL)
            importing.wait()
            return seen, watcher.execute(left).fetchone()


def _wait_until_writing(
    watcher: psycopg.Connection[tuple[object, ...]], importing: subprocess.Popen[bytes], busy: str
) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until and importing.poll() is None:
        found = watcher.execute(busy).fetchone()
        if found and found[0]:
            return True
        time.sleep(0.005)
    return False
