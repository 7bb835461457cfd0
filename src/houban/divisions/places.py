"""Where divisions lie on a day: their boundaries, which of them holds a point, and who borders on whom.

The boundaries of a day are kept, with a search tree for each level, until boundaries or the register change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.db.models import Count, F, Max
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from houban.divisions import memory
from houban.divisions.models import Boundary, DivisionVersion, Flow, Seat
from houban.divisions.rules import outlines
from houban.divisions.rules.drawing import Drawing, Line, Move
from houban.divisions.rules.locating import Layer, locate_in, nearby
from houban.divisions.words import DEPTH, LEVEL_OF_FORM, Form

MOST_DAYS = 16
OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Shape:
    """The boundary of a division on a day; a derived one is the union of those who were merged into it."""

    division: int
    geometry: BaseGeometry
    area: int
    derived: bool = False


@dataclass(frozen=True)
class Located:
    """For each point the division that holds it (0: none), and the depth of its level in `words.DEPTH` (-1: none)."""

    divisions: NDArray[np.int64]
    depths: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A division a point may lie in: whether it holds the point, else how many metres away it begins."""

    division: int
    holds: bool
    metres: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A division that shares a border, and how many kilometres of it."""

    division: int
    kilometres: float


@dataclass(frozen=True)
class _Day:
    shapes: dict[int, Shape]
    layers: dict[int, Layer]  # by depth, the finest first
    depth: dict[int, int]


class _Kept:
    """What was worked out for the latest days; a new state of the boundaries begins anew."""

    def __init__(self) -> None:
        self.state: object = None
        self.days: dict[Hashable, Any] = {}

    def recall(self, state: object, key: Hashable, work_out: Callable[[], Any]) -> Any:
        if self.state != state or len(self.days) > MOST_DAYS:
            self.state, self.days = state, {}
        days = self.days
        if key not in days:
            days[key] = work_out()
        return days[key]


_kept = _Kept()


def state() -> tuple[object, ...]:
    """Return what tells the present state of boundaries and seats from any other."""
    boundaries = Boundary.objects.aggregate(newest=Max("pk"), rows=Count("pk"), withdrawn=Count("withdrawn_at"))
    seats = Seat.objects.aggregate(newest=Max("pk"), withdrawn=Count("withdrawn_at"))
    return (connection.settings_dict["NAME"], memory.state(), *boundaries.values(), *seats.values())


def _day(on: date) -> _Day:
    found: _Day = _kept.recall(state(), on, lambda: _work_out(on))
    return found


def _work_out(on: date) -> _Day:
    shapes = _drawn(on)
    versions = DivisionVersion.objects.on(on).filter(division__in=shapes)
    depth = {key: DEPTH[LEVEL_OF_FORM[Form(form)]] for key, form in versions.values_list("division", "form")}
    layers = {}
    for level in sorted(set(depth.values()), reverse=True):
        ids = sorted(key for key in shapes if depth[key] == level)
        layers[level] = Layer(ids, [shapes[key].geometry for key in ids])
    return _Day(shapes, layers, depth)


def _drawn(on: date) -> dict[int, Shape]:
    rows = list(Boundary.objects.filter(withdrawn_at=None).values_list("division", "during", "geometry", "area"))
    if not rows:
        return {}
    lines: dict[int, list[Line]] = {}
    areas = {}
    geometries = shapely.from_wkb([bytes(row[2]) for row in rows])
    for (division, during, _wkb, size), geometry in zip(rows, geometries, strict=True):
        lines.setdefault(division, []).append(Line(during.lower, during.upper, geometry))
        areas[id(geometry)] = size
    moves = _moves(on)
    asked = lines.keys() | {move.target for move in moves}
    alive = set(DivisionVersion.objects.on(on).filter(division__in=asked).values_list("division", flat=True))
    drawing = Drawing(lines, moves, _born(alive | lines.keys()))
    drawn = ((division, drawing.on(division, on)) for division in sorted(alive))
    return {
        key: Shape(key, one.geometry, areas.get(id(one.geometry)) or round(outlines.area(one.geometry)), one.derived)
        for key, one in drawn
        if one is not None
    }


def _moves(on: date) -> list[Move]:
    """Return who went into whom on or before a day, without the residents' groups."""
    flows = Flow.objects.filter(change__status="enacted", change__effective_on__lte=on, source__isnull=False)
    flows = flows.exclude(target=None).exclude(source__level="group").filter(source__level=F("target__level"))
    rows = flows.values_list("change__effective_on", "source", "target", "part")
    return [Move(day, source or 0, target or 0, part == "whole") for day, source, target, part in rows]


def _born(divisions: Iterable[int]) -> dict[int, date | None]:
    versions = DivisionVersion.objects.live().filter(division__in=list(divisions)).order_by("-during")
    return {key: during.lower for key, during in versions.values_list("division", "during")}


def shapes(on: date) -> dict[int, Shape]:
    """Return the boundaries valid on a day, by division."""
    return _day(on).shapes


def locate(points: ArrayLike, on: date) -> Located:
    """Return the finest division that holds each point (longitude, latitude); on a common edge the lowest identity."""
    given = np.ascontiguousarray(np.asarray(points, dtype=np.float64).reshape(-1, 2))
    day = _day(on)
    found = Located(np.zeros(len(given), np.int64), np.full(len(given), OUTSIDE, np.int8))
    for depth, layer in day.layers.items():
        open_ones = np.flatnonzero(found.divisions == 0)
        if not len(open_ones):
            break
        ids = locate_in(layer, given[open_ones])
        found.divisions[open_ones] = ids
        found.depths[open_ones[ids > 0]] = depth
    return found


def candidates(longitude: float, latitude: float, *, accuracy: float, on: date) -> list[Candidate]:
    """Return the divisions within a point's accuracy in metres, at the finest level that has any: its holder first."""
    for layer in _day(on).layers.values():
        near = nearby(layer, longitude, latitude, accuracy)
        if near:
            return [Candidate(division, metres == 0, metres) for division, metres in near]
    return []


def neighbours(division: int, on: date) -> list[Neighbour]:
    """Return the divisions of the same level that share a border with one, the longest border first."""
    day = _day(on)
    if division not in day.shapes:
        return []
    layer, own = day.layers[day.depth[division]], day.shapes[division].geometry
    near = [key for key in layer.within(shapely.box(*shapely.buffer(own, outlines.NEAR).bounds)) if key != division]
    shared = [Neighbour(key, outlines.common_border(own, day.shapes[key].geometry)) for key in near]
    return sorted((one for one in shared if one.kilometres), key=lambda one: (-one.kilometres, one.division))


def seats(on: date) -> dict[int, tuple[float, float]]:
    """Return where the offices of divisions are on a day."""
    rows = Seat.objects.filter(withdrawn_at=None, during__contains=on)
    return {key: (float(x), float(y)) for key, x, y in rows.values_list("division", "longitude", "latitude")}


def positions() -> dict[int, tuple[float, float]]:
    """Return where divisions lie as last known, on whatever day: their seat, else a point within their boundary."""
    rows = list(Boundary.objects.filter(withdrawn_at=None).order_by("during").values_list("division", "geometry"))
    points = shapely.point_on_surface(shapely.from_wkb([bytes(row[1]) for row in rows]))
    within = {row[0]: (float(point.x), float(point.y)) for row, point in zip(rows, points, strict=True)}
    latest = Seat.objects.filter(withdrawn_at=None).order_by("during")
    return within | {key: (float(x), float(y)) for key, x, y in latest.values_list("division", "longitude", "latitude")}
