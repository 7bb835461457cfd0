"""The clock, for the edge only: views, API, tasks, commands and middleware."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from houban.core.models import Installation


def now() -> datetime:
    """Return this moment, aware."""
    return timezone.now()


def moment(day: date) -> datetime:
    """Return this time of day on a day: what the pages call now, where the demonstration's today is fixed."""
    at = timezone.localtime()
    return at.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    """Return the day the pages call today: the demonstration's fixed day, else the local one."""
    installation = Installation.current()
    if installation is not None and installation.today is not None:
        return installation.today
    return timezone.localdate()
