"""What a register of many trees is asked at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from houban.divisions import actions, nation, register
from houban.divisions.tests import make

pytestmark = pytest.mark.django_db


def test_a_top_is_counted_with_all_below_it(tmp_path: Path) -> None:
    county = make.county(tmp_path)

    counted = nation.counts(make.FIRST)

    assert counted == {(county, "大安区"): register.counts(county, make.FIRST)}


def test_counts_are_of_their_day(tmp_path: Path) -> None:
    top = nation.Top(make.county(tmp_path), "大安区")
    make.enacted(make.merger())

    before, after = nation.counts(make.FIRST), nation.counts(make.LATER)

    assert before[top]["village"] - after[top]["village"] == 1


def test_counts_follow_a_change_and_its_annulment(tmp_path: Path) -> None:
    county = make.county(tmp_path)
    (change,) = make.enacted(make.merger())
    merged = nation.counts(make.LATER)

    actions.annul(change, because="重复登记", by=make.CLERK, at=make.NOON)

    top = nation.Top(county, "大安区")
    assert nation.counts(make.LATER)[top] == register.counts(county, make.LATER)
    assert nation.counts(make.LATER)[top]["village"] - merged[top]["village"] == 1


def test_on_the_day_a_version_ends_the_next_is_counted_and_not_both(tmp_path: Path) -> None:
    county = make.county(tmp_path)
    (change,) = make.enacted(make.merger())

    on_its_day = nation.counts(change.effective_on)

    assert on_its_day == {(county, "大安区"): register.counts(county, change.effective_on)}


def test_nothing_is_counted_before_the_first_day(tmp_path: Path) -> None:
    make.county(tmp_path)

    assert nation.counts(make.FIRST - timedelta(days=1)) == {}
