"""The one table of verbs: from which state, to which, by whom, and what has to come with it.

The engine is one; a kind of matter is its rows. A room above adds a kind with `add` and does not touch the engine.
`migrate` copies the rows into the database, where the trigger of the steps reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from houban.matters.rules.clocks import Limit
from houban.matters.rules.outcome import TOUCHES
from houban.matters.words import State, Verb, Who

S, V, W = State, Verb, Who

MOST_EXTENSIONS, MOST_PAUSES, MOST_APPEALS = 2, 1, 1
TEXT, HOLDER, TYPE, EVIDENCE, TWIN, AMOUNT, RATING, WISH, PARTS, PEOPLE, RESULT = (
    "text",
    "holder",
    "type",
    "evidence",
    "twin",
    "amount",
    "rating",
    "wish",
    "parts",
    "people",
    "result",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; without `to` the state stays; `needs` names what has to be given with the step."""

    verb: Verb
    begins: tuple[State, ...]
    to: State | None
    who: tuple[Who, ...]
    needs: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()

    @property
    def ways(self) -> Iterator[tuple[State, State]]:
        """Return every pair of states the row leads between."""
        return ((begin, self.to or begin) for begin in self.begins)


@dataclass(frozen=True)
class Kind:
    """A kind of matter: its name, its letter in the number, its rows.

    `filing` is how soon a report has to be filed; `following` how soon, once filed, the next report on it is due.
    `at_desk` kinds are taken in at a desk; the others are begotten by a verb or have a page of their own.
    A `confidential` kind is seen by those who deal with it alone.
    """

    name: str
    label: object
    letter: str
    rows: tuple[Row, ...]
    filing: Limit | None = None
    following: Limit | None = None
    at_desk: bool = False
    confidential: bool = False
    by_verb: Mapping[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        """Look rows up by their verb; a verb has one row a kind."""
        object.__setattr__(self, "by_verb", {row.verb.value: row for row in self.rows})
        if len(self.by_verb) != len(self.rows):
            raise ValueError(f"{self.name}: a verb has two rows")


IN_WORK = (S.DISPATCHED, S.HANDLING)
RUNNING = (S.REPORTED, S.FILED, S.DISPATCHED, S.HANDLING, S.VERIFYING)

REPORT = Row(V.REPORT, (S.DRAFT,), S.REPORTED, (W.STAFF,))
FILE = Row(V.FILE, (S.REPORTED,), S.FILED, (W.RECEIVER,), (TYPE,))
REJECT = Row(V.REJECT, (S.REPORTED,), S.REJECTED, (W.RECEIVER,), (TEXT,))
DISPATCH = Row(V.DISPATCH, (S.FILED, *IN_WORK), S.DISPATCHED, (W.RECEIVER,), (HOLDER,), ("not_paused",))
RETURN = Row(V.RETURN, IN_WORK, S.FILED, (W.HOLDER,), (TEXT,), ("not_returned", "not_paused"))
ACCEPT = Row(V.ACCEPT, (S.DISPATCHED,), S.HANDLING, (W.HOLDER,))
RETYPE = Row(V.RETYPE, (S.FILED, *IN_WORK), None, (W.RECEIVER,), (TYPE,), ("not_paused",))
ESCALATE = Row(V.ESCALATE, (S.REPORTED, S.FILED), S.REPORTED, (W.RECEIVER,), (TEXT,), ("level_above",))
ASK = Row(V.ASK, IN_WORK, None, (W.HOLDER,), (TEXT, WISH), ("before_due",))
EXTEND = Row(V.EXTEND, IN_WORK, None, (W.RECEIVER,), (TEXT, AMOUNT), ("before_due", "extensions_left", "not_paused"))
PAUSE = Row(V.PAUSE, IN_WORK, None, (W.RECEIVER,), (TEXT,), ("before_due", "pauses_left", "not_paused"))
RESUME = Row(V.RESUME, IN_WORK, None, (W.RECEIVER, W.HOLDER), (), ("paused",))
SUBMIT = Row(V.SUBMIT, (S.HANDLING,), S.VERIFYING, (W.HOLDER,), (TEXT, EVIDENCE), ("not_paused",))
VERIFY = Row(V.VERIFY, (S.VERIFYING,), S.CLOSED, (W.VERIFIER,), (), ("parts_closed",))
SEND_BACK = Row(V.SEND_BACK, (S.VERIFYING,), S.HANDLING, (W.VERIFIER,), (TEXT,))
REOPEN = Row(V.REOPEN, (S.CLOSED,), S.FILED, (W.RECEIVER, W.REPORTER), (TEXT,), ("not_merged",))
MERGE = Row(V.MERGE, (S.REPORTED, S.FILED, *IN_WORK), S.CLOSED, (W.RECEIVER,), (TWIN,), ("not_paused", "parts_closed"))
UNMERGE = Row(V.UNMERGE, (S.CLOSED,), S.FILED, (W.RECEIVER,), (TEXT,), ("merged",))
SPLIT = Row(V.SPLIT, (S.FILED, *IN_WORK), None, (W.RECEIVER,), (TEXT, PARTS))
SUPERVISE = Row(V.SUPERVISE, RUNNING, None, (W.LEADER,), (TEXT,))
REPLY = Row(V.REPLY, (S.CLOSED, S.REJECTED), None, (W.RECEIVER,), (TEXT,))
RATE = Row(V.RATE, (S.CLOSED,), None, (W.REPORTER,), (RATING,), ("not_rated",))
APPEAL = Row(V.APPEAL, (S.CLOSED, S.REJECTED), None, (W.HOLDER, W.REPORTER), (TEXT,), ("appeals_left",))
RECHECK = Row(V.RECHECK, (S.CLOSED,), None, (W.VERIFIER,), (), ("sampled",))
MOVE = Row(V.MOVE, RUNNING, None, (W.SERVICE,), (TEXT,))
RESOLVE = Row(V.RESOLVE, (S.REPORTED,), S.CLOSED, (W.REPORTER, W.RECEIVER), (TEXT, EVIDENCE), ("lowest_level",))
CLOSE = Row(V.CLOSE, (S.FILED,), S.CLOSED, (W.RECEIVER,), (TEXT,), ("parts_closed",))
FOLLOW = Row(V.FOLLOW, (S.REPORTED, S.FILED), None, (W.REPORTER, W.RECEIVER), (TEXT,))


def kinds() -> list[Kind]:
    """Return the kinds there are, those of rooms above included, in the order they were added."""
    return list(_kinds.values())


def kind(name: str) -> Kind:
    """Return a kind by its name; `KeyError` where there is none."""
    return _kinds[name]


def add(one: Kind) -> Kind:
    """Add a kind of matter, once."""
    _kinds[one.name] = one
    return one


def remove(one: Kind) -> None:
    """Take a kind out again."""
    _kinds.pop(one.name, None)


def rows() -> set[tuple[str, str, str, str, str, str, str]]:
    """Return the table as the database keeps it: kind, verb, from, to, by whom, guards, what may change."""
    return {
        (one.name, row.verb.value, begin.value, to.value, " ".join(row.who), " ".join(row.guards), touched(row.verb))
        for one in kinds()
        for row in one.rows
        for begin, to in row.ways
    }


def touched(verb: Verb) -> str:
    """Return the columns a verb may change, as one text."""
    return TOUCHES.get(verb, "")


_kinds: dict[str, Kind] = {}
