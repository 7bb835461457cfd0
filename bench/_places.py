"""Points to divisions at three sizes, beside a plain query of shapely's tree in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable

import _bench
import numpy as np
import shapely

SIZES = ((300, 10_000), (300, 100_000), (3_000, 100_000), (3_000, 1_000_000), (10_000, 1_000_000))
SMOKE = ((300, 10_000),)
BAR = (3_000, 1_000_000)
SPAN = (104.5, 29.2, 1.5, 1.0)


def bars(*, smoke: bool) -> list[_bench.Bar]:
    """Locate points in made-up villages; the peer answers one size less where it is slow."""
    found = []
    for areas, points in SMOKE if smoke else SIZES:
        found += _one(areas, points)
    return found


def _one(areas: int, points: int) -> list[_bench.Bar]:
    from houban.divisions.rules.locating import Layer, locate_in

    villages, where = _villages(areas), _points(points)
    size = f"{areas:,} areas, {points:,} points"
    layer = Layer(list(range(1, areas + 1)), villages)
    ours, answer = _answer(lambda: locate_in(layer, where))
    peer, other = _answer(lambda: _peer(villages, where))
    if not (answer == other).all():
        raise AssertionError("ours and the peer disagree")
    bar = 3.0 if (areas, points) == BAR else None
    return [
        _bench.at_most("point to division", size=size, value=ours, unit="s", bar=bar),
        _bench.at_least("shapely's query, times ours", size=size, value=peer / ours, unit="×"),
    ]


def _answer(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    begun = time.perf_counter()
    answer = work()
    return time.perf_counter() - begun, answer


def _villages(number: int) -> list[shapely.Geometry]:
    """Make villages of about 150 vertices that leave nothing out."""
    west, south, width, height = SPAN
    seeds = np.random.default_rng(510304).random((number, 2)) * [width, height] + [west, south]
    frame = shapely.box(west, south, west + width, south + height)
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=frame)
    clipped = shapely.intersection(shapely.get_parts(cells), frame)
    return list(shapely.segmentize(clipped, 4 * np.sqrt(width * height / number) / 150))


def _points(number: int) -> np.ndarray:
    west, south, width, height = SPAN
    spread = np.random.default_rng(2020).random((number, 2)) * 1.02 - 0.01
    return spread * [width, height] + [west, south]


def _peer(villages: list[shapely.Geometry], where: np.ndarray) -> np.ndarray:
    tree = shapely.STRtree(villages)
    point, area = tree.query(shapely.points(where), predicate="intersects")
    found = np.full(len(where), len(villages) + 1, np.int64)
    np.minimum.at(found, point, area + 1)
    return np.where(found > len(villages), 0, found)
