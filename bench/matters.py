"""Matters: a report, a step, the queue, the map, a month, a sweep; statements, CPU and rates, at three sizes.

CPU is the operating system's, of every process of web server and database, per request. Rates are over HTTP, from two
web workers to eight senders on the same cores; the disk's rate of fdatasync stands beside them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import _bench
import _filling

TICKS = os.sysconf("SC_CLK_TCK")
SIZES = (10_000, 100_000, 1_000_000)
AROUND = ("SAVEPOINT", "RELEASE", "SET CONSTRAINTS", "BEGIN", "COMMIT")
OF_THE_SESSION = ("houban.enter", "houban.claim", "django_session", "accounts_user", "core_installation")
DISPATCHER, COUNTY = "罗强", "宋可"
TOKEN = "b" * 32
PORT = 8391


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


def ticks(roots: list[int]) -> float:
    """Return the seconds of CPU that some processes and all they have begun, gone ones included, have taken."""
    taken = 0
    for pid in [*roots, *(below for root in roots for below in children(root))]:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        taken += sum(map(int, fields[11:15]))  # its own, and that of the children it has waited for
    return taken / TICKS


def of_database(folder: Path) -> int:
    """Return the process from which all of the database server's come."""
    from houban.core.postgres.places import Places

    return int((Places(folder).cluster / "postmaster.pid").read_text().split()[0])


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun, and theirs."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    ones = [int(one) for one in found.stdout.split()]
    return [*ones, *(below for one in ones for below in children(one))]


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
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)

    def take(client: Any, path: str, said: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(request(connection, "POST", path, headers(client), json.dumps(said)))
        return found

    matters = [people.open() for _ in range(rounds * 3)]
    play(people, matters.pop(), take)
    before = ticks(pids)
    for matter in matters:
        play(people, matter, take)
    spent = (ticks(pids) - before) / (len(matters) * len(VERBS)) * 1000
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


def fdatasyncs(folder: Path) -> float:
    """Return how often a second this disk has a small write on it, one after another."""
    path = folder / "fdatasync"
    with path.open("wb", buffering=0) as file:
        begun, done = time.perf_counter(), 0
        while time.perf_counter() - begun < 2:
            file.write(b"x" * 512)
            os.fdatasync(file.fileno())
            done += 1
        taken = time.perf_counter() - begun
    path.unlink()
    return done / taken


@contextmanager
def web(folder: Path) -> Iterator[int]:
    """Serve from two workers; yield the process they belong to."""
    from django.db import connections

    connections.close_all()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
               "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
               "houban.config.wsgi:application"]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(_bench.ROOT / "src"), "HOUBAN_DATA": str(folder)}
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait()
            yield server.pid
        finally:
            server.terminate()


def wait() -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/account/session/", headers={"Host": f"127.0.0.1:{PORT}"})
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def headers(client: Any) -> dict[str, str]:
    """Return what a signed-in browser sends."""
    from django.conf import settings

    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    return {"Cookie": cookie, "X-CSRFToken": TOKEN, "Content-Type": "application/json", "Host": f"127.0.0.1:{PORT}"}


def served(people: Loop, size: str, folder: Path, options: Any) -> list[_bench.Bar]:
    """Reports a second from two workers, and the list for twenty people who think for a second."""
    lasts = 2.0 if options.smoke else 15.0
    reporter = headers(people.of(people.units[people.village], "handle"))
    lister, chosen = headers(people.county), filters(people)
    query = "&".join(f"{name}={value}" for name, value in chosen.items() if name != "q")
    with web(folder) as server:
        pids = [server, of_database(folder)]
        before = ticks(pids)
        rate = together(8, lasts, lambda to: request(to, "POST", "", reporter, json.dumps(people.report())))
        reported = (ticks(pids) - before) / len(rate) * 1000
        before = ticks(pids)
        waits = together(20, lasts, lambda to: request(to, "GET", f"?{query}", lister, None), think=1.0)
        listed = (ticks(pids) - before) / len(waits) * 1000
        walked = stepped(people, size, pids, options.rounds)
    return [
        *walked,
        _bench.at_most("report, CPU web and database", size=size, value=reported, unit="ms", bar=10),
        _bench.at_most("list of 50, CPU web and database", size=size, value=listed, unit="ms", bar=25),
        _bench.at_least("reports, two web workers", size=size, value=len(rate) / lasts, unit="/s", bar=120),
        _bench.at_least("fdatasync of this disk", size="one after another", value=fdatasyncs(folder), unit="/s"),
        _bench.at_most("list, 20 people, p95", size=size, value=_bench.nearly_all(waits), unit="ms", bar=50),
        _bench.at_most("list, 20 people, median", size=size, value=statistics.median(waits), unit="ms"),
    ]


def request(to: HTTPConnection, method: str, path: str, said: dict[str, str], body: str | None) -> bytes:
    """Send a request and return its answer."""
    to.request(method, f"/api/v1/matters{path}", body=body, headers=said)
    answer = to.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise RuntimeError(content.decode())
    return content


def together(many: int, lasts: float, work: Callable[[HTTPConnection], object], *, think: float = 0.0) -> list[float]:
    """Let several do some work for some seconds; return how many milliseconds each took."""
    taken: list[float] = []
    wrong: list[str] = []
    until = time.perf_counter() + lasts

    def run(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
        time.sleep(think * number / many)
        try:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                work(connection)
                taken.append((time.perf_counter() - begun) * 1000)
                time.sleep(think)
        except (OSError, RuntimeError) as error:
            wrong.append(str(error))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return taken


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
