"""Statistics against cases counted by hand: what is late and open weighs, nothing is nought, nobody sees too much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houban.matters import statistics
from houban.matters.statistics import By, Map, percent
from houban.matters.tests.make import NOW, Loop, loop
from houban.organisation.tests.make import TOWN

pytestmark = pytest.mark.django_db
SINCE, UNTIL = datetime(2021, 5, 31, 16, tzinfo=UTC), datetime(2021, 6, 30, 16, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def made(tmp_path: Path) -> Loop:
    return loop(tmp_path)


def played(made: Loop, *, late: bool = False, rework: bool = False) -> None:
    """Play a matter to its end, ten minutes a step; late ones are accepted in time and submitted after it."""
    matter = made.open(at=NOW - timedelta(days=2))
    made.take(matter, "escalate", "村书记", at=NOW - timedelta(days=2), text="办不了")
    made.take(matter, "file", "镇调度", at=NOW - timedelta(days=2) + timedelta(hours=1), rule=made.rule.pk)
    made.take(matter, "dispatch", "镇调度", at=NOW - timedelta(days=2) + timedelta(hours=1))
    made.take(matter, "accept", "执法员", at=NOW - timedelta(days=2) + timedelta(hours=1))
    end = NOW if late else NOW - timedelta(days=2) + timedelta(hours=2)
    made.take(matter, "submit", "执法员", at=end, text="好了")
    if rework:
        made.take(matter, "send_back", "网格员", at=end, text="没有弄好")
        made.take(matter, "submit", "执法员", at=end, text="好了")
    made.take(matter, "verify", "网格员", at=end)


def test_rates_are_as_counted_by_hand(made: Loop) -> None:
    played(made)
    played(made, rework=True)
    played(made, late=True)
    made.open(at=NOW - timedelta(days=3))  # stays with the village, past its time
    rejected = made.open(at=NOW)
    made.take(rejected, "reject", "村书记", text="不属实")
    made.hand("县调度")

    total = statistics.of(By.ORGANISATION, SINCE, UNTIL, now=LATER).total

    assert (total.reported, total.filed, total.rejected, total.closed, total.on_time) == (5, 3, 1, 3, 2)
    assert (total.open, total.overdue, total.reworked) == (1, 1, 1)
    assert total.on_time_rate == pytest.approx(100 * 2 / 4)
    assert total.valid_rate == pytest.approx(100 * 3 / 4)
    assert total.rework_rate == pytest.approx(100 / 3)
    assert total.reopen_rate == 0
    assert total.to_filing is not None
    assert total.to_filing[0] == pytest.approx(1.0)
    assert total.to_closing is not None
    assert total.to_closing[0] == pytest.approx(2.0)


def test_lines_add_up_and_are_named(made: Loop) -> None:
    played(made)
    made.open()
    made.hand("县调度")

    by_body = statistics.of(By.ORGANISATION, SINCE, UNTIL, now=LATER)
    by_type = statistics.of(By.TYPE, SINCE, UNTIL, now=LATER)
    by_town = statistics.of(By.DIVISION, SINCE, UNTIL, now=LATER)

    assert {line.name: line.reported for line in by_body.lines} == {"执法队": 1, "村委会": 1}
    assert {line.name for line in by_type.lines} == {"井盖"}
    assert [line.key for line in by_town.lines] == [made.world.place(TOWN)]
    for one in (by_body, by_type, by_town):
        assert sum(line.reported for line in one.lines) == one.total.reported == 2


def test_a_merged_one_is_counted_once(made: Loop) -> None:
    first, second = made.open(), made.open()
    made.take(second, "merge", "村书记", twin=first.pk)
    made.hand("县调度")

    assert statistics.of(By.TYPE, SINCE, UNTIL, now=LATER).total.reported == 1


def test_without_anything_there_are_no_rates(made: Loop) -> None:
    made.hand("县调度")

    counted = statistics.of(By.DIVISION, SINCE, UNTIL, now=LATER, map_=Map.THEN)

    assert counted.lines == []
    assert (counted.total.on_time_rate, counted.total.valid_rate, counted.total.rating) == (None, None, None)
    assert percent(0, 0) is None


def test_what_is_confidential_is_counted_by_those_who_see_it(made: Loop) -> None:
    made.open(confidential=True)

    made.hand("局科员")
    others = statistics.of(By.TYPE, SINCE, UNTIL, now=LATER).total.reported
    made.hand("村书记")
    own = statistics.of(By.TYPE, SINCE, UNTIL, now=LATER).total.reported

    assert (others, own) == (0, 1)


def test_few_statements_are_needed(made: Loop) -> None:
    made.open()
    made.hand("县调度")
    with CaptureQueriesContext(connection) as context:
        statistics.of(By.DIVISION, SINCE, UNTIL, now=LATER)

    assert len(context.captured_queries) <= 10
