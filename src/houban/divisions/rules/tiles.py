"""A schematic map: each village a hexagon, its town's hexagons together, a gap between towns; no geography is claimed.

Hexagons stand on their points; a cell is a column and a row of the slanted grid. The same divisions always get the same
cells. A layout may be given what stood before: whoever is still there keeps its cell wherever its town allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Cell = tuple[int, int]  # column and row
AXES = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))  # neighbours in axial coordinates
TALL = 0.62  # of a map's width; pictures are wider than high
Point = tuple[float, float]


@dataclass(frozen=True)
class Town:
    """A town's villages in the order they are named, and where its middle roughly is; None where nobody knows."""

    key: int
    villages: Sequence[int]
    at: Point | None = None


def neighbours(cell: Cell) -> list[Cell]:
    """Return the six cells around one."""
    return [(cell[0] + q, cell[1] + r) for q, r in AXES]


def middle(cell: Cell) -> Point:
    """Return the middle of a cell where a hexagon is one wide; y runs down."""
    return cell[0] + cell[1] / 2, cell[1] * sqrt(3) / 2


def corners(centre: Point, size: float) -> list[Point]:
    """Return the six corners of a hexagon that is `size` wide, the top one first."""
    reach = size / sqrt(3)
    return [(centre[0] + reach * sin(n * pi / 3), centre[1] - reach * cos(n * pi / 3)) for n in range(6)]


def lay_out(
    towns: Sequence[Town], *, before: Mapping[int, Cell] | None = None, places: Mapping[int, Point] | None = None
) -> dict[int, Cell]:
    """Give each village a cell: towns connected and apart, survivors where they stood, the rest by their place."""
    kept = _kept(towns, before or {})
    taken: dict[Cell, int] = {cell: town.key for town in towns for cell in kept[town.key].values()}
    cells: dict[int, Cell] = {}
    for town in _in_order(towns, kept):
        mine = _settle(town, kept[town.key], towns, taken, places or {})
        taken |= dict.fromkeys(mine.values(), town.key)
        cells |= mine
    return cells


def _settle(
    town: Town, kept: Mapping[int, Cell], towns: Sequence[Town], taken: dict[Cell, int], places: Mapping[int, Point]
) -> dict[int, Cell]:
    """Give a town its cells beside those it keeps; a town that is walled in moves away whole."""
    missing = [village for village in town.villages if village not in kept]
    ground = _grow(town.key, set(kept.values()), len(missing), taken) if kept else None
    if ground is not None:
        return {**kept, **_assign(missing, ground, places)}
    for cell in kept.values():
        del taken[cell]
    if not town.villages:
        return {}
    start = _start(town, towns, taken)
    around = _grow(town.key, {start}, len(town.villages) - 1, taken) or []
    return _assign(town.villages, [start, *around], places)


def _kept(towns: Iterable[Town], before: Mapping[int, Cell]) -> dict[int, dict[int, Cell]]:
    """Return, for each town, the villages that keep their cells: the largest connected part of what stood before."""
    kept: dict[int, dict[int, Cell]] = {}
    used: set[Cell] = set()
    for town in towns:
        stood = {village: before[village] for village in town.villages if village in before}
        part = _largest(set(stood.values()) - used)
        kept[town.key] = {village: cell for village, cell in stood.items() if cell in part}
        used |= part
    return kept


def _largest(cells: set[Cell]) -> set[Cell]:
    best: set[Cell] = set()
    left = set(cells)
    while left:
        part, edge = set[Cell](), [min(left)]
        while edge:
            cell = edge.pop()
            if cell in left:
                left.remove(cell)
                part.add(cell)
                edge += neighbours(cell)
        best = max(best, part, key=lambda one: (len(one), sorted(one)))
    return best


def _in_order(towns: Sequence[Town], kept: Mapping[int, Mapping[int, Cell]]) -> list[Town]:
    """Start with towns that stand already, then from the middle of the map outwards, the larger ones first."""
    known = [town.at for town in towns if town.at]
    centre = _mean(known) if known else (0.0, 0.0)

    def rank(town: Town) -> tuple[bool, float, int, int]:
        away = _distance(town.at, centre) if town.at else 0.0
        return not kept[town.key], away, -len(town.villages), town.key

    return sorted(towns, key=rank)


