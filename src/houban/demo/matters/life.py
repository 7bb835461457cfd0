"""A month of events, drawn from one seed: most settled in the village, some returned, paused, late, reopened."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone

from houban.core.ids import new_id
from houban.demo.matters import photos
from houban.demo.matters.duties import Duties
from houban.demo.matters.types import FAMILIES, Kind
from houban.divisions.models import Division, DivisionVersion
from houban.divisions.words import Level as Depth
from houban.matters import evidence, office
from houban.matters.actions import writing
from houban.matters.models import Evidence, Matter, Step
from houban.matters.rules import outcome, table
from houban.matters.rules.clocks import OfficeTime
from houban.matters.rules.outcome import Given, Stand
from houban.matters.words import ENDED, Channel, Level, State, Verb
from houban.organisation.models import Appointment, Organisation, Person
from houban.organisation.powers import powers_of

SEED = 20210630
EVENTS = 1300
PHOTOGRAPHED = 60
DAYS = 45
RECHECKED = 5  # percent of what closed in the village or on the spot
SAID = {
    Verb.RESOLVE: "现场处理好了", Verb.ESCALATE: "村里没有设备，请镇上派人", Verb.RETURN: "不在本机构清单内",
    Verb.SUBMIT: "已处置，现场恢复", Verb.SEND_BACK: "照片看不清，现场还有余留", Verb.PAUSE: "等材料到货",
    Verb.EXTEND: "连日下雨，工期顺延", Verb.REOPEN: "群众反映又出现", Verb.REJECT: "不符合立案条件，已当面说明",
}  # fmt: skip


@dataclass
class People:
    """Who may act for an organisation, by power."""

    of: dict[tuple[int, str], list[tuple[Person, str]]] = field(default_factory=lambda: defaultdict(list))

    def one(self, chance: random.Random, body: Organisation | None, power: str) -> tuple[Person | None, str]:
        """Return somebody of an organisation who holds a power, with the post's name."""
        found = self.of.get((body.pk if body else 0, power), [])
        return chance.choice(found) if found else (None, "")


def people(today: date) -> People:
    """Return who holds what on the day."""
    held = People()
    rows = Appointment.objects.on(today).select_related("post__organisation", "person").order_by("pk")
    for one in rows:
        for power in powers_of(one.post.kind):
            label = f"{one.post.organisation} {one.post.title}"
            held.of[one.post.organisation_id, power.value].append((one.person, label))
    return held


@dataclass
class Event:
    """An event being drawn: the matter, its steps so far, how it stands, and the moment it has come to."""

    matter: Matter
    village: int
    town: int
    kind: Kind
    now: datetime
    stand: Stand = field(default_factory=Stand)
    state: str = State.DRAFT
    steps: list[Step] = field(default_factory=list)


