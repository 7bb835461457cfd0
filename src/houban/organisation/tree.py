"""Organisations as a tree: county bodies by kind, towns with their offices, villages with their committees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.divisions.register import Node
from houban.divisions.words import LEVEL_OF_FORM, Form, Level
from houban.organisation.staffing import Body, Numbers
from houban.organisation.words import OrganisationKind

KINDS = {kind.value: number for number, kind in enumerate(OrganisationKind)}


@dataclass(slots=True)
class Fold:
    """A part of the tree that opens: a kind of county bodies, a town, a village."""

    key: str
    name: str
    numbers: Numbers = field(default_factory=Numbers)
    size: int = 0
    bodies: list[Body] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is shown: a fold, or an organisation."""

    key: str
    depth: int
    name: str
    numbers: Numbers
    size: int
    is_open: bool
    body: Body | None = None


class Places:
    """Where divisions lie on a day: which town and which village each belongs to."""

    def __init__(self, county: int | None, on: date) -> None:
        nodes = register.rows([county], on) if county is not None else []
        self.county = county
        self.by_id: dict[int, Node] = {node.id: node for node in nodes}
        self.on = on
        self.towns = sorted((node for node in nodes if _level(node) == Level.TOWN), key=lambda node: node.code)

    def of(self, divisions: Collection[int]) -> dict[int, tuple[int | None, int | None] | None]:
        """Return the town and the village of each division; None for what does not exist on the day."""
        parents: dict[int, int | None] = {}
        finer = {one for one in divisions if one not in self.by_id}
        while finer:
            versions = DivisionVersion.objects.on(self.on).filter(division__in=finer)
            found = dict(versions.values_list("division_id", "parent_id"))
            parents |= found
            finer = {above for above in found.values() if above and above not in self.by_id and above not in parents}
        return {one: self._place(one, parents) for one in divisions}

    def _place(self, division: int, parents: Mapping[int, int | None]) -> tuple[int | None, int | None] | None:
        step: int | None = division
        while step is not None and step not in self.by_id:
            step = parents.get(step)
        node = self.by_id.get(step or 0)
        if node is None:
            return None
        if _level(node) == Level.VILLAGE:
            return node.parent, node.id
        return (node.id, None) if _level(node) == Level.TOWN else (None, None)

    def names(self) -> dict[int, str]:
        """Return the names of the divisions of the day."""
        return {key: node.name for key, node in self.by_id.items()}

    def name(self, division: int | None) -> str:
        """Return the name of a division on the day."""
        node = self.by_id.get(division or 0)
        return node.name if node else ""

    def code(self, division: str) -> str:
        """Return the code of a division on the day, to sort by."""
        node = self.by_id.get(int(division))
        return node.code if node else ""


def _level(node: Node) -> str:
    return str(LEVEL_OF_FORM[Form(node.form)])


def build(bodies: list[Body], places: Places, *, elsewhere: str) -> tuple[list[Fold], list[Fold]]:
    """Arrange the organisations of a day: county bodies by kind, and towns with their villages.

    An organisation stands under its parent where both lie in the same place, and else at the top of its own place.
    """
    located = places.of({body.division for body in bodies if body.division is not None})
    spots: dict[int, tuple[int | None, int | None] | None] = {
        body.id: located[body.division] if body.division is not None else (None, None) for body in bodies
    }
    by_id = {body.id: body for body in bodies}
    kinds: dict[str, Fold] = {}
    towns = {town.id: Fold(f"t{town.id}", town.name) for town in places.towns}
    villages: dict[int, Fold] = {}
    lost = Fold("x", elsewhere)
    for body in bodies:
        spot = spots[body.id]
        fold = _fold(body, spot, kinds, towns, villages, places) if spot is not None else lost
        _count(fold, body)
        if spot is not None and spot[1] is not None and spot[0] in towns:
            _count(towns[spot[0]], body)
        above = by_id.get(body.parent or 0)
        if above is not None and spots[above.id] == spot and (spot != (None, None) or above.kind == body.kind):
            above.children.append(body)
        else:
            fold.bodies.append(body)
    for town in towns.values():
        town.folds.sort(key=lambda fold: places.code(fold.key[1:]))
    ordered = sorted(kinds.values(), key=lambda fold: KINDS[fold.key[1:]])
    filled = [town for town in towns.values() if town.size]
    return ordered, filled + ([lost] if lost.size else [])


def _fold(
    body: Body,
    spot: tuple[int | None, int | None],
    kinds: dict[str, Fold],
    towns: dict[int, Fold],
    villages: dict[int, Fold],
    places: Places,
) -> Fold:
    town, village = spot
    if town is None or town not in towns:
        return kinds.setdefault(body.kind, Fold(f"k{body.kind}", body.kind_label))
    if village is None:
        return towns[town]
    if village not in villages:
        villages[village] = Fold(f"v{village}", places.name(village))
        towns[town].folds.append(villages[village])
    return villages[village]


def _count(fold: Fold, body: Body) -> None:
    fold.size += 1
    fold.numbers.add(body.numbers)


def lines(folds: list[Fold], opened: Collection[str], *, depth: int = 0) -> Iterator[Line]:
    """Return what is to be seen when some parts are open."""
    for fold in folds:
        is_open = fold.key in opened
        yield Line(fold.key, depth, fold.name, fold.numbers, fold.size, is_open)
        if is_open:
            ordered = sorted(fold.bodies, key=lambda body: KINDS[body.kind])
            yield from _body_lines(ordered, opened, depth=depth + 1)
            yield from lines(fold.folds, opened, depth=depth + 1)


def _body_lines(bodies: list[Body], opened: Collection[str], *, depth: int) -> Iterator[Line]:
    for body in bodies:
        key = f"o{body.id}"
        is_open = key in opened
        yield Line(key, depth, body.name, body.numbers, len(body.children), is_open, body)
        if is_open:
            yield from _body_lines(body.children, opened, depth=depth + 1)
