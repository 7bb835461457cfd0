"""The clock, for the edge only: views, API, tasks, commands and middleware."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from houban.core.models import Installation

AFTERNOON = time(15, 40)


def now() -> datetime:
    """Return this moment, aware."""
    return timezone.now()


def moment(day: date) -> datetime:
    """Return this moment; where the demonstration's today is fixed, the same time of that day, its life being over.

    The demonstration's events end in the afternoon: before that, no page may say that they are still to come.
    """
    at = timezone.localtime()
    if day == at.date():
        return at
    return datetime.combine(day, max(at.time(), AFTERNOON), at.tzinfo)


def today() -> date:
    """Return the day the pages call today: the demonstration's fixed day, else the local one."""
    return Installation.fixed_today() or timezone.localdate()
