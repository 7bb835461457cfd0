"""The people of a day: who holds what, where they are placed, and which declarations exclude each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from houban.divisions.models import DivisionVersion
from houban.organisation.models import Appointment, Kinship, Person, QuotaPlace
from houban.organisation.rules import incompatible


@dataclass
class PersonLine:
    """A person with the posts and the place of a day."""

    person: Person
    held: list[Appointment] = field(default_factory=list)
    place: QuotaPlace | None = None


def people(
    on: date, *, query: str = "", town: int | None = None, kind: str = "", many: bool = False
) -> QuerySet[Person]:
    """Return the people that match, by name; the filters look at the posts of the day."""
    found = Person.objects.filter(name__contains=query) if query else Person.objects.all()
    held = Appointment.objects.on(on)
    if town is not None:
        below = DivisionVersion.objects.on(on).below(town, on).values("division")
        held = held.filter(Q(post__division__in=below) | Q(post__organisation__division__in=below))
    if kind:
        held = held.of_kind(kind)
    if town is not None or kind:
        found = found.filter(pk__in=held.values("person"))
    if many:
        found = found.filter(pk__in=holding_many(on))
    return found.order_by("name", "pk")


def holding_many(on: date) -> QuerySet[Appointment, int]:
    """Return the keys of the people with two posts or more on a day (一员多用)."""
    counted = Appointment.objects.on(on).values("person").annotate(posts=Count("post", distinct=True))
    return counted.filter(posts__gte=2).values_list("person", flat=True)


def lines(people: Iterable[Person], on: date) -> list[PersonLine]:
    """Put beside each person what they hold and where they are placed."""
    by_key = {person.pk: PersonLine(person) for person in people}
    held = Appointment.objects.on(on).filter(person__in=list(by_key)).select_related("post__organisation")
    for one in held.order_by("pk"):
        by_key[one.person_id].held.append(one)
    for place in QuotaPlace.objects.on(on).filter(person__in=list(by_key)).select_related("organisation"):
        by_key[place.person_id].place = place
    return list(by_key.values())


@dataclass(frozen=True)
class Clash:
    """A post that close kin may not hold beside another, with the article that says so."""

    own: Appointment
    kin: Appointment
    article: str


def clashes(person: Person, kin: Iterable[Kinship], on: date) -> list[Clash]:
    """Return the posts of a day that what was declared makes incompatible (应回避)."""
    others = {one.other_id if one.one_id == person.pk else one.one_id for one in kin if one.withdrawn_at is None}
    held: dict[bool, list[Appointment]] = defaultdict(list)
    rows = Appointment.objects.on(on).filter(person__in=[person.pk, *others])
    for one in rows.select_related("post__organisation", "person").order_by("pk"):
        held[one.person_id == person.pk].append(one)
    return [
        Clash(own, other, rule.article)
        for own in held[True]
        for rule in incompatible.against(own.post.kind)
        for other in held[False]
        if rule.kin and rule.other == other.post.kind
        if not rule.same_division or own.post.division_id == other.post.division_id
    ]
