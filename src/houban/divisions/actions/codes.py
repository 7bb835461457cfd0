"""Give divisions the codes of other schemes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions import register
from houban.divisions.actions import writing
from houban.divisions.models import Change, DivisionCode
from houban.divisions.words import Status


@dataclass(frozen=True, slots=True)
class Assignment:
    """A code under another scheme, borne by the division that a known code names on its first day."""

    number: int
    known_code: str
    scheme: str
    code: str
    start: date
    until: date | None = None


@transaction.atomic
def assign_codes(
    rows: Iterable[Assignment], *, title: str, by: Actor, at: datetime, known: str = "nbs", file: str = ""
) -> int:
    """Add codes of other schemes; all of them or, with `Problems`, none."""
    writing.take_turn()
    wrongs, made = [], []
    for row in rows:
        found = register.find(row.known_code, row.start, scheme=known)
        if not found:
            why = register.history(row.known_code, scheme=known)
            what = f"{row.start} 没有代码 {row.known_code}{why}"
            wrongs.append(Problem(file=file, row=row.number, column="代码", what=what, mend="请核对代码和起始日"))
        else:
            made.append((row, found[0].division_id))
    if wrongs:
        raise Problems(wrongs)
    DivisionCode.objects.bulk_create([_code(row, division, title, by, at) for row, division in made])
    writing.check_now()
    return len(made)


def _code(row: Assignment, division: int, title: str, by: Actor, at: datetime) -> DivisionCode:
    change, is_new = Change.objects.get_or_create(
        effective_on=row.start,
        title=title,
        status=Status.ENACTED,
        scheme=row.scheme,
        defaults={"enacted_at": at, "recorded_at": at, "recorded_by_name": by.name, "day_basis": "assumed"},
    )
    if is_new:
        record("divisions.codes.assigned", change, by=by, at=at, after={"scheme": row.scheme})
    return writing.Writer(change, at).code(division, row.scheme, row.code, until=row.until)
