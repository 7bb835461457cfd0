"""The clock, for the edge only: views, API, tasks, commands and middleware."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from houban.core.models import Installation


def now() -> datetime:
    """Return this moment, aware."""
    return timezone.now()


def today() -> date:
    """Return the day the pages call today: the demonstration's fixed day, else the local one."""
    installation = Installation.current()
    if installation is not None and installation.today is not None:
        return installation.today
    return timezone.localdate()
