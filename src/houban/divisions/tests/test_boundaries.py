"""Boundaries taken in and back, and what the database promises of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely
from django.db import DatabaseError, connection, transaction

from houban.core.models import RecordEntry
from houban.core.problems import Problems
from houban.divisions import actions, places
from houban.divisions.actions.boundaries import AlreadyWithdrawnError, LaterBoundariesError
from houban.divisions.boundaries import outlook, reading
from houban.divisions.boundaries.outlook import Outlook
from houban.divisions.models import Boundary, Division, Seat
from houban.divisions.tests import make, squares

pytestmark = pytest.mark.django_db
SOON = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def county(tmp_path: Path) -> int:
    return make.county(tmp_path)


def seen(shapes: dict[str, shapely.Geometry], *, on: date = make.FIRST, key: str = "code") -> Outlook:
    return outlook.outlook(reading.read(squares.geojson(shapes, key=key), name="村界"), on=on)


def line(code: str, on: date) -> shapely.Geometry:
    return places.shapes(on)[make.version(code).division_id].geometry


def test_boundaries_hold_from_their_day_on_and_leave_a_record() -> None:
    made = squares.imported(on=SOON, source="自然资源局", licence="审图号 川S〔2020〕1号")

    assert places.shapes(make.FIRST) == {}
    assert len(places.shapes(SOON)) == 4
    assert line("510304104205", make.LATER).equals(squares.square(1))
    assert RecordEntry.objects.filter(verb="divisions.boundaries.imported").count() == 1
    assert Boundary.objects.first().area == pytest.approx(1_076_000, rel=0.01)  # type: ignore[union-attr]
    assert made.licence == "审图号 川S〔2020〕1号"


def test_the_same_file_for_the_same_day_is_taken_in_once() -> None:
    assert squares.imported() == squares.imported()
    assert Boundary.objects.count() == 4


def test_newer_boundaries_close_older_ones_and_nothing_is_lost() -> None:
    squares.imported()
    wider = {"510304104205": squares.square(1, width=0.5)}

    squares.imported(wider, on=SOON)

    assert line("510304104205", date(2019, 12, 31)).equals(squares.square(1))
    assert line("510304104205", SOON).equals(squares.square(1, width=0.5))
    assert Boundary.objects.filter(withdrawn_at=None).count() == 5
    assert Boundary.objects.count() == 6


def test_older_boundaries_that_come_later_end_where_the_known_ones_begin() -> None:
    squares.imported({"510304104205": squares.square(1)}, on=SOON)

    squares.imported({"510304104205": squares.square(1, width=0.5)}, on=make.FIRST)

    assert line("510304104205", date(2019, 12, 31)).equals(squares.square(1, width=0.5))
    assert line("510304104205", SOON).equals(squares.square(1))


def test_withdrawing_a_file_lets_what_it_replaced_hold_again() -> None:
    first = squares.imported()
    second = squares.imported({"510304104205": squares.square(1, width=0.5)}, on=SOON)
    with pytest.raises(LaterBoundariesError, match="村界"):
        actions.withdraw_boundaries(first, because="画错了", by=make.CLERK, at=make.NOON)

    actions.withdraw_boundaries(second, because="画错了", by=make.CLERK, at=make.NOON)

    assert line("510304104205", SOON).equals(squares.square(1))
    with pytest.raises(AlreadyWithdrawnError):
        actions.withdraw_boundaries(second, because="又一次", by=make.CLERK, at=make.NOON)
    actions.withdraw_boundaries(first, because="全错了", by=make.CLERK, at=make.NOON)
    assert places.shapes(SOON) == {}
    squares.imported()
    assert len(places.shapes(SOON)) == 4


@pytest.mark.parametrize("key", ["name", "村名"])
def test_names_are_matched_and_twins_need_their_upper_one(key: str) -> None:
    found = seen({"龙凼村": squares.square(1), "晏家村委会": squares.square(2), "无名村": squares.square(3)}, key=key)

    assert [one.node.name for one in found.matches] == ["龙凼村", "晏家村"]
    assert [why for _outline, why in found.unmatched] == ["2019-10-31 没有“无名村”"]


@pytest.mark.parametrize("code", ["510304104", "510304104000", "510304104000000", "5103041040000000000"])
def test_codes_filled_up_with_zeros_are_known(code: str) -> None:
    assert [one.node.name for one in seen({code: squares.square(1)}).matches] == ["何市镇"]


def test_a_code_of_another_day_says_when_it_held() -> None:
    make.enacted(make.merger())

    assert "有效" in seen({"510304104205": squares.square(1)}, on=date(2021, 1, 1)).unmatched[0][1]


def test_outlines_of_unknown_divisions_change_nothing_unless_they_may_be_left_out() -> None:
    shapes = squares.VILLAGES | {"510304999999": squares.square(9)}
    with pytest.raises(Problems, match="第 5 个图形（510304999999）对不上"):
        squares.imported(shapes)
    assert not Boundary.objects.exists()

    squares.imported(shapes, only_known=True)

    assert Boundary.objects.count() == 4


def test_several_outlines_of_one_division_are_put_together() -> None:
    content = squares.geojson({"510304104205": squares.square(1), "510304104205000": squares.square(7)})

    found = outlook.outlook(reading.read(content, name="村界"), on=make.FIRST)

    assert [one.pieces for one in found.matches] == [2]


def test_overlaps_gaps_and_what_lies_outside_the_parent_are_shown_with_their_area() -> None:
    shapes = {
        "510304104": squares.square(0, width=3, height=3),
        "510304104001": squares.square(0, width=3.5),
        "510304104205": squares.square(0, 1, width=1.5, height=2),
        "510304104206": squares.square(1, 1, width=2, height=1.5),
    }

    found = seen(shapes)

    overlap, gap, outside = (found.of_kind(kind) for kind in ("overlap", "gap", "outside"))
    assert [(one.names, round(one.area, -5)) for one in overlap] == [(("龙凼村", "晏家村"), 800_000)]
    assert [set(one.names) for one in gap] == [{"龙凼村", "晏家村"}]
    assert [(one.names, round(one.area, -5)) for one in outside] == [(("何家场社区",), 500_000)]


def test_a_hole_between_neighbours_is_a_gap_without_their_parent() -> None:
    ring = squares.square(0, width=3, height=3).difference(squares.square(1, 1))

    found = seen({"510304104001": ring, "510304104205": squares.square(3)})

    assert [one.names for one in found.of_kind("gap")] == [("何家场社区",)]


def test_a_merged_division_gets_the_union_of_its_predecessors() -> None:
    squares.imported()

    make.enacted(make.merger())

    merged = places.shapes(make.LATER)[make.version("510304104210", make.LATER).division_id]
    assert merged.derived
    assert merged.geometry.equals(squares.square(1, width=2))
    assert make.version("510304104205").division_id not in places.shapes(make.LATER)


def test_seats_are_kept_with_six_decimals_and_the_former_place_is_closed() -> None:
    division = Division.objects.get(pk=make.version("510304104").division_id)
    place = {"by": make.CLERK, "at": make.NOON}

    actions.place_seat(division, on=make.FIRST, longitude=104.12345678, latitude=29.5, **place)  # type: ignore[arg-type]
    actions.place_seat(division, on=SOON, longitude=104.2, latitude=29.5, **place)  # type: ignore[arg-type]

    assert places.seats(make.FIRST) == {division.pk: (104.123457, 29.5)}
    assert places.seats(SOON) == {division.pk: (104.2, 29.5)}
    assert Seat.objects.filter(withdrawn_at=None).count() == 2


BOUNDARY = """
INSERT INTO divisions_boundary (division_id, during, geometry, area, set_id, written_by_id, recorded_at,
    withdrawn_by_name, withdrawn_because)
