"""The API of matters: a report, a step, a comment, the queue, one matter, and what is open on the map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AwareDatetime

from houban.core import clock
from houban.core.schemas import ERRORS, Key, Text
from houban.matters import actions, hands, marks, places, queues, routing
from houban.matters.actions import Report, Wish, stepping
from houban.matters.models import Comment, FilingRule, Matter, Step
from houban.matters.refusals import RefusedError
from houban.matters.words import Channel, Level, Result, State, Verb
from houban.matters.words import Wish as Asks
from houban.organisation.models import Organisation
from houban.ui.pages import StaffRequest

router = Router(tags=["matters"])

A_PAGE = 50
OLDEST = timedelta(days=30)  # a device that says a report is older has a clock that is wrong
TAKEN = gettext_lazy("这个编号已登记过另一件事项。请换一个编号重发。")
CLASHES = {  # the latter is a matter that the one who asks may not see
    "matter_of_a_platform_once": gettext_lazy("这个来源的这个编号已经登记过。"),
    "matters_matter_pkey": TAKEN,
}
Title = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*\S[^\x00]*$")]
Long = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Said = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Place = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]
Source = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class ReportIn(Schema):
    """A report; its `id` is the sender's, so that sending it again opens nothing new."""

    id: UUID
    title: Title
    unit: Key
    text: Long = ""
    type: Key | None = None
    channel: Channel = Channel.GRID
    source: Source = ""
    place: Place = ""
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    accuracy: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    urgent: bool = False
    confidential: bool = False
    happened_at: AwareDatetime | None = None


class StepIn(Schema):
    """A verb with what it needs; `seen` is the number of steps the sender knew of."""

    verb: Verb
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)]
    text: Said = ""
    rule: Key | None = None
    holder: Key | None = None
    twin: UUID | None = None
    amount: Annotated[int, Field(ge=0, le=90)] = 0
    wish: Asks | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    due: AwareDatetime | None = None
    parts: Annotated[list[Title], Field(max_length=20)] = []
    result: Result | None = None
    happened_at: AwareDatetime | None = None


class MatterOut(Schema):
    """A matter; times are aware, `seen` is what a step has to be sent with."""

    id: UUID
    number: str
    kind: str
    title: str
    text: str
    state: State
    level: Level
    channel: Channel
    source: str
    urgent: bool
    confidential: bool
    unit: int
    place: str
    longitude: float | None
    latitude: float | None
    type: int | None
    rule: int | None
    receiver: int | None
    holder: int | None
    reported_at: datetime
    due: datetime | None
    paused: bool
    ended_at: datetime | None
    seen: int

    @classmethod
    def of(cls, row: Matter) -> MatterOut:
        """Read a row."""
        return cls(**columns(row))


def columns(row: Matter) -> dict[str, Any]:
    """Return a matter as the API says it."""
    return {
        "id": row.pk,
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "text": row.text,
        "state": State(row.state),
        "level": Level(row.level),
        "channel": Channel(row.channel),
        "source": row.source,
        "urgent": row.urgent,
        "confidential": row.confidential,
        "unit": row.unit_id,
        "place": row.place,
        "longitude": None if row.longitude is None else float(row.longitude),
        "latitude": None if row.latitude is None else float(row.latitude),
        "type": row.type_id,
        "rule": row.rule_id,
        "receiver": row.receiver_id,
        "holder": row.holder_id,
        "reported_at": localtime(row.reported_at),
        "due": _local(row.due),
        "paused": row.paused_at is not None,
        "ended_at": _local(row.ended_at),
        "seen": row.steps_taken,
    }


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else localtime(at)


class StepOut(Schema):
    """A step as it was taken."""

    position: int
    verb: Verb
    begins: State
    ends: State
    person: int | None
    body: int | None
    post: str
    text: str
    result: str
    happened_at: datetime


class CommentIn(Schema):
    """Something to say about a matter; `mentioned` are appointments of people of the organisations on it."""

    text: Said
    mentioned: Annotated[list[Key], Field(max_length=20)] = []
    happened_at: AwareDatetime | None = None


