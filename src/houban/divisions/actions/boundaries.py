"""Take boundaries in and back; place the seats of offices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import shapely
from django.db import transaction

from houban.core.periods import between
from houban.core.problems import Collector
from houban.core.record import Actor, record
from houban.divisions.actions import writing
from houban.divisions.boundaries.matching import Match
from houban.divisions.boundaries.outlook import Outlook, outlook
from houban.divisions.boundaries.reading import Reading
from houban.divisions.models import Boundary, BoundarySet, Division, Seat

SIX = Decimal("0.000001")


class LaterBoundariesError(RuntimeError):
    """A later file took the place of boundaries of this one; it has to be withdrawn first."""


class AlreadyWithdrawnError(RuntimeError):
    """Somebody else has withdrawn it."""


@transaction.atomic
def import_boundaries(
    reading: Reading,
    *,
    on: date,
    by: Actor,
    at: datetime,
    source: str = "",
    licence: str = "",
    only_known: bool = False,
) -> BoundarySet:
    """Take a file's boundaries in from a day on; all of them or, with `Problems`, none.

    Boundaries that held until then are closed with the day. With `only_known`, outlines of unknown divisions are left
    out. The same file for the same day is taken in once.
    """
    writing.take_turn()
    again = BoundarySet.objects.filter(sha256=reading.sha256, day=on, withdrawn_at=None).first()
    if again is not None:
        return again
    seen = outlook(reading, on=on)
    _refuse(seen, only_known=only_known)
    made = BoundarySet.objects.create(
        name=reading.name[:120],
        sha256=reading.sha256,
        day=on,
        system=reading.system,
        source=source,
        licence=licence,
        recorded_at=at,
        recorded_by_name=by.name,
    )
    _write(seen.matches, made)
    counted = {"boundaries": len(seen.matches), "left_out": len(seen.unmatched), "day": on, "licence": licence}
    record("divisions.boundaries.imported", made, by=by, at=at, after=counted)
    return made


def _refuse(seen: Outlook, *, only_known: bool) -> None:
    problems = Collector(file=seen.reading.name)
    if not seen.matches:
        problems.add(what=f"没有一个图形对得上 {seen.day} 的区划", mend="请核对代码、名称和生效日")
    elif not only_known:
        for outline, why in seen.unmatched:
            what = f"第 {outline.number} 个图形（{outline.label}）对不上：{why}"
            problems.add(what=what, mend="请改正，或勾选“对不上的不导入”")
    problems.raise_any()


def _write(matches: list[Match], made: BoundarySet) -> None:
    ids = [one.node.id for one in matches]
    old = list(Boundary.objects.filter(division__in=ids, withdrawn_at=None))
    standing = [row for row in old if row.during.upper is None or row.during.upper > made.day]
    overlapping = [row for row in standing if row.during.lower <= made.day]
    next_day = {
        row.division_id: row.during.lower
        for row in sorted(standing, key=_start, reverse=True)
        if row.during.lower > made.day
    }
    stubs = [_copy(row, made, until=made.day) for row in overlapping if row.during.lower < made.day]
    Boundary.objects.filter(pk__in=[row.pk for row in overlapping]).update(
        withdrawn_at=made.recorded_at,
        withdrawn_by_name=made.recorded_by_name,
        withdrawn_because=f"自 {made.day} 起由“{made.name}”接替"[:200],
        replaced_by=made,
    )
    ends = {row.division_id: row.during.upper for row in overlapping}
    new = [_new(one, made, next_day.get(one.node.id) or ends.get(one.node.id)) for one in matches]
    Boundary.objects.bulk_create([*stubs, *new], batch_size=500)


def _start(row: Boundary) -> date:
    start: date = row.during.lower
    return start


def _new(match: Match, made: BoundarySet, until: date | None) -> Boundary:
    return Boundary(
        division_id=match.node.id,
        during=between(made.day, until),
        geometry=shapely.to_wkb(match.geometry),
        area=max(round(match.area), 1),
        set=made,
        written_by=made,
        recorded_at=made.recorded_at,
    )


def _copy(row: Boundary, writer: BoundarySet, *, until: date | None, at: datetime | None = None) -> Boundary:
    return Boundary(
        division_id=row.division_id,
        during=between(row.during.lower, until),
        geometry=row.geometry,
        area=row.area,
        set_id=row.set_id,
        written_by=writer,
        recorded_at=at or writer.recorded_at,
    )


@transaction.atomic
def withdraw_boundaries(made: BoundarySet, *, because: str, by: Actor, at: datetime) -> BoundarySet:
    """Take the boundaries of a file back; what they had replaced holds again."""
    writing.take_turn()
    made = BoundarySet.objects.select_for_update().get(pk=made.pk)
    if made.withdrawn_at is not None:
        raise AlreadyWithdrawnError
    later = (
        Boundary.objects.filter(written_by=made, replaced_by__isnull=False, replaced_by__withdrawn_at=None)
        .select_related("replaced_by")
        .first()
    )
    if later is not None and later.replaced_by is not None:
        raise LaterBoundariesError(later.replaced_by.name)
    said = {"withdrawn_at": at, "withdrawn_by_name": by.name, "withdrawn_because": because}
    Boundary.objects.filter(written_by=made, withdrawn_at=None).update(**said)
    originals = Boundary.objects.filter(replaced_by=made).select_related("written_by")
    Boundary.objects.bulk_create([_copy(row, row.written_by, until=row.during.upper, at=at) for row in originals])
    BoundarySet.objects.filter(pk=made.pk).update(**said)
    record("divisions.boundaries.withdrawn", made, by=by, at=at, after={"because": because})
    return BoundarySet.objects.get(pk=made.pk)


@transaction.atomic
def place_seat(
    division: Division,
    *,
    on: date,
    longitude: float,
    latitude: float,
    by: Actor,
    at: datetime,
    accuracy: int = 0,
    given: str = "cgcs2000",
    address: str = "",
) -> Seat:
    """Say where the office of a division is from a day on, in CGCS2000; the place before is closed with the day."""
    writing.take_turn()
    standing = [
        row
        for row in Seat.objects.filter(division=division, withdrawn_at=None)
        if row.during.upper is None or row.during.upper > on
    ]
    later = min((row.during.lower for row in standing if row.during.lower > on), default=None)
    old = [row for row in standing if row.during.lower <= on]
    withdraw_seats(old, because=f"自 {on} 起另有驻地", by=by, at=at)
    Seat.objects.bulk_create([_seat_until(row, on, by=by, at=at) for row in old if row.during.lower < on])
    seat = Seat.objects.create(
        division=division,
        during=between(on, later),
        longitude=Decimal(str(longitude)).quantize(SIX),
        latitude=Decimal(str(latitude)).quantize(SIX),
        accuracy=accuracy,
        given=given,
        address=address,
        recorded_at=at,
        recorded_by_name=by.name,
    )
    record("divisions.seat.placed", seat, by=by, at=at, after={"division": division.pk, "place": str(seat)})
    return seat


def _seat_until(row: Seat, day: date, *, by: Actor, at: datetime) -> Seat:
    return Seat(
        division_id=row.division_id,
        during=between(row.during.lower, day),
        longitude=row.longitude,
        latitude=row.latitude,
        accuracy=row.accuracy,
        given=row.given,
        address=row.address,
        recorded_at=at,
        recorded_by_name=by.name,
    )


@transaction.atomic
def withdraw_seats(seats: Iterable[Seat], *, because: str, by: Actor, at: datetime) -> None:
    """Take back seats that were entered wrongly."""
    rows = Seat.objects.filter(pk__in=[seat.pk for seat in seats], withdrawn_at=None)
    for seat in rows:
        record("divisions.seat.withdrawn", seat, by=by, at=at, before={"place": str(seat)}, after={"because": because})
    rows.update(withdrawn_at=at, withdrawn_by_name=by.name, withdrawn_because=because)
