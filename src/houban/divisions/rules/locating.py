"""Which area of a layer holds each of many points."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

METRES = 111_320.0  # a degree of latitude
AT_ONCE = 250_000


class Layer:
    """Areas that don't lie in one another, by ascending identity, with a search tree over their boxes."""

    def __init__(self, ids: Sequence[int], geometries: Sequence[BaseGeometry]) -> None:
        self.ids = np.array(ids, np.int64)
        self.geometries = np.array(geometries, dtype=object)
        shapely.prepare(self.geometries)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return the search tree over the boxes."""
        return shapely.STRtree(self.geometries)

    def within(self, box: BaseGeometry) -> list[int]:
        """Return the identities of the areas that touch an area, ascending."""
        return [int(key) for key in np.sort(self.ids[self.tree.query(box, predicate="intersects")])]


def locate_in(layer: Layer, points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each point the lowest identity that holds it, 0 where none does."""
    found = np.zeros(len(points), np.int64)
    for start in range(0, len(points), AT_ONCE):
        _locate(layer, points[start : start + AT_ONCE], found[start : start + AT_ONCE])
    return found


def _locate(layer: Layer, points: NDArray[np.float64], found: NDArray[np.int64]) -> None:
    """Find the boxes that hold each point, then ask each area once for all points of its box, the lowest last."""
    finite = np.isfinite(points[:, 0] + points[:, 1])
    held, area = layer.tree.query(shapely.points(np.where(finite[:, None], points, 0.0)))
    order = np.argsort(area, kind="stable")
    held, area = held[order], area[order]
    starts = np.searchsorted(area, np.arange(len(layer.ids) + 1))
    for number in np.unique(area)[::-1]:
        inside = held[starts[number] : starts[number + 1]]
        hit = shapely.intersects_xy(layer.geometries[number], points[inside, 0], points[inside, 1])
        found[inside[hit]] = layer.ids[number]
    found[~finite] = 0


def nearby(layer: Layer, longitude: float, latitude: float, metres: float) -> list[tuple[int, float]]:
    """Return the areas no further than some metres from a point, with their distance; holders first, then nearest."""
    east = METRES * max(np.cos(np.radians(latitude)), 0.01)
    reach = shapely.box(
        longitude - metres / east, latitude - metres / METRES, longitude + metres / east, latitude + metres / METRES
    )
    near = []
    for number in layer.tree.query(reach):
        local = shapely.transform(
            layer.geometries[number], lambda xy: (xy - [longitude, latitude]) * [east, METRES], include_z=False
        )
        away = float(shapely.distance(local, shapely.points(0.0, 0.0)))
        if away <= metres:
            near.append((int(layer.ids[number]), away))
    return sorted(near, key=lambda one: (one[1], one[0]))
