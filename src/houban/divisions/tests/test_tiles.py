"""The schematic map: towns whole and apart, survivors where they stood."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houban.divisions.rules import tiles
from houban.divisions.rules.tiles import Cell, Town

SIZES = st.lists(st.integers(0, 14), min_size=1, max_size=9)


def county(sizes: list[int], *, at: bool = False) -> list[Town]:
    towns, first = [], 100
    for key, size in enumerate(sizes, 1):
        place = (104 + key * 0.37 % 1, 29 + key * 0.61 % 1) if at else None
        towns.append(Town(key, range(first, first + size), place))
        first += size
    return towns


def is_connected(cells: set[Cell]) -> bool:
    if not cells:
        return True
    seen, edge = set(), [min(cells)]
    while edge:
        cell = edge.pop()
        if cell not in seen:
            seen.add(cell)
            edge += [near for near in tiles.neighbours(cell) if near in cells]
    return seen == cells


def check(towns: list[Town], cells: dict[int, Cell]) -> None:
    assert sorted(cells) == sorted(village for town in towns for village in town.villages)
    assert len(set(cells.values())) == len(cells)
    for town in towns:
        assert is_connected({cells[village] for village in town.villages})


@given(sizes=SIZES, at=st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_town_is_connected_and_no_cell_is_used_twice(sizes: list[int], *, at: bool) -> None:
    towns = county(sizes, at=at)

    cells = tiles.lay_out(towns)

    check(towns, cells)
    assert cells == tiles.lay_out(towns)
    owner = {cells[village]: town.key for town in towns for village in town.villages}
    assert all(owner.get(near, key) == key for cell, key in owner.items() for near in tiles.neighbours(cell))


@given(SIZES.filter(lambda sizes: sum(sizes) > 3), st.data())
@settings(max_examples=60, deadline=None)
def test_when_a_village_vanishes_its_sisters_stay(sizes: list[int], data: st.DataObject) -> None:
    towns = county(sizes)
    before = tiles.lay_out(towns)
    gone = data.draw(st.sampled_from(sorted(before)))
    later = [Town(t.key, [v for v in t.villages if v != gone]) for t in towns]

    after = tiles.lay_out(later, before=before)

    check(later, after)
    own = next(town for town in later if gone in range(100, 1000) and gone in towns[town.key - 1].villages)
    moved = {village for village in after if after[village] != before[village]}
    assert moved <= set(own.villages)
    assert len(moved) <= len(own.villages) // 2


@given(SIZES, SIZES)
@settings(max_examples=60, deadline=None)
def test_any_map_can_follow_any_other(first: list[int], second: list[int]) -> None:
    towns = county(second)

    check(towns, tiles.lay_out(towns, before=tiles.lay_out(county(first))))


def test_villages_lie_as_they_do_in_the_county() -> None:
    spots = {village: ((village - 100) % 3, -((village - 100) // 3)) for village in range(100, 109)}

    cells = tiles.lay_out(county([9]), places={key: (float(x), float(y)) for key, (x, y) in spots.items()})

    heights = {row: [tiles.middle(cells[v])[1] for v in spots if -spots[v][1] == row] for row in range(3)}
    assert max(heights[0]) <= min(heights[2])


def test_towns_lie_as_they_do_in_the_county() -> None:
    west, east = Town(1, range(8), (104.0, 29.0)), Town(2, range(10, 18), (105.0, 29.0))

    cells = tiles.lay_out([west, east])

    assert max(tiles.middle(cells[v])[0] for v in west.villages) < min(tiles.middle(cells[v])[0] for v in east.villages)


def test_a_large_county_is_laid_out_quickly() -> None:
    begun = time.perf_counter()

    tiles.lay_out(county([30] * 100, at=True))

    assert time.perf_counter() - begun < 10


def test_corners_are_those_of_a_hexagon_one_wide() -> None:
    points = tiles.corners((0, 0), 1)

    assert max(x for x, _y in points) == pytest.approx(0.5)
    assert points[0][1] == pytest.approx(-(3**-0.5))
