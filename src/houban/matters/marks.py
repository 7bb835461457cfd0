"""Matters on a map: those with a point as GeoJSON, written by the database; and how many each division has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from houban.divisions.tilemap import Paint
from houban.matters import queues
from houban.matters.queues import Asked
from houban.matters.rules import table

MOST = 5000
BREAKS = (2, 5, 10, 20)
COLUMNS = ("pk", "serial", "kind", "reported_at", "state", "due", "paused_at", "longitude", "latitude")
NAMES = "id, serial, kind, reported_at, state, due, paused_at, longitude, latitude"
# Nothing a person wrote is in it, so that the text needs no escaping.
FEATURES = """
WITH found AS MATERIALIZED (
    SELECT ROW_NUMBER() OVER () AS n, asked.* FROM ({asked}) AS asked ({names})
), said AS (
    SELECT n, concat('{{"type":"Feature","id":"', id, '","geometry":{{"type":"Point","coordinates":[',
        trim_scale(longitude), ',', trim_scale(latitude), ']}},"properties":{{"number":"',
        %s::jsonb ->> kind, to_char(reported_at AT TIME ZONE %s, 'YY-MM-'),
        lpad(serial::text, GREATEST(6, length(serial::text)), '0'),
        '","state":"', state, '","paused":', (paused_at IS NOT NULL)::text, ',"late":',
        (due IS NOT NULL AND due < %s AND paused_at IS NULL AND state NOT IN ('closed', 'rejected', 'draft'))::text,
        '}}}}') AS feature
    FROM found WHERE n <= %s
)
SELECT concat('{{"type":"FeatureCollection","features":[', (SELECT string_agg(feature, ',' ORDER BY n) FROM said),
    '],"more":', ((SELECT count(*) FROM found) > %s)::text, '}}')
"""


def geojson(want: Asked, *, units: list[int] | None, now: datetime) -> bytes:
    """Return the matters asked for that have a point, soonest due first, at most five thousand; one query."""
    rows = queues.matters(want, units=units, now=now).filter(longitude__isnull=False).select_related(None)
    asked, given = rows.values_list(*COLUMNS)[: MOST + 1].query.sql_with_params()
    letters = "{" + ",".join(f'"{one.name}":"{one.letter}"' for one in table.kinds()) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            FEATURES.format(asked=asked, names=NAMES), (*given, letters, settings.TIME_ZONE, now, MOST, MOST)
        )
        return str(cursor.fetchone()[0]).encode()


@dataclass(frozen=True)
class Counted:
    """How many of the matters asked for each division has, how many there are, and how many of them have a point."""

    of: Mapping[int, int]
    total: int
    placed: int


def counted(want: Asked, *, units: list[int] | None, now: datetime) -> Counted:
    """Count the matters asked for by division; one query."""
    rows = queues.matters(want, units=units, now=now).select_related(None).order_by()
    found = list(rows.values_list("unit").annotate(Count("pk"), Count("longitude")))
    return Counted(
        {unit: n for unit, n, _placed in found},
        sum(n for _unit, n, _placed in found),
        sum(placed for _unit, _n, placed in found),
    )


def paint(of: Mapping[int, int]) -> Paint:
    """Return how the picture of the villages is coloured by how many matters each has."""
    lows = (1, *(limit + 1 for limit in BREAKS))
    legend = [
        (n, _("%(low)s–%(high)s 件") % {"low": low, "high": high})
        for n, (low, high) in enumerate(zip(lows, BREAKS, strict=False), start=1)
    ]
    legend.append((len(lows), _("%(low)s 件以上") % {"low": lows[-1]}))
    return Paint(
        shades={unit: 1 + sum(n > limit for limit in BREAKS) for unit, n in of.items() if n},
        values={unit: _("%(n)s 件") % {"n": n} for unit, n in of.items()},
        legend=legend,
    )