class CommentOut(Schema):
    """What somebody said about a matter, and in which post."""

    id: int
    person: int
    post: str
    text: str
    at: datetime

    @classmethod
    def of(cls, row: Comment) -> CommentOut:
        """Return a comment as the API gives it."""
        return cls(id=row.pk, person=row.person_id, post=row.post, text=row.text, at=localtime(row.at))


class OneOut(MatterOut):
    """A matter with its steps and comments, and the verbs open to the one who asks."""

    steps: list[StepOut]
    comments: list[CommentOut]
    verbs: list[Verb]


class MattersOut(Schema):
    """A page of fifty, soonest due first, and how many there are."""

    count: int
    items: list[MatterOut]


class Asked(Schema):
    """Which matters: the tabs and filters of the queue."""

    tab: Text = "mine"
    unit: Key | None = None
    type: Key | None = None
    channel: Channel | None = None
    holder: Key | None = None
    q: Text = ""
    page: Annotated[int, Field(ge=1, le=2000)] = 1

    def want(self) -> queues.Asked:
        """Return what the queue is asked for; an unknown tab is refused."""
        if self.tab not in queues.KEYS:
            raise HttpError(422, _("没有“%(tab)s”这一栏。") % {"tab": self.tab})
        return queues.Asked(
            tab=self.tab, unit=self.unit, type=self.type, channel=self.channel or "", holder=self.holder,
            query=self.q.strip()[:60],
        )  # fmt: skip


class Geometry(Schema):
    """A point, longitude first (RFC 7946)."""

    type: str = "Point"
    coordinates: tuple[float, float]


class Mark(Schema):
    """An open matter on the map: where it is, how it stands, and nothing of what it says."""

    type: str = "Feature"
    id: UUID
    geometry: Geometry
    properties: dict[str, str | bool]


class Marks(Schema):
    """Open matters with a place, as GeoJSON; `more` tells that some were left off."""

    type: str = "FeatureCollection"
    features: list[Mark]
    more: bool


@router.post("/matters", response={200: MatterOut, 201: MatterOut, **ERRORS})
def report(request: HttpRequest, given: ReportIn) -> Status[MatterOut]:
    """Take in a report; sent again it answers 200 with the matter it opened."""
    _need(request, "handle")
    if (given.longitude is None) != (given.latitude is None):
        raise HttpError(422, _("经度和纬度要么都给，要么都不给。"))
    said = given.dict(exclude={"happened_at", "longitude", "latitude"})
    point: dict[str, Any] = {
        name: _degrees(value) for name, value in (("longitude", given.longitude), ("latitude", given.latitude))
    }
    opened, at = Report("event", **said, **point), clock.now()
    with _told():
        matter = actions.open_once(
            opened, hands.of(_staff(request)), happened_at=_happened(request, given.happened_at), at=at
        )
    if matter.recorded_at == at:
        return Status(201, MatterOut.of(matter))
    if (matter.title, matter.unit_id) != (given.title, given.unit):
        raise HttpError(409, str(TAKEN))
    return Status(200, MatterOut.of(matter))


@router.get("/matters", response={200: MattersOut, **ERRORS})
def queue(request: HttpRequest, chosen: Query[Asked]) -> MattersOut:
    """List matters as the queue does, fifty a page."""
    want, now = chosen.want(), _moment(request)
    units = places.inside(want.unit, now.date()) if want.unit else None
    rows = queues.matters(want, units=units, now=now)
    first = (chosen.page - 1) * A_PAGE
    shown = rows.select_related(None)[first : first + A_PAGE]
    return MattersOut(count=rows.count(), items=[MatterOut.of(row) for row in shown])


@router.get("/matters/map", response={200: Marks, **ERRORS})
def on_map(request: HttpRequest, chosen: Query[Asked]) -> HttpResponse:
    """Return open matters that have a place, as GeoJSON; at most five thousand, soonest due first."""
    want, now = chosen.want(), _moment(request)
    units = places.inside(want.unit, now.date()) if want.unit else None
    return HttpResponse(marks.geojson(want, units=units, now=now), content_type="application/json")


