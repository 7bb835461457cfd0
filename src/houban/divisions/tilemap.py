"""The picture of a day's villages: their boundaries where these are known, else a schematic map of hexagons.

Days are laid out one after another, list by list, so that whoever goes on stands where it stood on every day; the place
of a village that is gone stays empty. `build` takes classes and values per division, so that any room can colour it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import cos, radians

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from houban.divisions import memory, places, register, timeline
from houban.divisions.register import Node
from houban.divisions.rules import tiles
from houban.divisions.rules.tiles import Cell, Point, Town
from houban.divisions.words import LEVEL_OF_FORM, Form, Level

HEX, EDGE, HEAD = 54.0, 14.0, 20.0  # a hexagon's width, the margin, and the room for a town's name; in pixels
WHOLE, PART = (1160.0, 900.0), (540.0, 320.0)  # the most room for the whole county, and for a part of it
MOST = 4000
LINE = 4  # characters of a name on one line
SUFFIXES = ("社区", "村")
COMMUNITIES = ("community", "community_like")


@dataclass(frozen=True, slots=True)
class Tile:
    """A division in the picture: its outline, where its name stands, and how it is coloured."""

    id: int
    name: str
    town: str
    form: str
    path: str
    x: float
    y: float
    lines: Sequence[str]
    community: bool
    shade: int | None = None
    value: str = ""
    chosen: bool = False
    derived: bool = False

    @property
    def label(self) -> str:
        """Return what is read out: the town, the name, the form or the value."""
        return f"{self.town} {self.name}，{self.value or self.form}"


@dataclass(frozen=True, slots=True)
class Caption:
    """A town's name in the picture."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class TileMap:
    """Everything the picture shows; `schematic` tells hexagons from boundaries."""

    width: float
    height: float
    tiles: list[Tile]
    captions: list[Caption]
    ghosts: list[str] = field(default_factory=list)
    legend: Sequence[tuple[int, str]] = ()
    schematic: bool = True
    derived: int = 0

    @property
    def towns(self) -> dict[str, list[Tile]]:
        """Return the tiles by town, for those who read rather than look."""
        found: dict[str, list[Tile]] = {}
        for tile in self.tiles:
            found.setdefault(tile.town, []).append(tile)
        return found

    @property
    def communities(self) -> int:
        """Count the communities, which bear a dot."""
        return sum(tile.community for tile in self.tiles)


@dataclass(frozen=True)
class Paint:
    """How a room colours the picture: a class from 1 to 5 and a text for each division, and who is chosen."""

    shades: Mapping[int, int] = field(default_factory=dict)
    values: Mapping[int, str] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()
    legend: Sequence[tuple[int, str]] = ()


PLAIN = Paint()


def build(
    root: Node,
    on: date,
    *,
    paint: Paint = PLAIN,
    only: Iterable[int] | None = None,
    cells: Mapping[int, Cell] | None = None,
) -> TileMap | None:
    """Draw the villages below a division on a day, or `only` some; None where there are none, or too many to see.

    A map that is not the register's, such as that of a draft, brings the `cells` that `follow` gave it.
    """
    villages = homes(root)
    if not villages or len(villages) > MOST:
        return None
    shown = villages.keys() & set(only) if only is not None else villages.keys()
    known = places.shapes(on)
    if cells is None and shown and shown <= known.keys():
        part = {key: villages[key] for key in villages if key in shown}
        return _outlines(part, known, paint, room=WHOLE if only is None else PART)
    standing = layout(root.id, on) if cells is None else Layout(dict(cells), frozenset())
    cells_shown = {key: cell for key, cell in standing.cells.items() if key in shown}
    return (
        _hexagons(cells_shown, villages, paint, standing.ghosts if only is None else frozenset())
        if cells_shown
        else None
    )


