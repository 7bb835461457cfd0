"""Whoever tries whatever: code and database allow it exactly where a reference written apart says so.

`HOUBAN_TURNS` is the number of stories played; each has up to sixty turns.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from houban.core import claims
from houban.matters import actions, office
from houban.matters.actions import Report, Wish, writing
from houban.matters.actions.writing import Said
from houban.matters.hands import Hand
from houban.matters.models import FilingRule, Matter
from houban.matters.refusals import RefusedError
from houban.matters.rules import outcome
from houban.matters.rules.clocks import Limit, Unit
from houban.matters.rules.outcome import Given
from houban.matters.tests.make import NOW, Loop, loop
from houban.matters.tests.reference import LOOP, POWERS, RECEIVERS, Stand
from houban.matters.words import Verb
from houban.organisation.tests.make import VILLAGE

pytestmark = pytest.mark.django_db
NAMES = st.sampled_from(sorted(POWERS))
TRIED = (*LOOP, "follow", "withdraw", "move")
VERBS = st.sampled_from(sorted(TRIED))
BODIES = st.sampled_from(["村委会", "镇政府", "执法队", "住建局"])
WHICH = st.integers(0, 40)


class Turns(RuleBasedStateMachine):
    """Matters of every kind, tried at random beside their reference."""

    made: ClassVar[Loop]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.stands: dict[UUID, Stand] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def two_events(self) -> None:
        self.reported("event", "网格员")
        self.reported("event", "村书记")

    @rule(kind=st.sampled_from(["event", "supervision", "rectification", "major", "appeal"]), name=NAMES)
    def reported(self, kind: str, name: str) -> None:
        body, powers = POWERS[name]
        issued = kind in ("supervision", "rectification")
        more = {"holder": self.made.bodies["执法队"].pk} if issued else {}
        report = Report(kind, "井盖破损", self.made.world.place(VILLAGE), "说明", type=self.made.rule.type_id, **more)  # type: ignore[arg-type]
        allowed = ("supervise" if issued else "handle") in powers
        hand = self.made.hand(name)
        try:
            with transaction.atomic():
                matter = actions.open_matter(report, hand, happened_at=self.now, at=self.now)
        except RefusedError:
            assert not allowed, (kind, name)
            return
        assert allowed, (kind, name)
        stand = Stand(kind, name, body, "dispatched", holder="执法队") if issued else Stand(kind, name, RECEIVERS[1])
        self.stands[matter.pk] = stand

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(which=WHICH, verb=VERBS, name=NAMES, holder=BODIES)
    def tried(self, which: int, verb: str, name: str, holder: str) -> None:
        self.turn(self.chosen(which), verb, name, holder)

    @rule(which=WHICH, pick=WHICH, holder=BODIES)
    def moved_on(self, which: int, pick: int, holder: str) -> None:
        """Take something that is allowed, so that stories get far."""
        pk = self.chosen(which)
        stand = self.stands[pk]
        ways = [(verb, name) for verb in TRIED for name in POWERS if stand.may(verb, name, self.now)]
        if ways:
            self.turn(pk, *ways[pick % len(ways)], holder)

    def chosen(self, which: int) -> UUID:
        return list(self.stands)[which % len(self.stands)]

    def turn(self, pk: UUID, verb: str, name: str, holder: str) -> None:
        stand = self.stands[pk]
        twin = next((other for other, one in self.stands.items() if other != pk and not one.merged), None)
        allowed = stand.may(verb, name, self.now) and (verb != "merge" or twin is not None)
        told = (stand.kind, stand.state, verb, name)
        assert self.database_lets(pk, verb, name, twin) == allowed, told
        assert self.code_lets(pk, verb, name, holder, twin) == allowed, told
        if allowed:
            children = stand.begotten(verb, name)
            stand.take(verb, name, holder)
            self.take_in(pk, children)

    def take_in(self, parent: UUID, children: list[Stand]) -> None:
        found = Matter.objects.filter(parent=parent).exclude(pk__in=list(self.stands)).values_list("pk", flat=True)
        self.stands |= dict(zip(found, children, strict=True))
        self.stands[parent].children += children

    def code_lets(self, pk: UUID, verb: str, name: str, holder: str, twin: UUID | None) -> bool:
        wish = Wish(
            text="试", rule=self.made.rule.pk, holder=self.made.bodies[holder].pk, twin=twin, amount=1, wish="help",
            rating=4, parts=("一半", "另一半"),
        )  # fmt: skip
        wish = replace(wish, holder=None) if verb == "supervise" else wish
        with suppress(RefusedError), transaction.atomic():
            actions.take(pk, verb, wish, self.made.hand(name), happened_at=self.now, at=self.now)
            return True
        return False

    def database_lets(self, pk: UUID, verb: str, name: str, twin: UUID | None) -> bool:
        """Write the step past the code: honestly, which is the answer, and in dishonest ways, none of which goes."""
        stand = self.stands[pk]
        own, ends = self.made.bodies[POWERS[name][0]].pk, stand.ends(verb)
        rating = 4 if verb == "rate" else None
        said = Said(verb, ends, own, self.now, text="试", rating=rating)
        others = [body.pk for body in self.made.bodies.values() if body.pk != own]
        cheats = [replace(said, body=other) for other in others[:2]]
        cheats += [replace(said, ends="closed" if ends != "closed" else "filed")]
        cheats += [replace(said, rating=None if verb == "rate" else 5)]
        for cheat in cheats:
            assert not self.written(pk, cheat, name, twin), (stand.kind, stand.state, verb, name, cheat)
        went = self.written(pk, said, name, twin)
        if went:
            self.columns_hold(pk, said, name, twin)
        return went

    def written(self, pk: UUID, said: Said, name: str, twin: UUID | None, also: dict[str, Any] | None = None) -> bool:
        matter = Matter.objects.get(pk=pk)
        hand = self.made.hand(name)
        after = self.left_by(said.verb, matter, hand, twin)
        after = replace(after, **(also or {}))
        with suppress(IntegrityError), transaction.atomic():
            writing.write(matter, said, after, hand, at=self.now)
            transaction.set_rollback(True)
            return True
        return False

    def left_by(self, verb: str, matter: Matter, hand: Hand, twin: UUID | None) -> outcome.Stand:
        """Return how the code would leave the matter."""
        bodies, limit = self.made.bodies, Limit(1, Unit.WORKING_DAY)
        unfiled = verb == "follow" and matter.state == "reported"
        given = Given(
            person=hand.person, type=matter.type_id, rule=matter.rule_id, limit=None if unfiled else limit,
            holder=bodies["执法队"].pk,
            receiver=bodies["镇政府"].pk, twin=str(twin) if twin else None,
        )  # fmt: skip
        return outcome.after(verb, writing.stand_of(matter), given, at=self.now, office=office.current())

    def columns_hold(self, pk: UUID, said: Said, name: str, twin: UUID | None) -> None:
        """Change each column the verb leaves alone; none goes."""
        matter = Matter.objects.get(pk=pk)
        others = {
            "level": matter.level + 1, "receiver": self.made.bodies["住建局"].pk,
            "holder": self.made.bodies["住建局"].pk,
            "handler": self.made.people["局科员"].pk, "due": self.now + timedelta(days=99), "due_raw": self.now,
            "started_at": self.now + timedelta(days=1), "paused_at": self.now, "sampled": not matter.sampled,
            "twin": str(pk),
        }  # fmt: skip
        touched = outcome.TOUCHES.get(Verb(said.verb), "").replace("_id", "").split()
        for column in sorted(set(others) - set(touched)):
            if others[column] != getattr(writing.stand_of(matter), column):
                assert not self.written(pk, said, name, twin, {column: others[column]}), (said.verb, column)

    @invariant()
    def all_stand_as_the_reference_says(self) -> None:
        claims.enter(claims.service("test"), at=datetime.now(UTC))
        bodies = {body.pk: name for name, body in self.made.bodies.items()}
        people = {person.pk: name for name, person in self.made.people.items()}
        for matter in Matter.objects.filter(pk__in=list(self.stands)):
            stand = self.stands[matter.pk]
            stand.due = matter.due  # when, is told by the tests of the clocks
            found = (matter.state, matter.level, bodies[matter.receiver_id or 0], bodies.get(matter.holder_id or 0, ""))
            assert found == (stand.state, stand.level, stand.receiver, stand.holder)
            marks = (people.get(matter.handler_id or 0, ""), matter.paused_at is not None, matter.sampled)
            assert marks == (stand.handler, stand.stopped, stand.drawn)
            counts = (matter.rating is not None, matter.twin_id is not None, matter.extensions, matter.returns)
            assert counts == (stand.rated, stand.merged, stand.count.get("extend", 0), stand.count.get("return", 0))


def test_whoever_tries_whatever(tmp_path: Path) -> None:
    made = loop(tmp_path)
    FilingRule.objects.update(recheck_percent=100)
    turns = int(os.environ.get("HOUBAN_TURNS", "8"))
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=turns, stateful_step_count=60, deadline=None, suppress_health_check=quiet)

    run_state_machine_as_test(type("TurnsHere", (Turns,), {"made": made}), settings=chosen)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matters_matter")
        assert cursor.fetchone()[0] == 0  # every story was taken back
