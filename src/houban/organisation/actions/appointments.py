"""Appoint, end, withdraw, hand over; and what the holder answers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from houban.core.ids import new_id
from houban.core.periods import between
from houban.core.record import Actor, record
from houban.organisation.actions import organisations, people
from houban.organisation.actions.ending import ended
from houban.organisation.models import Appointment, Charge, Organisation, Person, Post, Term
from houban.organisation.refusals import Refused, backwards, explained
from houban.organisation.words import Chosen, Nature


@dataclass(frozen=True)
class Terms:
    """On what terms somebody takes a post."""

    start: date
    until: date | None = None
    nature: str = Nature.FULL_TIME
    chosen: str = Chosen.APPOINTED
    basis: str = ""
    term: Term | None = None
    seat: int | None = None


@transaction.atomic
def appoint(
    person: Person, post: Post, terms: Terms, *, by: Actor, at: datetime, uid: UUID | None = None
) -> Appointment:
    """Let a person hold a post; the first free seat is taken where none is named."""
    Post.objects.select_for_update().filter(pk=post.pk).first()
    until = _earlier(terms.until, post.during.upper)
    if until is not None and until < terms.start:
        raise backwards()
    during = between(terms.start, until)
    seat = None if terms.nature == Nature.ACTING else terms.seat or _free_seat(post, terms.start, until)
    appointment = Appointment(
        uid=uid or new_id(at),
        post=post,
        person=person,
        seat=seat,
        nature=terms.nature,
        chosen=terms.chosen,
        term=terms.term,
        basis=terms.basis,
        during=during,
        entered_at=at,
        entered_by_name=by.name,
    )
    with explained():
        appointment.save()
    record(
        "organisation.appointed",
        appointment,
        by=by,
        at=at,
        after={"from": terms.start, "until": until, "nature": terms.nature, "seat": seat, "basis": terms.basis},
    )
    return appointment


def _earlier(one: date | None, other: date | None) -> date | None:
    days = [day for day in (one, other) if day is not None]
    return min(days) if days else None


def _free_seat(post: Post, start: date, until: date | None) -> int:
    taken = post.appointments.standing().filter(during__overlap=between(start, until), seat__isnull=False)
    seats = set(taken.values_list("seat", flat=True))
    free = next((seat for seat in range(1, post.seats + 1) if seat not in seats), None)
    if free is None:
        holder = taken.order_by("-during").first()
        name = holder.person.name if holder else ""
        raise Refused(
            _("“%(post)s”的 %(n)s 个席位在这段时间都有人，如 %(name)s。请先免职、交接，或以代理登记。")
            % {"post": post.title, "n": post.seats, "name": name}
        )
    return free


@transaction.atomic
def end(appointment: Appointment, *, on: date, basis: str = "", by: Actor, at: datetime) -> Appointment:
    """End an appointment: the day is the first one without the post."""
    before = {"until": appointment.during.upper}
    with explained():
        cut(appointment, on=on, basis=basis)
    record("organisation.ended", appointment, by=by, at=at, before=before, after={"until": on, "basis": basis})
    return appointment


def cut(appointment: Appointment, *, on: date, basis: str) -> None:
    """Shorten an appointment and what hangs on it, without a record of its own."""
    if on <= appointment.during.lower:
        raise Refused(_("止日要晚于起日 %(day)s；登记错了请用“撤回”。") % {"day": appointment.during.lower})
    for charge in appointment.charges.filter(during__overlap=between(on, None)):
        if charge.during.lower >= on:
            charge.delete()
            continue
        charge.during = between(charge.during.lower, on)
        charge.save(update_fields=["during"])
    appointment.during, appointment.end_basis = ended(appointment.during, on), basis
    appointment.save(update_fields=["during", "end_basis"])


def of_organisation(organisation: Organisation, on: date) -> list[Appointment]:
    """Return the appointments of an organisation that go beyond a day."""
    held = Appointment.objects.standing().filter(post__organisation=organisation)
    return list(held.filter(during__overlap=between(on, None)))


@transaction.atomic
def withdraw(appointment: Appointment, *, because: str, by: Actor, at: datetime) -> Appointment:
    """Take back an appointment that was entered by mistake; it stays visible as withdrawn."""
    appointment.withdrawn_at, appointment.withdrawn_by_name = at, by.name
    appointment.withdrawn_because = because
    with explained():
        appointment.save(update_fields=["withdrawn_at", "withdrawn_by_name", "withdrawn_because"])
    record("organisation.withdrawn", appointment, by=by, at=at, after={"because": because})
    return appointment


@dataclass(frozen=True)
class PlaceMove:
    """Somebody's quota place goes to another organisation, the allotment with it where it says so (减区补镇)."""

    person: Person
    organisation: Organisation
    nature: str
    with_quota: bool = False