def homes(root: Node) -> dict[int, tuple[Node, Node]]:
    """Return the villages below a division, each with the town it belongs to."""
    return {
        node.id: (node, upper)
        for upper in root.walk()
        for node in upper.children
        if LEVEL_OF_FORM[Form(node.form)] == Level.VILLAGE
    }


@dataclass(frozen=True)
class Layout:
    """The cells of a day, and those whose villages stood on an earlier list and are gone."""

    cells: dict[int, Cell]
    ghosts: frozenset[Cell]


def layout(root: int, on: date) -> Layout:
    """Return the cells of a day: list by list, so that whoever goes on stands where it stood."""
    known, state = memory.known(), places.state()
    if ("tiles", root, on, state) not in known:
        at = places.positions()
        before = Layout({}, frozenset())
        for day in [*(day for day in timeline.list_days() if day < on), on]:
            key = ("tiles", root, day, state)
            if key not in known:
                known[key] = _after(before, register.tree(root, day), at)
            before = known[key]
    found: Layout = known["tiles", root, on, state]
    return found


def _after(before: Layout, root: Node | None, at: Mapping[int, Point]) -> Layout:
    cells = follow(root, before.cells, at=at) if root else before.cells
    gone = before.ghosts | {cell for key, cell in before.cells.items() if key not in cells}
    return Layout(cells, frozenset(gone - set(cells.values())))


def follow(root: Node, before: Mapping[int, Cell], *, at: Mapping[int, Point] | None = None) -> dict[int, Cell]:
    """Lay a map out after another one: whoever is on both keeps its cell wherever its town allows it."""
    below: dict[int, list[int]] = {}
    for village, town in homes(root).values():
        below.setdefault(town.id, []).append(village.id)
    towns = [Town(key, ids, _middle_of(key, ids, at or {})) for key, ids in below.items()]
    return tiles.lay_out(towns, before=before, places=at)


def _middle_of(town: int, villages: list[int], at: Mapping[int, Point]) -> Point | None:
    known = [at[village] for village in villages if village in at] or ([at[town]] if town in at else [])
    if not known:
        return None
    return sum(x for x, _y in known) / len(known), sum(y for _x, y in known) / len(known)


def _hexagons(
    cells: Mapping[int, Cell], homes: Mapping[int, tuple[Node, Node]], paint: Paint, ghosts: frozenset[Cell]
) -> TileMap:
    spots = [tiles.middle(cell) for cell in (*cells.values(), *ghosts)]
    west, north = min(x for x, _y in spots), min(y for _x, y in spots)

    def place(cell: Cell) -> Point:
        x, y = tiles.middle(cell)
        return EDGE + (x - west + 0.5) * HEX, EDGE + HEAD + (y - north + 0.58) * HEX

    drawn = [
        _tile(homes[key], _closed(tiles.corners(place(cells[key]), HEX)), place(cells[key]), paint)
        for key in homes
        if key in cells
    ]
    return TileMap(
        width=(max(x for x, _y in spots) - west + 1) * HEX + 2 * EDGE,
        height=(max(y for _x, y in spots) - north + 1.16) * HEX + 2 * EDGE + HEAD,
        tiles=_chosen_last(drawn),
        captions=_captions({key: place(cell) for key, cell in cells.items()}, homes),
        ghosts=[_closed(tiles.corners(place(cell), HEX)) for cell in sorted(ghosts)],
        legend=paint.legend,
    )


def _tile(home: tuple[Node, Node], path: str, at: Point, paint: Paint, *, derived: bool = False) -> Tile:
    village, town = home
    return Tile(
        id=village.id,
        name=village.name,
        town=town.name,
        form=village.form_label,
        path=path,
        x=round(at[0], 1),
        y=round(at[1], 1),
        lines=_lines(village.name),
        community=village.form in COMMUNITIES,
        shade=paint.shades.get(village.id),
        value=paint.values.get(village.id, ""),
        chosen=village.id in paint.chosen,
        derived=derived,
    )


