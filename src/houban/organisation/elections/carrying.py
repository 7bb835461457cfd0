"""Carry out what results say, or rehearse it: the database judges each body, and nothing stays of a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from houban.core.ids import new_id
from houban.core.problems import Collector
from houban.core.record import Actor, record
from houban.organisation.actions import elections
from houban.organisation.actions.elections import Election, NotElected
from houban.organisation.elections.results import Body, Plan
from houban.organisation.refusals import Refused, explained
from houban.organisation.rosters.book import Book
from houban.organisation.rosters.cells import Line

RESULTS = "organisation.results"


class _Rehearsed(Exception):
    """Rolls a rehearsal back."""


def rehearse(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Do everything and take it back; raise `Problems` with every row the database refuses."""
    try:
        with transaction.atomic():
            carry_out(plan, by=by, at=at)
            raise _Rehearsed
    except _Rehearsed:
        return plan


@transaction.atomic
def carry_out(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Hold the elections of a plan, all or none; raise `Problems` with every row the database refuses."""
    problems = Book(plan.book.name, plan.book.digest, plan.book.on, Collector(file=plan.book.name))
    _try(problems, plan.bodies[0].line if plan.bodies else None, lambda: _enter(plan, by=by, at=at))
    for body in plan.active if not problems.problems else ():
        _try(problems, body.line, lambda body=body: _hold(body, by=by, at=at), body)  # type: ignore[misc]
    problems.problems.raise_any()
    if plan.active and plan.book.name:
        after = {"file": plan.book.name, "sha256": plan.book.digest, "bodies": len(plan.active), "begun": plan.begun}
        record("organisation.results.imported", RESULTS, by=by, at=at, after=after)
    return plan


def _try(problems: Book, line: Line | None, act: Callable[[], None], body: Body | None = None) -> None:
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        where = _line_of(refusal, body) or line
        what, _stop, mend = str(refusal).rstrip("。").partition("。")
        if where is not None:
            problems.wrong(where, "", what, mend)


def _line_of(refusal: Refused, body: Body | None) -> Line | None:
    if body is None or not isinstance(refusal, NotElected):
        return None
    return next(row.line for row in body.rows if row.elected is refusal.elected)


def _enter(plan: Plan, *, by: Actor, at: datetime) -> None:
    for person in plan.entered:
        person.uid, person.entered_at = new_id(at), at
        with explained():
            person.save(force_insert=True)
        record("organisation.person.entered", person, by=by, at=at, after={"unit": person.unit_id})


def _hold(body: Body, *, by: Actor, at: datetime) -> None:
    elected = tuple(row.elected for row in body.new)
    if body.term is not None:
        body.held = elections.fill(body.term, elected, on=body.on, by=by, at=at)
        return
    election = Election(body.organisation, body.number, body.on, elected, body.until, body.document)
    body.held = elections.hold(election, by=by, at=at)
