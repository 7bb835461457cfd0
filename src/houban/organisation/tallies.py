"""Lists that answer the report's questions of people and villages, as querysets with an order of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat

from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.organisation.models import Appointment, Charge, Organisation, Person, Post, Quota, QuotaPlace
from houban.organisation.powers import PostKind
from houban.organisation.words import ChargeKind, OrganisationKind

HEADS: Mapping[str, PostKind] = {
    "supervision": PostKind.SUPERVISION_HEAD,
    "women": PostKind.WOMEN_HEAD,
    "youth": PostKind.YOUTH_HEAD,
    "mediation": PostKind.MEDIATION_HEAD,
}
HEALTH = (OrganisationKind.MEDICAL_COMMUNITY, OrganisationKind.HOSPITAL)


def leaders(on: date, *, linked: bool = False) -> QuerySet[Appointment]:
    """Return the county leaders with a segment; `linked` keeps those with both a sector and a town."""
    held = Appointment.objects.on(on).of_kind(PostKind.COUNTY_LEADER).seated()
    found = held.annotate(
        segment=_charge(ChargeKind.SEGMENT, on),
        sector=_charge(ChargeKind.SECTOR, on),
        town=_charge(ChargeKind.TOWN, on),
    ).filter(segment__isnull=False)
    found = found.filter(sector__isnull=False, town__isnull=False) if linked else found
    return found.order_by("person__name", "pk")


def _charge(kind: ChargeKind, on: date) -> Subquery:
    charges = Charge.objects.on(on).filter(appointment=OuterRef("pk"), kind=kind)
    return Subquery(charges.values("subject")[:1])


def enforcement_teams(on: date) -> QuerySet[Organisation]:
    """Return the enforcement teams with the number of people who serve in them on a day."""
    serving = Q(posts__appointments__during__contains=on, posts__appointments__withdrawn_at=None)
    teams = Organisation.objects.on(on).of_kind(OrganisationKind.ENFORCEMENT_TEAM)
    return teams.annotate(size=Count("posts__appointments__person", filter=serving, distinct=True)).order_by(
        "size", "name", "pk"
    )


def _villages(on: date, *forms: str) -> QuerySet[DivisionVersion]:
    county = register.county()
    found = DivisionVersion.objects.on(on).of_form(*forms)
    found = found.below(county, on) if county is not None else found.none()
    return found.with_parent_name(on).order_by(F("parent_name"), "name", "pk")


def _holder(kind: PostKind, on: date) -> QuerySet[Appointment]:
    held = Appointment.objects.on(on).filter(post__kind=kind, post__division=OuterRef("division_id"))
    return held.order_by("pk")


def three_posts(on: date) -> QuerySet[DivisionVersion]:
    """Return the villages with the one who is secretary, director and head of the cooperative at once, if any."""
    others = [
        Exists(
            Appointment.objects.on(on).filter(
                post__kind=kind, post__division=OuterRef("post__division"), person=OuterRef("person")
            )
        )
        for kind in (PostKind.DIRECTOR, PostKind.COOPERATIVE_HEAD)
    ]
    holder = _holder(PostKind.SECRETARY, on).filter(*others)
    return _villages(on, "village").annotate(holder=Subquery(holder.values("person__name")[:1]))


def committees(on: date) -> QuerySet[DivisionVersion]:
    """Return villages and communities with who heads each sub-committee, and whether all four have a head."""
    heads = {name: Subquery(_holder(kind, on).values("person__name")[:1]) for name, kind in HEADS.items()}
    complete = Q(*((f"{name}__isnull", False) for name in HEADS))
    return _villages(on, "village", "community").annotate(**heads).annotate(complete=_as_flag(complete))


def _as_flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _posts_of(held: QuerySet[Appointment]) -> Subquery:
    own = held.filter(person=OuterRef("pk")).order_by().values("person")
    named = own.annotate(
        names=StringAgg(
            Concat("post__organisation__name", Value(" "), "post__title"), delimiter="、", order_by=("post__pk",)
        )
    )
    return Subquery(named.values("names"))


def _holding(on: date, *kinds: str) -> Exists:
    held = Appointment.objects.on(on).filter(person=OuterRef("pk"))
    return Exists(held.of_kind(*kinds) if kinds else held)


def system_people(on: date) -> QuerySet[Person]:
    """Return health staff whose quota place is the medical community's and whose post is at a town hospital."""
    places = QuotaPlace.objects.on(on).filter(
        person=OuterRef("pk"), organisation__kind=OrganisationKind.MEDICAL_COMMUNITY
    )
    posts = Appointment.objects.on(on).filter(post__organisation__kind=OrganisationKind.HOSPITAL)
    at_hospital = Exists(posts.filter(person=OuterRef("pk")))
    return Person.objects.filter(Exists(places), at_hospital).annotate(posts=_posts_of(posts)).order_by("name", "pk")


def village_police(on: date) -> QuerySet[Person]:
    """Return police officers who also have a seat in a village committee."""
    both = (_holding(on, PostKind.POLICE), _holding(on, PostKind.VILLAGE_POLICE))
    return Person.objects.filter(*both).annotate(posts=_posts_of(Appointment.objects.on(on))).order_by("name", "pk")


def many_posts(on: date) -> QuerySet[Person]:
    """Return the people who hold two posts or more."""
    held = Appointment.objects.on(on)
    several = held.values("person").annotate(n=Count("pk")).filter(n__gte=2).values("person")
    return Person.objects.filter(pk__in=several).annotate(posts=_posts_of(held)).order_by("name", "pk")


def quotas(on: date) -> QuerySet[Organisation]:
    """Return organisations with the places allotted and filled; what is over is shown, not forbidden."""
    allotted = Quota.objects.on(on).filter(organisation=OuterRef("pk")).order_by().values("organisation")
    filled = QuotaPlace.objects.on(on).filter(organisation=OuterRef("pk")).order_by().values("organisation")
    found = Organisation.objects.on(on).annotate(
        allotted=Coalesce(Subquery(allotted.annotate(n=Sum("number")).values("n")), 0),
        filled=Coalesce(Subquery(filled.annotate(n=Count("pk")).values("n")), 0),
    )
    return found.order_by("name", "pk")


def over_quota(on: date) -> QuerySet[Organisation]:
    """Return the organisations with more people than places."""
    return quotas(on).annotate(over=F("filled") - F("allotted")).filter(over__gt=0)


def vacant_posts(on: date) -> QuerySet[Post]:
    """Return the posts with free seats."""
    held = Count("appointments", filter=Q(appointments__in=Appointment.objects.on(on).seated()))
    found = Post.objects.on(on).annotate(held=held).annotate(vacant=F("seats") - F("held")).filter(vacant__gt=0)
    return found.select_related("organisation").order_by("organisation__name", "title", "pk")
