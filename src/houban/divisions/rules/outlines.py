"""Areas on the globe: made valid, measured, and held against their neighbours and their parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

SLIVER = 100.0  # square metres below which an overlap or a gap is how two people drew one line
NEAR = 1e-4  # degrees, about ten metres: how far two drawings of one line may lie apart
SHORTEST = 0.05  # kilometres of common line; less is a corner


@dataclass(frozen=True, slots=True)
class Fault:
    """Where outlines disagree: whose they are (places in the list), and by how many square metres."""

    between: tuple[int, ...]
    area: float


@cache
def _globe() -> pyproj.Geod:
    return pyproj.Geod(ellps="GRS80")


def area(geometry: BaseGeometry) -> float:
    """Return the square metres an area covers on the ellipsoid."""
    return abs(float(_globe().geometry_area_perimeter(shapely.orient_polygons(geometry))[0]))


def kilometres(line: BaseGeometry) -> float:
    """Return how long lines are on the ellipsoid."""
    return float(_globe().geometry_length(line)) / 1000


def mend(geometries: Sequence[BaseGeometry]) -> list[tuple[BaseGeometry, str]]:
    """Make areas valid; beside each stands what was wrong with it, in the words of GEOS, or nothing."""
    array = np.array(geometries, dtype=object)
    why = np.where(shapely.is_valid(array), "", shapely.is_valid_reason(array))
    bad = why != ""
    array[bad] = shapely.make_valid(array[bad], method="structure", keep_collapsed=False)
    return [(_only_areas(geometry), str(reason)) for geometry, reason in zip(array, why, strict=True)]


def _only_areas(geometry: BaseGeometry) -> BaseGeometry:
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon | MultiPolygon)]
    return shapely.union_all(parts) if parts else MultiPolygon()


def overlaps(geometries: Sequence[BaseGeometry]) -> list[Fault]:
    """Return the pairs that cover the same ground, the largest first."""
    array = np.array(geometries, dtype=object)
    left, right = shapely.STRtree(array).query(array, predicate="intersects")
    pairs = [(a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True) if a < b]
    faults = []
    for a, b in pairs:
        common = shapely.intersection(array[a], array[b])
        if common.area and (size := area(_only_areas(common))) >= SLIVER:
            faults.append(Fault((a, b), size))
    return sorted(faults, key=lambda fault: -fault.area)


def gaps(geometries: Sequence[BaseGeometry], parent: BaseGeometry | None = None) -> list[Fault]:
    """Return the ground that neighbours enclose and nobody covers, and what of the parent is left over."""
    array = np.array(geometries, dtype=object)
    if not len(array):
        return []
    whole = shapely.union_all(array)
    if parent is not None:
        left = shapely.get_parts(shapely.difference(parent, whole))
    else:
        left = np.array([Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors], dtype=object)
    tree = shapely.STRtree(array)
    faults = []
    for hole in left:
        if hole.area and (size := area(_only_areas(hole))) >= SLIVER:
            faults.append(Fault(tuple(sorted(tree.query(hole, predicate="intersects").tolist())), size))
    return sorted(faults, key=lambda fault: -fault.area)


def outside(geometries: Sequence[BaseGeometry], parent: BaseGeometry) -> list[Fault]:
    """Return which areas reach beyond their parent, and by how much."""
    faults = []
    for number, geometry in enumerate(geometries):
        beyond = shapely.difference(geometry, parent)
        if beyond.area and (size := area(_only_areas(beyond))) >= SLIVER:
            faults.append(Fault((number,), size))
    return sorted(faults, key=lambda fault: -fault.area)


def common_border(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the kilometres of line that two areas share; lines drawn twice may lie some metres apart."""
    exact = kilometres(shapely.intersection(one.boundary, other.boundary))
    if exact >= SHORTEST:
        return exact
    near = kilometres(shapely.intersection(one.boundary, shapely.buffer(other.boundary, NEAR)))
    return near if near >= SHORTEST else 0.0
