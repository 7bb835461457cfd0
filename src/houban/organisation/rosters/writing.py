"""Write a plan: table by table, many rows at once; what ends is written before what begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, models
from django.utils.translation import gettext as _

from houban.core.ids import new_id
from houban.core.problems import Problem, Problems
from houban.core.record import Actor
from houban.organisation import authority
from houban.organisation.actions import appointments, organisations
from houban.organisation.models import (
    Appointment,
    Charge,
    Membership,
    Organisation,
    Person,
    Post,
    Quota,
    QuotaPlace,
    Term,
)
from houban.organisation.refusals import OutsideJurisdiction, Refused
from houban.organisation.rosters.plan import Item, Outcome, Plan
from houban.organisation.rosters.sheets import (
    APPOINTMENTS,
    MEMBERSHIPS,
    ORGANISATIONS,
    PEOPLE,
    POSTS,
    QUOTAS,
    TERMS,
    SheetSpec,
)

BATCH = 1000
NAMED = re.compile(r"^(organisation|appointment|post|term|quota|membership) (\d+) ")
SHEET_OF = {
    "organisation": ORGANISATIONS,
    "appointment": APPOINTMENTS,
    "post": POSTS,
    "term": TERMS,
    "quota": QUOTAS,
    "membership": MEMBERSHIPS,
}


BY_INDEX = "DISCARD PLANS; SET LOCAL enable_seqscan = off; SET LOCAL join_collapse_limit = 1"
AS_USUAL = "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL join_collapse_limit TO DEFAULT; DISCARD PLANS"


@contextmanager
def by_index() -> Iterator[None]:
    """Let the database check each row by its indexes.

    Rows of this transaction are not in its statistics yet: on tables that were empty it would read all of them for
    every row it checks, 15,000 times 15,000. The joins of `houban.clash` are taken in the order they are written in.
    """
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        yield
        cursor.execute(AS_USUAL)


def write(plan: Plan, *, by: Actor, at: datetime) -> None:
    """Write everything a plan holds, in the transaction that is open."""
    _organisations(plan)
    _shorten(plan, Term, TERMS, "document")
    _create(Term, plan, TERMS)
    _shorten(plan, Post, POSTS, "seats")
    _create(Post, plan, POSTS)
    for division in {item.row.division_id for item in plan.of(POSTS, Outcome.NEW)}:
        authority.refresh_reach_of(division)
    _shorten(plan, Quota, QUOTAS, "number", "document")
    _create(Quota, plan, QUOTAS)
    _people(plan, at=at)
    _appointments(plan, by=by, at=at)
    _shorten(plan, Membership, MEMBERSHIPS, "basis")
    _create(Membership, plan, MEMBERSHIPS)
    for item in plan.of(ORGANISATIONS, Outcome.CHANGED):
        if "until" in item.before:
            organisations.close(item.row, on=item.row.during.upper, basis=item.row.end_basis, by=by, at=at)


def _organisations(plan: Plan) -> None:
    changed = [item.row for item in plan.of(ORGANISATIONS, Outcome.CHANGED)]
    waiting = [item.row for item in plan.of(ORGANISATIONS, Outcome.NEW)]
    while waiting:
        ready = [row for row in waiting if row.parent is None or row.parent.pk is not None]
        Organisation.objects.bulk_create(ready, batch_size=BATCH)
        waiting = [row for row in waiting if row.pk is None]
    fields = ("kind", "parent", "credit_code", "differentiated", "headcount", "basis")
    _update(Organisation, changed, fields)


def _create(model: type[models.Model], plan: Plan, spec: SheetSpec) -> None:
    model._default_manager.bulk_create([item.row for item in plan.of(spec, Outcome.NEW)], batch_size=BATCH)


def _shorten(plan: Plan, model: type[models.Model], spec: SheetSpec, *fields: str) -> None:
    ended = [row for row in plan.ended if isinstance(row, model)]
    rows = [item.row for item in plan.of(spec, Outcome.CHANGED)]
    _update(model, [*rows, *ended], (*fields, "during"))


def _update(model: type[models.Model], rows: Iterable[Any], fields: Sequence[str]) -> None:
    registered = {row.pk: row for row in rows if row.pk is not None}
    if not registered:
        return
    done = model._default_manager.bulk_update(list(registered.values()), fields, batch_size=BATCH)
    if done != len(registered):  # a policy leaves rows out where an insertion would be refused
        raise OutsideJurisdiction(_("有的行不在您岗位的范围内，没有改动。"))


def _people(plan: Plan, *, at: datetime) -> None:
    new = [item.row for item in plan.of(PEOPLE, Outcome.NEW)]
    for person in new:
        person.uid, person.entered_at = new_id(at), at
    Person.objects.bulk_create(new, batch_size=BATCH)
    moved = [item.row for item in plan.of(PEOPLE, Outcome.CHANGED) if "code" in item.before]
    _update(Person, moved, ("unit",))
    _update(QuotaPlace, [row for row in plan.ended if isinstance(row, QuotaPlace)], ("during",))
    QuotaPlace.objects.bulk_create([row for row in plan.places if isinstance(row, QuotaPlace)], batch_size=BATCH)


def _appointments(plan: Plan, *, by: Actor, at: datetime) -> None:
    ended = {item.row.pk: item.row for item in plan.of(APPOINTMENTS, Outcome.CHANGED)}
    charged = Charge.objects.filter(appointment__in=ended).values_list("appointment_id", flat=True).distinct()
    for pk in charged:
        appointments.cut(ended[pk], on=ended[pk].during.upper, basis=ended[pk].end_basis)
    _update(Appointment, ended.values(), ("during", "end_basis"))
    new = [item.row for item in plan.of(APPOINTMENTS, Outcome.NEW)]
    for row in new:
        row.uid, row.entered_at, row.entered_by_name = new_id(at), at, by.name
    Appointment.objects.bulk_create(new, batch_size=BATCH)


def too_many(plan: Plan) -> Problems:
    """Say that the server has not room for so many locks in one transaction."""
    what, mend = "任职行数超出了数据库一次能锁定的数", "请把“任职”表分成几份，或由管理员调大 max_locks_per_transaction"
    return Problems([Problem(what=what, mend=mend, file=plan.book.name)])


def named(plan: Plan, refusal: Refused) -> Problems:
    """Say what the database refused with the row it refused, where that can be told."""
    item = _item_of(plan, refusal)
    what = str(refusal).rstrip("。")
    if item is None:
        return Problems([Problem(what=what, file=plan.book.name)])
    line = item.line
    what = f"{item.label}：{what}"
    return Problems([Problem(what=what, file=plan.book.name, sheet=line.sheet, row=line.number)])


def _item_of(plan: Plan, refusal: Refused) -> Item | None:
    cause = refusal.__cause__
    if not isinstance(cause, DatabaseError):
        return None
    found = NAMED.match(str(cause))
    if found is None:
        return None
    items = plan.of(SHEET_OF[found[1]], Outcome.NEW, Outcome.CHANGED)
    return next((item for item in items if item.row.pk == int(found[2])), None)
