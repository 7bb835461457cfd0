"""Write what is taken over: matters with the steps their platform tells of, a batch in one transaction.

`houban.take_over` holds what the triggers of single steps hold, for a batch at once, and makes each matter the last
state of its steps; nobody is told of what happened elsewhere. Later steps of a matter are steps like any other.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from houban.core import ids
from houban.divisions import register
from houban.matters import office, routing, successors
from houban.matters.actions.writing import columns, stand_of
from houban.matters.importing import world as worlds
from houban.matters.importing.checking import Ready
from houban.matters.importing.world import Known, World
from houban.matters.models import Matter
from houban.matters.routing import Route
from houban.matters.rules import table
from houban.matters.rules.clocks import Limit, NoOfficeHoursError, OfficeTime
from houban.matters.rules.outcome import Stand
from houban.matters.words import ENDED, Channel, Duty, State, Verb

S, V = State, Verb
KIND = "event"
WAYS: dict[tuple[str, str], tuple[Verb, ...]] = {
    (S.REPORTED, S.REJECTED): (V.REJECT,),
    (S.FILED, S.CLOSED): (V.CLOSE,),
    (S.REPORTED, S.CLOSED): (V.FILE, V.CLOSE),
}
CHAIN = (
    (S.DRAFT, V.REPORT), (S.REPORTED, V.FILE), (S.FILED, V.DISPATCH), (S.DISPATCHED, V.ACCEPT), (S.HANDLING, V.SUBMIT),
    (S.VERIFYING, V.VERIFY), (S.CLOSED, None),
)  # fmt: skip
ENDS = {V.REPORT: S.REPORTED, V.FILE: S.FILED, V.DISPATCH: S.DISPATCHED, V.ACCEPT: S.HANDLING, V.SUBMIT: S.VERIFYING,
        V.VERIFY: S.CLOSED, V.CLOSE: S.CLOSED, V.REJECT: S.REJECTED, V.RATE: S.CLOSED}  # fmt: skip
MATTER = (
    "id", "kind", "title", "text", "channel", "source", "urgent", "confidential", "unit_id", "place", "longitude",
    "latitude", "reported_at", "recorded_at",
)  # fmt: skip
STANDING = {
    "type_id": "bigint", "rule_id": "bigint", "level": "smallint", "receiver_id": "bigint", "holder_id": "bigint",
    "limit_amount": "smallint", "limit_unit": "text", "started_at": "timestamptz", "due_raw": "timestamptz",
    "due": "timestamptz",
}  # fmt: skip
STEP = {
    "matter_id": "uuid", "position": "integer", "verb": "text", "begins": "text", "ends": "text", "post": "text",
    "text": "text", "rating": "smallint", "happened_at": "timestamptz", "recorded_at": "timestamptz", **STANDING,
}  # fmt: skip
TAKE_OVER = "SELECT houban.take_over(%s::jsonb, %s::jsonb)"
MOVE = (
    f"INSERT INTO matters_step ({', '.join(STEP)}, wish, sampled) SELECT given.*, '', false"  # noqa: S608 - names of this module
    f" FROM unnest({', '.join(f'%s::{kind}[]' for kind in STEP.values())}) AS given"
)


def way(begin: str, end: str) -> tuple[Verb, ...] | None:
    """Return the verbs that lead from a state to another; none from a state to itself, None where no way leads."""
    if begin == end:
        return ()
    if begin == S.DRAFT:
        rest = way(S.REPORTED, end)
        return None if rest is None else (V.REPORT, *rest)
    if (begin, end) in WAYS:
        return WAYS[begin, end]
    order = [state.value for state, _verb in CHAIN]
    if begin not in order or end not in order or order.index(end) < order.index(begin):
        return None
    return tuple(verb for state, verb in CHAIN[order.index(begin) : order.index(end)] if verb)


def outcome_of(one: Ready, known: Known | None) -> str:
    """Return what taking a row over would do: `new`, `moved`, `same`, or `kept` for what is dealt with here."""
    if known is None:
        return "new"
    verbs = way(known.state, one.state)
    if verbs == ():
        return "same"
    return "kept" if verbs is None or known.is_touched else "moved"


@dataclass
class Writer:
    """Takes rows over; keeps who answers for what from batch to batch."""

    world: World
    platform: str
    moment: datetime
    _receive: dict[tuple[int, int | None], Route] = field(default_factory=dict)
    _handle: dict[tuple[int, int | None], Route] = field(default_factory=dict)
    _stands: dict[int, int] = field(default_factory=dict)

    @cached_property
    def office(self) -> OfficeTime:
        """Return the office time, read with the first batch."""
        return office.current()

    def write(self, rows: Sequence[Ready], *, at: datetime) -> Counter[str]:
        """Write a batch within the transaction that is open; return how many rows came to what."""
        known = worlds.already(one.source for one in rows)
        found: dict[str, list[Ready]] = defaultdict(list)
        for one in rows:
            found[outcome_of(one, known.get(one.source))].append(one)
        counts = Counter({outcome: len(those) for outcome, those in found.items()})
        self._look_up([*found["new"], *found["moved"]])
        self._begin(found["new"], at)
        self._move({known[one.source].id: one for one in found["moved"]}, at)
        return counts

    def _begin(self, rows: Sequence[Ready], at: datetime) -> None:
        if not rows:
            return
        made = [(ids.new_id(one.reported_at), one) for one in rows]
        matters = [self._matter(pk, one, at) for pk, one in made]
        steps = [step for pk, one in made for step in self._steps(pk, one, S.DRAFT, 0, Stand(), at)]
        with connection.cursor() as cursor:
            cursor.execute(TAKE_OVER, [_json(MATTER, matters), _json(STEP, steps)])

    def _move(self, rows: Mapping[UUID, Ready], at: datetime) -> None:
        held = Matter.objects.in_bulk(list(rows))
        ways = [self._onward(held[pk], one, at) for pk, one in rows.items()]
        with connection.cursor() as cursor:
            for wave in _waves(ways):
                cursor.execute(MOVE, [list(column) for column in zip(*wave, strict=True)])

    def _onward(self, matter: Matter, one: Ready, at: datetime) -> list[tuple[Any, ...]]:
        return self._steps(matter.pk, one, matter.state, matter.steps_taken, stand_of(matter), at)

    def _look_up(self, rows: Sequence[Ready]) -> None:
        day = self.world.today
        for routes, duty in ((self._receive, Duty.RECEIVE), (self._handle, Duty.HANDLE)):
            asked = {(one.unit, one.type) for one in rows} - routes.keys()
            stands = self._standing({unit for unit, _type in asked})
            found = routing.routes({(stands[unit], kind) for unit, kind in asked}, duty, on=day)
            routes.update({(unit, kind): found[stands[unit], kind] for unit, kind in asked})

    def _standing(self, units: set[int]) -> dict[int, int]:
        """Return divisions that stand today: each itself, who took it over, the town of several, or the county."""
        day = self.world.today
        gone = {unit for unit in units - self._stands.keys() if not self.world.stands(unit)}
        for unit, heir in (successors.of(gone, day) if gone else {}).items():
            place = heir.divisions[0]
            self._stands[unit] = place if len(heir.divisions) == 1 else successors.parent(place, day) or place
        county = register.county() if gone - self._stands.keys() else None
        self._stands |= {unit: county or unit for unit in gone - self._stands.keys()}
        return {unit: self._stands.get(unit, unit) for unit in units}

    def _matter(self, pk: UUID, one: Ready, at: datetime) -> tuple[Any, ...]:
        longitude, latitude = one.point or (None, None)
        return (
            pk, KIND, one.title, one.text, Channel.PLATFORM.value, one.source, one.urgent, False, one.unit, one.place,
            longitude, latitude, one.reported_at, at,
        )  # fmt: skip

    def _steps(
        self, pk: UUID, one: Ready, state: str, position: int, stand: Stand, at: datetime
    ) -> list[tuple[Any, ...]]:
        """Return the steps from a state to that of the row."""
        verbs = [*(way(state, one.state) or ())]
        if one.rating and one.state == S.CLOSED:
            verbs.append(V.RATE)
        found, begins = [], state
        for verb in verbs:
            position += 1
            ends = ENDS[verb].value
            stand = self._after(verb, one, stand)
            standing = columns(stand)
            found.append(
                (pk, position, verb.value, str(begins), ends, self.platform, self._text(verb, one),
                 one.rating if verb == V.RATE else None, self._when(verb, one), at,
                 *(standing[name] for name in STANDING))
            )  # fmt: skip
            begins = ends
        return found

    def _when(self, verb: Verb, one: Ready) -> datetime:
        """Return when a step happened; what the platform doesn't tell is no earlier than what came before."""
        if verb == V.REPORT:
            return one.reported_at
        if verb in (V.FILE, V.DISPATCH, V.ACCEPT):
            found = one.filed_at or one.reported_at
            return min(found, one.ended_at) if one.ended_at else found
        if verb == V.SUBMIT and one.state == S.VERIFYING:
            return self.moment
        return one.ended_at or self.moment

    def _text(self, verb: Verb, one: Ready) -> str:
        if verb == V.REPORT:
            return one.text[:500]
        if ENDS[verb] in (S.VERIFYING, *ENDED) and verb != V.RATE:
            return one.result or f"在{self.platform}办理，没有写结果"
        return ""

    def _after(self, verb: Verb, one: Ready, stand: Stand) -> Stand:
        """Return how a matter stands after a step; clocks that still run begin when it comes here."""
        if verb == V.REPORT:
            found = self._receive[one.unit, one.type]
            stand = Stand(type=one.type, level=found.level, receiver=found.organisation)
            return self._timed(stand, one, table.kind(KIND).filing, one.reported_at)
        if verb == V.FILE:
            rule = self.world.rule(stand.type, self._day(one))
            stand = replace(stand, rule=rule.pk if rule else None, holder=one.holder if one.state in ENDED else None)
            return self._timed(stand, one, rule.limit if rule else None, one.filed_at or one.reported_at)
        if verb == V.DISPATCH:
            return replace(stand, holder=one.holder or self._handle[one.unit, one.type].organisation)
        return stand

    def _day(self, one: Ready) -> date:
        return (one.filed_at or one.reported_at).date()

    def _timed(self, stand: Stand, one: Ready, limit: Limit | None, since: datetime) -> Stand:
        if one.due is not None:
            return replace(stand, limit=None, started_at=since, due_raw=one.due, due=one.due)
        start = since if one.state in ENDED else self.moment
        try:
            due = self.office.due(start, limit) if limit else None
        except NoOfficeHoursError:  # no hours are registered for those years
            limit, due = None, None
        return replace(stand, limit=limit, started_at=start, due_raw=due, due=due)


def _waves(ways: Iterable[list[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
    """Return the first step of every way, then the second, until all are done."""
    left = [steps for steps in ways if steps]
    for turn in range(max(map(len, left), default=0)):
        yield [steps[turn] for steps in left if len(steps) > turn]


def _json(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """Return rows as the database reads them; moments, numbers and keys as text."""
    told = list(names)
    return json.dumps([dict(zip(told, row, strict=True)) for row in rows], default=str, ensure_ascii=False)
