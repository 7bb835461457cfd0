"""Apply a roster: everything in it or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import DatabaseError, transaction

from houban.core.problems import Problem
from houban.core.record import Actor, record
from houban.organisation.refusals import Refused, explained
from houban.organisation.rosters import writing
from houban.organisation.rosters.plan import Outcome, Plan
from houban.organisation.rosters.sheets import SHEETS

ROSTER = "organisation.roster"
OUT_OF_LOCKS = "53200"
GONE = Problem(what="上传的文件已经不在，或不再是预览时的那一份", mend="请重新选择文件上传")


@transaction.atomic
def apply(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Write what a plan holds; raise `Problems` where the database refuses, with nothing written."""
    if plan.does_nothing:
        return plan
    try:
        with writing.by_index(), explained():
            writing.write(plan, by=by, at=at)
    except Refused as refusal:
        raise writing.named(plan, refusal) from refusal
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == OUT_OF_LOCKS:
            raise writing.too_many(plan) from error
        raise
    record("organisation.roster.imported", ROSTER, by=by, at=at, before=_before(plan), after=_after(plan))
    return plan


def _after(plan: Plan) -> dict[str, object]:
    counts = {one.sheet: {"new": one.new, "changed": one.changed, "unchanged": one.unchanged} for one in plan.counts}
    made = {spec.title: [item.row.pk for item in plan.of(spec, Outcome.NEW)] for spec in SHEETS}
    return {
        "file": plan.book.name,
        "sha256": plan.book.digest,
        "counts": counts,
        "made": {title: pks for title, pks in made.items() if pks},
        "changed": _changes(plan, "after"),
    }


def _before(plan: Plan) -> dict[str, object]:
    return {"changed": _changes(plan, "before")}


def _changes(plan: Plan, side: str) -> dict[str, dict[str, dict[str, str | None]]]:
    return {
        spec.title: {
            str(item.row.pk): {
                name: None if value is None else str(value) for name, value in getattr(item, side).items()
            }
            for item in plan.of(spec, Outcome.CHANGED)
        }
        for spec in SHEETS
        if plan.of(spec, Outcome.CHANGED)
    }
