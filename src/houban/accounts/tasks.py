"""What the job worker does for accounts at night."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from houban.accounts.models import SignInFailure
from houban.core import claims, clock

KEPT = timedelta(days=90)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="accounts.clear_expired")
def clear_expired(timestamp: int) -> None:  # noqa: ARG001 - the worker passes when it was due
    """Remove sessions that have ended and failed sign-ins older than 90 days."""
    now = clock.now()
    with claims.acting(claims.service("accounts.clear_expired"), at=now):
        Session.objects.filter(expire_date__lt=now).delete()
        SignInFailure.objects.filter(at__lt=now - KEPT).delete()
