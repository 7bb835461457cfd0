"""Which division holds a point on a day, and who borders on whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from houban.divisions import places
from houban.divisions.rules.locating import Layer, locate_in, nearby
from houban.divisions.tests import make, squares
from houban.divisions.words import DEPTH

BOARD = {number: squares.square(number % 4, number // 4) for number in range(1, 13)}
POINT = st.tuples(st.floats(-0.5, 4.5), st.floats(-0.5, 3.5))


def on_board(column: float, row: float) -> tuple[float, float]:
    return squares.WEST + column * squares.SIDE, squares.SOUTH + row * squares.SIDE


@given(st.lists(st.one_of(POINT, st.tuples(st.integers(0, 4), st.integers(0, 3))), min_size=1, max_size=60))
@settings(max_examples=60)
def test_every_point_belongs_to_the_lowest_that_holds_it(places_: list[tuple[float, float]]) -> None:
    points = np.array([on_board(*place) for place in places_])

    found = locate_in(Layer(list(BOARD), list(BOARD.values())), points)

    by_hand = [
        min((key for key, shape in BOARD.items() if shape.intersects(shapely.Point(*point))), default=0)
        for point in points
    ]
    assert found.tolist() == by_hand


def test_points_that_are_nowhere_belong_to_none() -> None:
    points = np.array([[np.nan, 29.4], [np.inf, 0], [0, 0], on_board(1.5, 0.5)])

    assert locate_in(Layer(list(BOARD), list(BOARD.values())), points).tolist() == [0, 0, 0, 1]


def test_what_lies_within_reach_is_listed_with_its_distance() -> None:
    x, y = on_board(1.99, 0.5)

    near = nearby(Layer(list(BOARD), list(BOARD.values())), x, y, 50)

    assert [key for key, _metres in near] == [1, 2]
    assert near[0][1] == 0
    assert near[1][1] == pytest.approx(9.7, abs=0.1)


@pytest.fixture
def county(tmp_path: Path, db: None) -> int:
    return make.county(tmp_path)


def test_the_finest_level_that_holds_a_point_answers(county: int) -> None:
    squares.imported(squares.VILLAGES | {"510304104": squares.square(0, width=4, height=4)})
    village, town = (make.version(code).division_id for code in ("510304104205", "510304104"))

    found = places.locate([squares.middle(1), squares.middle(1, 2), (0, 0)], make.FIRST)

    assert found.divisions.tolist() == [village, town, 0]
    assert found.depths.tolist() == [DEPTH["village"], DEPTH["town"], places.OUTSIDE]


def test_a_point_is_where_the_map_of_the_day_says(county: int) -> None:
    squares.imported()
    make.enacted(make.merger())
    merged = make.version("510304104210", make.LATER).division_id

    assert places.locate([squares.middle(1)], make.FIRST).divisions[0] == make.version("510304104205").division_id
    assert places.locate([squares.middle(1)], make.LATER).divisions[0] == merged


def test_new_boundaries_are_seen_at_once(county: int) -> None:
    assert places.locate([squares.middle(1)], make.FIRST).divisions.tolist() == [0]

    made = squares.imported()

    assert places.locate([squares.middle(1)], make.FIRST).divisions[0]
    assert made.boundaries.count() == 4


def test_no_points_and_no_boundaries_are_no_trouble(county: int) -> None:
    assert places.locate([], make.FIRST).divisions.tolist() == []
    assert places.neighbours(1, make.FIRST) == []
    assert places.candidates(104.8, 29.4, accuracy=10, on=make.FIRST) == []


def test_an_uncertain_point_has_candidates(county: int) -> None:
    squares.imported()
    ids = [make.version(code).division_id for code in ("510304104205", "510304104206")]

    found = places.candidates(*on_board(1.99, 0.5), accuracy=50, on=make.FIRST)

    assert [one.division for one in found] == ids
    assert [one.holds for one in found] == [True, False]


def test_neighbours_share_kilometres_of_border(county: int) -> None:
    drawn_twice = shapely.transform(squares.square(2), lambda points: np.add(points, (2e-5, 0)))
    squares.imported(squares.VILLAGES | {"510304104206": drawn_twice, "510304105201": squares.square(2, 1)})
    own, left, right, corner = (
        make.version(f"510304{code}").division_id for code in ("104205", "104001", "104206", "105201")
    )

    found = {one.division: one.kilometres for one in places.neighbours(own, make.FIRST)}

    assert set(found) == {left, right}
    assert corner not in found
    assert found[left] == pytest.approx(1.108, abs=0.01)
    assert found[right] == pytest.approx(1.12, abs=0.03)
