"""The API of the register: divisions as of a day, lineage, codes, crosswalk, restating; what the pages show."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pyarrow as pa
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from houban.core import clock
from houban.core.schemas import ERRORS, Key, Text
from houban.divisions import crosswalks, histories, lineage, restating
from houban.divisions.models import DivisionCode, DivisionVersion, Flow
from houban.divisions.restating import codes_on, names_on
from houban.divisions.rules.history import CERTAINTIES, LEVELS
from houban.divisions.words import Certainty, Form, Level, Measure, Part, Scheme

router = Router(tags=["divisions"])

Code = Annotated[str, Field(max_length=20, pattern=r"^[0-9A-Za-z]+$")]
MOST_ROWS = 100_000


class DivisionFilter(Schema):
    """Which divisions, of which day (without one, today), under which scheme's codes."""

    on: date | None = None
    scheme: Scheme = Scheme.NBS
    parent: Key | None = None
    level: Level | None = None
    name: Text = ""
    code: Annotated[str, Field(max_length=20, pattern=r"^[0-9A-Za-z]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 200
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class DivisionOut(Schema):
    """A division as it stands on a day."""

    id: int
    code: str
    name: str
    official_name: str
    form: Form
    parent: int | None
    since: date
    until: date | None

    @classmethod
    def of(cls, version: DivisionVersion) -> DivisionOut:
        """Read a version that carries its code."""
        return cls(
            id=version.division_id,
            code=getattr(version, "code", "") or "",
            name=version.name,
            official_name=version.official_name,
            form=Form(version.form),
            parent=version.parent_id,
            since=version.during.lower,
            until=version.during.upper,
        )


class Divisions(Schema):
    """A part of a list of divisions, and how many there are."""

    count: int
    items: list[DivisionOut]


class FlowOut(Schema):
    """A flow of an enacted change."""

    day: date
    document: str
    title: str
    source: int | None
    source_name: str
    target: int | None
    target_name: str
    part: Part
    certainty: Certainty

    @classmethod
    def of(cls, flow: Flow) -> FlowOut:
        """Read a row."""
        return cls(
            day=flow.change.effective_on,
            document=flow.change.document,
            title=flow.change.title,
            source=flow.source_id,
            source_name=flow.source_name,
            target=flow.target_id,
            target_name=flow.target_name,
            part=Part(flow.part),
            certainty=Certainty(flow.certainty),
        )


class Lineage(Schema):
    """Who flowed into a division, and what it flowed into, on or before a day."""

    predecessors: list[FlowOut]
    successors: list[FlowOut]


class Way(Schema):
    """From which day's map to which, and by what divided values are shared out."""

    start: date
    end: date
    measure: Measure = Measure.POPULATION


class CrosswalkFilter(Way):
    """A way, and at which level."""

    level: Level = Level.VILLAGE


class PairOut(Schema):
    """Which share of one division lies in another; without a target it is abolished or unknown."""

    source: str
    source_name: str
    target: str
    target_name: str
    share: float
    low: float
    high: float
    certainty: Certainty


class ValueIn(Schema):
    """A value under a code of the start day, in its smallest unit (heads, fen)."""

    code: Code
    value: Annotated[int, Field(ge=-(10**15), le=10**15)]


class RestateIn(Way):
    """Values to restate."""

    rows: Annotated[list[ValueIn], Field(max_length=MOST_ROWS)]


class ValueOut(Schema):
    """A restated value with its bounds."""

    code: str
    name: str
    value: int
    low: float
    high: float
    certainty: Certainty


class LostOut(Schema):
    """A value that could not be placed, and why."""

    code: str
    value: int
    why: restating.Why


class RestatedOut(Schema):
    """Restated values; those placed and those lost add up to what was sent."""

    rows: list[ValueOut]
    lost: list[LostOut]


class CodeFilter(Schema):
    """A code of one scheme on a day, to be said in another."""

    code: Code
    scheme: Scheme = Scheme.NBS
    into: Scheme = Scheme.MCA
    on: date | None = None


class CodeOut(Schema):
    """The same division's code under another scheme; empty where it has none."""

    division: int
    code: str
    scheme: Scheme


@router.get("/divisions", response={200: Divisions, **ERRORS})
def divisions(request: HttpRequest, chosen: Query[DivisionFilter]) -> Divisions:
    """List the divisions of a day."""
    day = chosen.on or clock.today()
    rows = DivisionVersion.objects.on(day).filter(name__contains=chosen.name)
    rows = rows.filter(parent=chosen.parent) if chosen.parent else rows
    rows = rows.filter(division__level=chosen.level) if chosen.level else rows
    if chosen.code:
        bearers = DivisionCode.objects.on(day).filter(scheme=chosen.scheme, code=chosen.code)
        rows = rows.filter(division__in=bearers.values("division"))
    part = rows.with_code(chosen.scheme, day).order_by("division")[chosen.offset : chosen.offset + chosen.limit]
    return Divisions(count=rows.count(), items=[DivisionOut.of(row) for row in part])


@router.get("/divisions/{pk}", response={200: DivisionOut, **ERRORS})
def division(request: HttpRequest, pk: Key, on: date | None = None, scheme: Scheme = Scheme.NBS) -> DivisionOut:
    """Return one division as it stood on a day."""
    day = on or clock.today()
    return DivisionOut.of(get_object_or_404(DivisionVersion.objects.on(day).with_code(scheme, day), division=pk))


@router.get("/divisions/{pk}/lineage", response={200: Lineage, **ERRORS})
def lineage_of(request: HttpRequest, pk: Key, on: date | None = None) -> Lineage:
    """Return the flows into and out of a division up to a day."""
    day = on or clock.today()
    return Lineage(
        predecessors=[FlowOut.of(flow) for flow in lineage.predecessors(pk, day)],
        successors=[FlowOut.of(flow) for flow in lineage.successors(pk, day)],
    )


@router.get("/codes", response={200: CodeOut, **ERRORS})
def translate(request: HttpRequest, asked: Query[CodeFilter]) -> CodeOut:
    """Say a code of one scheme in another, on a day."""
    day = asked.on or clock.today()
    bearer = get_object_or_404(DivisionCode.objects.on(day), scheme=asked.scheme, code=asked.code)
    other = DivisionCode.objects.on(day).filter(division=bearer.division_id, scheme=asked.into).first()
    return CodeOut(division=bearer.division_id, code=other.code if other else "", scheme=asked.into)


@router.get("/crosswalk", response={200: list[PairOut], **ERRORS})
def crosswalk(request: HttpRequest, asked: Query[CrosswalkFilter]) -> list[PairOut]:
    """Return which share of each division of one day lies in which of another."""
    walk = _walk(asked)
    pairs = walk.at(LEVELS.index(asked.level))
    before, after = codes_on(walk.history, walk.day_a), codes_on(walk.history, walk.day_b)
    names_a, names_b = names_on(walk.history, walk.day_a), names_on(walk.history, walk.day_b)
    shares = pairs.shares()
    columns = [pairs.source.tolist(), pairs.target.tolist(), shares.tolist(), pairs.low.tolist(), pairs.high.tolist()]
    return [
        PairOut(
            source=before.get(source, ""),
            source_name=names_a.get(source, ""),
            target=after.get(target, ""),
            target_name=names_b.get(target, ""),
            share=share,
            low=low,
            high=high,
            certainty=Certainty(CERTAINTIES[certainty]),
        )
        for source, target, share, low, high, certainty in zip(*columns, pairs.certainty.tolist(), strict=True)
    ]


@router.post("/restatements", response={200: RestatedOut, **ERRORS})
def restate(request: HttpRequest, given: RestateIn) -> RestatedOut:
    """Restate values; nothing is stored."""
    if not given.rows:
        return RestatedOut(rows=[], lost=[])
    table = pa.table({"code": [row.code for row in given.rows], "value": [row.value for row in given.rows]})
    restated = restating.restate(table, _walk(given), code="code", values=["value"])
    codes, names, sums = restated.codes(), restated.names(), restated.columns[0].sums
    columns = [sums.division.tolist(), sums.value.tolist(), sums.low.tolist(), sums.high.tolist()]
    rows = [
        ValueOut(
            code=codes.get(number, ""),
            name=names.get(number, ""),
            value=value,
            low=low,
            high=high,
            certainty=Certainty(CERTAINTIES[certainty]),
        )
        for number, value, low, high, certainty in zip(*columns, sums.certainty.tolist(), strict=True)
    ]
    lost = [LostOut(code=one.code, value=one.value, why=one.why) for one in restated.lost["value"]]
    return RestatedOut(rows=sorted(rows, key=lambda row: row.code), lost=lost)


def _walk(asked: Way) -> crosswalks.Crosswalk:
    history = histories.of_county()
    if not history.size:
        raise HttpError(404, _("登记还是空的。请先导入官方名录。"))
    return crosswalks.crosswalk_between(asked.start, asked.end, measure=asked.measure, history=history)
