"""What is registered already, looked up by the names a roster uses; rows of the file join it as they are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from houban.divisions.models import DivisionCode
from houban.organisation.models import (
    Appointment,
    Kinship,
    Membership,
    Organisation,
    Person,
    Post,
    Quota,
    QuotaPlace,
    Term,
)

SCHEMES = ("nbs", "local")


def covers(row: Organisation | Post | Term, day: date) -> bool:
    """Tell whether a row is in force on a day."""
    return row.during.lower <= day and (row.during.upper is None or day < row.during.upper)


def overlap(one: object, start: date, until: date | None) -> bool:
    """Tell whether a row's period shares a day with another period."""
    during = one.during  # type: ignore[attr-defined]
    return (until is None or during.lower < until) and (during.upper is None or start < during.upper)


class Divisions:
    """Divisions by the code they bear on a day."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._days: dict[date, dict[str, int]] = {}

    def find(self, written: str) -> int | None:
        """Return the division that bears a code on the roster's day, or on the day written behind it."""
        code, _at, day = written.partition("@")
        return self._on(date.fromisoformat(day) if day else self.on).get(code)

    def _on(self, day: date) -> dict[str, int]:
        if day not in self._days:
            rows = DivisionCode.objects.on(day).filter(scheme__in=SCHEMES).order_by("scheme")
            self._days[day] = dict(rows.values_list("code", "division_id"))
        return self._days[day]


@dataclass(frozen=True)
class Scope:
    """What the one who imports may write, and who that is."""

    organise: frozenset[int]
    appoint: frozenset[int]
    person: int | None
    accounts: bool

    def may(self, power: str, division: int | None) -> bool:
        """Tell whether a power reaches a division; 0 stands for what belongs to no place."""
        return (division or 0) in (self.organise if power == "organise" else self.appoint)


def scope() -> Scope:
    """Ask the database what the claimant may write."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT houban.units_for('organise'), houban.units_for('appoint'),"
            " (houban.standing() ->> 'person')::bigint, houban.may('accounts')"
        )
        organise, appoint, person, accounts = cursor.fetchone()
    return Scope(frozenset(organise or ()), frozenset(appoint or ()), person, accounts)


@dataclass
class World:
    """Every organisation, post, person and appointment, by name; keys go by identity since new rows have no number."""

    on: date
    divisions: Divisions
    scope: Scope
    organisations: dict[str, list[Organisation]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[tuple[int, str], list[Post]] = field(default_factory=lambda: defaultdict(list))
    terms: dict[tuple[int, int], Term] = field(default_factory=dict)
    quotas: dict[tuple[int, str], list[Quota]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, list[QuotaPlace]] = field(default_factory=lambda: defaultdict(list))
    held: dict[int, list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[int, list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    kin: dict[int, list[Person]] = field(default_factory=lambda: defaultdict(list))
    members: dict[tuple[int, int], list[Membership]] = field(default_factory=lambda: defaultdict(list))

    def add_organisation(self, row: Organisation) -> None:
        """Make an organisation known."""
        self.organisations[row.name].append(row)

    def add_post(self, row: Post) -> None:
        """Make a post known."""
        self.posts[id(row.organisation), row.title].append(row)

    def add_appointment(self, row: Appointment) -> None:
        """Make an appointment known by its person and by its post."""
        self.held[id(row.person)].append(row)
        self.holders[id(row.post)].append(row)

    def posts_of(self, organisation: Organisation) -> Iterator[Post]:
        """Return the posts of an organisation."""
        for (owner, _title), posts in self.posts.items():
            if owner == id(organisation):
                yield from posts


def load(on: date) -> World:
    """Read what is registered: a handful of queries, however long the roster."""
    world = World(on, Divisions(on), scope())
    organisations = {row.pk: row for row in Organisation.objects.all()}
    for organisation in organisations.values():
        world.add_organisation(organisation)
        if organisation.parent_id:
            organisation.parent = organisations[organisation.parent_id]
    posts = {row.pk: row for row in Post.objects.all()}
    for post in posts.values():
        post.organisation = organisations[post.organisation_id]
        world.add_post(post)
    _load_parts(world, organisations)
    people = {row.pk: row for row in Person.objects.all()}
    for person in people.values():
        world.people[person.name].append(person)
    for place in QuotaPlace.objects.all():
        place.organisation = organisations[place.organisation_id]
        world.places[id(people[place.person_id])].append(place)
    for one, other in Kinship.objects.filter(withdrawn_at=None).values_list("one_id", "other_id"):
        world.kin[id(people[one])].append(people[other])
        world.kin[id(people[other])].append(people[one])
    for appointment in Appointment.objects.standing():
        appointment.post, appointment.person = posts[appointment.post_id], people[appointment.person_id]
        world.add_appointment(appointment)
    return world


def _load_parts(world: World, organisations: dict[int, Organisation]) -> None:
    for term in Term.objects.all():
        term.organisation = organisations[term.organisation_id]
        world.terms[id(term.organisation), term.number] = term
    for quota in Quota.objects.all():
        quota.organisation = organisations[quota.organisation_id]
        world.quotas[id(quota.organisation), quota.nature].append(quota)
    for row in Membership.objects.all():
        row.group, row.member = organisations[row.group_id], organisations[row.member_id]
        world.members[id(row.group), id(row.member)].append(row)
