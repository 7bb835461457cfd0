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

SIZES = (2, 4, 8)
DAY = date(2020, 6, 30)
COUNTY = "510304"
GIB = 1024**3
ROUNDS = 20


def bars(folder: Path, *, smoke: bool) -> list[_bench.Bar]:
    """Load the editions in a folder at three sizes, the largest for good, and ask the register that comes of it."""
    from houban.core.postgres import owning
    from houban.divisions import editionfile

    paths = [str(path) for path in sorted(folder.glob("*.tgz"))]
    editions = editionfile.find(paths)
    sizes = [size for size in SIZES[:1] if smoke] or [size for size in SIZES if size < len(editions)] + [len(editions)]
    with owning.as_owner():
        loads = [bar for size in sizes for bar in _load(editions, size, last=size == sizes[-1])]
        loads.append(_again(paths[: sizes[-1]] if smoke else paths, smoke=smoke))
    return loads + _questions(2 if smoke else ROUNDS)


def _load(editions: list[Any], size: int, *, last: bool) -> list[_bench.Bar]:
    from django.db import transaction

    from houban.core import clock
    from houban.core.record import COMMAND_LINE
    from houban.divisions.actions import bulk
    from houban.divisions.models import ListEntry

    with _watched() as most, transaction.atomic():
        begun = time.perf_counter()
        bulk.load_editions(editions[:size], by=COMMAND_LINE, at=clock.now())
        taken = time.perf_counter() - begun
        rows = ListEntry.objects.count()
        transaction.set_rollback(not last)
    of = f"{size} lists, {rows / 1e6:.1f} M rows"
    return [
        _bench.at_most("a country's lists, loaded", size=of, value=taken, unit="s", bar=360),
        _bench.at_most("a country's lists, memory", size=of, value=most[0] / GIB, unit="GiB", bar=4),
    ]


def _again(paths: list[str], *, smoke: bool) -> _bench.Bar:
    from houban.core import clock
    from houban.core.record import COMMAND_LINE
    from houban.divisions import editionfile
    from houban.divisions.actions import bulk

    begun = time.perf_counter()
    editions = editionfile.find(paths)[: SIZES[0] if smoke else None]
    if bulk.load_editions(editions, by=COMMAND_LINE, at=clock.now()).loaded is not None:
        raise RuntimeError("loading twice wrote something")
    return _bench.at_most("the same lists again", size="all", value=time.perf_counter() - begun, unit="s")


def _questions(rounds: int) -> list[_bench.Bar]:
    from houban.divisions import memory, nation, register
    from houban.divisions.models import DivisionVersion

    day = max(DAY, register.first_day() or DAY)
    size = f"{DivisionVersion.objects.count() / 1e6:.1f} M versions"
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
