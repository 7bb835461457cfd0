"""Read the register into arrays, once for each of its states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count

from houban.divisions import memory, register
from houban.divisions.models import Measurement
from houban.divisions.rules.history import (
    CERTAINTIES,
    FOREVER,
    LEVELS,
    MEASURES,
    NOBODY,
    PARTS,
    UNKNOWN,
    Codes,
    History,
    Ints,
    Measured,
    Streams,
    Versions,
    ints,
)
from houban.divisions.rules.parts import EVERYTHING
from houban.divisions.words import Certainty

SCOPE = """
WITH RECURSIVE within AS (
    SELECT unnest(%(roots)s::bigint[]) AS id
    UNION
    SELECT edge.id FROM within, LATERAL (
        SELECT v.division_id FROM divisions_divisionversion v WHERE v.parent_id = within.id AND v.retracted_at IS NULL
        UNION ALL
        SELECT f.target_id FROM divisions_flow f JOIN divisions_change c ON c.id = f.change_id AND c.status = 'enacted'
            WHERE f.source_id = within.id AND f.target_id IS NOT NULL
        UNION ALL
        SELECT f.source_id FROM divisions_flow f JOIN divisions_change c ON c.id = f.change_id AND c.status = 'enacted'
            WHERE f.target_id = within.id AND f.source_id IS NOT NULL
    ) edge(id)
), upwards AS (
    SELECT id FROM within
    UNION
    SELECT v.parent_id FROM upwards JOIN divisions_divisionversion v
        ON v.division_id = upwards.id AND v.retracted_at IS NULL AND v.parent_id IS NOT NULL
)
SELECT id FROM upwards
"""
DIVISIONS = "SELECT id, level FROM divisions_division WHERE (%(all)s OR id = ANY(%(ids)s)) ORDER BY id"
DAYS = "(lower(during) - '0001-01-01'::date) + 1, COALESCE((upper(during) - '0001-01-01'::date) + 1, %(forever)s)"
VERSIONS = f"""
SELECT division_id, COALESCE(parent_id, -1), {DAYS}, name, official_name
FROM divisions_divisionversion WHERE retracted_at IS NULL AND (%(all)s OR division_id = ANY(%(ids)s)) ORDER BY id
"""  # noqa: S608 - constant text
CODES = f"""
SELECT division_id, {DAYS}, code FROM divisions_divisioncode
WHERE retracted_at IS NULL AND scheme IN (%(scheme)s, 'local') AND (%(all)s OR division_id = ANY(%(ids)s)) ORDER BY id
"""  # noqa: S608 - constant text
STREAMS = """
SELECT dense_rank() OVER (ORDER BY c.effective_on, c.sequence, c.id), (c.effective_on - '0001-01-01'::date) + 1,
       f.source_id, COALESCE(f.target_id, -1), f.part, f.shares, f.certainty, f.groups, f.id
FROM divisions_flow f JOIN divisions_change c ON c.id = f.change_id AND c.status = 'enacted'
WHERE f.source_id IS NOT NULL AND (%(all)s OR f.source_id = ANY(%(ids)s)) ORDER BY 1, f.number
"""


def of(roots: Sequence[int] | None = None, *, scheme: str = "nbs") -> History:
    """Return the history of what was ever below some divisions, and of what flowed in or out; of all without them."""
    measured = Measurement.objects.aggregate(rows=Count("pk"), gone=Count("withdrawn_at"))
    key = ("history", tuple(roots) if roots is not None else None, scheme, *measured.values())
    return memory.recall(key, lambda: _read(roots, scheme))


def of_county(*, scheme: str = "nbs") -> History:
    """Return the history of the installation's county; of the whole register before there is one."""
    county = register.county()
    return of([county] if county is not None else None, scheme=scheme)


def _read(roots: Sequence[int] | None, scheme: str) -> History:
    scope = [] if roots is None else [row[0] for row in _rows(SCOPE, {"roots": list(roots)})]
    values = {"all": roots is None, "ids": scope, "forever": FOREVER, "scheme": scheme}
    divisions = _rows(DIVISIONS, values)
    ids = ints([row[0] for row in divisions])
    depths = ints([LEVELS.index(row[1]) for row in divisions])
    return History(
        ids=ids,
        depths=depths,
        versions=_versions(ids, _rows(VERSIONS, values)),
        codes=_codes(ids, _rows(CODES, values)),
        streams=_streams(ids, _rows(STREAMS, values)),
        measured=_measured(ids, values),
    )


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _numbers(ids: Ints, keys: Sequence[int]) -> Ints:
    """Turn identities into their numbers; -1 stays, and so does what lies outside."""
    wanted = ints(keys)
    at = np.minimum(np.searchsorted(ids, wanted), max(len(ids) - 1, 0))
    found = (ids[at] == wanted) if len(ids) else np.zeros(len(wanted), dtype=bool)
    return np.where(found, at, NOBODY)


def _columns(rows: list[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _versions(ids: Ints, rows: list[tuple[Any, ...]]) -> Versions:
    division, parent, start, end, names, official = _columns(rows, 6)
    return Versions(_numbers(ids, division), _numbers(ids, parent), ints(start), ints(end), names, official)


def _codes(ids: Ints, rows: list[tuple[Any, ...]]) -> Codes:
    division, start, end, texts = _columns(rows, 4)
    return Codes(_numbers(ids, division), ints(start), ints(end), texts)


def _streams(ids: Ints, rows: list[tuple[Any, ...]]) -> Streams:
    change, day, source, target, part, shares, certainty, groups, flow = _columns(rows, 9)
    numbers = _numbers(ids, target)
    unknown = [word == Certainty.UNKNOWN for word in certainty]
    numbers[(numbers == NOBODY) & np.array(unknown, dtype=bool)] = UNKNOWN
    return Streams(
        change=ints(change),
        day=ints(day),
        source=_numbers(ids, source),
        target=numbers,
        part=ints([PARTS.index(word) for word in part]),
        shares=np.array([_shares(one) for one in shares], dtype=np.float64).reshape(len(rows), len(MEASURES)),
        certainty=ints([CERTAINTIES.index(word) for word in certainty]),
        groups=[tuple(filter(None, text.split("、"))) for text in groups],
        flow=ints(flow),
    )


def _shares(stated: Any) -> list[float]:
    shares = json.loads(stated) if isinstance(stated, str) else stated
    everything = float(shares.get(EVERYTHING, "nan"))
    return [float(shares.get(measure, everything)) for measure in MEASURES]


def _measured(ids: Ints, values: dict[str, Any]) -> Measured:
    rows = Measurement.objects.filter(withdrawn_at__isnull=True).values_list("division_id", "measure", "day", "value")
    wanted = rows if values["all"] else rows.filter(division__in=values["ids"])
    division, measure, day, value = _columns(list(wanted), 4)
    return Measured(
        _numbers(ids, division),
        ints([MEASURES.index(word) for word in measure]),
        ints([one.toordinal() for one in day]),
        ints(value),
    )
