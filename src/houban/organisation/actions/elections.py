"""Hold a term (届): end the one before it, begin the elected, and record it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from houban.core.periods import between, since
from houban.core.record import Actor, record
from houban.organisation import authority
from houban.organisation.actions import appointments
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Appointment, Organisation, Person, Post, Term
from houban.organisation.refusals import OutsideJurisdiction, Refused, explained
from houban.organisation.words import Chosen, Nature


@dataclass(frozen=True)
class Elected:
    """Somebody elected to a post."""

    person: Person
    post: Post
    nature: str = Nature.FULL_TIME
    seat: int | None = None


class NotElected(Refused):
    """One of the elected can't hold the post; the message says why."""

    def __init__(self, message: str, *, elected: Elected) -> None:
        super().__init__(message)
        self.elected = elected


@dataclass(frozen=True)
class Election:
    """What an election came to."""

    organisation: Organisation
    number: int
    on: date
    elected: tuple[Elected, ...]
    until: date | None = None
    document: str = ""


@dataclass(frozen=True)
class Held:
    """A term with those it began and those it ended."""

    term: Term
    begun: list[Appointment]
    ended: list[Appointment] = field(default_factory=list)

    @property
    def again(self) -> list[Appointment]:
        """Return the new appointments of those who held an elected post of the organisation before."""
        before = {one.person_id for one in self.ended}
        return [one for one in self.begun if one.person_id in before]

    @property
    def left(self) -> list[Appointment]:
        """Return the ended appointments of those who were not elected to anything here again."""
        now = {one.person_id for one in self.begun}
        return [one for one in self.ended if one.person_id not in now]


@transaction.atomic
def hold(election: Election, *, by: Actor, at: datetime) -> Held:
    """Begin a term on its election day; all of it happens or none."""
    body, on = election.organisation, election.on
    _let(body)
    earlier = _earlier(election)
    ended = _end_elected(body, on=on, basis=election.document or f"第 {election.number} 届换届")
    if earlier is not None and (earlier.during.upper is None or earlier.during.upper > on):
        earlier.during = between(earlier.during.lower, on)
        earlier.save(update_fields=["during"])
    term = Term(
        organisation=body,
        number=election.number,
        elected_on=on,
        document=election.document,
        during=between(on, election.until or body.during.upper),
    )
    with explained():
        term.save()
    begun = _begin(term, election.elected, on=on, by=by, at=at)
    held = Held(term, begun, ended)
    record("organisation.elected", term, by=by, at=at, before=_before(held), after=_after(held))
    return held


def _let(body: Organisation) -> None:
    if not authority.covers(body.division_id or 0, "appoint"):
        raise OutsideJurisdiction(_("“%(name)s”不在您岗位的范围内，换届要由管它的岗位登记。") % {"name": body.name})


def _earlier(election: Election) -> Term | None:
    terms = election.organisation.terms.order_by("during")
    later = terms.filter(during__startswith__gte=election.on).first()
    known = {"name": election.organisation.name, "on": election.on, "n": election.number}
    if later is not None:
        known |= {"later": later.number, "start": later.during.lower}
        raise Refused(_("“%(name)s”的第 %(later)s 届已从 %(start)s 开始，%(on)s 不能再换届。请核对选举日。") % known)
    last = terms.last()
    if last is not None and last.number >= election.number:
        known["last"] = last.number
        raise Refused(_("“%(name)s”已到第 %(last)s 届，这次不能是第 %(n)s 届。请核对届次。") % known)
    return last


def _end_elected(body: Organisation, *, on: date, basis: str) -> list[Appointment]:
    held = Appointment.objects.standing().filter(
        post__organisation=body, chosen=Chosen.ELECTED, during__overlap=since(on)
    )
    ended = list(held.select_related("person", "post"))
    for appointment in ended:
        try:
            appointments.cut(appointment, on=on, basis=basis)
        except DatabaseError as error:
            if error.__cause__ is None:  # a policy left the row out: one's own appointment
                raise OutsideJurisdiction(_("换届会结束您自己的任职，要由别人登记。")) from error
            raise
    return ended


@transaction.atomic
def fill(term: Term, elected: tuple[Elected, ...], *, on: date, by: Actor, at: datetime) -> Held:
    """Begin those elected later in a term (补选), or those its first entry left out."""
    _let(term.organisation)
    if on < term.elected_on:
        raise Refused(_("补选日 %(on)s 早于本届选举日 %(day)s。请核对。") % {"on": on, "day": term.elected_on})
    held = Held(term, _begin(term, elected, on=on, by=by, at=at))
    record("organisation.elected.later", term, by=by, at=at, after=_after(held))
    return held


def _begin(term: Term, elected: tuple[Elected, ...], *, on: date, by: Actor, at: datetime) -> list[Appointment]:
    begun = []
    basis = term.document or f"第 {term.number} 届选举当选"
    for one in sorted(elected, key=lambda one: one.seat is None):
        terms = Terms(
            start=on,
            until=term.during.upper,
            nature=one.nature,
            chosen=Chosen.ELECTED,
            basis=basis,
            term=term,
            seat=one.seat,
        )
        try:
            begun.append(appointments.appoint(one.person, one.post, terms, by=by, at=at))
        except Refused as refusal:
            raise NotElected(str(refusal), elected=one) from refusal
    return begun


def _before(held: Held) -> dict[str, object]:
    return {"ended": [one.pk for one in held.ended]}


def _after(held: Held) -> dict[str, object]:
    return {
        "number": held.term.number,
        "elected_on": held.term.elected_on,
        "document": held.term.document,
        "begun": [one.pk for one in held.begun],
        "again": [one.pk for one in held.again],
        "left": [one.pk for one in held.left],
    }
