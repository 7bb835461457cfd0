"""Where each elected body stands on a day: its term, when the next election is due, whether its seats are filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from houban.divisions.models import DivisionCode, DivisionVersion
from houban.organisation.models import Appointment, Organisation, Post, Term
from houban.organisation.rules import terms
from houban.organisation.words import Chosen

STATES = ("overdue", "incomplete", "none")


@dataclass(frozen=True)
class Standing:
    """A body and its term on a day."""

    organisation: Any
    place: str
    term: Term | None
    due: date | None
    overdue: bool
    seats: int
    filled: int

    @property
    def unit(self) -> int:
        """Return the division whose officers may hold the next election; 0 for what belongs to no place."""
        return int(self.organisation.division_id or 0)

    @property
    def missing(self) -> int:
        """Return how many seats nobody was elected to."""
        return max(self.seats - self.filled, 0)


def bodies(on: date, *, town: int | None = None, state: str = "") -> QuerySet[Any]:
    """Return the elected bodies of a day with their last term; `state` keeps the overdue, incomplete or termless."""
    last = Term.objects.filter(organisation=OuterRef("pk"), during__startswith__lte=on).order_by("-during")
    seats = Post.objects.on(on).filter(organisation=OuterRef("pk"), kind__in=terms.ELECTED)
    filled = Appointment.objects.on(on).seated().filter(term=OuterRef("last_term"), chosen=Chosen.ELECTED)
    place = DivisionCode.objects.on(on).filter(scheme="nbs", division=OuterRef("division_id"))
    found = (
        Organisation.objects.on(on)
        .filter(kind__in=terms.LAWS)
        .annotate(
            last_term=Subquery(last.values("pk")[:1]),
            elected_on=Subquery(last.values("elected_on")[:1]),
            term_until=Subquery(last.values("during__endswith")[:1]),
            seats=Coalesce(Subquery(seats.values("organisation").annotate(n=Sum("seats")).values("n")), 0),
            place_code=Subquery(place.values("code")[:1]),
        )
        .annotate(filled=Coalesce(Subquery(filled.values("term").annotate(n=Count("pk")).values("n")), 0))
    )
    if town is not None:
        found = found.filter(division__in=DivisionVersion.objects.on(on).below(town, on).values("division"))
    return _in_state(found, state, on).order_by(F("place_code").asc(nulls_first=True), "kind", "pk")


def _in_state(found: QuerySet[Any], state: str, on: date) -> QuerySet[Any]:
    states = _states(on)
    return found.filter(states[state]) if state in states else found


def _states(on: date) -> dict[str, Q]:
    past = Q(term_until__lte=on)
    for kind, law in terms.LAWS.items():
        past |= Q(kind=kind, term_until__isnull=True, elected_on__lte=terms.years_from(on, -law.years))
    incomplete = Q(last_term__isnull=False, filled__lt=F("seats"))
    return {"overdue": past, "incomplete": incomplete, "none": Q(last_term__isnull=True)}


def counts(on: date, *, town: int | None = None) -> dict[str, int]:
    """Count the bodies of each state, and all of them."""
    asked = {state: Count("pk", filter=condition) for state, condition in _states(on).items()}
    found: dict[str, int] = bodies(on, town=town).order_by().aggregate(every=Count("pk"), **asked)
    return found


def standings(rows: Iterable[Any], on: date) -> list[Standing]:
    """Put the bodies of a page together with their terms and the names of their places."""
    listed = list(rows)
    known = Term.objects.in_bulk([row.last_term for row in listed if row.last_term])
    places = DivisionVersion.objects.on(on).filter(division__in={row.division_id for row in listed})
    names = {one.division_id: _place(one) for one in places.with_parent_name(on)}
    return [_standing(row, known.get(row.last_term), names.get(row.division_id, ""), on) for row in listed]


def _place(version: Any) -> str:
    return f"{version.parent_name} {version.name}" if version.parent_name else str(version.name)


def _standing(row: Any, term: Term | None, place: str, on: date) -> Standing:
    due = terms.due(row.kind, term.elected_on, term.during.upper) if term else None
    return Standing(row, place, term, due, due is not None and due <= on, row.seats, row.filled)
