"""What a step leaves behind: the standing of its matter afterwards. Pure; clocks are handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from houban.matters.rules.clocks import Limit, OfficeTime
from houban.matters.words import Level, Verb


@dataclass(frozen=True, slots=True)
class Stand:
    """How a matter stands, as far as steps change it; organisations, people and rules by their numbers."""

    type: int | None = None
    rule: int | None = None
    level: int = Level.VILLAGE
    receiver: int | None = None
    holder: int | None = None
    handler: int | None = None
    limit: Limit | None = None
    started_at: datetime | None = None
    due_raw: datetime | None = None
    due: datetime | None = None
    paused_at: datetime | None = None
    twin: str | None = None
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a step, looked up already; who it goes to, by which rule, how much more time."""

    person: int | None = None
    type: int | None = None
    rule: int | None = None
    limit: Limit | None = None
    due: datetime | None = None
    amount: int = 0
    level: int | None = None
    receiver: int | None = None
    holder: int | None = None
    twin: str | None = None
    sampled: bool = False


def after(verb: str, stand: Stand, given: Given, *, at: datetime, office: OfficeTime) -> Stand:
    """Return how a matter stands after a step."""
    change = CHANGES.get(Verb(verb))
    return change(stand, given, at, office) if change else stand


def _timed(stand: Stand, given: Given, at: datetime, office: OfficeTime) -> Stand:
    """Start a clock: by its limit, or to a due time that was named."""
    if given.due is not None:
        return replace(stand, limit=None, started_at=at, due_raw=given.due, due=given.due, paused_at=None)
    if given.limit is None:
        return replace(stand, limit=None, started_at=at, due_raw=None, due=None, paused_at=None)
    due = office.due(at, given.limit)
    return replace(stand, limit=given.limit, started_at=at, due_raw=due, due=due, paused_at=None)


def _reported(stand: Stand, given: Given, at: datetime, office: OfficeTime) -> Stand:
    placed = replace(
        stand, type=given.type, level=given.level or stand.level, receiver=given.receiver, holder=given.holder
    )
    return _timed(placed, given, at, office)


def _filed(stand: Stand, given: Given, at: datetime, office: OfficeTime) -> Stand:
    return _timed(replace(stand, type=given.type or stand.type, rule=given.rule), given, at, office)


def _retyped(stand: Stand, given: Given, _at: datetime, office: OfficeTime) -> Stand:
    """Keep the start, and what was added to the time by extensions and pauses."""
    typed = replace(stand, type=given.type, rule=given.rule)
    if given.limit is None or stand.started_at is None:
        return typed
    raw = office.due(stand.started_at, given.limit)
    due = raw
    if stand.due is not None and stand.due_raw is not None and stand.due > stand.due_raw:
        due = office.moved(raw, given.limit, stand.due_raw, stand.due)
    return replace(typed, limit=given.limit, due_raw=raw, due=due)


def _escalated(stand: Stand, given: Given, at: datetime, office: OfficeTime) -> Stand:
    above = replace(stand, level=stand.level + 1, receiver=given.receiver, holder=None, handler=None, rule=None)
    return _timed(above, given, at, office)


def _reopened(stand: Stand, given: Given, at: datetime, office: OfficeTime) -> Stand:
    return _timed(replace(stand, holder=None, handler=None, sampled=False), given, at, office)


def _unmerged(stand: Stand, given: Given, at: datetime, office: OfficeTime) -> Stand:
    return _timed(replace(stand, holder=None, handler=None, twin=None), given, at, office)


def _extended(stand: Stand, given: Given, _at: datetime, office: OfficeTime) -> Stand:
    if stand.due is None or given.limit is None:
        return stand
    return replace(stand, due=office.due(stand.due, given.limit))


def _resumed(stand: Stand, _given: Given, at: datetime, office: OfficeTime) -> Stand:
    if stand.paused_at is None:
        return stand
    due = stand.due
    if due is not None and stand.limit is not None:
        due = office.moved(due, stand.limit, stand.paused_at, at)
    elif due is not None:
        due += at - stand.paused_at
    return replace(stand, due=due, paused_at=None)


CHANGES: dict[Verb, Callable[[Stand, Given, datetime, OfficeTime], Stand]] = {
    Verb.REPORT: _reported,
    Verb.FILE: _filed,
    Verb.RETYPE: _retyped,
    Verb.DISPATCH: lambda stand, given, _at, _office: replace(stand, holder=given.holder, handler=None),
    Verb.RETURN: lambda stand, _given, _at, _office: replace(stand, holder=None, handler=None),
    Verb.ACCEPT: lambda stand, given, _at, _office: replace(stand, handler=given.person),
    Verb.ESCALATE: _escalated,
    Verb.EXTEND: _extended,
    Verb.PAUSE: lambda stand, _given, at, _office: replace(stand, paused_at=at),
    Verb.RESUME: _resumed,
    Verb.SUBMIT: lambda stand, given, _at, _office: replace(stand, handler=given.person or stand.handler),
    Verb.RESOLVE: lambda stand, given, _at, _office: replace(
        stand, holder=stand.holder or stand.receiver, handler=given.person, sampled=given.sampled
    ),
    Verb.VERIFY: lambda stand, given, _at, _office: replace(stand, sampled=given.sampled),
    Verb.RECHECK: lambda stand, _given, _at, _office: replace(stand, sampled=False),
    Verb.REOPEN: _reopened,
    Verb.MERGE: lambda stand, given, _at, _office: replace(stand, twin=given.twin),
    Verb.UNMERGE: _unmerged,
    Verb.FOLLOW: lambda stand, given, at, office: _timed(stand, given, at, office) if given.limit else stand,
    Verb.MOVE: lambda stand, given, _at, _office: replace(
        stand, receiver=given.receiver or stand.receiver, holder=given.holder or stand.holder
    ),
}


CLOCK = "limit_amount limit_unit started_at due_raw due paused_at"
# What of a standing each verb may change, by the columns of the database; what isn't named stays as it was.
TOUCHES: dict[Verb, str] = {
    Verb.REPORT: f"type_id level receiver_id holder_id {CLOCK}",
    Verb.FILE: f"type_id rule_id {CLOCK}",
    Verb.RETYPE: "type_id rule_id limit_amount limit_unit due_raw due",
    Verb.DISPATCH: "holder_id handler_id",
    Verb.RETURN: "holder_id handler_id",
    Verb.ACCEPT: "handler_id",
    Verb.ESCALATE: f"rule_id level receiver_id holder_id handler_id {CLOCK}",
    Verb.EXTEND: "due",
    Verb.PAUSE: "paused_at",
    Verb.RESUME: "due paused_at",
    Verb.SUBMIT: "handler_id",
    Verb.RESOLVE: "holder_id handler_id sampled",
    Verb.VERIFY: "sampled",
    Verb.RECHECK: "sampled",
    Verb.REOPEN: f"holder_id handler_id sampled {CLOCK}",
    Verb.MERGE: "twin_id",
    Verb.UNMERGE: f"holder_id handler_id twin_id {CLOCK}",
    Verb.FOLLOW: CLOCK,
    Verb.MOVE: "receiver_id holder_id unit_id",
}


def is_drawn(matter: str, *, seed: str, percent: int) -> bool:
    """Tell whether a matter falls into the sample to be checked again: by its number and a seed, so by nobody."""
    digest = hashlib.sha256(f"{seed}:{matter}".encode()).digest()
    return int.from_bytes(digest[:8]) % 100 < percent
