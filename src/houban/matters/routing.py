"""Who receives and who handles what: the nearest division upwards, the finest type first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from houban.divisions.words import Level as Depth
from houban.matters.words import Duty, Level

FROM_LEVEL = {
    Level.VILLAGE: [depth.value for depth in Depth],
    Level.TOWN: [depth.value for depth in Depth if depth not in (Depth.VILLAGE, Depth.GROUP, Depth.CELL)],
    Level.COUNTY: [Depth.COUNTY.value, Depth.CITY.value, Depth.PROVINCE.value],
}
OF_DEPTH = {Depth.VILLAGE.value: Level.VILLAGE, Depth.GROUP.value: Level.VILLAGE, Depth.CELL.value: Level.VILLAGE,
            Depth.TOWN.value: Level.TOWN}  # fmt: skip
ROUTE = """
WITH RECURSIVE up AS (
    SELECT division_id AS id, 0 AS far, parent_id FROM divisions_divisionversion
    WHERE division_id = %(unit)s AND retracted_at IS NULL AND during @> %(day)s::date
    UNION ALL
    SELECT v.division_id, up.far + 1, v.parent_id FROM up CROSS JOIN LATERAL (
        SELECT division_id, parent_id FROM divisions_divisionversion
        WHERE division_id = up.parent_id AND retracted_at IS NULL AND during @> %(day)s::date LIMIT 1) v
), coarser AS (
    SELECT %(type)s::bigint AS id, 0 AS far WHERE %(type)s::bigint IS NOT NULL
    UNION ALL
    SELECT t.parent_id, coarser.far + 1 FROM coarser JOIN matters_mattertype t ON t.id = coarser.id
        WHERE t.parent_id IS NOT NULL AND coarser.far < 16
)
SELECT r.organisation_id, d.level, (SELECT count(*) FROM up), %(type)s::bigint IS NULL OR EXISTS (
    SELECT 1 FROM matters_mattertype t WHERE t.id = %(type)s AND t.during @> %(day)s::date)
FROM (SELECT 1) one LEFT JOIN (
    SELECT r.organisation_id, up.id, up.far, coarser.far AS fine
    FROM up JOIN matters_dutyrule r ON r.division_id = up.id AND r.duty = %(duty)s AND r.during @> %(day)s::date
        LEFT JOIN coarser ON coarser.id = r.type_id
    WHERE r.type_id IS NULL OR coarser.id IS NOT NULL
) r ON true LEFT JOIN divisions_division d ON d.id = r.id
WHERE r.id IS NULL OR d.level = ANY (%(depths)s)
ORDER BY r.far, r.fine NULLS LAST LIMIT 1
"""

MANY = (
    """
SELECT p.unit, p.type, found.* FROM unnest(%(units)s::bigint[], %(types)s::bigint[]) AS p (unit, type)
CROSS JOIN LATERAL ("""
    + ROUTE.replace("%(unit)s", "p.unit").replace("%(type)s", "p.type")
    + """) AS found
"""
)


class NobodyAnswersError(Exception):
    """No duty rule covers the place, not even the county's last resort."""


class NotOnTheMapError(Exception):
    """The division does not exist on the day."""


class TypeGoneError(Exception):
    """There is no such type on the day."""


@dataclass(frozen=True, slots=True)
class Route:
    """The organisation that answers, the level at which it does, and whether the type is in use on the day."""

    organisation: int
    level: int
    knows_type: bool


def route(unit: int, type: int | None, duty: Duty, *, level: int, on: date) -> Route:  # noqa: A002 - the word of the field
    """Return who answers for a type in a division from a level upwards.

    Raises `NotOnTheMapError` for a division that does not exist on the day, `NobodyAnswersError` without a rule.
    """
    values = {"unit": unit, "type": type, "duty": duty.value, "day": on, "depths": FROM_LEVEL[Level(level)]}
    with connection.cursor() as cursor:
        cursor.execute(ROUTE, values)
        found = cursor.fetchone()
    if found is None or found[0] is None:
        if found is not None and not found[2]:
            raise NotOnTheMapError(unit)
        raise NobodyAnswersError(unit)
    return Route(found[0], max(OF_DEPTH.get(found[1], Level.COUNTY), level), found[3])


def routes(asked: Iterable[tuple[int, int | None]], duty: Duty, *, on: date) -> dict[tuple[int, int | None], Route]:
    """Return who answers for many types in many divisions, from the village upwards; one query."""
    pairs = list(asked)
    values: dict[str, Any] = {"units": [unit for unit, _type in pairs], "types": [kind for _unit, kind in pairs]}
    values |= {"duty": duty.value, "day": on, "depths": FROM_LEVEL[Level.VILLAGE]}
    with connection.cursor() as cursor:
        cursor.execute(MANY, values)
        return {
            (unit, kind): Route(body, OF_DEPTH.get(depth, Level.COUNTY), knows_type)
            for unit, kind, body, depth, _high, knows_type in cursor.fetchall()
            if body is not None
        }