class Life:
    """Draws the events up and writes them."""

    seed = SEED

    def __init__(self, duties: Duties, today: date, *, at: datetime) -> None:
        self.duties, self.at = duties, at
        self.chance = random.Random(self.seed)  # noqa: S311 - the same events every time
        self.office: OfficeTime = office.current()
        self.people = people(today)
        self.until = datetime.combine(today, time(15, 40), timezone.get_default_timezone())
        self.kinds = [kind for family in FAMILIES for kind in family.kinds]
        rows = DivisionVersion.objects.on(today).filter(division__level=Depth.VILLAGE, division__in=duties.committees)
        self.places = [(one.division_id, one.parent_id or 0) for one in rows.order_by("pk")]
        larger = {one.pk for one in Division.objects.filter(versions__name="牛佛镇")}
        self.weights = [3 if town in larger else 1 for _, town in self.places]  # the largest town by far
        self.names = {one.division_id: one.name for one in rows}
        self.bodies = {one.pk: one for one in Organisation.objects.on(today)}

    def draw(self) -> list[Event]:
        """Return every event, drawn up to now."""
        return [self.event(moment) for moment in sorted(self._moments())]

    def write(self, events: list[Event]) -> int:
        """Write events that have been drawn, with their photos; return how many."""
        Matter.objects.bulk_create([one.matter for one in events], batch_size=500)
        steps = [step for one in events for step in one.steps]
        Step.objects.bulk_create(steps, batch_size=1000)
        self._photograph(events[-PHOTOGRAPHED:])
        return len(events)

    def _photograph(self, events: list[Event]) -> None:
        """Draw a photo for the report of each of the newest events, and one for what was done about it."""
        found = []
        for event in events:
            for step in event.steps:
                if step.verb in (Verb.REPORT, Verb.SUBMIT) and event.kind.photos:
                    drawn = photos.draw(event.kind.code, step.happened_at, self.chance)
                    (row,) = evidence.take_in([ContentFile(drawn, name=f"{step.happened_at:%m%d-%H%M}.jpg")])
                    row.step, row.number, row.taken_at = step, 1, step.happened_at
                    found.append(row)
        Evidence.objects.bulk_create(found)

    def _moments(self) -> list[datetime]:
        """Return when events are reported: by day, more in the morning, fewer on days off."""
        found: list[datetime] = []
        while len(found) < EVENTS:
            far = self.chance.uniform(0, self.chance.choices((DAYS, 3, 0.9), (74, 18, 8))[0])
            day = self.until - timedelta(days=far)
            at = day.replace(
                hour=self.chance.choice((8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17, 19)), minute=self.chance.randrange(60)
            )
            is_off = not self.office.stretches_of(at.date())
            if at < self.until and not (is_off and self.chance.random() < 0.6):
                found.append(at)
        return found

    def kind(self, at: datetime) -> Kind:  # noqa: ARG002 - a year's has its seasons
        """Return a type."""
        return self.chance.choices(self.kinds, [one.weight for one in self.kinds])[0]

    def event(self, at: datetime) -> Event:
        """Draw one event from its report to where it stands now."""
        kind = self.kind(at)
        village, town = self.chance.choices(self.places, self.weights)[0]
        matter = Matter(
            id=self.new_id(at), kind="event", title=self.chance.choice(kind.titles), channel=self._channel(),
            urgent=kind.unit == "urgent_hour" and self.chance.random() < 0.6, unit_id=village,
            place=self.chance.choice(("村口", "场镇街口", "文化院坝旁", "二组", "小学门口", "卫生站旁", "桥头")),
            accuracy=self.chance.randrange(4, 30), reported_at=at, recorded_at=self.at,
            **self._point(village),
        )  # fmt: skip
        event = Event(matter, village, town, kind, at)
        committee = self.duties.committees[village]
        reporter, post = self._grid_worker(village)
        matter.reporter = reporter
        rule = self.duties.rules[kind.code]
        given = Given(type=rule.type_id, level=Level.VILLAGE, receiver=committee.pk, limit=table.kind("event").filing)
        self._step(event, Verb.REPORT, State.REPORTED, reporter, committee, post, given, wait=0)
        self._go(event)
        return event

    def new_id(self, at: datetime) -> UUID:
        """Return an identifier of the moment that is the same every time."""
        made = new_id(at).int & ~((1 << 62) - 1) & ~(0xFFF << 64)
        return UUID(int=made | self.chance.getrandbits(62) | self.chance.getrandbits(12) << 64)

    def _channel(self) -> str:
        return self.chance.choices((Channel.GRID, Channel.PHONE, Channel.VISIT, Channel.RESIDENT), (78, 9, 5, 8))[0]

    def _point(self, village: int) -> dict[str, Any]:
        spread = random.Random(village)  # noqa: S311
        x, y = 104.80 + spread.random() * 0.22, 29.30 + spread.random() * 0.24
        near = self.chance.uniform(-0.004, 0.004), self.chance.uniform(-0.004, 0.004)
        return {"longitude": Decimal(f"{x + near[0]:.6f}"), "latitude": Decimal(f"{y + near[1]:.6f}")}

    def _grid_worker(self, village: int) -> tuple[Person | None, str]:
        return self.people.one(self.chance, self.duties.committees[village], "handle")

    def _go(self, event: Event) -> None:
        """Take the event through one of the ways it may go."""
        draw = self.chance.random()
        committee = self.duties.committees[event.village]
        if draw < 0.03:
            self.by(event, Verb.REJECT, State.REJECTED, committee, "dispatch")
        elif draw < 0.47:
            self.by(event, Verb.RESOLVE, State.CLOSED, committee, "dispatch", minutes=(10, 240))
        elif draw < 0.62:
            self._round(event, committee, committee)
        elif draw < 0.95:
            self._town(event)
        else:
            self._town(event, on_to_county=True)
        if event.stand.sampled:
            organ = self.duties.organs[event.town]
            self.by(event, Verb.RECHECK, State.CLOSED, organ, "verify", minutes=(600, 7000), text="现场看过，属实")

    def _town(self, event: Event, *, on_to_county: bool = False) -> None:
        committee, organ = self.duties.committees[event.village], self.duties.organs[event.town]
        given = Given(receiver=organ.pk, limit=table.kind("event").filing)
        self.by(event, Verb.ESCALATE, State.REPORTED, committee, "dispatch", given=given, minutes=(10, 150))
        if not on_to_county:
            return self._round(event, organ, self.duties.handlers[event.town, event.kind.code])
        self.by(
            event, Verb.ESCALATE, State.REPORTED, organ, "dispatch", minutes=(20, 300),
            given=replace(given, receiver=self.duties.fallback.pk), text="需要区级部门处置",
        )  # fmt: skip
        county = next(
            (
                body
                for (_, code), body in self.duties.handlers.items()
                if code == event.kind.code and body.name == event.kind.district
            ),
            self.duties.fallback,
        )
        return self._round(event, self.duties.fallback, county)

    def _round(self, event: Event, receiver: Organisation, holder: Organisation) -> None:
        """File, dispatch, accept, submit and verify, with what may come between."""
        rule = self.duties.rules[event.kind.code]
        filed = Given(type=rule.type_id, rule=rule.pk, limit=rule.limit)
        self.by(event, Verb.FILE, State.FILED, receiver, "dispatch", given=filed, minutes=(5, 200), text=rule.condition)
        self.by(
            event, Verb.DISPATCH, State.DISPATCHED, receiver, "dispatch", given=Given(holder=holder.pk), minutes=(3, 60)
        )
        if self.chance.random() < 0.05:
            self.by(event, Verb.RETURN, State.FILED, holder, "handle", minutes=(20, 120))
            self.by(
                event, Verb.DISPATCH, State.DISPATCHED, receiver, "dispatch", given=Given(holder=holder.pk),
                minutes=(10, 90), text="按权责清单维持派遣",
            )  # fmt: skip
        self.by(event, Verb.ACCEPT, State.HANDLING, holder, "handle", minutes=(5, 90))
        if self.chance.random() < 0.05:
            self.by(
                event, Verb.EXTEND, State.HANDLING, receiver, "dispatch", given=Given(limit=rule.limit), minutes=(5, 40)
            )
        if self.chance.random() < 0.04:
            self.by(event, Verb.PAUSE, State.HANDLING, receiver, "dispatch", minutes=(5, 60))
            self.by(event, Verb.RESUME, State.HANDLING, receiver, "dispatch", minutes=(600, 6000))
        self._finish(event, receiver, holder)

    def _finish(self, event: Event, receiver: Organisation, holder: Organisation) -> None:
        whole = (event.stand.due or event.now) - event.now
        minutes = max(int(whole.total_seconds() / 60 * self.chance.triangular(0.02, 1.0, 0.35)), 10)
        self.by(event, Verb.SUBMIT, State.VERIFYING, holder, "handle", minutes=(minutes, minutes + 20))
        bodies = (self.duties.organs[event.town], self.duties.committees[event.village], self.duties.fallback)
        verifier = next(body for body in bodies if body.pk != holder.pk)
        if self.chance.random() < 0.06:
            self.by(event, Verb.SEND_BACK, State.HANDLING, verifier, "verify", minutes=(30, 400))
            self.by(event, Verb.SUBMIT, State.VERIFYING, holder, "handle", minutes=(60, 900))
        self.by(event, Verb.VERIFY, State.CLOSED, verifier, "verify", minutes=(20, 700))
        if self.chance.random() < 0.02:
            given = Given(limit=event.stand.limit)
            self.by(event, Verb.REOPEN, State.FILED, receiver, "dispatch", given=given, minutes=(1000, 6000))
            self.by(event, Verb.DISPATCH, State.DISPATCHED, receiver, "dispatch", given=Given(holder=holder.pk))
            self.by(event, Verb.ACCEPT, State.HANDLING, holder, "handle")
            self.by(event, Verb.SUBMIT, State.VERIFYING, holder, "handle", minutes=(60, 600))
            self.by(event, Verb.VERIFY, State.CLOSED, verifier, "verify", minutes=(20, 700))

    def by(
        self, event: Event, verb: Verb, ends: State, body: Organisation, power: str, *,
        given: Given | None = None, minutes: tuple[int, int] = (5, 60), text: str = "",
    ) -> None:  # fmt: skip
        """Let somebody of a body take a verb after a while; what would come after now has not happened."""
        if event.now > self.until or (
            event.steps and event.steps[-1].ends in ENDED and verb not in (Verb.REOPEN, Verb.RECHECK)
        ):
            return
        person, post = self.people.one(self.chance, body, power)
        if power == "verify" and person is not None and person.pk == event.stand.handler:
            person, post = None, ""  # one person holds both posts: the system's drawn check stands in
        self._step(
            event, verb, ends, person, body, post, given or Given(),
            wait=self.chance.randint(*minutes), text=text or SAID.get(verb, ""),
        )  # fmt: skip

    def _step(
        self, event: Event, verb: Verb, ends: State, person: Person | None, body: Organisation, post: str,
        given: Given, *, wait: int, text: str = "",
    ) -> None:  # fmt: skip
        at = self.in_hours(event.now + timedelta(minutes=wait)) if wait else event.now
        is_late = event.stand.due is not None and at > event.stand.due
        if (is_late and verb in (Verb.EXTEND, Verb.PAUSE)) or (verb is Verb.RESUME and event.stand.paused_at is None):
            return  # nobody extends or pauses what is overdue
        event.now = at
        if at > self.until:
            return
        drawn = event.stand.level == Level.VILLAGE and verb in (Verb.RESOLVE, Verb.VERIFY)
        sampled = drawn and outcome.is_drawn(str(event.matter.pk), seed=str(self.seed), percent=RECHECKED)
        given = replace(given, person=person.pk if person else None, sampled=sampled)
        event.stand = outcome.after(verb, event.stand, given, at=at, office=self.office)
        event.steps.append(
            Step(
                matter=event.matter, position=len(event.steps) + 1, verb=verb, begins=event.state, ends=ends,
                person=person, body=body, post=post, text=text, happened_at=at, recorded_at=self.at,
                **writing.columns(event.stand),
            )
        )  # fmt: skip
        event.state = ends

    def in_hours(self, at: datetime) -> datetime:
        """Move a moment outside office hours into the next ones, a few minutes in."""
        for start, end in self.office.stretches_of(at.date()):
            if start <= at <= end:
                return at
            if at < start:
                return start + timedelta(minutes=self.chance.randrange(3, 40))
        day = at.date() + timedelta(days=1)
        while not self.office.stretches_of(day):
            day += timedelta(days=1)
        return self.office.stretches_of(day)[0][0] + timedelta(minutes=self.chance.randrange(3, 60))
