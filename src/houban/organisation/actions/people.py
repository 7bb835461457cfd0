"""Enter people, their quota places and what they declare of their kin."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from houban.core.ids import new_id
from houban.core.periods import between
from houban.core.record import Actor, record
from houban.organisation.actions.ending import ended
from houban.organisation.models import Kinship, Organisation, Person, QuotaPlace
from houban.organisation.refusals import explained


@transaction.atomic
def enter(name: str, *, unit: int | None, distinction: str = "", by: Actor, at: datetime) -> Person:
    """Enter a person by name; a namesake is told apart by a few words."""
    person = Person(uid=new_id(at), name=name, unit_id=unit, distinction=distinction, entered_at=at)
    with explained():
        person.save()
    record("organisation.person.entered", person, by=by, at=at, after={"unit": unit, "distinction": distinction})
    return person


@transaction.atomic
def occupy(
    person: Person,
    organisation: Organisation,
    nature: str,
    *,
    start: date,
    basis: str = "",
    by: Actor,
    at: datetime,
) -> QuotaPlace:
    """Let a person occupy a quota place from a day on; the place held before ends there."""
    place = QuotaPlace(
        person=person,
        organisation=organisation,
        nature=nature,
        during=between(start, organisation.during.upper),
        basis=basis,
    )
    with explained():
        for earlier in person.places.filter(during__contains=start):
            earlier.during = between(earlier.during.lower, start)
            earlier.save(update_fields=["during"])
        place.save()
    record("organisation.place.occupied", place, by=by, at=at, after={"nature": nature, "from": start, "basis": basis})
    return place


@transaction.atomic
def vacate(place: QuotaPlace, *, on: date, by: Actor, at: datetime) -> QuotaPlace:
    """End a quota place."""
    place.during = ended(place.during, on)
    with explained():
        place.save(update_fields=["during"])
    record("organisation.place.vacated", place, by=by, at=at, after={"on": on})
    return place


@transaction.atomic
def declare_kin(one: Person, other: Person, relation: str, *, by: Actor, at: datetime) -> Kinship:
    """Enter what somebody declared; posts that now exclude each other are shown, the declaration is never refused."""
    kinship = Kinship(
        one=one, other=other, relation=relation, unit_id=one.unit_id, declared_at=at, entered_by_name=by.name
    )
    with explained():
        kinship.save()
    record("organisation.kin.declared", one, by=by, at=at, after={"declared": True})
    return kinship


@transaction.atomic
def withdraw_kin(kinship: Kinship, *, because: str, by: Actor, at: datetime) -> Kinship:
    """Withdraw a declaration, with the reason."""
    kinship.withdrawn_at, kinship.withdrawn_by_name, kinship.withdrawn_because = at, by.name, because
    with explained():
        kinship.save(update_fields=["withdrawn_at", "withdrawn_by_name", "withdrawn_because"])
    record("organisation.kin.withdrawn", kinship.one, by=by, at=at, after={"because": because})
    return kinship
