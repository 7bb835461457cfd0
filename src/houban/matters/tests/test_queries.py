"""How many statements an act on a matter takes: a report at most 12, a step at most 15, besides the claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houban.matters import actions
from houban.matters.actions import Report, Wish
from houban.matters.tests.make import NOW, loop
from houban.organisation.tests.make import VILLAGE

pytestmark = pytest.mark.django_db
SAVEPOINTS = ("SAVEPOINT", "RELEASE")


def statements(context: CaptureQueriesContext) -> list[str]:
    """Return what was asked of the database, without the marks of nested transactions."""
    return [one["sql"] for one in context.captured_queries if not one["sql"].startswith(SAVEPOINTS)]


def test_a_report_takes_twelve_statements_at_most(tmp_path: Path) -> None:
    made = loop(tmp_path)
    hand, unit = made.hand("网格员"), made.world.place(VILLAGE)

    with CaptureQueriesContext(connection) as context:
        actions.open_matter(Report("event", "井盖破损", unit, type=made.rule.type_id), hand, happened_at=NOW, at=NOW)

    assert len(statements(context)) <= 12, statements(context)


def test_each_step_takes_fifteen_statements_at_most(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    taken = {}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("escalate", "村书记", {"text": "办不了"}),
        ("file", "镇调度", {"rule": made.rule.pk}),
        ("dispatch", "镇调度", {}),
        ("accept", "执法员", {}),
        ("submit", "执法员", {"text": "好了"}),
        ("verify", "网格员", {}),
    ]
    for verb, name, wish in steps:
        hand = made.hand(name)
        with CaptureQueriesContext(connection) as context:
            actions.take(matter.pk, verb, Wish(**wish), hand, happened_at=NOW, at=NOW)
        taken[verb] = len(statements(context))

    assert max(taken.values()) <= 15, taken
