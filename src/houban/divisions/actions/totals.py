"""Enter and remove the totals an act states of itself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.divisions.models import Change, ControlTotal
from houban.divisions.words import FORMS_COUNTED, Counted


@transaction.atomic
def state_total(
    change: Change,
    *,
    measure: str,
    before: int,
    before_on: date,
    after: int,
    after_on: date,
    by: Actor,
    at: datetime,
) -> ControlTotal:
    """Enter a total of an act; one that was entered for the same measure is replaced."""
    forms = list(FORMS_COUNTED[Counted(measure)])
    for old in change.control_totals.filter(forms=forms):
        remove_total(old, by=by, at=at)
    total = ControlTotal.objects.create(
        change=change,
        label=str(Counted(measure).label),
        forms=forms,
        before=before,
        before_on=before_on,
        after=after,
        after_on=after_on,
    )
    stated = {"label": total.label, "before": before, "after": after, "before_on": before_on, "after_on": after_on}
    record("divisions.total.stated", change, by=by, at=at, after=stated)
    return total


@transaction.atomic
def remove_total(total: ControlTotal, *, by: Actor, at: datetime) -> None:
    """Take a total away; the record keeps what it said."""
    before = {"label": total.label, "before": total.before, "after": total.after}
    record("divisions.total.removed", total.change, by=by, at=at, before=before)
    total.delete()
