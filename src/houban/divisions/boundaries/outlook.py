"""What taking in a file of boundaries would do, and where it does not fit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from houban.divisions import places, register
from houban.divisions.boundaries.matching import Match, Matching, match
from houban.divisions.boundaries.pieces import unreadable
from houban.divisions.boundaries.reading import Outline, Reading
from houban.divisions.rules import outlines
from houban.divisions.rules.outlines import Fault
from houban.divisions.words import LEVEL_OF_FORM, Form

SHOWN = 50


@dataclass(frozen=True)
class Remark:
    """A place where boundaries don't fit: which divisions, and how much ground."""

    kind: str
    names: tuple[str, ...]
    area: float


@dataclass(frozen=True)
class Outlook:
    """A file of boundaries held against the register of a day."""

    reading: Reading
    day: date
    matches: list[Match]
    unmatched: list[tuple[Outline, str]]
    replaced: frozenset[int]
    remarks: list[Remark]

    @property
    def mended(self) -> list[Match]:
        """Return the divisions whose lines had to be made valid."""
        return [one for one in self.matches if one.mended]

    def of_kind(self, kind: str) -> list[Remark]:
        """Return the remarks of a kind, the largest first: overlap, gap, outside."""
        return [remark for remark in self.remarks if remark.kind == kind]


def outlook(reading: Reading, *, on: date) -> Outlook:
    """Match a file with the divisions of a day, and hold its lines against one another and what is known."""
    county = register.county()
    if county is None:
        raise unreadable(reading.name, "还没有导入本县的名录，界线无处可归", "请先导入名录")
    found = match(reading.outlines, root=county, on=on)
    known = places.shapes(on)
    replaced = frozenset(
        one.node.id for one in found.matches if one.node.id in known and not known[one.node.id].derived
    )
    return Outlook(reading, on, found.matches, found.unmatched, replaced, _remarks(found, known, county, on))


def _remarks(found: Matching, known: dict[int, places.Shape], county: int, on: date) -> list[Remark]:
    """Look at every set of sisters that the file touches, with those that are already known."""
    nodes = {node.id: node for node in register.rows([county], on)}
    lines = {key: shape.geometry for key, shape in known.items() if key in nodes and not shape.derived}
    lines |= {one.node.id: one.geometry for one in found.matches}
    touched = {one.node.id for one in found.matches}
    remarks = []
    for ids in _same_level(nodes, lines, touched).values():
        names = [nodes[key].name for key in ids]
        faults = outlines.overlaps([lines[key] for key in ids])
        remarks += [_remark("overlap", f, names) for f in faults if touched & {ids[n] for n in f.between}]
    for parent, ids in _sisters(nodes, lines, touched).items():
        names = [nodes[key].name for key in ids]
        remarks += _inside(parent, [lines[key] for key in ids], names, lines, len(ids) == _children(nodes, parent))
    return sorted(remarks, key=lambda one: (one.kind, -one.area))


def _same_level(
    nodes: dict[int, register.Node], lines: dict[int, BaseGeometry], touched: set[int]
) -> dict[str, list[int]]:
    levels: dict[str, list[int]] = defaultdict(list)
    for key in sorted(lines):
        levels[LEVEL_OF_FORM[Form(nodes[key].form)].value].append(key)
    return {level: ids for level, ids in levels.items() if touched.intersection(ids)}


def _sisters(
    nodes: dict[int, register.Node], lines: dict[int, BaseGeometry], touched: set[int]
) -> dict[int, list[int]]:
    below: dict[int, list[int]] = defaultdict(list)
    for key in sorted(lines):
        if nodes[key].parent in nodes:
            below[nodes[key].parent or 0].append(key)
    return {above: ids for above, ids in below.items() if touched.intersection((above, *ids))}


def _children(nodes: dict[int, register.Node], parent: int) -> int:
    return sum(node.parent == parent for node in nodes.values())


def _inside(
    parent: int,
    sisters: list[BaseGeometry],
    names: list[str],
    lines: dict[int, BaseGeometry],
    complete: bool,  # noqa: FBT001
) -> list[Remark]:
    """Compare sisters with their parent; what they leave of it counts only when all of them are known."""
    around = lines.get(parent)
    beyond = outlines.outside(sisters, around) if around is not None else []
    left = outlines.gaps(sisters, around if complete else None)
    return [_remark("outside", f, names) for f in beyond] + [_remark("gap", f, names) for f in left]


def _remark(kind: str, fault: Fault, names: list[str]) -> Remark:
    return Remark(kind, tuple(names[n] for n in fault.between), fault.area)