def _chosen_last(drawn: list[Tile]) -> list[Tile]:
    """Draw the chosen ones over the edges of the others."""
    return sorted(drawn, key=lambda tile: tile.chosen)


def _lines(name: str) -> list[str]:
    """Return the name without its suffix, on two lines where it is long."""
    short = next((name[: -len(s)] for s in SUFFIXES if name.endswith(s) and len(name) > len(s) + 1), name)
    if len(short) <= LINE:
        return [short]
    half = (len(short) + 1) // 2
    return [short[:half], short[half:]]


def _closed(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _captions(spots: Mapping[int, Point], homes: Mapping[int, tuple[Node, Node]]) -> list[Caption]:
    """Put a town's name over its highest hexagons."""
    of_town: dict[int, list[Point]] = {}
    names = {}
    for key, spot in spots.items():
        town = homes[key][1]
        names[town.id] = town.name
        of_town.setdefault(town.id, []).append(spot)
    return [_over(names[town], points) for town, points in of_town.items()]


def _over(name: str, points: list[Point]) -> Caption:
    top = min(y for _x, y in points)
    row = [x for x, y in points if y - top < 1]
    return Caption(name, round(sum(row) / len(row), 1), round(top - HEX * 0.64, 1))


def _outlines(
    homes: Mapping[int, tuple[Node, Node]], known: Mapping[int, places.Shape], paint: Paint, *, room: Point
) -> TileMap:
    """Draw the boundaries themselves, thinned out to what a screen shows."""
    lines = np.array([known[key].geometry for key in homes], dtype=object)
    west, south, east, north = shapely.total_bounds(lines)
    squeeze = cos(radians((south + north) / 2))
    scale = min(room[0] / ((east - west) * squeeze), room[1] / (north - south))

    def turn(points: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [EDGE + (points[:, 0] - west) * squeeze * scale, EDGE + HEAD + (north - points[:, 1]) * scale]
        )

    drawn = shapely.coverage_simplify(shapely.transform(lines, turn), 0.7)
    spots = {key: _inner(shape) for key, shape in zip(homes, drawn, strict=True)}
    shown = [
        _tile(homes[key], _path(shape), spots[key], paint, derived=known[key].derived)
        for key, shape in zip(homes, drawn, strict=True)
    ]
    return TileMap(
        width=(east - west) * squeeze * scale + 2 * EDGE,
        height=(north - south) * scale + 2 * EDGE + HEAD,
        tiles=_chosen_last(shown),
        captions=[],
        legend=paint.legend,
        schematic=False,
        derived=sum(tile.derived for tile in shown),
    )


def _inner(shape: BaseGeometry) -> Point:
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def _path(shape: BaseGeometry) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return "".join(_closed(list(ring.coords)[:-1]) for ring in rings if not ring.is_empty)


@dataclass(frozen=True)
class Place:
    """A village among those around it: the picture, and who borders on it for how many kilometres."""

    map: TileMap
    neighbours: list[tuple[Node, float]]


def place_of(division: int, root: Node, on: date, *, paint: Paint = PLAIN) -> Place | None:
    """Draw a village among its neighbours where boundaries are known, else among those of its town."""
    villages = homes(root)
    if division not in villages:
        return None
    beside = [
        (villages[one.division][0], one.kilometres)
        for one in places.neighbours(division, on)
        if one.division in villages
    ]
    sisters = [key for key, (_village, town) in villages.items() if town.id == villages[division][1].id]
    around = [division, *(node.id for node, _km in beside)] if beside else sisters
    own = Paint(paint.shades, paint.values, paint.chosen | {division}, paint.legend)
    picture = build(root, on, paint=own, only=around)
    return Place(picture, beside) if picture else None


def of_town(town: Node, root: Node, on: date) -> TileMap | None:
    """Draw the county with the villages of one town chosen."""
    return build(root, on, paint=Paint(chosen=frozenset(child.id for child in town.children)))
