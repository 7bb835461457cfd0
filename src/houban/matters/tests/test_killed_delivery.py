"""A worker is killed in the middle of sending: what it sent is not sent again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as settings_of_django
from django.db import connection, transaction

from houban.core import claims
from houban.matters import actions
from houban.matters.models import Delivery
from houban.matters.notifying import queueing
from houban.matters.tests.make import Loop, loop

NOW = datetime.now(UTC) + timedelta(hours=12)  # no claim for it ends while the tests run
MAIL = {
    "HOUBAN_MAIL_SERVER": "smtp://localhost",
    "HOUBAN_MAIL_FROM": "houban@daan.example",
    "HOUBAN_MAIL_TO": "{username}@daan.example",
}
SCRIPT = """
import json, os, signal, sys
import django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict.update(json.loads(sys.argv[1]))
from houban.core import clock
from houban.matters.notifying import delivering
class Dying:
    def send(self, message):
        with open(sys.argv[2], "a") as file:
            file.write("sent\\n")
        os.kill(os.getpid(), signal.SIGKILL)
delivering.run({"mail": Dying()}, now=lambda: datetime.fromisoformat(sys.argv[3]))
"""


@pytest.fixture
def waiting(tmp_path: Path, committed: str, settings: LazySettings) -> Loop:
    settings.HOUBAN_QUIET_FROM = settings.HOUBAN_QUIET_UNTIL = 0
    with claims.acting(claims.service("test"), at=NOW):
        made = loop(tmp_path)
    with transaction.atomic():
        hand, before = made.hand("村书记"), NOW - timedelta(minutes=1)
        actions.subscribe(made.people["村书记"].pk, often="at_once", channel="mail", by=hand.actor, at=before)
        made.open(at=NOW)
    with claims.acting(claims.service("test"), at=NOW):
        assert queueing.at_once(["mail"], at=NOW) == 1
    return made


def test_a_worker_that_is_killed_while_it_sends_has_sent_once(waiting: Loop, tmp_path: Path, root: Path) -> None:
    log = tmp_path / "sent"
    known = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "OPTIONS")}
    command = [sys.executable, "-c", SCRIPT, json.dumps(known), str(log), NOW.isoformat()]

    environment = (
        os.environ | {"PYTHONPATH": str(root / "src"), "HOUBAN_DATA": str(settings_of_django.HOUBAN_DATA)} | MAIL
    )
    done = [subprocess.run(command, env=environment, check=False).returncode for _ in range(2)]

    assert done == [-signal.SIGKILL, 0]
    assert log.read_text() == "sent\n"
    with claims.acting(claims.service("test"), at=NOW):
        found = Delivery.objects.get()
    assert found.taken_at is not None
    assert found.sent_at is None
