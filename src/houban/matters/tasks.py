"""What the job worker does for matters: every ten minutes, and at once when the map has changed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from houban.core import claims, clock
from houban.matters import actions


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="matters.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the worker passes when it was due
    """Escalate what is late and follow the map; a second run finds nothing."""
    now = clock.now()
    with claims.acting(claims.service("matters.sweep"), at=now):
        actions.sweep(now=clock.moment(clock.today()), at=now)
