"""What a span of days says of the loop, by organisation, type or town; rates whose denominators can't be chosen.

On-time rate = closed on time ÷ (closed + open and overdue): who leaves late matters lying gains nothing. Valid
reports = filed or settled on the spot ÷ (those + not filed). How many come in is shown and never rated. What was
merged into another is counted once, with that other. A rate without a denominator is None, not nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.divisions.words import Level
from houban.matters import successors
from houban.matters.models import MatterType
from houban.organisation.models import Organisation

UNCLEAR = 0
KEYS = {
    "organisation": "COALESCE(m.holder_id, m.receiver_id)",
    "type": "m.type_id",
    "division": "u.place",
}
MEASURED = """
WITH u AS (SELECT unnest(%(units)s::bigint[]) AS unit, unnest(%(places)s::bigint[]) AS place),
m AS (
    SELECT {key} AS key, m.reported_at, m.filed_at, m.ended_at, m.due, m.paused_at, m.on_the_spot, m.reworks,
        m.reopenings, m.rating, m.reported_at >= %(since)s AND m.reported_at < %(until)s AS came,
        m.filed_at >= %(since)s AND m.filed_at < %(until)s AS was_filed,
        m.state = 'closed' AND m.ended_at >= %(since)s AND m.ended_at < %(until)s AS was_closed,
        m.state = 'rejected' AND m.ended_at >= %(since)s AND m.ended_at < %(until)s AS was_rejected,
        m.state NOT IN ('closed', 'rejected', 'draft') AS is_open
    FROM matters_matter m {join}
    WHERE m.kind = %(kind)s AND m.twin_id IS NULL AND m.state <> 'draft' AND m.reported_at < %(until)s
        AND (m.reported_at >= %(since)s OR m.ended_at >= %(since)s
            OR m.state NOT IN ('closed', 'rejected', 'draft'))
)
SELECT GROUPING(key), key, count(*) FILTER (WHERE came), count(*) FILTER (WHERE was_filed),
    count(*) FILTER (WHERE was_rejected), count(*) FILTER (WHERE was_closed),
    count(*) FILTER (WHERE was_closed AND (due IS NULL OR ended_at <= due)),
    count(*) FILTER (WHERE was_closed AND on_the_spot), count(*) FILTER (WHERE is_open),
    count(*) FILTER (WHERE is_open AND paused_at IS NULL AND due < %(now)s),
    count(*) FILTER (WHERE was_closed AND reworks > 0), count(*) FILTER (WHERE was_closed AND reopenings > 0),
    count(rating) FILTER (WHERE was_closed), sum(rating) FILTER (WHERE was_closed),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM filed_at - reported_at)::float8)
        FILTER (WHERE was_filed),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - reported_at)::float8)
        FILTER (WHERE was_closed)
FROM m GROUP BY GROUPING SETS ((key), ())
"""


class By(StrEnum):
    """What a table is broken down by."""

    ORGANISATION = "organisation"
    TYPE = "type"
    DIVISION = "division"


class Map(StrEnum):
    """Which map the towns are of: that of the end of the span, or today's."""

    THEN = "then"
    NOW = "now"


@dataclass(frozen=True)
class Line:
    """One organisation, type or town; hours are medians and ninth deciles."""

    key: int | None
    name: str
    reported: int
    filed: int
    rejected: int
    closed: int
    on_time: int
    on_the_spot: int
    open: int
    overdue: int
    reworked: int
    reopened: int
    rated: int
    rating: float | None
    to_filing: tuple[float, float] | None
    to_closing: tuple[float, float] | None

    @property
    def on_time_rate(self) -> float | None:
        """Return closed on time ÷ (closed + open and overdue), in percent."""
        return percent(self.on_time, self.closed + self.overdue)

    @property
    def valid_rate(self) -> float | None:
        """Return filed or settled on the spot ÷ (those + not filed), in percent."""
        valid = self.filed + self.on_the_spot
        return percent(valid, valid + self.rejected)

    @property
    def rework_rate(self) -> float | None:
        """Return closed after rework ÷ closed, in percent."""
        return percent(self.reworked, self.closed)

    @property
    def reopen_rate(self) -> float | None:
        """Return closed once before ÷ closed, in percent."""
        return percent(self.reopened, self.closed)


