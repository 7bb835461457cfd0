"""What may be the same matter reported twice: near in place and time, of one family of types, alike in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import cos, radians

from django.db.models import Q
from rapidfuzz import fuzz

from houban.divisions.trying import kilometres
from houban.matters.models import Matter

METRES, HOURS, ALIKE = 50, 24, 50.0
MOST, LOOKED_AT = 5, 200
METRES_A_DEGREE = 111_195  # of latitude, on a sphere of 6,371 km


@dataclass(frozen=True)
class Likely:
    """A matter that may be the same: how far away, and how alike its words are (0 to 100)."""

    matter: Matter
    metres: int | None
    alike: int


def likely(matter: Matter) -> list[Likely]:
    """Return the matters that may be the same as one, the likeliest first; one query."""
    span = timedelta(hours=HOURS)
    rows = Matter.objects.filter(
        kind=matter.kind, reported_at__range=(matter.reported_at - span, matter.reported_at + span), twin=None
    ).exclude(pk=matter.pk)
    rows = rows.filter(_near(matter)).filter(_family(matter)).select_related("type").order_by("-reported_at")
    found = [_weighed(matter, other) for other in rows[:LOOKED_AT]]
    kept = [one for one in found if one.alike >= ALIKE and (one.metres is None or one.metres <= METRES)]
    return sorted(kept, key=lambda one: (-one.alike, one.metres or 0))[:MOST]


def _near(matter: Matter) -> Q:
    """Ask for what lies in a square around a point, or in the same division where there is no point."""
    if matter.longitude is None or matter.latitude is None:
        return Q(unit=matter.unit_id)
    north = METRES / METRES_A_DEGREE
    east = north / max(cos(radians(float(matter.latitude))), 0.01)
    x, y = float(matter.longitude), float(matter.latitude)
    return Q(longitude__range=(x - east, x + east), latitude__range=(y - north, y + north))


def _family(matter: Matter) -> Q:
    """Ask for the same type, or one beside it under the same coarser type; anything while either has no type yet."""
    if matter.type is None:
        return Q()
    same = Q(type=matter.type_id) | Q(type=None)
    return same | Q(type__parent=matter.type.parent_id) if matter.type.parent_id else same


def _weighed(matter: Matter, other: Matter) -> Likely:
    metres = None
    if None not in (matter.longitude, matter.latitude, other.longitude, other.latitude):
        here = (float(matter.longitude or 0), float(matter.latitude or 0))
        there = (float(other.longitude or 0), float(other.latitude or 0))
        metres = round(kilometres(here, there) * 1000)
    words = [f"{one.title} {one.place} {one.text}" for one in (matter, other)]
    return Likely(
        other, metres, round(fuzz.token_set_ratio(matter.title, other.title) * 0.7 + fuzz.ratio(*words) * 0.3)
    )
