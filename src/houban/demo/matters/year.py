"""The year behind the last weeks: some fifteen thousand events with their seasons, all of them settled.

They are written by the owner of the tables in one go, each matter as the last state of its steps, and held against the
table of verbs before they count: through the triggers of single steps they would take the first start a minute longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from houban.core.postgres import owning
from houban.demo.matters.life import Event, Life
from houban.demo.matters.types import Kind
from houban.matters.actions import writing
from houban.matters.models import Matter
from houban.matters.rules import table
from houban.matters.rules.outcome import Given
from houban.matters.words import ENDED, Level, State, Verb

SEED = 20200630
REPORTS = 15_700
LATEST, BACK = 4, 372  # days; a year of records is one that began more than a year ago
BUSY = {1: 0.8, 2: 0.7, 3: 1.0, 4: 1.0, 5: 1.15, 6: 1.3, 7: 1.45, 8: 1.35, 9: 1.1, 10: 1.0, 11: 0.9, 12: 0.85}
SEASONS: dict[str, dict[int, float]] = {
    "0101": {6: 2.5, 7: 3, 8: 3, 9: 2},  # drains in the rains
    "0104": {6: 2.5, 7: 3.5, 8: 3, 9: 2},
    "0204": {6: 2, 7: 3, 8: 3, 9: 2},
    "0303": {6: 2, 7: 3, 8: 2.5, 9: 2},
    "0103": {1: 2, 7: 2, 8: 2.5},  # frozen pipes, drought
    "0302": {1: 2, 7: 2, 8: 2, 12: 2},
    "0203": {6: 1.6, 7: 2, 8: 2, 9: 1.5},
    "0301": {4: 1.5, 5: 2, 6: 2.5, 7: 2.5},  # bathing
    "0304": {2: 1.5, 3: 2, 4: 2.5, 5: 5, 9: 4, 10: 3},  # graves in spring, rape straw, rice straw
    "0403": {1: 6, 2: 3, 12: 5},  # wages before the Spring Festival
    "0501": {1: 2.5, 2: 2, 12: 2},
}
RATINGS = (5, 4, 3, 2, 1), (52, 30, 11, 4, 3)
COUNTED = {
    "extensions": Verb.EXTEND, "pauses": Verb.PAUSE, "returns": Verb.RETURN, "reworks": Verb.SEND_BACK,
    "reopenings": Verb.REOPEN, "appeals": Verb.APPEAL,
}  # fmt: skip
OF_MATTER = (
    "id", "serial", "kind", "title", "text", "channel", "source", "urgent", "confidential", "unit_id", "place",
    "longitude", "latitude", "accuracy", "reporter_id", "reported_at", "recorded_at",
)  # fmt: skip
OF_STEP = (
    "matter_id", "position", "verb", "begins", "ends", "person_id", "body_id", "post", "text", "wish", "rating",
    "happened_at", "recorded_at",
)  # fmt: skip
BURN = "SELECT count(nextval('matters_serial')) FROM generate_series(1, %s)"
WRONG = """
SELECT count(*) FROM (
    SELECT s.*, lag(s.ends, 1, 'draft') OVER w AS before, row_number() OVER w AS n FROM matters_step s
    WINDOW w AS (PARTITION BY s.matter_id ORDER BY s.position)
) s
    JOIN matters_matter m ON m.id = s.matter_id
    LEFT JOIN matters_transition t ON t.kind = m.kind AND t.verb = s.verb AND t.begins = s.begins AND t.ends = s.ends
