"""Ten thousand questions of who may see what on which day: the policies' answer against a model in plain Python."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from houban.core import claims, clock
from houban.core.models import Installation
from houban.divisions.changefile import DraftChange
from houban.divisions.models import DivisionCode, DivisionVersion, Flow
from houban.divisions.tests import make as maps
from houban.organisation.actions import appointments
from houban.organisation.models import Appointment, Heir, Person
from houban.organisation.powers import PostKind, powers_of
from houban.organisation.refusals import Refused
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, World

CASES = int(os.environ.get("HOUBAN_REFERENCE_CASES", "10000"))
DAYS = [date(2019, 6, 1) + timedelta(days=61 * n) for n in range(20)]
KINDS = [PostKind.TOWN_HEAD, PostKind.STAFF, PostKind.REGISTER_CLERK, PostKind.PERSONNEL, PostKind.AUDIT_ADMINISTRATOR]
VERBS = ["read", "register", "appoint", "personal", "record"]


class Model:
    """Thirty lines that say what authority is, from rows alone."""

    def __init__(self, county: int) -> None:
        self.county = county
        self.versions = list(DivisionVersion.objects.live().values_list("division_id", "parent_id", "during"))
        flows = Flow.objects.filter(change__status="enacted", source__isnull=False, target__isnull=False)
        self.flows = list(flows.values_list("source_id", "target_id", "change__effective_on"))
        self.heirs = dict(Heir.objects.values_list("former_id", "heir_id"))
        held = Appointment.objects.standing().values_list("person_id", "post__kind", "post__division_id", "during")
        self.held = list(held)

    def parents(self, day: date) -> dict[int, int | None]:
        return {division: parent for division, parent, during in self.versions if day in during}

    def successors(self, unit: int, day: date, alive: dict[int, int | None]) -> set[int]:
        if unit in alive:
            return {unit}
        targets = {t for s, t, on in self.flows if s == unit and t != unit and on <= day}
        if unit in self.heirs:
            targets &= {self.heirs[unit]}
        return {last for target in targets for last in self.successors(target, day, alive)}

    def sees(self, person: int, unit: int, verb: str, day: date) -> bool:
        alive = self.parents(day)
        above: set[int | None] = set()
        for step in self.successors(unit, day, alive):
            upper: int | None = step
            while upper is not None:
                above.add(upper)
                upper = alive.get(upper)
        posts = {
            division
            for holder, kind, division, during in self.held
            if holder == person and day in during and verb in powers_of(kind)
        }
        is_whole = bool(posts & {None, self.county}) and (unit == 0 or self.county in above)
        return is_whole or bool(posts & (above - {None}))


def random_history(world: World, dice: random.Random) -> None:
    """Merge, split and move villages at random, and let people come and go in random posts."""
    for number, day in enumerate(DAYS[6:14]):
        one, other, *_ = dice.sample(_villages(day), 2)
        fresh = f"104{220 + number * 2}", f"104{221 + number * 2}"
        rows = [maps.row(n, code, fresh[0], f"新{number}村") for n, code in ((2, one), (3, other))]
        if dice.random() < 0.5:
            half = {"part": "share", "shares": {"population": "0.5"}}
            rows = [maps.row(n, one, to, f"新{to}村", **half) for n, to in enumerate(fresh, 2)]  # type: ignore[arg-type]
        maps.enacted(DraftChange(day, f"调整{number}", document=f"大府发〔2020〕{number}号", entries=rows))
    _people(world, dice)


def _villages(day: date) -> list[str]:
    codes = DivisionCode.objects.on(day).filter(code__regex=r"^510304104[2-9]\d\d$").order_by("code")
    return [code[6:] for code in codes.values_list("code", flat=True)]


def _bearer(code: str, day: date) -> bool:
    from houban.divisions import register

    return bool(register.find(f"510304{code}", day))


def _people(world: World, dice: random.Random) -> None:
    codes = ["510304", "510304104", "510304105", "510304104205", "510304104206", "510304105201"]
    posts = [world.post(kind, code, seats=40) for kind in KINDS for code in codes if _bearer(code[6:], make.START)]
    for number in range(60):
        person = world.person(f"人{number}", account=True)
        for _ in range(dice.randint(0, 3)):
            start = make.START + timedelta(days=dice.randrange(700))
            until = start + timedelta(days=dice.randrange(30, 500)) if dice.random() < 0.5 else None
            try:
                held = make.appoint(person, dice.choice(posts), start=start, until=until)
            except Refused:
                continue
            if dice.random() < 0.1:
                appointments.withdraw(held, because="试", by=CLERK, at=NOON)


@pytest.fixture
def world(tmp_path: Path, db: None) -> Iterator[World]:
    rows = dict(maps.COUNTY) | {f"510304104{n}": f"原{n}村委会" for n in range(207, 217)}
    Installation.objects.create(county_name="大安区", county_code="510304", today=make.TODAY, made_at=NOON)
    return World(maps.county(tmp_path, rows))  # type: ignore[return-value]


def test_the_policies_agree_with_the_model(world: World) -> None:
    dice = random.Random(20210630)
    random_history(world, dice)
    _settle_some(dice)
    model = Model(world.county)
    people = list(Person.objects.exclude(account=None).values_list("pk", "account_id"))
    units = [0, *{division for division, _, _ in model.versions}]
    cases = [(*dice.choice(people), dice.choice(units), dice.choice(VERBS), dice.choice(DAYS)) for _ in range(CASES)]
    by_day: dict[tuple[date, int, int], list[tuple[int, str]]] = defaultdict(list)
    for person, account, unit, verb, day in cases:
        by_day[day, person, account].append((unit, verb))

    wrong, seen = [], 0
    for (day, person, account), asked in sorted(by_day.items()):
        Installation.objects.update(today=day)
        answers = _ask(account, asked)
        for (unit, verb), answer in zip(asked, answers, strict=True):
            seen += answer
            if answer != model.sees(person, unit, verb, day):
                wrong.append((person, unit, verb, day, answer))

    assert wrong == []
    assert CASES / 50 < seen < CASES / 2


def _settle_some(dice: random.Random) -> None:
    split = Flow.objects.filter(change__status="enacted", part="share").order_by("pk")
    for flow in split[::2]:
        if dice.random() < 0.4 and flow.source_id and flow.target_id:
            Heir.objects.get_or_create(
                former_id=flow.source_id,
                defaults={
                    "heir_id": flow.target_id,
                    "reason": "户籍底册",
                    "settled_at": NOON,
                    "settled_by_name": "周敏",
                },
            )


def _ask(account: int, asked: list[tuple[int, str]]) -> list[bool]:
    with claims.acting(claims.account(account), at=clock.now()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit = ANY (houban.units_for(verb)) FROM unnest(%s::bigint[], %s::text[])"
            " WITH ORDINALITY AS asked(unit, verb, number) ORDER BY number",
            [[unit for unit, _ in asked], [verb for _, verb in asked]],
        )
        return [row[0] for row in cursor.fetchall()]
