"""The whole country: official lists into the register, then what is asked of a register of that size."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import _bench
import _inferring

A_PROVINCE = frozenset({"51"})
A_THIRD = A_PROVINCE | {"13", "37", "41"}
SIZES = {"a province": A_PROVINCE, "a third": A_THIRD, "the country": frozenset[str]()}
DAY = date(2020, 6, 30)
COUNTY = "510304"
GIB = 1024**3
ROUNDS = 20


def bars(folder: Path, *, smoke: bool) -> list[_bench.Bar]:
    """Infer; load all editions in a folder at three sizes, the largest for good; ask the register at each size."""
    from houban.core.postgres import owning
    from houban.divisions import editionfile

    paths = [str(path) for path in sorted(folder.glob("*.tgz"))]
    editions = editionfile.find(paths)[: 2 if smoke else None]
    rounds = 2 if smoke else ROUNDS
    found = _inferring.bars(editions, SIZES)
    with owning.as_owner():
        for name, provinces in list(SIZES.items())[: 1 if smoke else None]:
            found += _load(_parts(editions, provinces), name, last=smoke or not provinces, rounds=rounds)
        found.append(_again(editions if not smoke else _parts(editions, A_PROVINCE)))
    return found


def _parts(editions: list[Any], provinces: frozenset[str]) -> list[Any]:
    """Return editions that hold some provinces only; all of them where none is named."""
    from houban.divisions.editionfile import Edition, Read

    class Part(Edition):
        def read(self) -> Read:
            read = super().read()
            return Read({code: place for code, place in read.rows.items() if code[:2] in provinces}, read.left_out)

    return [Part(e.path, e.version, e.day, e.sha256) for e in editions] if provinces else editions


def _load(editions: list[Any], name: str, *, last: bool, rounds: int) -> list[_bench.Bar]:
    from houban.core import clock
    from houban.core.record import COMMAND_LINE
    from houban.divisions.actions import bulk
    from houban.divisions.models import ListEntry

    with _watched() as most:
        begun = time.perf_counter()
        bulk.load_editions(editions, by=COMMAND_LINE, at=clock.now())
        bulk.sweep()
        taken = time.perf_counter() - begun
    rows = ListEntry.objects.count()
    asked = _questions(rounds, name)
    if not last:
        _empty()
    of = f"{name}, {len(editions)} lists, {rows / 1e6:.2f} M rows"
    return [
        _bench.at_most("lists loaded", size=of, value=taken, unit="s", bar=360),
        _bench.at_most("lists loaded, memory", size=of, value=most[0] / GIB, unit="GiB", bar=4),
        *asked,
    ]


def _empty() -> None:
    """Empty the register for the next size, and what hangs on it, which is empty here."""
    from django.apps import apps
    from django.db import transaction

    tables = ", ".join(model._meta.db_table for model in apps.get_app_config("divisions").get_models())
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def _again(editions: list[Any]) -> _bench.Bar:
    from houban.core import clock
    from houban.core.record import COMMAND_LINE
    from houban.divisions import editionfile
    from houban.divisions.actions import bulk

    begun = time.perf_counter()
    editionfile.find([str(edition.path) for edition in editions])
    if bulk.load_editions(editions, by=COMMAND_LINE, at=clock.now()).loaded is not None:
        raise RuntimeError("loading twice wrote something")
    return _bench.at_most("the same lists again", size="all", value=time.perf_counter() - begun, unit="s")


def _questions(rounds: int, of: str) -> list[_bench.Bar]:
    from houban.divisions import memory, nation, register
    from houban.divisions.models import DivisionVersion

    day = max(DAY, register.first_day() or DAY)
    size = f"{of}, {DivisionVersion.objects.count() / 1e6:.2f} M versions"
    county = register.find(COUNTY, day)[0].division_id

    def counted() -> None:
        memory.forget()
        nation.counts(day)

    asked: dict[tuple[str, float], Callable[[], object]] = {
        ("counts by province and form", 300.0): counted,
        ("one county's tree", 10.0): partial(register.tree, county, day),
        ("find a code", 5.0): partial(register.find, COUNTY, day),
        ("find a village's code", 5.0): partial(register.find, f"{COUNTY}104206", day),
    }
    found = []
    for (name, bar), ask in asked.items():
        taken = _bench.milliseconds(ask, rounds=rounds)
        found.append(_bench.at_most(f"{name}, median", size=size, value=_bench.middle(taken), unit="ms", bar=bar))
        found.append(_bench.at_most(f"{name}, p95", size=size, value=_bench.nearly_all(taken), unit="ms", bar=bar))
    return found


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Look twice a second how much memory this process and its server take together; keep the most."""
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            most[0] = max(most[0], sum(_memory(pid) for pid in _processes()))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def _processes() -> list[str]:
    """Return this process and those that work in the data folder, the server's."""
    folder = Path(os.environ["HOUBAN_DATA"])
    found = [str(os.getpid())]
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink().is_relative_to(folder):
                found.append(process.name)
        except OSError:
            continue
    return found


def _memory(pid: str) -> int:
    """Return a process's share of memory, what it shares with others divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
