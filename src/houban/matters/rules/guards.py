"""Whether somebody may take a verb now, and if not, why: the first reason that holds.

The trigger of the steps (`migrations/0002_promises.py`) asks the same; a test drives both through every row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from houban.matters.rules.table import MOST_APPEALS, MOST_EXTENSIONS, MOST_PAUSES, Row
from houban.matters.words import Level, Verb, Who


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at in a matter; organisations and people by their numbers."""

    kind: str
    state: str
    level: int
    receiver: int | None = None
    holder: int | None = None
    handler: int | None = None
    reporter: int | None = None
    due: datetime | None = None
    is_paused: bool = False
    extensions: int = 0
    pauses: int = 0
    appeals: int = 0
    is_rated: bool = False
    is_sampled: bool = False
    is_merged: bool = False
    returned_by: frozenset[int] = frozenset()
    open_parts: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """An organisation one holds a post in, what that post lets one do, and whether it reaches the matter's division."""

    body: int
    powers: frozenset[str]
    reaches: bool = True


@dataclass(frozen=True, slots=True)
class Me:
    """The one who asks: a person with seats, or a service."""

    person: int | None
    seats: tuple[Seat, ...] = ()
    is_service: bool = False


def as_what(row: Row, facts: Facts, me: Me) -> int | str | None:
    """Return the organisation in whose name a verb can be taken (None for a reporter or service); else `"nobody"`."""
    for who in row.who:
        found = _as(who, facts, me)
        if found != "nobody" and not _verifies_own(row, facts, me, found):
            return found
    return "nobody"


def _as(who: Who, facts: Facts, me: Me) -> int | str | None:
    if who is Who.SERVICE:
        return None if me.is_service else "nobody"
    if me.is_service:
        return None
    if who is Who.REPORTER:
        return (me.seats[0].body if me.seats else None) if me.person and me.person == facts.reporter else "nobody"
    power, body = {
        Who.STAFF: ("handle", None),
        Who.RECEIVER: ("dispatch", facts.receiver),
        Who.HOLDER: ("handle", facts.holder),
        Who.VERIFIER: ("verify", None),
        Who.LEADER: ("supervise", None),
    }[who]
    seats = [seat for seat in me.seats if power in seat.powers]
    bound = who in (Who.RECEIVER, Who.HOLDER)
    fitting = (seat.body for seat in seats if (seat.body == body if bound else seat.reaches))
    if who is Who.VERIFIER:
        fitting = (body for body in fitting if body != facts.holder)
    return next(fitting, "nobody")


def _verifies_own(row: Row, facts: Facts, me: Me, body: int | str | None) -> bool:
    """Tell whether somebody would verify what they, or their organisation, have done themselves."""
    if row.verb not in (Verb.VERIFY, Verb.SEND_BACK, Verb.RECHECK):
        return False
    return body == facts.holder or (me.person is not None and me.person == facts.handler)


def refusal(row: Row, facts: Facts, me: Me, at: datetime) -> str:
    """Return why a verb can't be taken, as a word of `REFUSALS`; empty when it can."""
    if facts.state not in row.begins:
        return "state"
    body = as_what(row, facts, me)
    if body == "nobody":
        return "who"
    return next((guard for guard in row.guards if not _holds(guard, facts, body, at)), "")


def _holds(guard: str, facts: Facts, body: int | str | None, at: datetime) -> bool:
    held: dict[str, bool] = {
        "before_due": facts.due is None or at <= facts.due,
        "not_paused": not facts.is_paused,
        "paused": facts.is_paused,
        "extensions_left": facts.extensions < MOST_EXTENSIONS,
        "pauses_left": facts.pauses < MOST_PAUSES,
        "appeals_left": facts.appeals < MOST_APPEALS,
        "not_returned": body not in facts.returned_by,
        "level_above": facts.level < Level.COUNTY,
        "lowest_level": facts.level == Level.VILLAGE,
        "sampled": facts.is_sampled,
        "not_rated": not facts.is_rated,
        "not_merged": not facts.is_merged,
        "merged": facts.is_merged,
        "parts_closed": facts.open_parts == 0,
    }
    return held[guard]


def open_to(rows: Collection[Row], facts: Facts, me: Me, at: datetime) -> list[Row]:
    """Return the rows somebody may take now."""
    return [row for row in rows if not refusal(row, facts, me, at)]