def _mean(points: Sequence[Point]) -> Point:
    return sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points)


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _start(town: Town, towns: Sequence[Town], taken: Mapping[Cell, int]) -> Cell:
    """Return where a town begins: near where it lies, else close to the others, with room around it."""
    wish = _wish(town, towns, taken)
    centre, ring = _nearest(wish), 0
    while True:
        reach = [cell for near in range(ring, 2 * ring + 2) for cell in _ring(centre, near)]
        for cell in sorted(reach, key=lambda cell: (_away(middle(cell), wish), cell)):
            if _is_free(cell, town.key, taken) and _room(cell, town, taken):
                return cell
        ring = 2 * ring + 2


def _away(one: Point, other: Point) -> float:
    """Measure how far apart two points are on a map that is wider than high."""
    return hypot((one[0] - other[0]) * TALL, one[1] - other[1])


def _wish(town: Town, towns: Sequence[Town], taken: Mapping[Cell, int]) -> Point:
    if town.at is None:
        return _mean([middle(cell) for cell in taken]) if taken else (0.0, 0.0)
    known = [other for other in towns if other.at]
    centre = _mean([other.at for other in known if other.at])
    spread = max([1e-9, *(_distance(other.at, centre) for other in known if other.at)])
    cells = sum(len(other.villages) for other in towns)
    scale = sqrt(cells) * 0.75 / spread
    return (town.at[0] - centre[0]) * scale, (centre[1] - town.at[1]) * scale


def _nearest(point: Point) -> Cell:
    row = round(point[1] / (sqrt(3) / 2))
    return round(point[0] - row / 2), row


def _ring(cell: Cell, ring: int) -> list[Cell]:
    """Return the cells some steps away from one."""
    if ring == 0:
        return [cell]
    at, found = (cell[0] + AXES[4][0] * ring, cell[1] + AXES[4][1] * ring), []
    for q, r in AXES:
        for _ in range(ring):
            found.append(at)
            at = (at[0] + q, at[1] + r)
    return found


def _is_free(cell: Cell, town: int, taken: Mapping[Cell, int]) -> bool:
    """Tell whether a town may have a cell: nobody has it, and no other town stands right beside it."""
    return cell not in taken and all(taken.get(near, town) == town for near in neighbours(cell))


def _room(cell: Cell, town: Town, taken: Mapping[Cell, int]) -> bool:
    """Tell whether the whole town could grow from a cell."""
    seen, edge = {cell}, [cell]
    while edge and len(seen) < len(town.villages):
        for near in neighbours(edge.pop(0)):
            if near not in seen and _is_free(near, town.key, taken):
                seen.add(near)
                edge.append(near)
    return len(seen) >= len(town.villages)


def _grow(town: int, mine: set[Cell], number: int, taken: Mapping[Cell, int]) -> list[Cell] | None:
    """Take free cells beside the town, those first that keep it round; None where it is walled in.

    Where there is no cell left with a gap to the next town, it does without the gap.
    """
    ground: list[Cell] = []
    body = set(mine)
    while len(ground) < number:
        edge = {near for cell in body for near in neighbours(cell)} - body - taken.keys()
        if not edge:
            return None
        apart = [cell for cell in edge if _is_free(cell, town, taken)]
        chosen = _best(apart or sorted(edge), body)
        ground.append(chosen)
        body.add(chosen)
    return ground


def _best(free: Sequence[Cell], body: set[Cell]) -> Cell:
    x, y = _mean([middle(cell) for cell in sorted(body)])

    def rank(cell: Cell) -> tuple[float, Cell]:
        at = middle(cell)
        touching = sum(near in body for near in neighbours(cell))
        return (at[0] - x) ** 2 * TALL + (at[1] - y) ** 2 / TALL - touching * 0.6, cell

    return min(free, key=rank)


def _assign(villages: Sequence[int], ground: Sequence[Cell], places: Mapping[int, Point]) -> dict[int, Cell]:
    """Give the ground out: by place where it is known, in reading order where it is not."""
    if not villages:
        return {}
    if not all(village in places for village in villages):
        in_order = sorted(ground, key=lambda cell: (cell[1], cell[0]))
        return dict(zip(villages, in_order, strict=True))
    wished = _fitted(np.array([places[village] for village in villages]))
    there = _fitted(np.array([(x, -y) for x, y in map(middle, ground)]))
    cost = ((wished[:, None] - there[None]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(cost)
    return {villages[row]: ground[column] for row, column in zip(rows.tolist(), columns.tolist(), strict=True)}


def _fitted(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points about their middle, as far spread as any others so fitted."""
    centred = points - points.mean(axis=0)
    spread: NDArray[np.float64] = centred / max(float(np.sqrt((centred**2).sum(axis=1).mean())), 1e-12)
    return spread
