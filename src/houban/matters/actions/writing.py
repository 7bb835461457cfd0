"""Write one step; the database moves the matter by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from houban.core.record import record
from houban.matters.hands import Hand
from houban.matters.models import Evidence, Matter, Step
from houban.matters.refusals import refused
from houban.matters.rules.outcome import Stand
from houban.matters.words import State


@dataclass(frozen=True)
class Said:
    """What a step says: when it happened, in whose name, and the words with it."""

    verb: str
    ends: str
    body: int | None
    happened_at: datetime
    text: str = ""
    wish: str = ""
    rating: int | None = None
    result: str = ""
    unit: int | None = None


def stand_of(matter: Matter) -> Stand:
    """Return how a matter stands."""
    from houban.matters.rules.clocks import Limit, Unit

    limit = Limit(matter.limit_amount, Unit(matter.limit_unit)) if matter.limit_amount else None
    return Stand(
        type=matter.type_id,
        rule=matter.rule_id,
        level=matter.level,
        receiver=matter.receiver_id,
        holder=matter.holder_id,
        handler=matter.handler_id,
        limit=limit,
        started_at=matter.started_at,
        due_raw=matter.due_raw,
        due=matter.due,
        paused_at=matter.paused_at,
        twin=str(matter.twin_id) if matter.twin_id else None,
        sampled=matter.sampled,
    )


def columns(stand: Stand) -> dict[str, Any]:
    """Return a standing as the columns of a step or matter."""
    return {
        "type_id": stand.type,
        "rule_id": stand.rule,
        "level": stand.level,
        "receiver_id": stand.receiver,
        "holder_id": stand.holder,
        "handler_id": stand.handler,
        "limit_amount": stand.limit.amount if stand.limit else None,
        "limit_unit": stand.limit.unit.value if stand.limit else "",
        "started_at": stand.started_at,
        "due_raw": stand.due_raw,
        "due": stand.due,
        "paused_at": stand.paused_at,
        "twin_id": stand.twin,
        "sampled": stand.sampled,
    }


def write(
    matter: Matter, said: Said, stand: Stand, hand: Hand, *, at: datetime, evidence: Sequence[Evidence] = ()
) -> Step:
    """Write a step and its record, and let the matter in hand say what the database now holds.

    Raises the refusal `moved_on` when somebody else's step came first; the caller's block is then rolled back.
    """
    step = Step(
        matter=matter,
        position=matter.steps_taken + 1,
        verb=said.verb,
        begins=matter.state,
        ends=said.ends,
        person_id=hand.person,
        body_id=said.body,
        post=hand.label(said.body),
        text=said.text,
        wish=said.wish,
        rating=said.rating,
        result=said.result,
        unit_id=said.unit,
        happened_at=said.happened_at,
        recorded_at=at,
        **columns(stand),
    )
    try:
        step.save(force_insert=True)
    except IntegrityError as error:
        if "has moved on" in str(error):
            raise refused("moved_on", verb=said.verb) from None
        raise
    for number, one in enumerate(evidence, start=1):
        one.step, one.number = step, number
    if evidence:
        Evidence.objects.bulk_create(evidence)
    before = {"state": matter.state, "holder": matter.holder_id}
    _follow(matter, step)
    after = {"state": matter.state, "holder": matter.holder_id, "due": matter.due, "text": said.text}
    record(f"matters.{said.verb}", matter, by=hand.actor, at=at, before=before, after=after)
    return step


def _follow(matter: Matter, step: Step) -> None:
    """Let the object say what the trigger has made of the row; the counters are read again when they are asked for."""
    for name in columns(stand_of(matter)):
        setattr(matter, name, getattr(step, name))
    matter.state, matter.steps_taken = step.ends, step.position
    matter.unit_id = step.unit_id or matter.unit_id
    if step.ends in (State.CLOSED, State.REJECTED) and matter.ended_at is None:
        matter.ended_at = step.happened_at
