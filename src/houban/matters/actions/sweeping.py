"""What happens to matters without anybody: late ones go up a level, those of a merged division to who took it over.

Both are idempotent: what has been done once is no longer found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from houban.matters import office, routing, successors
from houban.matters.actions import writing
from houban.matters.actions.writing import Said
from houban.matters.hands import SERVICE, Hand
from houban.matters.models import Matter
from houban.matters.refusals import RefusedError
from houban.matters.rules import outcome, table
from houban.matters.rules.outcome import Given, Stand
from houban.matters.words import Duty, Level, State, Verb
from houban.organisation.models import Organisation

A_BATCH = 2000


@dataclass
class Swept:
    """What a sweep did."""

    escalated: int = 0
    moved: int = 0


def sweep(*, now: datetime, at: datetime, hand: Hand = SERVICE) -> Swept:
    """Follow the map, then escalate what is late; `now` is the moment the pages call now, `at` the server's."""
    moved = follow_map(now=now, at=at, hand=hand)
    return Swept(escalate_late(now=now, at=at, hand=hand), moved)


def escalate_late(*, now: datetime, at: datetime, hand: Hand = SERVICE) -> int:
    """Send up a level what has not been filed or dispatched in time; what is at the county stays there, late."""
    done, hours = 0, office.current()
    late = Matter.objects.overdue(now).filter(state__in=(State.REPORTED, State.FILED), level__lt=Level.COUNTY)
    routes: dict[tuple[int, int | None, int], int] = {}
    for matter in late.order_by("pk")[:A_BATCH]:
        row = table.kind(matter.kind).by_verb.get(Verb.ESCALATE)
        if row is None:
            continue
        key = (matter.unit_id, matter.type_id, matter.level + 1)
        if key not in routes:
            routes[key] = routing.route(
                matter.unit_id, matter.type_id, Duty.RECEIVE, level=matter.level + 1, on=now.date()
            ).organisation
        given = Given(receiver=routes[key], limit=table.kind(matter.kind).filing)
        stand = outcome.after(Verb.ESCALATE, writing.stand_of(matter), given, at=now, office=hours)
        said = Said(Verb.ESCALATE, State.REPORTED, None, now, text=_why_late(matter))
        done += _written(matter, said, stand, hand, at=at)
    return done


LATE = "到期没有立案、派遣，自动上报"
NO_NEWS = "到期没有续报，自动上报"


def _why_late(matter: Matter) -> str:
    """Return what was not done in time: a filed report that has to be followed is late with its next one."""
    return NO_NEWS if table.kind(matter.kind).following and matter.state == State.FILED else LATE


def _written(matter: Matter, said: Said, stand: Stand, hand: Hand, *, at: datetime) -> int:
    """Write a step of the sweep; where somebody has just taken one, theirs stands and the next sweep looks again."""
    try:
        with transaction.atomic():
            writing.write(matter, said, stand, hand, at=at)
    except (RefusedError, IntegrityError):
        return 0
    return 1


def follow_map(*, now: datetime, at: datetime, hand: Hand = SERVICE) -> int:
    """Move the open matters of divisions that are gone to whoever took them over; closed ones stay where they were."""
    day = now.date()
    units = set(Matter.objects.open().values_list("unit", flat=True).distinct())
    gone = successors.gone(units, day)
    heirs = successors.of(gone, day)
    done = 0
    for matter in Matter.objects.open().filter(unit__in=list(heirs)).order_by("pk"):
        heir = heirs[matter.unit_id]
        found = _moved(matter, heir, day)
        if found is not None:
            stand, unit = found
            said = Said(Verb.MOVE, matter.state, None, now, text=f"区划调整（{heir.act}），随区划移交", unit=unit)
            done += _written(matter, said, stand, hand, at=at)
    return done


def _moved(matter: Matter, heir: successors.Successor, day: date) -> tuple[Stand, int | None] | None:
    """Return how a matter stands with who took over; None when it is there already."""
    clear = heir.divisions[0] if len(heir.divisions) == 1 else None
    at = clear if clear is not None else successors.parent(heir.divisions[0], day)
    if at is None:
        return None
    level = matter.level if clear is not None else max(matter.level, Level.TOWN)
    stand = writing.stand_of(matter)
    changes: dict[str, Any] = {}
    if not _stands(matter.receiver_id, day) or clear is None or matter.level == Level.VILLAGE:
        changes["receiver"] = routing.route(at, matter.type_id, Duty.RECEIVE, level=level, on=day).organisation
    if matter.holder_id is not None and not _stands(matter.holder_id, day):
        changes["holder"] = (
            changes.get("receiver", matter.receiver_id)
            if matter.holder_id == matter.receiver_id
            else routing.route(at, matter.type_id, Duty.HANDLE, level=level, on=day).organisation
        )
    after = replace(stand, **changes)
    if clear is None and after == stand:
        return None
    return after, clear


def _stands(body: int | None, day: date) -> bool:
    return body is not None and Organisation.objects.on(day).filter(pk=body).exists()
