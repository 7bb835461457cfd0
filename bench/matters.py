"""Matters: a report, a step, the queue, the map, a month, a sweep; statements, CPU and rates, at three sizes.

CPU is the operating system's, of every process of web server and database, per request. Rates are over HTTP, from two
web workers to eight senders on the same cores; the disk's rate of fdatasync stands beside them.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import _bench
import _filling
import _serving

SIZES = (10_000, 100_000, 1_000_000)
AROUND = ("SAVEPOINT", "RELEASE", "SET CONSTRAINTS", "BEGIN", "COMMIT")
OF_THE_SESSION = ("houban.enter", "houban.claim", "django_session", "accounts_user", "core_installation")
DISPATCHER, COUNTY = "罗强", "宋可"


def main() -> int:
    """Measure and print."""
    parser = _bench.options(__doc__ or "")
    parser.add_argument("--rows", type=int, action="append", help="sizes to measure at, instead of the three")
    chosen = parser.parse_args()
    sizes = chosen.rows or list(SIZES)
    if chosen.smoke:
        sizes, chosen.rounds = [2_000], 3
    with _bench.database() as postgres:
        from houban.core import clock
        from houban.demo import actions

        folder = Path(os.environ["HOUBAN_DATA"])
        actions.load(at=clock.now())
        bars: list[_bench.Bar] = []
        there = 0
        for rows in sizes:
            _filling.fill(folder, there + 1, rows, now=clock.moment(clock.today()))
            there = rows
            bars += measured(folder, rows, chosen)
            for bar in bars[-20:]:
                print(_bench._line(bar), file=sys.stderr, flush=True)
        return _bench.show(bars, on=_bench.machine(postgres), chosen=chosen)


def measured(folder: Path, rows: int, chosen: Any) -> list[_bench.Bar]:
    """Measure everything at one size."""
    from houban.core import clock

    size, rounds = f"{rows:,} matters", chosen.rounds
    people = Loop()
    bars = [*reports(people, size), *lists(people, size)]
    bars += [*steps(people, size), *pages(people, size, rounds)]
    bars += served(people, size, folder, chosen)
    if rows == SIZES[-1]:
        _filling.reopen(folder, 80_000, now=clock.moment(clock.today()))
    bars += swept(size)
    return bars


class Loop:
    """Signed-in clients of the loop's people: whoever reports, dispatches, handles."""

    def __init__(self) -> None:
        from houban.accounts.models import User
        from houban.core import clock
        from houban.matters.models import DutyRule
        from houban.organisation.models import Appointment
        from houban.organisation.powers import powers_of

        self.today = clock.today()
        held: dict[tuple[int, str], Any] = {}
        for one in Appointment.objects.on(self.today).select_related("post", "person__account").order_by("pk"):
            for power in powers_of(one.post.kind):
                held.setdefault((one.post.organisation_id, power.value), one.person)
        receives = DutyRule.objects.on(self.today).filter(duty="receive", type=None)
        self.units = {one.division_id: one.organisation_id for one in receives}
        self.held = held
        self.town, self.county = (self.client(User.objects.get(name=name)) for name in (DISPATCHER, COUNTY))
        self.village, self.type, self.rule = self._route(held)
        self.clients: dict[int, Any] = {}

    def _route(self, held: dict[tuple[int, str], Any]) -> tuple[int, int, Any]:
        """Return a village and a type whose every organisation has somebody for each step."""
        from houban.divisions.models import DivisionVersion
        from houban.matters import routing
        from houban.matters.models import FilingRule
        from houban.matters.words import Duty

        rules = list(FilingRule.objects.on(self.today).filter(photos_after=0).order_by("pk"))
        for version in (
            DivisionVersion.objects.on(self.today)
            .filter(division__in=self.units, form__in=("village", "community"))
            .order_by("pk")
        ):
            committee, town = self.units[version.division_id], self.units.get(version.parent_id or 0)
            if town is None or (committee, "dispatch") not in held or (town, "dispatch") not in held:
                continue
            for rule in rules:
                handler = routing.route(version.division_id, rule.type_id, Duty.HANDLE, level=2, on=self.today)
                if (handler.organisation, "handle") in held:
                    return version.division_id, rule.type_id, rule
        raise LookupError("nobody can play the loop in the demonstration")

    def client(self, user: Any) -> Any:
        """Return a client that is signed in."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        return client

    def of(self, body: int, power: str) -> Any:
        """Return a client of somebody in an organisation who holds a power."""
        from houban.accounts.models import User

        person = self.held[body, power]
        if person.pk not in self.clients:
            user = person.account or User.objects.create_user(f"bench-{person.pk}", name=person.name)
            if person.account is None:
                person.account = user
                person.save(update_fields=["account"])
            self.clients[person.pk] = self.client(user)
        return self.clients[person.pk]

    def report(self) -> dict[str, Any]:
        """Return a report to send."""
        return {"id": str(uuid4()), "title": "窨井盖破损", "unit": self.village, "type": self.type}

    def open(self) -> dict[str, Any]:
        """Open a matter as somebody of the village."""
        answer = send(self.of(self.units[self.village], "handle"), "", self.report())
        found: dict[str, Any] = answer.json()
        return found


def send(client: Any, path: str, said: dict[str, Any]) -> Any:
    """Send to the API of matters; fail where it is not taken."""
    answer = client.post(f"/api/v1/matters{path}", json.dumps(said), content_type="application/json")
    if answer.status_code >= 400:
        raise RuntimeError(answer.content.decode())
    return answer


def asked(work: Callable[[], object]) -> int:
    """Count the statements of some work, besides transaction, session and claim."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as context:
        work()
    said = [one["sql"] for one in context.captured_queries]
    return sum(not sql.startswith(AROUND) and not any(one in sql for one in OF_THE_SESSION) for sql in said)


