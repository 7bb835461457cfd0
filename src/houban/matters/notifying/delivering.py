"""Send what is written down, at most once: taken and committed first, sent then, noted last.

Whoever is killed between taking and noting leaves a delivery that is taken and not sent; nobody takes it again, since
nobody knows whether it went. What certainly was not sent is put back and tried later, each time after a longer pause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from houban.core import claims
from houban.core.keyring import KeyringError
from houban.core.seals import SealError
from houban.matters.models import Delivery, Matter
from houban.matters.notifying import addresses, queueing, wording
from houban.matters.notifying.adapters import Adapter, Message, NotSentError, UncertainError
from houban.matters.notifying.channels import GROUPS, Adapters

SERVICE = "matters.deliver"
MOST_TRIES = 6
FIRST_PAUSE = timedelta(minutes=1)  # then four times as long each time: 1, 4, 16, 64, 256 minutes
MOST_A_RUN, MOST_IN_GROUPS = 200, 15  # the robots of groups take twenty messages a minute
NO_ADDRESS, NOTHING_NEW = "没有地址", "已经看过或办过"

Now = Callable[[], datetime]


@dataclass
class Sent:
    """What a run did."""

    sent: int = 0
    refused: int = 0
    uncertain: int = 0


def run(adapters: Adapters, *, now: Now) -> Sent:
    """Send by every way out what is due there."""
    done = Sent()
    for channel, adapter in adapters.items():
        for _turn in range(MOST_IN_GROUPS if channel in GROUPS else MOST_A_RUN):
            taken = take(channel, now=now)
            if taken is None:
                break
            pk, message = taken
            if message is not None:
                _send(pk, message, adapter, done, now=now)
    return done


def take(channel: str, *, now: Now) -> tuple[int, Message | None] | None:
    """Take the next delivery that is due, so that nobody else does; no message where there is nothing to send."""
    at = now()
    with claims.acting(claims.service(SERVICE), at=at):
        waiting = Delivery.objects.filter(taken_at=None, dropped_at=None, due_at__lte=at, channel=channel)
        found = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()
        if found is None:
            return None
        message, problem = _message(found)
        if message is None:
            found.dropped_at, found.problem = at, problem
        else:
            found.taken_at = at
        found.save(update_fields=["taken_at", "dropped_at", "problem"])
    return found.pk, message


def _message(delivery: Delivery) -> tuple[Message | None, str]:
    """Return what a delivery says, as things stand now, or why there is nothing to say."""
    try:
        to = addresses.of(delivery.person, delivery.channel) if delivery.person else ""
    except (SealError, KeyringError) as error:
        return None, f"号码打不开：{type(error).__name__}"
    if delivery.person and not to:
        return None, NO_ADDRESS
    if delivery.day is not None:
        return _of_day(delivery, to)
    line = delivery.notification
    is_new = line is not None and (
        line.settled_at is None
        if delivery.person_id is None
        else bool(queueing.unread(delivery.person_id, line=line.pk))
    )
    if line is None or not is_new:
        return None, NOTHING_NEW
    return wording.of_line(line.matter, to=to), ""


def _of_day(delivery: Delivery, to: str) -> tuple[Message | None, str]:
    found = queueing.unread(delivery.person_id or 0)
    matters = list(Matter.objects.filter(pk__in=found).order_by(F("due").asc(nulls_last=True), "pk"))
    if not matters:
        return None, NOTHING_NEW
    return wording.of_day(matters, to=to, channel=delivery.channel), ""


def _send(pk: int, message: Message, adapter: Adapter, done: Sent, *, now: Now) -> None:
    """Send a message that has been taken, and note what came of it."""
    try:
        adapter.send(message)
    except NotSentError as error:
        done.refused += 1
        _put_back(pk, str(error), now=now)
    except UncertainError as error:
        done.uncertain += 1
        _note(pk, now=now, problem=str(error)[:200])
    else:
        done.sent += 1
        _note(pk, now=now, sent_at=now())


def _put_back(pk: int, problem: str, *, now: Now) -> None:
    at = now()
    with claims.acting(claims.service(SERVICE), at=at):
        found = Delivery.objects.select_for_update().get(pk=pk)
        found.tries += 1
        found.problem = problem[:200] or "没有发出"
        found.taken_at = None
        found.due_at = at + FIRST_PAUSE * 4 ** (found.tries - 1)
        found.dropped_at = at if found.tries >= MOST_TRIES else None
        found.save(update_fields=["tries", "problem", "taken_at", "due_at", "dropped_at"])


def _note(pk: int, *, now: Now, **fields: datetime | str) -> None:
    with claims.acting(claims.service(SERVICE), at=now()):
        Delivery.objects.filter(pk=pk).update(**fields)
