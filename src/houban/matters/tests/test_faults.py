"""What goes wrong outside the program: two at once, a killed worker, a phone whose clock lies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from houban.core import claims
from houban.matters import actions
from houban.matters.actions import Report, Wish
from houban.matters.models import Matter, Step
from houban.matters.refusals import RefusedError
from houban.matters.tests.make import NOW, Loop, loop
from houban.matters.words import Level
from houban.organisation.tests.make import VILLAGE

DAY = timedelta(days=1)
SWEEP = """
import json, os, signal, sys
import django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict.update(json.loads(sys.argv[1]))
from houban.core import claims, clock
from houban.matters import actions
from houban.matters.actions import writing
write, left = writing.write, int(sys.argv[3])
def dying(*words, **more):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(*words, **more)
writing.write = dying
now = datetime.fromisoformat(sys.argv[2])
with claims.acting(claims.service("matters.sweep"), at=clock.now()):
    actions.sweep(now=now, at=now)
"""


@pytest.fixture
def made(tmp_path: Path, committed: str) -> Loop:
    with claims.acting(claims.service("test"), at=datetime.now(UTC)):
        return loop(tmp_path)


def opened(made: Loop, many: int = 1) -> list[Matter]:
    with transaction.atomic():
        return [made.open(title=f"井盖破损 {n}") for n in range(many)]


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do several things on connections of their own, all from one moment; return what each gave or raised."""
    found: list[object] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(n: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            with transaction.atomic():
                found[n] = work()
        except RefusedError as refusal:
            found[n] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def as_service() -> claims.Standing:
    return claims.enter(claims.service("test"), at=datetime.now(UTC))


def test_of_two_who_take_a_verb_at_once_one_wins_and_the_other_reads_why(made: Loop) -> None:
    (matter,) = opened(made)

    def escalate() -> Matter:
        hand = made.hand("村书记")
        return actions.take(matter.pk, "escalate", Wish(text="办不了"), hand, happened_at=NOW, at=NOW, seen=1)

    found = at_once(*[escalate] * 6)

    losers = [one for one in found if isinstance(one, str)]
    assert len(losers) == 5
    assert all("村书记已先办了“上报”，事项现在是“待立案”，您的没有登记" in said for said in losers), losers
    with transaction.atomic():
        as_service()
        assert list(Step.objects.filter(matter=matter.pk).values_list("verb", flat=True)) == ["report", "escalate"]


def test_a_report_sent_twice_at_once_is_one(made: Loop) -> None:
    said = Report("event", "井盖破损", made.world.place(VILLAGE), type=made.rule.type_id, id=uuid4())

    def send() -> UUID:
        return actions.open_once(said, made.hand("网格员"), happened_at=NOW, at=NOW).pk

    assert at_once(*[send] * 6) == [said.id] * 6
    with transaction.atomic():
        as_service()
        assert (Matter.objects.count(), Step.objects.count()) == (1, 1)


@pytest.mark.parametrize("at", [1, 3])
def test_a_worker_that_is_killed_in_a_sweep_escalates_nobody_twice(made: Loop, at: int, root: Path) -> None:
    opened(made, 4)
    known = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "OPTIONS")}
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "HOUBAN_DATA": str(settings.HOUBAN_DATA)}
    command = [sys.executable, "-c", SWEEP, json.dumps(known), (NOW + DAY).isoformat()]

    done = [subprocess.run([*command, str(when)], env=environment, check=False).returncode for when in (at, 99, 99)]

    assert done == [-signal.SIGKILL, 0, 0]
    with transaction.atomic():
        as_service()
        assert {one.level for one in Matter.objects.all()} == {Level.TOWN}
        assert Step.objects.filter(verb="escalate").count() == 4


@pytest.mark.django_db
def test_a_phone_that_lies_about_the_time_does_not_undo_the_order_of_steps(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()

    hand = made.hand("村书记")
    actions.take(matter.pk, "escalate", Wish(text="办不了"), hand, happened_at=NOW - DAY, at=NOW + DAY)

    assert matter.steps.get(verb="escalate").happened_at == NOW
