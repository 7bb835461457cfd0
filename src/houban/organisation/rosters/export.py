"""Write what is registered on a day as a roster, in the form in which it can come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from houban.core.spreadsheets import Table
from houban.divisions.models import DivisionCode, DivisionVersion
from houban.organisation.models import Appointment, Membership, Organisation, Person, Post, Quota, QuotaPlace, Term
from houban.organisation.powers import PostKind
from houban.organisation.rosters.cells import label
from houban.organisation.rosters.sheets import (
    APPOINTMENTS,
    DAY_ROW,
    MEMBERSHIPS,
    NOTES,
    NOTES_SHEET,
    ORGANISATIONS,
    PEOPLE,
    POSTS,
    QUOTAS,
    SHEETS,
    TERMS,
    SheetSpec,
)
from houban.organisation.rosters.world import covers
from houban.organisation.words import Chosen, Nature, OrganisationKind, QuotaNature

Rows = list[list[object]]


def template(on: date) -> list[Table]:
    """Return the empty roster with two example rows on each sheet."""
    return [_notes(on), *(_table(spec, spec.examples) for spec in SHEETS)]


def tables(on: date, *, town: int | None = None) -> list[Table]:
    """Return the roster of a day, of the whole county or of one town and what lies below it."""
    roster = _Roster(on, town)
    rows = {
        ORGANISATIONS.title: roster.organisations(),
        TERMS.title: roster.terms(),
        POSTS.title: roster.posts(),
        QUOTAS.title: roster.quotas(),
        PEOPLE.title: roster.people(),
        APPOINTMENTS.title: roster.appointments(),
        MEMBERSHIPS.title: roster.memberships(),
    }
    return [_notes(on), *(_table(spec, rows[spec.title]) for spec in SHEETS)]


def _table(spec: SheetSpec, rows: Iterable[Any]) -> Table:
    return Table(spec.title, spec.header, rows, spec.texts)


def _notes(on: date) -> Table:
    return Table(NOTES_SHEET, ["项目", "内容"], [[DAY_ROW, on.isoformat()], *NOTES])


class Codes:
    """The code of each division on a day; for one that has none then, its last one with a day it was borne."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.known: dict[int, str] = {}
        for row in DivisionCode.objects.live().filter(scheme__in=("nbs", "local")).order_by("scheme", "during"):
            self._take(row)
        today = DivisionCode.objects.on(on).filter(scheme__in=("nbs", "local")).order_by("scheme")
        self.known |= dict(today.values_list("division_id", "code"))

    def _take(self, row: DivisionCode) -> None:
        if row.during.upper is not None and row.during.upper <= self.on:
            self.known[row.division_id] = f"{row.code}@{row.during.upper - timedelta(days=1)}"
        elif row.during.lower > self.on:
            self.known.setdefault(row.division_id, f"{row.code}@{row.during.lower}")

    def __call__(self, division: int | None) -> str:
        return self.known.get(division, "") if division else ""


class _Roster:
    """The rows of each sheet."""

    def __init__(self, on: date, town: int | None) -> None:
        self.on = on
        self.code = Codes(on)
        bodies = Organisation.objects.on(on)
        if town is not None:
            bodies = bodies.filter(division__in=DivisionVersion.objects.on(on).below(town, on).values("division"))
        self.bodies = bodies
        self.by_id = {row.pk: row for row in Organisation.objects.all()}
        self.held = list(
            Appointment.objects.on(on)
            .filter(post__organisation__in=bodies)
            .select_related("person", "post", "term")
            .order_by("post__organisation", "post", "seat", "pk")
        )
        self.whole = town is None

    def _body(self, pk: int) -> tuple[str, str]:
        body = self.by_id[pk]
        return body.name, self.code(body.division_id)

    def organisations(self) -> Rows:
        """Return the organisations, upper ones first."""
        return [self._organisation(row) for row in self.bodies.order_by("pk")]

    def _organisation(self, row: Organisation) -> list[object]:
        return [
            row.name,
            label(OrganisationKind, row.kind),
            self.code(row.division_id),
            *self._parent(row),
            row.credit_code,
            "是" if row.differentiated else "",
            row.headcount,
            row.during.lower,
            row.basis,
            row.during.upper,
            row.end_basis,
        ]

    def _parent(self, row: Organisation) -> tuple[str, str]:
        parent = self.by_id[row.parent_id] if row.parent_id else None
        return self._body(parent.pk) if parent and covers(parent, self.on) else ("", "")

    def terms(self) -> Rows:
        """Return the terms of the day, and those that somebody still holds a post from."""
        held = {row.term_id for row in self.held}
        rows = Term.objects.filter(organisation__in=self.bodies).filter(Q(during__contains=self.on) | Q(pk__in=held))
        return [
            [*self._body(t.organisation_id), t.number, t.elected_on, t.during.lower, t.during.upper, t.document]
            for t in rows.order_by("organisation", "number")
        ]

    def posts(self) -> Rows:
        """Return the posts."""
        rows = Post.objects.on(self.on).filter(organisation__in=self.bodies).order_by("organisation", "pk")
        return [
            [
                *self._body(post.organisation_id),
                post.title,
                label(PostKind, post.kind),
                self.code(post.division_id),
                post.seats,
                post.during.lower,
                post.during.upper,
            ]
            for post in rows
        ]

    def quotas(self) -> Rows:
        """Return the quotas."""
        rows = Quota.objects.on(self.on).filter(organisation__in=self.bodies).order_by("organisation", "nature")
        return [
            [
                *self._body(quota.organisation_id),
                label(QuotaNature, quota.nature),
                quota.number,
                quota.document,
                quota.during.lower,
                quota.during.upper,
            ]
            for quota in rows
        ]

    def people(self) -> Rows:
        """Return who holds a post or a quota place; in the whole county also who holds nothing at all."""
        places = {p.person_id: p for p in QuotaPlace.objects.on(self.on).filter(organisation__in=self.bodies)}
        wanted = Q(pk__in={row.person_id for row in self.held} | set(places))
        if self.whole:
            held = Appointment.objects.standing().filter(person=OuterRef("pk"))
            wanted |= Q(~Exists(held), ~Exists(QuotaPlace.objects.filter(person=OuterRef("pk"))))
        rows = Person.objects.filter(wanted).order_by("name", "distinction", "pk")
        return [
            [person.name, person.distinction, self.code(person.unit_id), *self._place(places.get(person.pk))]
            for person in rows
        ]

    def _place(self, place: QuotaPlace | None) -> list[object]:
        if place is None:
            return [""] * 6
        body = self._body(place.organisation_id)
        return [*body, label(QuotaNature, place.nature), place.during.lower, place.during.upper, place.basis]

    def appointments(self) -> Rows:
        """Return who holds which post."""
        return [
            [
                row.person.name,
                row.person.distinction,
                *self._body(row.post.organisation_id),
                row.post.title,
                row.seat,
                label(Nature, row.nature),
                label(Chosen, row.chosen),
                row.term.number if row.term else "",
                row.during.lower,
                row.during.upper,
                row.basis,
                row.end_basis,
            ]
            for row in self.held
        ]

    def memberships(self) -> Rows:
        """Return who is a member of which group."""
        rows = Membership.objects.on(self.on).filter(member__in=self.bodies).order_by("group", "pk")
        return [
            [*self._body(r.group_id), *self._body(r.member_id), r.during.lower, r.during.upper, r.basis] for r in rows
        ]
