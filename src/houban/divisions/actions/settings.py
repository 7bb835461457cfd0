"""Set what "before the change" means for a measure."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.divisions.models import Baseline


@transaction.atomic
def set_baseline(measure: str, *, day: date, reason: str, by: Actor, at: datetime) -> Baseline:
    """Fix the day a measure is compared with."""
    old = Baseline.objects.filter(measure=measure).first()
    baseline, _ = Baseline.objects.update_or_create(
        measure=measure, defaults={"day": day, "reason": reason, "set_by_name": by.name, "set_at": at}
    )
    before = {"day": old.day, "reason": old.reason} if old else None
    record("divisions.baseline.set", baseline, by=by, at=at, before=before, after={"day": day, "reason": reason})
    return baseline
