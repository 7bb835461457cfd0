"""What the job worker does for personal values at night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from houban.core import claims, clock
from houban.core.record import Actor
from houban.organisation.actions import erasure

NIGHTLY = Actor(None, "夜间任务")


@app.periodic(cron="37 2 * * *")
@app.task(queueing_lock="organisation.expire_personal")
def expire_personal(timestamp: int) -> None:  # noqa: ARG001 - the worker passes when it was due
    """Remove the personal values whose time is over; a second run on the same day finds nothing."""
    now = clock.now()
    with claims.acting(claims.service("organisation.expire_personal"), at=now):
        erasure.sweep(on=clock.today(), by=NIGHTLY, at=now)