def percent(part: int, whole: int) -> float | None:
    """Return a share in percent; without a whole there is none."""
    return None if not whole else 100 * part / whole


@dataclass(frozen=True)
class Statistics:
    """The lines in order of their names, towns as the register lists them, and all of them together."""

    lines: list[Line]
    total: Line


def of(by: By, since: datetime, until: datetime, *, now: datetime, map_: Map = Map.NOW) -> Statistics:
    """Count the events of a span `[since, until)` that the one who asks may read; one query and those for the names."""
    day = (until if until < now else now).date()
    places = _towns(day, today=now.date(), map_=map_) if by == By.DIVISION else {}
    statement = MEASURED.format(
        key=KEYS[by], join="LEFT JOIN u ON u.unit = m.unit_id" if by == By.DIVISION else "CROSS JOIN (SELECT 1) one"
    )
    values: dict[str, Any] = {"since": since, "until": until, "now": now, "kind": "event"}
    values |= {"units": list(places), "places": list(places.values())}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    total = next(row for is_all, *row in rows if is_all)
    parts = [row for is_all, *row in rows if not is_all]
    names = _names(by, [row[0] for row in parts if row[0]], map_day=now.date() if map_ == Map.NOW else day)
    lines = [_line(row, names.get(row[0] or 0, _nameless(by))) for row in parts]
    listed = register.codes_of([line.key for line in lines if line.key]) if by == By.DIVISION else {}
    ordered = sorted(lines, key=lambda line: (not line.key, listed.get(line.key or 0, ""), line.name))
    return Statistics(ordered, _line(total, ""))


def _line(row: Sequence[Any], name: str) -> Line:
    key, *counted, rating, filing, closing = row
    rated = counted[-1]
    mean = float(rating) / rated if rated else None
    rest: tuple[Any, ...] = (mean, _hours(filing), _hours(closing))
    return Line(key, name, *counted, *rest)


def _hours(found: Sequence[float] | None) -> tuple[float, float] | None:
    return None if not found or found[0] is None else (found[0] / 3600, found[1] / 3600)


def _nameless(by: By) -> str:
    from django.utils.translation import gettext as _

    return {By.ORGANISATION: _("未派"), By.TYPE: _("未定类型"), By.DIVISION: _("说不清归哪里")}[by]


def _names(by: By, keys: Iterable[int], *, map_day: date) -> dict[int, str]:
    if by == By.ORGANISATION:
        return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))
    if by == By.TYPE:
        return dict(MatterType.objects.filter(pk__in=keys).values_list("pk", "name"))
    rows = DivisionVersion.objects.live().filter(division__in=keys, during__startswith__lte=map_day).order_by("during")
    return dict(rows.values_list("division", "name"))


def _towns(day: date, *, today: date, map_: Map) -> dict[int, int]:
    """Return for every division that a matter may lie in its town: on a day as it was then, or on today's map.

    A division that is gone belonged, then, to the town it lay in last; now it belongs where it went, and to nobody
    where that is more than one town.
    """
    county = register.county() or 0
    rows = DivisionVersion.objects.live().filter(during__startswith__lte=max(day, today)).order_by("during")
    above: dict[int, int] = {}
    for division, parent, during in rows.values_list("division", "parent", "during"):
        if map_ == Map.NOW or during.lower is None or during.lower <= day:
            above[division] = parent or 0
    levels = dict(DivisionVersion.objects.live().values_list("division", "division__level"))
    heirs = successors.of(successors.gone(above, today), today) if map_ == Map.NOW else {}

    def town(division: int) -> int:
        seen = set[int]()
        while division and division not in seen and levels.get(division) not in (Level.TOWN, Level.COUNTY):
            seen.add(division)
            division = above.get(division, 0)
        return division

    found: dict[int, int] = {}
    for division in above:
        ones = {town(one) for one in heirs[division].divisions} if division in heirs else {town(division)}
        found[division] = ones.pop() if len(ones) == 1 else UNCLEAR
    found[county] = county
    return found
