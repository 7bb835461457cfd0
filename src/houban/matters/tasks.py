"""What the job worker does for matters: sweep every ten minutes and when the map has changed; tell people outside."""

from __future__ import annotations

from contextlib import suppress

from django.utils.timezone import localtime
from procrastinate.contrib.django import app

from houban.core import claims, clock
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE, Actor
from houban.matters import actions
from houban.matters.actions import parties
from houban.matters.importing import acts, running
from houban.matters.models import Intake
from houban.matters.notifying import channels, delivering, queueing

DIGEST_HOUR = 8


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="matters.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the worker passes when it was due
    """Escalate what is late and follow the map; a second run finds nothing."""
    now = clock.now()
    with claims.acting(claims.service("matters.sweep"), at=now):
        actions.sweep(now=clock.moment(clock.today()), at=now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="matters.deliver")
def deliver(timestamp: int) -> None:  # noqa: ARG001 - the worker passes when it was due
    """Tell those who want it at once, outside these pages; nothing goes twice."""
    adapters = channels.adapters(clock.now)
    if not adapters:
        return
    now = clock.now()
    with claims.acting(claims.service("matters.deliver"), at=now):
        queueing.at_once(adapters, at=now)
    delivering.run(adapters, now=clock.now)


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="matters.digest")
def digest(timestamp: int) -> None:  # noqa: ARG001
    """Write down the day's digests at eight in the morning; a second run finds them."""
    now = clock.now()
    if localtime(now).hour != DIGEST_HOUR:
        return
    with claims.acting(claims.service("matters.digest"), at=now):
        queueing.digests(channels.names(), localtime(now).date(), at=now)


@app.periodic(cron="20 2 * * *")
@app.task(queueing_lock="matters.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001
    """Destroy who was in disputes that ended three months ago; a second run finds nothing."""
    now = clock.now()
    with claims.acting(claims.service("matters.forget"), at=now):
        parties.forget_old(now=clock.moment(clock.today()), at=now)


@app.task
def check_intake(intake: int, attempt: int) -> None:
    """Try another platform's file dry."""
    with suppress(Problems, running.GoneOnError):  # what was wrong stands in the intake; who gave it up knows
        running.check(intake, attempt, now=clock.now, moment=clock.moment(clock.today()))


@app.task
def write_intake(intake: int, attempt: int) -> None:
    """Take another platform's matters over."""
    now = clock.now()
    with claims.acting(claims.service("matters.intake"), at=now):
        by = Actor(*Intake.objects.values_list("by_id", "by_name").get(pk=intake))
    with suppress(Problems, running.GoneOnError):
        running.write(intake, attempt, by=by, now=clock.now, moment=clock.moment(clock.today()))


@app.periodic(cron="17 1 * * *")
@app.task(queueing_lock="matters.forget")
def forget_intakes(timestamp: int) -> None:  # noqa: ARG001
    """Delete the files of other platforms that nobody has come back to."""
    now = clock.now()
    with claims.acting(claims.service("matters.intake"), at=now):
        acts.forget_old(by=COMMAND_LINE, at=now)