WHERE t.id IS NULL OR s.begins <> s.before OR s.position <> s.n OR s.position = m.steps_taken AND s.ends <> m.state
"""


class NotByTheTableError(RuntimeError):
    """What was drawn would take steps that the table of verbs does not have."""


def reserve() -> None:
    """Leave the first serial numbers to the year, so that later events have later numbers."""
    with connection.cursor() as cursor:
        cursor.execute(BURN, [REPORTS])


class Year(Life):
    """Draws the year."""

    seed = SEED

    def settle(self) -> int:
        """Draw every event and write them at once, as the owner; return how many."""
        events = self._drawn()
        with owning.as_owner(), transaction.atomic(), connection.cursor() as cursor:
            _copy(cursor, "matters_matter", self._matters(events))
            _copy(cursor, "matters_step", _steps(events))
            cursor.execute(WRONG)
            if wrong := cursor.fetchone()[0]:
                raise NotByTheTableError(wrong)
            cursor.execute("ANALYZE matters_matter, matters_step")
        return len(events)

    def _drawn(self) -> list[Event]:
        """Return the events that have ended, in the order of their reports."""
        found: list[Event] = []
        for moment in sorted(self._moments()):
            event = self.event(moment)
            if event.state not in ENDED:
                continue
            self._rate(event)
            found.append(event)
            if self.chance.random() < 0.02 and (twin := self._twin(event)) is not None:
                found.append(twin)
        return sorted(found, key=lambda one: (one.matter.reported_at, one.matter.pk))[:REPORTS]

    def _moments(self) -> list[datetime]:
        """Return when events are reported: more in summer, more in the morning, fewer on days off."""
        found: list[datetime] = []
        most = max(BUSY.values())
        while len(found) < REPORTS * 1.02:
            day = self.until - timedelta(days=self.chance.uniform(LATEST, BACK))
            at = day.replace(
                hour=self.chance.choice((8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17, 19)), minute=self.chance.randrange(60)
            )
            is_off = not self.office.stretches_of(at.date())
            if self.chance.random() < BUSY[at.month] / most and not (is_off and self.chance.random() < 0.6):
                found.append(at)
        return found

    def kind(self, at: datetime) -> Kind:
        """Return a type, as the season has it."""
        weights = [one.weight * SEASONS.get(one.code, {}).get(at.month, 1) for one in self.kinds]
        return self.chance.choices(self.kinds, weights)[0]

    def _rate(self, event: Event) -> None:
        """Let who reported say how it was settled, of one in six."""
        reporter = event.matter.reporter
        if event.state != State.CLOSED or reporter is None or self.chance.random() > 0.16:
            return
        committee = self.duties.committees[event.village]
        self._step(event, Verb.RATE, State.CLOSED, reporter, committee, "", Given(), wait=self.chance.randint(60, 4000))
        if event.steps[-1].verb == Verb.RATE:
            event.steps[-1].rating = self.chance.choices(*RATINGS)[0]

    def _twin(self, event: Event) -> Event | None:
        """Return a second report of the same, merged into the first while that is still open."""
        at = event.matter.reported_at + timedelta(minutes=self.chance.randint(10, 150))
        if at + timedelta(hours=3) > event.now:
            return None
        first, committee = event.matter, self.duties.committees[event.village]
        point = self._point(event.village) if first.longitude is None else {"longitude": first.longitude,
                                                                              "latitude": first.latitude}  # fmt: skip
        reporter, post = self._grid_worker(event.village)
        matter = Matter(
            id=self.new_id(at), kind="event", title=first.title, channel=self._channel(), unit_id=event.village,
            place=first.place, accuracy=self.chance.randrange(4, 30), reporter=reporter, reported_at=at,
            recorded_at=self.at, **point,
        )  # fmt: skip
        twin = Event(matter, event.village, event.town, event.kind, at)
        rule = self.duties.rules[event.kind.code]
        given = Given(type=rule.type_id, level=Level.VILLAGE, receiver=committee.pk, limit=table.kind("event").filing)
        self._step(twin, Verb.REPORT, State.REPORTED, reporter, committee, post, given, wait=0)
        merged = Given(twin=str(first.pk))
        self.by(twin, Verb.MERGE, State.CLOSED, committee, "dispatch", given=merged, minutes=(5, 30), text="同一处")
        return twin if twin.state == State.CLOSED else None

    def _matters(self, events: Sequence[Event]) -> Iterable[dict[str, Any]]:
        for serial, event in enumerate(events, start=1):
            matter = event.matter
            matter.serial = serial
            yield {name: getattr(matter, name) for name in OF_MATTER} | _standing(event)


def _standing(event: Event) -> dict[str, Any]:
    """Return how a matter stands after its steps, as the trigger would have left it."""
    steps = event.steps
    ended = next(
        step for step, later in zip(reversed(steps), [None, *reversed(steps)], strict=False)
        if step.begins not in ENDED and (later is None or later.begins in ENDED)
    )  # fmt: skip
    filed = [step.happened_at for step in steps if step.verb == Verb.FILE]
    verbs = [step.verb for step in steps]
    after_reopening = steps[max((n for n, verb in enumerate(verbs) if verb == Verb.REOPEN), default=0) :]
    return {
        "state": event.state,
        "steps_taken": len(steps),
        "changed_at": steps[-1].happened_at,
        "filed_at": filed[-1] if filed else None,
        "ended_at": ended.happened_at,
        "on_the_spot": any(step.verb == Verb.RESOLVE for step in after_reopening),
        "rating": next((step.rating for step in reversed(after_reopening) if step.rating), None),
        **{name: verbs.count(verb) for name, verb in COUNTED.items()},
        **writing.columns(replace(event.stand, paused_at=None)),
    }


def _steps(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        for step in event.steps:
            standing = {name: getattr(step, name) for name in writing.columns(event.stand)}
            yield {name: getattr(step, name) for name in OF_STEP} | standing


def _copy(cursor: Any, name: str, rows: Iterable[dict[str, Any]]) -> None:
    """Send rows to a table; their order is that of the first one's columns."""
    lines = iter(rows)
    first = next(lines)
    with cursor.copy(f"COPY {name} ({', '.join(first)}) FROM STDIN") as into:
        into.write_row(list(first.values()))
        for line in lines:
            into.write_row(list(line.values()))
