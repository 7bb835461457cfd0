"""What the worker does each minute and each morning for those who want to be told outside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail

from houban.core import claims, clock
from houban.matters import actions, tasks
from houban.matters.models import Delivery
from houban.matters.tests.make import Loop, loop

pytestmark = pytest.mark.django_db
MORNING = datetime(2036, 7, 1, 0, 5, tzinfo=UTC)  # eight o'clock in the county; far off, so that no claim has ended


@pytest.fixture(autouse=True)
def _mail(settings: LazySettings) -> None:
    settings.HOUBAN_QUIET_FROM = settings.HOUBAN_QUIET_UNTIL = 0
    settings.HOUBAN_MAIL_SERVER, settings.HOUBAN_MAIL_FROM = "smtp://x", "houban@daan.example"
    settings.HOUBAN_MAIL_TO = "{username}@daan.example"


def subscribed(folder: Path, often: str, monkeypatch: pytest.MonkeyPatch, now: datetime = MORNING) -> Loop:
    made = loop(folder)
    hand = made.hand("村书记")
    actions.subscribe(
        made.people["村书记"].pk, often=often, channel="mail", by=hand.actor, at=datetime.now(UTC)
    )  # fmt: skip
    made.open(at=datetime.now(UTC))
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    monkeypatch.setattr(clock, "now", lambda: now)
    return made


def run(task: Any) -> None:
    task(timestamp=0)


def test_each_minute_what_is_new_is_sent_by_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = subscribed(tmp_path, "at_once", monkeypatch, datetime.now(UTC))

    run(tasks.deliver)
    run(tasks.deliver)

    (sent,) = mail.outbox
    account = made.people["村书记"].account
    assert account is not None
    assert (sent.from_email, sent.to) == ("houban@daan.example", [f"{account.username}@daan.example"])
    assert Delivery.objects.get().sent_at is not None


def test_at_eight_the_digest_is_written_down_and_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed(tmp_path, "daily", monkeypatch)

    for _ in range(2):
        run(tasks.digest)
        run(tasks.deliver)

    assert [one.subject for one in mail.outbox] == ["后半篇每日提醒：1 件"]


def test_at_other_hours_there_is_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed(tmp_path, "daily", monkeypatch, MORNING.replace(hour=1))

    run(tasks.digest)

    assert not Delivery.objects.exists()


def test_without_a_way_out_nothing_is_written_down(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(tmp_path, "at_once", monkeypatch, datetime.now(UTC))
    settings.HOUBAN_MAIL_SERVER = ""

    run(tasks.deliver)

    assert not Delivery.objects.exists()
