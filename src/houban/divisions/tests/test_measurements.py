"""Measured values are entered whole or not at all, replaced, withdrawn, and used to share out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection, transaction

from houban.core.problems import Problems
from houban.divisions import actions, restating
from houban.divisions.actions.measurements import Entered
from houban.divisions.crosswalks import crosswalk_between
from houban.divisions.models import Measurement
from houban.divisions.tests import make

pytestmark = pytest.mark.django_db
BOTH = {"代码": ["510304104205", "510304104206"], "人口": ["700", "300"]}


@pytest.fixture
def merged(tmp_path: Path) -> None:
    make.county(tmp_path)
    make.enacted(make.merger())


def enter(columns: dict[str, list[str]]) -> Entered:
    return actions.measure(pa.table(columns), on=make.FIRST, source="统计年鉴", by=make.CLERK, at=make.NOON)


@pytest.mark.usefixtures("merged")
def test_measured_people_share_a_value_out_on_the_way_back() -> None:
    enter(BOTH)

    walk = crosswalk_between(make.LATER, make.FIRST)
    back = restating.restate(pa.table({"c": ["510304104210"], "v": ["101"]}), walk, code="c", values=["v"])

    codes, sums = back.codes(), back.columns[0].sums
    placed = {codes[d]: v for d, v in zip(sums.division.tolist(), sums.value.tolist(), strict=True)}
    assert placed == {"510304104205": 71, "510304104206": 30}
    assert sums.low.tolist() == sums.high.tolist()


@pytest.mark.usefixtures("merged")
def test_the_same_table_twice_changes_nothing_and_another_value_takes_its_place() -> None:
    first, again = enter(BOTH), enter(BOTH)
    other = enter(BOTH | {"人口": ["700", "301"]})

    assert (first, again, other) == (Entered(2, 0, 0), Entered(0, 0, 2), Entered(0, 1, 1))
    assert Measurement.objects.count() == 3


@pytest.mark.usefixtures("merged")
def test_a_bad_row_keeps_the_whole_table_out() -> None:
    with pytest.raises(Problems) as told:
        enter({"代码": ["510304104205", "510304104210", "510304104205"], "人口": ["7", "8", "9"]})

    assert Measurement.objects.count() == 0
    assert "第 3 行" in str(told.value)
    assert "代码重复" in str(told.value)


@pytest.mark.usefixtures("merged")
def test_withdrawn_values_stay_and_share_nothing_out() -> None:
    enter(BOTH)

    n = actions.withdraw_measurements("population", on=make.FIRST, because="口径不对", by=make.CLERK, at=make.NOON)

    walk = crosswalk_between(make.LATER, make.FIRST)
    back = restating.restate(pa.table({"c": ["510304104210"], "v": ["101"]}), walk, code="c", values=["v"])
    assert n == 2
    assert [one.value for one in back.lost["v"]] == [101]
    assert Measurement.objects.exclude(withdrawn_at=None).count() == 2


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE divisions_measurement SET value = 1",
        "DELETE FROM divisions_measurement",
        "UPDATE divisions_measurement SET withdrawn_at = NULL",
        "INSERT INTO divisions_measurement SELECT -id, measure, day, value, source, recorded_at, recorded_by_name,"
        " NULL, '', '', division_id FROM divisions_measurement",
    ],
)
def test_the_database_keeps_measured_values(sql: str) -> None:
    enter(BOTH)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