def reports(people: Loop, size: str) -> list[_bench.Bar]:
    """A report through the API."""
    return [_bench.at_most("report, statements", size=size, value=asked(people.open), unit="SQL", bar=12)]


def filters(people: Loop) -> dict[str, Any]:
    """Return the five filters of the list, of which a town's dispatcher has many."""
    from houban.matters.models import Matter

    held = Matter.objects.open().exclude(holder=None).filter(type=people.type).values_list("holder", flat=True)[0]
    from houban.divisions.models import DivisionVersion

    town = DivisionVersion.objects.on(people.today).get(division=people.village).parent_id
    return {"tab": "all", "unit": town, "type": people.type, "channel": "grid", "holder": held, "q": "护栏"}


def lists(people: Loop, size: str) -> list[_bench.Bar]:
    """A list of fifty with five filters."""
    chosen = filters(people)

    def look() -> object:
        return people.county.get("/api/v1/matters", chosen)

    return [_bench.at_most("list of 50, five filters", size=size, value=asked(look), unit="SQL", bar=4)]


VERBS = (("escalate", "dispatch"), ("file", "dispatch"), ("dispatch", "dispatch"), ("accept", "handle"),
         ("submit", "handle"))  # fmt: skip


def play(people: Loop, matter: dict[str, Any], take: Callable[[Any, str, dict[str, Any]], dict[str, Any]]) -> None:
    """Play a matter from its village up to the town and to its report of completion; `take` sends a step."""
    for verb, power in VERBS:
        said = {"verb": verb, "seen": matter["seen"], "text": "请办理"}
        said |= {"rule": people.rule.pk} if verb == "file" else {}
        client = people.of(matter["holder"] if power == "handle" else matter["receiver"], power)
        matter |= take(client, f"/{matter['id']}/steps", said)


def steps(people: Loop, size: str) -> list[_bench.Bar]:
    """The statements of the dearest step."""
    most = 0

    def take(client: Any, path: str, said: dict[str, Any]) -> dict[str, Any]:
        nonlocal most
        found: dict[str, Any] = {}
        most = max(most, asked(lambda: found.update(send(client, path, said).json())))
        return found

    play(people, people.open(), take)
    return [_bench.at_most("step, statements of the dearest", size=size, value=most, unit="SQL", bar=15)]


