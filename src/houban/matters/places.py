"""Where matters are: names of divisions for a page, and everything inside a place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import F

from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.divisions.words import Level
from houban.organisation import authority
from houban.organisation.powers import Power

# What lies in a place now, and what is gone and went into it: matters that had ended there stay with what is gone.
INSIDE = """
WITH RECURSIVE below AS (
    SELECT %(root)s::bigint AS id
    UNION
    SELECT next.id FROM below CROSS JOIN LATERAL (
        SELECT v.division_id AS id FROM divisions_divisionversion v
        WHERE v.parent_id = below.id AND v.retracted_at IS NULL AND v.during @> %(day)s::date
        UNION ALL
        SELECT f.source_id FROM divisions_flow f JOIN divisions_change c ON c.id = f.change_id
        WHERE f.target_id = below.id AND f.source_id <> f.target_id AND c.status = 'enacted'
            AND c.effective_on <= %(day)s::date AND NOT EXISTS (
                SELECT 1 FROM divisions_divisionversion v
                WHERE v.division_id = f.source_id AND v.retracted_at IS NULL AND v.during @> %(day)s::date)
    ) next
)
SELECT array_agg(id) FROM below
"""


def names(ids: Iterable[int], on: date) -> dict[int, str]:
    """Return the names divisions bear on a day; those that are gone, the last name they bore."""
    wanted = set(ids)
    rows = DivisionVersion.objects.live().filter(division__in=wanted).order_by("during")
    found: dict[int, str] = {}
    for division, name, during in rows.values_list("division", "name", "during"):
        if division not in found or during.lower is None or during.lower <= on:
            found[division] = name
    return found


def inside(root: int, on: date) -> list[int]:
    """Return a division with everything below it on a day, and what is gone and went into any of it."""
    with connection.cursor() as cursor:
        cursor.execute(INSIDE, {"root": root, "day": on})
        return list(cursor.fetchone()[0])


def towns(on: date) -> list[tuple[int, str]]:
    """Return the county's towns of a day, by name of the list."""
    county = register.county()
    if county is None:
        return []
    versions = DivisionVersion.objects.on(on).filter(parent=county).with_code("nbs", on)
    return list(versions.order_by(F("code"), "name").values_list("division_id", "name"))


def villages(on: date) -> list[tuple[int, str]]:
    """Return the villages and communities on a day over which the one who asks may report, after their town's name."""
    rows = (
        DivisionVersion.objects.on(on)
        .filter(division__level=Level.VILLAGE, division__in=authority.scope(Power.HANDLE))
        .with_parent_name(on)
        .order_by("parent", "pk")
    )
    return [(one.division_id, f"{one.parent_name} · {one.name}") for one in rows]  # type: ignore[attr-defined]
