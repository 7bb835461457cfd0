"""Appoint, end, hand over, merge and split in any order: no seat is held twice, no power is without a post."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from houban.core import claims, clock
from houban.divisions.changefile import DraftChange
from houban.divisions.models import DivisionCode
from houban.divisions.tests import make as maps
from houban.organisation.actions import appointments
from houban.organisation.actions.appointments import HandOver
from houban.organisation.models import Appointment, Person
from houban.organisation.powers import PostKind, powers_of
from houban.organisation.refusals import Refused
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, START, TODAY

KINDS = (PostKind.TOWN_HEAD, PostKind.REGISTER_CLERK, PostKind.DIRECTOR, PostKind.SUPERVISION_HEAD)
PEOPLE = st.integers(0, 3)
POSTS = st.integers(0, 5)
DAYS = st.integers(1, 700).map(lambda n: START + timedelta(days=n))
TWICE = """
SELECT count(*) FROM organisation_appointment a JOIN organisation_appointment b
    ON a.post_id = b.post_id AND a.seat = b.seat AND a.id < b.id AND a.during && b.during
WHERE a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
"""
OUTSIDE = """
SELECT count(*) FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
WHERE a.withdrawn_at IS NULL AND NOT p.during @> a.during
"""
TOGETHER = """
SELECT count(*) FROM organisation_appointment a JOIN organisation_appointment b
    ON a.person_id = b.person_id AND a.during && b.during AND a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
JOIN organisation_post p ON p.id = a.post_id JOIN organisation_post q ON q.id = b.post_id
JOIN organisation_incompatible i ON i.one = p.kind AND i.other = q.kind
    AND (NOT i.same_division OR p.division_id = q.division_id)
"""


def count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


class Offices(RuleBasedStateMachine):
    """A county whose people and map change at random."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        rows = dict(maps.COUNTY) | {f"510304104{n}": f"原{n}村委会" for n in range(207, 211)}
        with tempfile.TemporaryDirectory() as folder:
            self.world = make.world(Path(folder), rows)
        self.people = [self.world.person(name, account=True) for name in "甲乙丙丁"]
        codes = ("510304104", "510304104205", "510304105")
        posts = [self.world.post(kind, code) for code in codes[:1] for kind in KINDS[:2]]
        self.posts = posts + [self.world.post(kind, code) for code in codes[1:] for kind in KINDS[2:]]
        self.fresh = 220

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    @rule(person=PEOPLE, post=POSTS, start=DAYS, acting=st.booleans())
    def appoint(self, *, person: int, post: int, start: date, acting: bool) -> None:
        more: dict[str, Any] = {"nature": "acting"} if acting else {}
        with suppress(Refused):
            make.appoint(self.people[person], self.posts[post], start=start, **more)

    @precondition(lambda _: Appointment.objects.standing().exists())
    @rule(which=st.integers(0, 50), on=DAYS, withdraw=st.booleans())
    def end(self, *, which: int, on: date, withdraw: bool) -> None:
        held = list(Appointment.objects.standing().order_by("pk"))
        one = held[which % len(held)]
        with suppress(Refused):
            if withdraw:
                appointments.withdraw(one, because="登记有误", by=CLERK, at=NOON)
            else:
                appointments.end(one, on=on, by=CLERK, at=NOON)

    @precondition(lambda _: Appointment.objects.standing().exists())
    @rule(which=st.integers(0, 50), person=PEOPLE, on=DAYS)
    def hand_over(self, which: int, person: int, on: date) -> None:
        held = list(Appointment.objects.standing().order_by("pk"))
        one = held[which % len(held)]
        with suppress(Refused):
            act = HandOver((one,), ((self.people[person], one.post),), on, "大委组〔2021〕1号")
            appointments.hand_over(act, by=CLERK, at=NOON)

    def villages(self, on: date) -> list[str]:
        codes = DivisionCode.objects.on(on).filter(code__regex=r"^510304104[2-9]\d\d$").order_by("code")
        return [code[6:] for code in codes.values_list("code", flat=True)]

    @precondition(lambda self: self.fresh < 240)
    @rule(split=st.booleans(), which=st.integers(0, 20))
    def change_the_map(self, *, split: bool, which: int) -> None:
        day = START + timedelta(days=(self.fresh - 219) * 20)
        known = self.villages(day)
        one, other = known[which % len(known)], known[(which + 1) % len(known)]
        fresh = f"104{self.fresh}", f"104{self.fresh + 1}"
        self.fresh += 2
        if split or one == other:
            half = {"part": "share", "shares": {"population": "0.5"}}
            rows = [maps.row(n, one, to, f"新{to}村", **half) for n, to in enumerate(fresh, 2)]  # type: ignore[arg-type]
        else:
            rows = [maps.row(n, code, fresh[0], f"新{fresh[0]}村") for n, code in ((2, one), (3, other))]
        maps.enacted(DraftChange(day, "调整", document="大府发〔2020〕9号", entries=rows))

    @invariant()
    def no_seat_is_held_twice(self) -> None:
        assert (count(TWICE), count(OUTSIDE), count(TOGETHER)) == (0, 0, 0)

    @invariant()
    def no_power_is_without_a_post(self) -> None:
        for person in self.people:
            held = Appointment.objects.on(TODAY).filter(person=person).select_related("post")
            expected = frozenset(power for one in held for power in powers_of(one.post.kind))
            assert self.standing(person) == expected

    def standing(self, person: Person) -> frozenset[str]:
        assert person.account_id is not None
        with claims.acting(claims.account(person.account_id), at=clock.now()) as standing:
            if not standing.posts:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT cardinality(houban.units())")
                    assert cursor.fetchone()[0] == 0
            return standing.powers


@pytest.mark.django_db
def test_in_any_order() -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=quiet)
    run_state_machine_as_test(Offices, settings=chosen)
