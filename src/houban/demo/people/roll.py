"""The roll being drawn up: organisations, posts and people in memory, then written in one go."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, models

from houban.core.ids import new_id
from houban.core.periods import between
from houban.core.record import Actor, record
from houban.demo.people.codes import Codes
from houban.demo.people.names import Names
from houban.organisation.models import (
    Appointment,
    Charge,
    Membership,
    Organisation,
    Person,
    Post,
    Quota,
    QuotaPlace,
    Term,
)
from houban.organisation.powers import PostKind
from houban.organisation.refusals import explained
from houban.organisation.words import ChargeKind, OrganisationKind, QuotaNature

LATER: tuple[type[models.Model], ...] = (Post, Term, Appointment, Charge, Quota, QuotaPlace, Membership)
SEED = 510304
BATCH = 2000


class SeatsTakenError(ValueError):
    """A post has no seat left."""


def earlier(one: date | None, other: date | None) -> date | None:
    """Return the earlier of two ends, of which an empty one is never."""
    return min(filter(None, (one, other)), default=None)


class Roll:
    """Everything the demonstration says of who is who, not yet written."""

    def __init__(self, *, county: int, taken: Sequence[str], by: Actor, at: datetime) -> None:
        self.county, self.by, self.at = county, by, at
        self.chance = random.Random(SEED)  # noqa: S311 - the same people every time
        self.names = Names(self.chance, taken=taken)
        self.codes = Codes()
        self.women: set[int] = set()
        self.taken: dict[str, set[int]] = defaultdict(set)
        self.rows: dict[type[models.Model], list[Any]] = defaultdict(list)
        self._seats: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)

    def body(
        self,
        name: str,
        kind: OrganisationKind,
        *,
        place: int,
        start: date,
        until: date | None = None,
        code: str = "",
        **more: Any,
    ) -> Organisation:
        """Set an organisation up; `code` is the prefix of its social credit code."""
        made = Organisation(
            name=name, kind=kind, division_id=place, during=between(start, until),
            credit_code=self.codes.draw(code) if code else "", **more,
        )  # fmt: skip
        self.rows[Organisation].append(made)
        return made

    def post(
        self, body: Organisation, kind: PostKind, title: str, *,
        seats: int = 1, start: date | None = None, until: date | None = None,
    ) -> Post:  # fmt: skip
        """Set a post up over the organisation's division, for as long as the organisation stands."""
        first = max(start or body.during.lower, body.during.lower)
        made = Post(
            organisation=body, kind=kind, title=title, seats=seats, division_id=body.division_id,
            during=between(first, earlier(until, body.during.upper)),
        )  # fmt: skip
        self.rows[Post].append(made)
        return made

    def person(self, unit: int, *, woman: bool | None = None) -> Person:
        """Invent somebody."""
        woman = self.chance.random() < 0.35 if woman is None else woman
        made = Person(uid=new_id(self.at), name=self.names.draw(woman=woman), unit_id=unit, entered_at=self.at)
        self.rows[Person].append(made)
        if woman:
            self.women.add(id(made))
        return made

    def appoint(
        self, person: Person, post: Post, *, start: date | None = None, until: date | None = None, **more: Any
    ) -> Appointment:
        """Let somebody hold a post, in its first free seat."""
        first = max(start or post.during.lower, post.during.lower)
        last = earlier(until, post.during.upper)
        made = Appointment(
            uid=new_id(self.at), post=post, person=person, seat=self._seat(post, first, last),
            during=between(first, last), entered_at=self.at, entered_by_name=self.by.name, **more,
        )  # fmt: skip
        self.rows[Appointment].append(made)
        return made

    def _seat(self, post: Post, start: date, until: date | None) -> int:
        held = self._seats[id(post)]
        taken = {n for n, first, last in held if (last is None or last > start) and (until is None or first < until)}
        free = next((n for n in range(1, post.seats + 1) if n not in taken), None)
        if free is None:
            raise SeatsTakenError(f"{post.organisation} {post.title}")
        held.append((free, start, until))
        return free

    def quota(
        self, body: Organisation, nature: QuotaNature, number: int, document: str, *,
        start: date | None = None, until: date | None = None,
    ) -> None:  # fmt: skip
        """Allot quota places."""
        during = between(start or body.during.lower, until or body.during.upper)
        self.rows[Quota].append(
            Quota(organisation=body, nature=nature, number=number, document=document, during=during)
        )

    def place(
        self, person: Person, body: Organisation, nature: QuotaNature, *,
        start: date | None = None, until: date | None = None, basis: str = "",
    ) -> None:  # fmt: skip
        """Let somebody occupy a quota place."""
        during = between(max(start or body.during.lower, body.during.lower), earlier(until, body.during.upper))
        self.rows[QuotaPlace].append(
            QuotaPlace(person=person, organisation=body, nature=nature, during=during, basis=basis)
        )

    def term(self, body: Organisation, number: int, elected_on: date, *, start: date, until: date | None) -> Term:
        """Open a term of an elected body."""
        made = Term(
            organisation=body, number=number, elected_on=elected_on,
            during=between(max(start, body.during.lower), earlier(until, body.during.upper)),
        )  # fmt: skip
        self.rows[Term].append(made)
        return made

    def charge(
        self, held: Appointment, kind: ChargeKind, subject: str, *, start: date, place: int | None = None
    ) -> None:
        """Let the holder of an appointment answer for something until the appointment ends."""
        during = between(max(start, held.during.lower), held.during.upper)
        self.rows[Charge].append(Charge(appointment=held, kind=kind, subject=subject, division_id=place, during=during))

    def join(self, group: Organisation, member: Organisation, *, basis: str) -> None:
        """Make an organisation a member of a group for as long as both stand."""
        during = between(max(group.during.lower, member.during.lower), earlier(group.during.upper, member.during.upper))
        self.rows[Membership].append(Membership(group=group, member=member, during=during, basis=basis))

    def of(self, kind: type[models.Model]) -> list[Any]:
        """Return what has been drawn up of a kind."""
        return self.rows[kind]

    def write(self) -> None:
        """Write everything through the database's constraints, with one entry in the record for each kind of row."""
        with explained(), _plans_made_once():
            self._write(Person, self.rows[Person])
            for layer in _layers(self.rows[Organisation]):
                self._write(Organisation, layer)
            for kind in LATER:
                self._write(kind, self.rows[kind])
        for kind, rows in self.rows.items():
            record("demo.loaded", kind._meta.label_lower, by=self.by, at=self.at, after={"rows": len(rows)})

    def _write(self, kind: type[models.Model], rows: Sequence[Any]) -> None:
        kind._default_manager.bulk_create(rows, batch_size=BATCH)


@contextmanager
def _plans_made_once() -> Iterator[None]:
    """Let the constraints' own queries be planned once and not anew for each of thousands of rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL plan_cache_mode = auto")


def _layers(bodies: Iterable[Organisation]) -> list[list[Organisation]]:
    """Put organisations into layers, each after those it hangs on or follows."""
    depth: dict[int, int] = {}
    layers: dict[int, list[Organisation]] = defaultdict(list)
    for body in bodies:
        above = [depth[id(one)] for one in (body.parent, body.follows) if one is not None]
        depth[id(body)] = max(above, default=-1) + 1
        layers[depth[id(body)]].append(body)
    return [layers[n] for n in sorted(layers)]