@router.get("/matters/{pk}", response={200: OneOut, **ERRORS})
def one(request: HttpRequest, pk: UUID) -> OneOut:
    """Return a matter with its steps and the verbs open to the one who asks."""
    matter = get_object_or_404(Matter, pk=pk)
    steps = [
        StepOut(
            position=step.position, verb=Verb(step.verb), begins=State(step.begins), ends=State(step.ends),
            person=step.person_id, body=step.body_id, post=step.post, text=step.text, result=step.result,
            happened_at=localtime(step.happened_at),
        )
        for step in Step.objects.filter(matter=pk).order_by("position")
    ]  # fmt: skip
    rows = stepping.possible(matter, hands.of(_staff(request)), _moment(request))
    said = [CommentOut.of(found) for found in Comment.objects.filter(matter=pk).order_by("at", "pk")]
    return OneOut(**columns(matter), steps=steps, comments=said, verbs=[row.verb for row in rows])


@router.post("/matters/{pk}/steps", response={201: MatterOut, **ERRORS})
def step(request: HttpRequest, pk: UUID, given: StepIn) -> Status[MatterOut]:
    """Take a verb; whoever comes second is told so, by 409."""
    _look_up(given)
    wish = Wish(**given.dict(exclude={"verb", "seen", "happened_at", "wish", "parts", "result"}),
                wish=given.wish or "", parts=tuple(given.parts), result=given.result or "")  # fmt: skip
    with _told():
        taken = actions.take(
            pk, given.verb, wish, hands.of(_staff(request)),
            happened_at=_happened(request, given.happened_at), at=clock.now(), seen=given.seen,
        )  # fmt: skip
    return Status(201, MatterOut.of(taken))


@router.post("/matters/{pk}/comments", response={201: CommentOut, **ERRORS})
def comment(request: HttpRequest, pk: UUID, given: CommentIn) -> Status[CommentOut]:
    """Say something about a matter; whoever is mentioned is told."""
    matter = get_object_or_404(Matter, pk=pk)
    with _told():
        made = actions.comment(
            matter, given.text, hands.of(_staff(request)), mentioned=given.mentioned,
            happened_at=_happened(request, given.happened_at), at=clock.now(),
        )  # fmt: skip
    return Status(201, CommentOut.of(made))


def _look_up(given: StepIn) -> None:
    """Refuse what is named and does not exist."""
    today = clock.today()
    found = {
        _("立案规则"): given.rule is None or FilingRule.objects.on(today).filter(pk=given.rule).exists(),
        _("承办机构"): given.holder is None or Organisation.objects.on(today).filter(pk=given.holder).exists(),
        _("并入的事项"): given.twin is None or Matter.objects.filter(pk=given.twin).exists(),
    }
    for what, exists in found.items():
        if not exists:
            raise HttpError(422, _("没有这个%(what)s，或已不在用。请刷新后再选。") % {"what": what})


@contextmanager
def _told() -> Iterator[None]:
    """Answer a refusal of the loop with its sentence."""
    try:
        yield
    except Matter.DoesNotExist as error:
        raise Http404 from error
    except RefusedError as error:
        raise HttpError(409, str(error)) from error
    except routing.NobodyAnswersError as error:
        raise HttpError(409, _("没有机构受理这里的事项。请在权责清单里给全县指定受理和办理的机构。")) from error
    except routing.NotOnTheMapError as error:
        raise HttpError(422, _("今天的名录里没有这个区划。请更新名录后再报。")) from error
    except routing.TypeGoneError as error:
        raise HttpError(422, _("没有这个事项类型，或已停用。请更新类型后再报。")) from error
    except IntegrityError as error:
        said = next((text for name, text in CLASHES.items() if name in str(error)), None)
        if said is None:
            raise
        raise HttpError(409, str(said)) from error


def _staff(request: HttpRequest) -> StaffRequest:
    return cast("StaffRequest", request)


def _moment(request: HttpRequest) -> datetime:
    moment: datetime = request.moment  # type: ignore[attr-defined]
    return moment


def _happened(request: HttpRequest, said: datetime | None) -> datetime:
    """Return when something happened: as the device says, but not later than now, and not long ago."""
    now = _moment(request)
    return said if said is not None and now - OLDEST <= said <= now else now


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.6f}")


def _need(request: HttpRequest, power: str) -> None:
    user: Any = request.user
    if not user.may(power):
        raise HttpError(403, _("您今天的岗位没有这项职权。谁能办，可查“谁能办什么”。"))
    request.power = power  # type: ignore[attr-defined]
