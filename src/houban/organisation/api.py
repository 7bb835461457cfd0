"""The API of organisations, posts and appointments: what the pages show, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError

from houban.accounts.who import actor
from houban.core import clock
from houban.core.schemas import ERRORS, Key, Problem, Text
from houban.organisation import authority
from houban.organisation.actions import appointments
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Appointment, Organisation, Person, Post
from houban.organisation.powers import Power
from houban.organisation.refusals import OutsideJurisdiction, Refused
from houban.organisation.words import Chosen, Nature, OrganisationKind

router = Router(tags=["organisation"])

Sentence = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]


class Part(Schema):
    """Which part of a list, and of which day; without a day, today."""

    on: date | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0


class OrganisationFilter(Part):
    """Which organisations."""

    kind: OrganisationKind | None = None
    division: Key | None = None
    name: Text = ""


class OrganisationOut(Schema):
    """An organisation."""

    id: int
    name: str
    kind: OrganisationKind
    division: int | None
    parent: int | None
    credit_code: str
    since: date
    until: date | None

    @classmethod
    def of(cls, row: Organisation) -> OrganisationOut:
        """Read a row."""
        return cls(
            id=row.pk,
            name=row.name,
            kind=OrganisationKind(row.kind),
            division=row.division_id,
            parent=row.parent_id,
            credit_code=row.credit_code,
            since=row.during.lower,
            until=row.during.upper,
        )


class Organisations(Schema):
    """A part of a list of organisations, and how many there are."""

    count: int
    items: list[OrganisationOut]


class AppointmentOut(Schema):
    """An appointment."""

    uid: UUID
    post: int
    title: str
    organisation: str
    person: int
    name: str
    seat: int | None
    nature: Nature
    chosen: Chosen
    since: date
    until: date | None
    basis: str

    @classmethod
    def of(cls, row: Appointment) -> AppointmentOut:
        """Read a row."""
        return cls(
            uid=row.uid,
            post=row.post_id,
            title=row.post.title,
            organisation=row.post.organisation.name,
            person=row.person_id,
            name=row.person.name,
            seat=row.seat,
            nature=Nature(row.nature),
            chosen=Chosen(row.chosen),
            since=row.during.lower,
            until=row.during.upper,
            basis=row.basis,
        )


class Appointments(Schema):
    """A part of a list of appointments, and how many there are."""

    count: int
    items: list[AppointmentOut]


class AppointmentFilter(Part):
    """Which appointments."""

    post: Key | None = None
    person: Key | None = None
    organisation: Key | None = None


class AppointmentIn(Schema):
    """An appointment to enter; its `uid` is the sender's, so that sending it again does no harm."""

    uid: UUID
    post: Key
    person: Key
    since: date
    until: date | None = None
    nature: Nature = Nature.FULL_TIME
    chosen: Chosen = Chosen.APPOINTED
    basis: Sentence = ""


class EndIn(Schema):
    """The first day without the post, and its basis."""

    on: date
    basis: Sentence = ""


class HolderOut(Schema):
    """Somebody who could, and by which post."""

    appointment: int
    person: int
    name: str
    post: int
    title: str
    organisation: str
    division: int | None


class WhoCould(Schema):
    """Over which division, what, on which day; without a day, today."""

    division: Annotated[int, Field(ge=0, le=2**31 - 1)]
    power: Power = Power.READ
    on: date | None = None


class PostOut(Schema):
    """A post held today, with its powers."""

    post: int
    title: str
    organisation: str
    unit: int
    powers: list[Power]


class Me(Schema):
    """Who is signed in."""

    name: str
    person: int | None
    posts: list[PostOut]


@router.get("/me", response={200: Me, 401: Problem, 403: Problem})
def me(request: HttpRequest) -> Me:
    """Tell who is signed in, and the posts and powers of today."""
    user: Any = request.user
    posts = [
        PostOut(
            post=held.post,
            title=held.title,
            organisation=held.organisation,
            unit=held.unit,
            powers=sorted(Power(power) for power in held.powers),
        )
        for held in user.standing.posts
    ]
    return Me(name=user.name, person=user.standing.person, posts=posts)


@router.get("/organisations", response={200: Organisations, **ERRORS})
def organisations(request: HttpRequest, chosen: Query[OrganisationFilter]) -> Organisations:
    """List the organisations that exist on a day."""
    rows = Organisation.objects.on(chosen.on or clock.today()).filter(name__contains=chosen.name)
    rows = rows.of_kind(chosen.kind) if chosen.kind else rows
    rows = rows.filter(division=chosen.division) if chosen.division else rows
    part = rows.order_by("pk")[chosen.offset : chosen.offset + chosen.limit]
    return Organisations(count=rows.count(), items=[OrganisationOut.of(row) for row in part])


