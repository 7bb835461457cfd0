"""The figures of a year against cases counted by hand; without a year there are none, and nobody opens too much."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from houban.matters.facts import PER_YEAR, years_up_to
from houban.matters.models import Matter
from houban.matters.tests.make import NOW, Loop, loop
from houban.warehouse import figures
from houban.warehouse.figures import Outcome

pytestmark = pytest.mark.django_db
TODAY = date(2021, 6, 30)
RATES = ("grid_on_time_rate", "grid_valid_rate", "grid_rework_rate", "grid_reopening_rate")


@pytest.fixture
def made(tmp_path: Path) -> Loop:
    return loop(tmp_path)


def settled(made: Loop, *, days: int, confidential: bool = False) -> Matter:
    matter = made.open(at=NOW - timedelta(days=days), confidential=confidential)
    made.take(matter, "resolve", "村书记", at=NOW - timedelta(days=days) + timedelta(minutes=5), text="好了")
    return matter


def counted(made: Loop, name: str, *, on: date = TODAY, by: str = "县调度") -> Outcome:
    made.hand(by)
    return figures.get(name).compute(on)


@pytest.mark.parametrize("name", [PER_YEAR, *RATES])
def test_less_than_a_year_has_no_figure(made: Loop, name: str) -> None:
    settled(made, days=363)

    outcome = counted(made, name)

    assert outcome.value is None
    assert str(outcome.note) == "记录不满一年"


def test_events_of_a_year_are_counted_in_ten_thousands_and_open_to_their_rows(made: Loop) -> None:
    settled(made, days=370)
    inside = [settled(made, days=364), settled(made, days=1)]
    made.open(at=NOW)

    outcome = counted(made, PER_YEAR)

    assert outcome.value == Decimal(2) / 10_000
    assert [cells[0] for cells in outcome.rows.every()] == [one.number for one in inside]


def test_years_are_averaged_and_only_whole_ones(made: Loop) -> None:
    settled(made, days=400)
    settled(made, days=300)
    settled(made, days=3)
    later = date(2022, 6, 30)
    made.hand("县调度")

    span = years_up_to(later, most=3)

    assert span is not None
    assert span.years == 2
    assert counted(made, PER_YEAR, on=later).value == Decimal(2) / 2 / 10_000


def test_what_is_late_and_open_weighs(made: Loop) -> None:
    settled(made, days=400)
    settled(made, days=3)
    late = made.open(at=NOW - timedelta(days=9))
    made.take(late, "resolve", "村书记", at=NOW - timedelta(days=2), text="好了")
    left = made.open(at=NOW - timedelta(days=9))

    outcome = counted(made, "grid_on_time_rate")

    assert outcome.value == pytest.approx(Decimal(100) / 3)
    assert [one.value for one in outcome.parts] == [2, 1, 1]
    assert [cells[0] for cells in outcome.parts[1].rows.every()] == [late.number]
    assert [cells[0] for cells in outcome.parts[2].rows.every()] == [left.number]


def test_reports_not_filed_lower_the_share_of_valid_ones(made: Loop) -> None:
    settled(made, days=400)
    settled(made, days=3)
    refused = made.open(at=NOW - timedelta(days=1))
    made.take(refused, "reject", "村书记", at=NOW - timedelta(days=1), text="不属实")

    assert counted(made, "grid_valid_rate").value == 50


def test_a_past_year_says_the_same_after_a_matter_is_opened_again(made: Loop) -> None:
    settled(made, days=400)
    matter = settled(made, days=20)
    before = counted(made, PER_YEAR, on=date(2021, 6, 20))

    made.take(matter, "reopen", "村书记", at=NOW - timedelta(days=2), text="又坏了")

    after = counted(made, PER_YEAR, on=date(2021, 6, 20))
    assert before.value == after.value == Decimal(1) / 10_000
    assert counted(made, "grid_reopening_rate", on=TODAY).value == 100


def test_a_merged_one_is_not_counted_again(made: Loop) -> None:
    settled(made, days=400)
    first, second = made.open(at=NOW - timedelta(days=1)), made.open(at=NOW - timedelta(days=1))
    made.take(second, "merge", "村书记", at=NOW - timedelta(days=1) + timedelta(minutes=5), twin=first.pk)

    assert counted(made, PER_YEAR).value == 0


def test_the_rows_are_those_the_reader_may_see(made: Loop) -> None:
    settled(made, days=400)
    settled(made, days=3)
    settled(made, days=2, confidential=True)

    others = counted(made, PER_YEAR, by="局科员").rows.count()
    own = counted(made, PER_YEAR, by="村书记").rows.count()

    assert (others, own) == (1, 2)
