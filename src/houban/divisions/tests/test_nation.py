"""What a register of many trees is asked at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from houban.divisions import nation, register
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