SELECT division_id, {during}, geometry, {area}, set_id, set_id, now(), '', '' FROM divisions_boundary LIMIT 1
"""
SEAT = """
INSERT INTO divisions_seat (division_id, during, longitude, latitude, accuracy, given, address, recorded_at,
    recorded_by_name, withdrawn_by_name, withdrawn_because)
VALUES ((SELECT min(id) FROM divisions_division), {during}, {x}, 29.5, 0, {given}, '', now(), '周敏', '', '')
"""


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        run(statement)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "boundary_one_a_day"),
        ({"during": "'empty'"}, "boundary_has_a_day"),
        ({"during": "'[2000-01-01,2000-01-02)'", "area": "0"}, "boundary_encloses_something"),
    ],
)
def test_a_division_has_one_boundary_a_day(given: dict[str, str], why: str) -> None:
    squares.imported()

    refused(BOUNDARY.format(**({"during": "'[2020-01-01,)'", "area": "5"} | given)), why)


@pytest.mark.parametrize("table", ["divisions_boundary", "divisions_boundaryset", "divisions_seat"])
@pytest.mark.parametrize("role", ["application", "owner"])
def test_rows_are_only_withdrawn(table: str, role: str, request: pytest.FixtureRequest) -> None:
    squares.imported()
    run(SEAT.format(during="'[2020-01-01,)'", x="104", given="'wgs84'"))
    if role == "owner":
        request.getfixturevalue("owner")

    refused(f"DELETE FROM {table}", "append-only|keeps its rows")
    refused(f"UPDATE {table} SET recorded_at = now()", "can only be withdrawn")
    refused(f"UPDATE {table} SET withdrawn_at = now(), withdrawn_by_name = ''", "withdrawn_by_somebody")
    refused(
        f"UPDATE {table} SET withdrawn_at = now(), withdrawn_by_name = 'x', recorded_at = now() + '1 s'",
        "only be withdrawn",
    )


def test_a_file_is_kept_once_a_day() -> None:
    squares.imported()
    columns = "name, sha256, day, system, source, licence, recorded_at, recorded_by_name, withdrawn_by_name"

    refused(
        f"INSERT INTO divisions_boundaryset ({columns}, withdrawn_because) SELECT {columns}, ''"
        " FROM divisions_boundaryset",
        "boundary_set_once",
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"during": "'empty'"}, "seat_of_a_division_has_a_day"),
        ({"x": "181"}, "seat_on_the_globe"),
        ({"given": "'mars'"}, "seat_datum_known"),
        ({}, "seat_of_a_division_one_a_day"),
    ],
)
def test_a_seat_is_whole(given: dict[str, str], why: str) -> None:
    usual = {"during": "'[2020-01-01,)'", "x": "104", "given": "'wgs84'"}
    run(SEAT.format(**(usual | {"during": "'[2020-06-01,)'"})))

    refused(SEAT.format(**(usual | given)), why)