def stepped(people: Loop, size: str, pids: list[int], rounds: int) -> list[_bench.Bar]:
    """The CPU of a step, over HTTP."""
    connection = HTTPConnection("127.0.0.1", _serving.PORT, timeout=30)

    def take(client: Any, path: str, said: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            _serving.request(connection, "POST", path, _serving.headers(client), json.dumps(said))
        )
        return found

    matters = [people.open() for _ in range(rounds * 3)]
    play(people, matters.pop(), take)
    before = _serving.ticks(pids)
    for matter in matters:
        play(people, matter, take)
    spent = (_serving.ticks(pids) - before) / (len(matters) * len(VERBS)) * 1000
    return [_bench.at_most("step, CPU web and database", size=size, value=spent, unit="ms", bar=12)]


def pages(people: Loop, size: str, rounds: int) -> list[_bench.Bar]:
    """A town's queue as a page, and the county's open matters on the map."""

    def town() -> object:
        return people.town.get("/matters/", {"tab": "all"})

    def marks() -> object:
        return people.county.get("/api/v1/matters/map", {"tab": "all"})

    def month() -> object:
        return people.county.get("/matters/statistics/", {"by": "division"})

    return [
        _bench.at_most(
            "queue of a town, median", size=size, value=_bench.middle(_bench.milliseconds(town, rounds=rounds)),
            unit="ms", bar=50,
        ),
        _bench.at_most(
            "map of the county's open, median", size=size,
            value=_bench.middle(_bench.milliseconds(marks, rounds=min(rounds, 20))), unit="ms", bar=100,
        ),
        _bench.at_most(
            "a month's statistics, median", size=size,
            value=_bench.middle(_bench.milliseconds(month, rounds=min(rounds, 10))), unit="ms", bar=300,
        ),
    ]  # fmt: skip


def served(people: Loop, size: str, folder: Path, options: Any) -> list[_bench.Bar]:
    """Reports a second from two workers, and the list for twenty people who think for a second."""
    lasts = 2.0 if options.smoke else 15.0
    reporter = _serving.headers(people.of(people.units[people.village], "handle"))
    lister, chosen = _serving.headers(people.county), filters(people)
    query = "&".join(f"{name}={value}" for name, value in chosen.items() if name != "q")
    with _serving.web(folder) as server:
        pids = [server, _serving.of_database(folder)]
        before = _serving.ticks(pids)
        rate = _serving.together(
            8, lasts, lambda to: _serving.request(to, "POST", "", reporter, json.dumps(people.report()))
        )
        reported = (_serving.ticks(pids) - before) / len(rate) * 1000
        before = _serving.ticks(pids)
        waits = _serving.together(
            20, lasts, lambda to: _serving.request(to, "GET", f"?{query}", lister, None), think=1.0
        )
        listed = (_serving.ticks(pids) - before) / len(waits) * 1000
        walked = stepped(people, size, pids, options.rounds)
    return [
        *walked,
        _bench.at_most("report, CPU web and database", size=size, value=reported, unit="ms", bar=10),
        _bench.at_most("list of 50, CPU web and database", size=size, value=listed, unit="ms", bar=25),
        _bench.at_least("reports, two web workers", size=size, value=len(rate) / lasts, unit="/s", bar=120),
        _bench.at_least(
            "fdatasync of this disk", size="one after another", value=_serving.fdatasyncs(folder), unit="/s"
        ),
        _bench.at_most("list, 20 people, p95", size=size, value=_bench.nearly_all(waits), unit="ms", bar=50),
        _bench.at_most("list, 20 people, median", size=size, value=statistics.median(waits), unit="ms"),
    ]


def swept(size: str) -> list[_bench.Bar]:
    """A sweep over every open clock, five hundred of which have just run out; and again, when nothing has."""
    from houban.core import claims, clock
    from houban.matters import actions
    from houban.matters.models import Matter

    now = clock.moment(clock.today())
    clocks = Matter.objects.open().filter(due__isnull=False).count()

    def sweep() -> int:
        with claims.acting(claims.service("bench"), at=clock.now()):
            return actions.sweep(now=now, at=clock.now()).escalated

    begun = time.perf_counter()
    done = sweep()
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    again = sweep()
    second = time.perf_counter() - begun
    label = f"{clocks:,} clocks, {done} late"
    return [
        _bench.at_most(f"sweep, {size}", size=label, value=first, unit="s", bar=5),
        _bench.at_most(f"sweep again, {size}", size=f"{again} late", value=second, unit="s", bar=5),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
