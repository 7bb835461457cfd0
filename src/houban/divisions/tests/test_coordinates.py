"""Coordinates of Chinese maps, and degrees as people type them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houban.divisions.rules import coordinates

INSIDE = st.tuples(st.floats(73.5, 135.0), st.floats(4.0, 53.5))
OUTSIDE = st.tuples(st.floats(-180, 71.9), st.floats(-89, 89))
METRE = 1 / 111_320


@pytest.mark.parametrize(
    ("plain", "shifted"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ],
)
def test_a_known_place_lies_where_the_published_tests_say(
    plain: tuple[float, float], shifted: tuple[float, float]
) -> None:
    assert coordinates.to_gcj02(np.array([plain]))[0] == pytest.approx(shifted, abs=1e-6)


@given(st.lists(INSIDE, min_size=1, max_size=20))
def test_there_and_back_is_within_a_tenth_of_a_metre(points: list[tuple[float, float]]) -> None:
    plain = np.array(points)

    assert np.abs(coordinates.from_gcj02(coordinates.to_gcj02(plain)) - plain).max() < 0.1 * METRE
    assert np.abs(coordinates.from_bd09(coordinates.to_bd09(plain)) - plain).max() < 0.1 * METRE


@given(INSIDE)
def test_the_shift_is_some_hundred_metres(point: tuple[float, float]) -> None:
    plain = np.array([point])

    far = np.abs(coordinates.to_gcj02(plain) - plain).max()

    assert far < 0.02


@given(OUTSIDE)
def test_points_outside_china_stay(point: tuple[float, float]) -> None:
    plain = np.array([point])

    for turn in (coordinates.to_gcj02, coordinates.from_gcj02, coordinates.to_bd09, coordinates.from_bd09):
        assert (turn(plain) == plain).all()


@given(st.floats(-180, 180))
def test_what_is_written_is_read_again(value: float) -> None:
    text = coordinates.written(value, 0.0).split(",")[0]

    assert coordinates.parse(text) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("104.776071", 104.776071),
        (" 东经 104°46′33.9″ ", 104.776083),
        ("29°22'N", 29.366667),
        ("29度22分12秒", 29.37),
        ("西经１０４．５", -104.5),
        ("33.5S", -33.5),
        ("104°60′", None),
        ("一百零四", None),
        ("", None),
        ("1e2", None),
    ],
)
def test_degrees_are_read_as_people_type_them(text: str, degrees: float | None) -> None:
    read = coordinates.parse(text)

    assert read == (None if degrees is None else pytest.approx(degrees, abs=1e-5))