@router.get("/organisations/{pk}", response={200: OrganisationOut, **ERRORS})
def organisation(request: HttpRequest, pk: Key) -> OrganisationOut:
    """Return one organisation."""
    return OrganisationOut.of(get_object_or_404(Organisation, pk=pk))


@router.get("/appointments", response={200: Appointments, **ERRORS})
def list_appointments(request: HttpRequest, chosen: Query[AppointmentFilter]) -> Appointments:
    """List the appointments in force on a day."""
    rows = Appointment.objects.on(chosen.on or clock.today())
    rows = rows.filter(post=chosen.post) if chosen.post else rows
    rows = rows.filter(person=chosen.person) if chosen.person else rows
    rows = rows.filter(post__organisation=chosen.organisation) if chosen.organisation else rows
    part = rows.select_related("post__organisation", "person").order_by("pk")
    shown = part[chosen.offset : chosen.offset + chosen.limit]
    return Appointments(count=rows.count(), items=[AppointmentOut.of(row) for row in shown])


@router.get("/appointments/{uid}", response={200: AppointmentOut, **ERRORS})
def appointment(request: HttpRequest, uid: UUID) -> AppointmentOut:
    """Return one appointment."""
    rows = Appointment.objects.select_related("post__organisation", "person")
    return AppointmentOut.of(get_object_or_404(rows, uid=uid))


@router.post("/appointments", response={200: AppointmentOut, 201: AppointmentOut, **ERRORS})
def appoint(request: HttpRequest, given: AppointmentIn) -> Status[AppointmentOut]:
    """Enter an appointment; sent again with the same content it answers 200 and changes nothing."""
    _need(request, Power.APPOINT)
    known = Appointment.objects.select_related("post__organisation", "person").filter(uid=given.uid).first()
    if known is not None:
        return _again(known, given)
    post, person = get_object_or_404(Post, pk=given.post), get_object_or_404(Person, pk=given.person)
    terms = Terms(given.since, given.until, given.nature, given.chosen, given.basis)
    try:
        made = appointments.appoint(person, post, terms, by=actor(request), at=clock.now(), uid=given.uid)
    except Refused as why:
        raise HttpError(403 if isinstance(why, OutsideJurisdiction) else 409, str(why)) from why
    return Status(201, AppointmentOut.of(made))


def _again(known: Appointment, given: AppointmentIn) -> Status[AppointmentOut]:
    same = (known.post_id, known.person_id, known.during.lower) == (given.post, given.person, given.since)
    if not same:
        raise HttpError(409, _("这个编号已登记过另一条任职。请换一个编号重发。"))
    return Status(200, AppointmentOut.of(known))


@router.post("/appointments/{uid}/end", response={200: AppointmentOut, **ERRORS})
def end(request: HttpRequest, uid: UUID, given: EndIn) -> AppointmentOut:
    """End an appointment; ending it again on the same day changes nothing."""
    _need(request, Power.APPOINT)
    held = get_object_or_404(Appointment.objects.select_related("post__organisation", "person"), uid=uid)
    if held.during.upper == given.on:
        return AppointmentOut.of(held)
    try:
        appointments.end(held, on=given.on, basis=given.basis, by=actor(request), at=clock.now())
    except Refused as why:
        raise HttpError(403 if isinstance(why, OutsideJurisdiction) else 409, str(why)) from why
    return AppointmentOut.of(held)


@router.get("/who-could", response={200: list[HolderOut], **ERRORS})
def who_could(request: HttpRequest, asked: Query[WhoCould]) -> list[HolderOut]:
    """List who held, on a day, a post with a power over a division or what it had become."""
    found = authority.who_could(asked.division, asked.power, asked.on or clock.today())
    return [
        HolderOut(
            appointment=one.appointment,
            person=one.person,
            name=one.name,
            post=one.post,
            title=one.title,
            organisation=one.organisation,
            division=one.division,
        )
        for one in found
    ]


def _need(request: HttpRequest, power: Power) -> None:
    user: Any = request.user
    if not user.may(power):
        raise HttpError(403, _("您今天的岗位没有这项职权。谁能办，可查“谁能办什么”。"))
    request.power = power  # type: ignore[attr-defined]
