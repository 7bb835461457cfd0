"""Many report through the API while the database is killed and started again: nothing told is lost, doubled or half."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import _bench
import _serving
import matters

SIGNALS = (signal.SIGKILL, signal.SIGQUIT)  # the second is `pg_ctl stop -m immediate`
HALF = """
SELECT count(*) FROM matters_matter m WHERE m.title LIKE 'cut %%' AND (
    m.steps_taken <> (SELECT count(*) FROM matters_step s WHERE s.matter_id = m.id)
    OR m.steps_taken <> (SELECT max(s.position) FROM matters_step s WHERE s.matter_id = m.id)
    OR NOT EXISTS (SELECT FROM matters_step s WHERE s.matter_id = m.id AND s.verb = 'report')
    OR NOT EXISTS (SELECT FROM matters_notification n WHERE n.matter_id = m.id))
"""
FOUND = "SELECT title, count(*) FROM matters_matter WHERE title LIKE 'cut %%' GROUP BY title"


@dataclass
class Senders:
    """Many at once, each of whom sends a report under its own identifier until it is acknowledged."""

    people: matters.Loop
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[int | str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def send(self, headers: dict[str, str]) -> None:
        """Report until it is over; what is begun is brought to its end."""
        while not self.is_over.is_set():
            report = self.people.report()
            report["title"] = f"cut {report['id']}"
            while not self._is_taken(report, headers):
                time.sleep(0.2)
            self.acknowledged.add(report["title"])

    def _is_taken(self, report: dict[str, Any], headers: dict[str, str]) -> bool:
        status = asked("POST", "/api/v1/matters", headers, json.dumps(report))
        self.answers[status] += 1
        return status in (200, 201)


def asked(method: str, path: str, headers: dict[str, str], body: str | None = None) -> int | str:
    """Return the status of an answer, or why there was none."""
    connection = HTTPConnection("127.0.0.1", _serving.PORT, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return answer.status


def measured(people: matters.Loop, folder: Path, *, clients: int, kills: int) -> list[_bench.Bar]:
    """Let them report while the database is killed so many times; count afterwards."""
    reporter = _serving.headers(people.of(people.units[people.village], "handle"))
    reader = _serving.headers(people.county)
    senders = Senders(people)
    threads = [threading.Thread(target=senders.send, args=(reporter,)) for _ in range(clients)]
    pages: Counter[int | str] = Counter()
    with _serving.web(folder):
        for one in threads:
            one.start()
        waits = [killed(folder, SIGNALS[n % 2], reader, pages) for n in range(kills)]
        time.sleep(2)
        senders.is_over.set()
        for one in threads:
            one.join()
    print(f"answers {dict(senders.answers)}, pages {dict(pages)}", file=sys.stderr)
    return counted(senders, pages, waits, size=f"{clients} clients, {kills} kills")


def killed(folder: Path, how: signal.Signals, reader: dict[str, str], pages: Counter[int | str]) -> float:
    """Kill the database and start it again; return how long after it takes connections a page is there again."""
    from houban.core.postgres import server
    from houban.core.postgres.places import Places

    time.sleep(2)
    os.kill(_serving.of_database(folder), how)
    for _ in range(10):
        pages[asked("GET", "/matters/", reader)] += 1
        time.sleep(0.1)
    server.start(Places(folder), tell=lambda _line: None)
    begun = time.perf_counter()
    well = 0
    while well < 5:  # two workers with four threads each: one good answer may be the luck of one of them
        status = asked("GET", "/matters/", reader)
        pages[status] += 1
        well = well + 1 if status == 200 else 0
        if time.perf_counter() - begun > 60:
            raise RuntimeError(f"a minute later pages still answer {status}")
    return time.perf_counter() - begun


def counted(senders: Senders, pages: Counter[int | str], waits: list[float], *, size: str) -> list[_bench.Bar]:
    """Hold what is there against what was acknowledged."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        found = dict(cursor.fetchall())
        cursor.execute(HALF)
        half = cursor.fetchone()[0]
    told = senders.acknowledged
    strange = sum(n for status, n in senders.answers.items() if status not in (200, 201, 503))
    strange += sum(n for status, n in pages.items() if status not in (200, 503))
    return [
        _bench.at_least("reports acknowledged", size=size, value=len(told), unit="reports"),
        _bench.at_most("acknowledged and lost", size=size, value=len(told - set(found)), unit="reports", bar=0),
        _bench.at_most("there twice", size=size, value=sum(n > 1 for n in found.values()), unit="reports", bar=0),
        _bench.at_most("half-way", size=size, value=half, unit="reports", bar=0),
        _bench.at_most("answers other than 200, 201, 503", size=size, value=strange, unit="answers", bar=0),
        _bench.at_most("until pages are there again, worst", size=size, value=max(waits), unit="s", bar=5),
    ]
