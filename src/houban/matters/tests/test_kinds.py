"""Kinds that come with the engine beyond events, and one a room above adds without touching the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from houban.core import claims
from houban.matters import pages, promises, queues
from houban.matters.actions import sweeping, writing
from houban.matters.actions.writing import Said
from houban.matters.models import FilingRule, Matter
from houban.matters.refusals import RefusedError
from houban.matters.rules import table
from houban.matters.rules.clocks import Limit, Unit
from houban.matters.rules.table import HOLDER, TEXT
from houban.matters.tests.make import NOW, Loop, as_owner, loop
from houban.matters.words import State, Verb

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def made(tmp_path: Path) -> Loop:
    return loop(tmp_path)


@pytest.fixture
def task() -> Iterator[table.Kind]:
    """A task that is assigned, asked about once a week and verified by somebody else, as a room above would have it."""
    rows = (
        replace(table.REPORT, to=State.DISPATCHED, who=(table.W.LEADER,), needs=(TEXT, HOLDER)),
        table.ACCEPT,
        replace(table.FOLLOW, begins=(State.HANDLING,), who=(table.W.HOLDER,)),
        replace(table.SUBMIT, needs=(TEXT,)),
        table.VERIFY,
        table.SEND_BACK,
        table.MOVE,
    )
    kind = table.add(table.Kind("task", "交办任务", "R", rows))
    with as_owner():
        promises.copy_table("default")
    yield kind
    table.remove(kind)


@pytest.mark.usefixtures("task")
def test_a_kind_of_a_room_above_goes_through_its_loop(made: Loop) -> None:
    team = made.bodies["执法队"].pk
    matter = made.open("县领导", kind="task", title="完成村级阵地整合", text="年底前", holder=team, due=NOW + 99 * HOUR)
    assert (matter.state, matter.number[0], matter.due) == (State.DISPATCHED, "R", NOW + 99 * HOUR)

    _take(made, matter, Verb.ACCEPT, "执法员")
    _take(made, matter, Verb.FOLLOW, "执法员", text="完成一半")
    _take(made, matter, Verb.SUBMIT, "执法员", text="都完成了")
    with pytest.raises(RefusedError):
        _take(made, matter, Verb.VERIFY, "执法员")
    _take(made, matter, Verb.SEND_BACK, "县调度", text="缺照片")
    _take(made, matter, Verb.SUBMIT, "执法员", text="补上了")
    _take(made, matter, Verb.VERIFY, "县调度")

    matter.refresh_from_db()
    assert (matter.state, matter.reworks) == (State.CLOSED, 1)
    assert queues.asked({"kind": "task", "tab": "ended"}).kind == "task"
    appeal, hand = Said("appeal", "closed", team, NOW, "不服"), made.hand("执法员")
    with pytest.raises(IntegrityError, match="the table has no"), transaction.atomic():
        writing.write(matter, appeal, writing.stand_of(matter), hand, at=NOW)


def test_a_major_report_is_followed_day_by_day_until_the_last(made: Loop) -> None:
    """Two hours for the first, a day for each further one, and late news go up a level."""
    matter = made.open("村书记", kind="major", title="河水漫过桥面")
    assert matter.due == NOW + 2 * HOUR
    _take(made, matter, Verb.FOLLOW, "村书记", text="还在涨", at=NOW + HOUR)
    assert matter.due == NOW + 2 * HOUR  # more news do not delay its filing

    _take(made, matter, Verb.FILE, "村书记", at=NOW + HOUR)
    assert matter.due == NOW + 25 * HOUR
    _take(made, matter, Verb.FOLLOW, "村书记", text="水退了一米", at=NOW + 20 * HOUR)
    assert (matter.due, matter.state) == (NOW + 44 * HOUR, State.FILED)

    claims.enter(claims.service("test"), at=datetime.now(UTC))
    assert sweeping.escalate_late(now=NOW + 45 * HOUR, at=NOW + 45 * HOUR) == 1
    last = matter.steps.order_by("-position")[0]
    assert (last.verb, last.text) == (Verb.ESCALATE, "到期没有续报，自动上报")
    matter.refresh_from_db()
    _take(made, matter, Verb.FILE, "镇调度", at=NOW + 46 * HOUR)
    _take(made, matter, Verb.CLOSE, "镇调度", text="全部排险，没有伤亡", at=NOW + 47 * HOUR)
    assert matter.state == State.CLOSED


def test_a_merge_is_undone_with_a_new_clock(made: Loop) -> None:
    twin = made.open()
    matter = made.open(title="同一个井盖")
    _take(made, matter, Verb.FILE, "村书记", rule=made.rule.pk)
    _take(made, matter, Verb.MERGE, "村书记", twin=twin.pk)
    assert pages.of(twin, made.hand("村书记"), NOW)["twins"] == [matter]

    _take(made, matter, Verb.UNMERGE, "村书记", text="不是同一个井盖", at=NOW + HOUR)

    matter.refresh_from_db()
    assert (matter.state, matter.twin_id, matter.ended_at, matter.reopenings) == (State.FILED, None, None, 0)
    assert matter.started_at == NOW + HOUR
    assert matter.due is not None
    _take(made, matter, Verb.DISPATCH, "村书记", at=NOW + HOUR)
    _closed(made, matter)
    with pytest.raises(RefusedError, match="没有并入"):
        _take(made, matter, Verb.UNMERGE, "村书记", text="再撤一次", at=NOW + HOUR)


def _take(made: Loop, matter: Matter, verb: str, name: str, **more: Any) -> None:
    made.take(matter, verb, name, **more)
    matter.refresh_from_db()


def _closed(made: Loop, matter: Matter) -> None:
    _take(made, matter, Verb.ACCEPT, "执法员", at=NOW + HOUR)
    _take(made, matter, Verb.SUBMIT, "执法员", text="换好了", at=NOW + HOUR)
    _take(made, matter, Verb.VERIFY, "网格员", at=NOW + HOUR)


def test_the_whole_waits_for_its_parts_and_for_nothing_else(made: Loop) -> None:
    matter = made.open()
    _take(made, matter, Verb.FILE, "村书记", rule=made.rule.pk)
    _take(made, matter, Verb.SPLIT, "村书记", text="两处", parts=("东头", "西头"))
    _take(made, matter, Verb.SUPERVISE, "县领导", text="三天内办完")
    _take(made, matter, Verb.DISPATCH, "村书记")
    _take(made, matter, Verb.ACCEPT, "执法员")
    _take(made, matter, Verb.SUBMIT, "执法员", text="东头好了")

    with pytest.raises(RefusedError, match="拆出的事项"):
        _take(made, matter, Verb.VERIFY, "网格员")
    step = Said("verify", "closed", made.bodies["镇政府"].pk, NOW)
    with pytest.raises(IntegrityError, match="parts_closed"), transaction.atomic():
        writing.write(matter, step, writing.stand_of(matter), made.hand("镇调度"), at=NOW)
    for part in Matter.objects.filter(parent=matter.pk, kind="event"):
        _take(made, part, Verb.RESOLVE, "村书记", text="办好了")
    _take(made, matter, Verb.VERIFY, "网格员")  # the order asks for just this, and stays open

    assert matter.state == State.CLOSED


def test_what_was_drawn_is_listed_until_it_is_checked_again(made: Loop) -> None:
    FilingRule.objects.update(recheck_percent=100)
    matter = made.open()
    _take(made, matter, Verb.RESOLVE, "网格员", text="当场扶正")
    made.hand("镇调度")
    want = queues.asked({"tab": "sampled"})

    assert list(queues.matters(want, units=None, now=NOW)) == [matter]
    assert queues.counts(now=NOW)["sampled"] == 1
    _take(made, matter, Verb.RECHECK, "镇调度", text="现场看过")
    assert queues.counts(now=NOW)["sampled"] == 0


def test_an_extension_lengthens_and_a_request_changes_nothing(made: Loop) -> None:
    """By SQL in one's own name, a holder's request can't carry another due time, nor an extension a shorter one."""
    matter = made.open()
    _take(made, matter, Verb.FILE, "村书记", rule=made.rule.pk)
    _take(made, matter, Verb.DISPATCH, "村书记", holder=made.bodies["执法队"].pk)
    stand = writing.stand_of(matter)
    assert stand.due is not None
    cheats = [
        ("ask", "执法员", "执法队", replace(stand, due=stand.due + HOUR)),
        ("ask", "执法员", "执法队", replace(stand, limit=Limit(90, Unit.WORKING_DAY))),
        ("ask", "执法员", "执法队", replace(stand, holder=made.bodies["住建局"].pk)),
        ("extend", "村书记", "村委会", replace(stand, due=stand.due - HOUR)),
        ("extend", "村书记", "村委会", replace(stand, due=None)),
        ("dispatch", "村书记", "村委会", replace(stand, holder=None)),
        ("accept", "执法员", "执法队", replace(stand, handler=made.people["局科员"].pk)),
    ]
    for verb, name, body, cheat in cheats:
        ends = {"accept": "handling"}.get(verb, "dispatched")
        with pytest.raises(IntegrityError, match=r"may not change|leaves another"), transaction.atomic():
            writing.write(matter, Said(verb, ends, made.bodies[body].pk, NOW, "试"), cheat, made.hand(name), at=NOW)
        matter.refresh_from_db()
