"""The nightly clearing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from houban.accounts.models import SignInFailure
from houban.accounts.tasks import clear_expired
from houban.core import clock

pytestmark = pytest.mark.django_db


def test_ended_sessions_go_and_running_ones_stay() -> None:
    now = clock.now()
    Session.objects.create(session_key="ended", session_data="", expire_date=now - timedelta(hours=1))
    Session.objects.create(session_key="running", session_data="", expire_date=now + timedelta(hours=1))

    clear_expired(0)

    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]


def test_failed_sign_ins_are_kept_for_ninety_days() -> None:
    now = clock.now()
    for days in (1, 89, 91):
        SignInFailure.objects.create(username="former", address="127.0.0.1", at=now - timedelta(days=days))

    clear_expired(0)

    assert SignInFailure.objects.filter(username="former").count() == 2