@dataclass(frozen=True)
class HandOver:
    """One hand-over: who leaves what, who takes it or what else they take, and whose quota place goes where."""

    leaves: tuple[Appointment, ...]
    takes: tuple[tuple[Person, Post], ...]
    on: date
    document: str
    moves: tuple[PlaceMove, ...] = ()


@transaction.atomic
def hand_over(act: HandOver, *, by: Actor, at: datetime) -> list[Appointment]:
    """End here and begin there in one act, with its document; none of it happens unless all of it does."""
    for appointment in act.leaves:
        end(appointment, on=act.on, basis=act.document, by=by, at=at)
    terms = Terms(start=act.on, basis=act.document)
    made = [appoint(person, post, terms, by=by, at=at) for person, post in act.takes]
    for move in act.moves:
        _move(move, act, by=by, at=at)
    record(
        "organisation.handed_over",
        "organisation.handover",
        by=by,
        at=at,
        after={
            "document": act.document,
            "on": act.on,
            "ended": [one.pk for one in act.leaves],
            "begun": [one.pk for one in made],
            "moved": [move.person.pk for move in act.moves],
        },
    )
    return made


def _move(move: PlaceMove, act: HandOver, *, by: Actor, at: datetime) -> None:
    left = move.person.places.filter(during__contains=act.on).select_related("organisation").first()
    if left is not None and left.organisation_id == move.organisation.pk and left.nature == move.nature:
        raise Refused(_("%(name)s那天已经占这个机构的编制。") % {"name": move.person.name})
    if move.with_quota:
        if left is None:
            raise Refused(_("%(name)s那天没有占编，没有核定数可划。") % {"name": move.person.name})
        source, kind = left.organisation, left.nature
        organisations.move_quota(source, move.organisation, kind, 1, document=act.document, start=act.on, by=by, at=at)
    people.occupy(move.person, move.organisation, move.nature, start=act.on, basis=act.document, by=by, at=at)


@transaction.atomic
def charge(
    appointment: Appointment,
    kind: str,
    subject: str,
    *,
    start: date,
    division: int | None = None,
    by: Actor,
    at: datetime,
) -> Charge:
    """Give the holder of an appointment a segment, a sector or a town; the former one of the kind ends there."""
    made = Charge(
        appointment=appointment,
        kind=kind,
        subject=subject,
        division_id=division,
        during=between(start, appointment.during.upper),
    )
    with explained():
        for earlier in appointment.charges.filter(kind=kind, during__contains=start):
            earlier.during = between(earlier.during.lower, start)
            earlier.save(update_fields=["during"])
        made.save()
    record("organisation.charged", made, by=by, at=at, after={"kind": kind, "subject": subject, "from": start})
    return made


@transaction.atomic
def end_charge(charge: Charge, *, on: date, by: Actor, at: datetime) -> Charge:
    """End a charge: the day is the first one without it."""
    charge.during = ended(charge.during, on)
    with explained():
        charge.save(update_fields=["during"])
    record("organisation.charge.ended", charge, by=by, at=at, after={"subject": charge.subject, "until": on})
    return charge
