"""Which division each outline of a file is, by its code or by its name below its upper one, on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from houban.divisions import register
from houban.divisions.boundaries.reading import Outline
from houban.divisions.register import Node
from houban.divisions.rules import outlines


@dataclass(frozen=True)
class Match:
    """A division with all its outlines of a file put together."""

    node: Node
    geometry: BaseGeometry
    area: float
    pieces: int
    mended: tuple[str, ...]


@dataclass
class Matching:
    """The divisions found, and the outlines of which none is known, each with the reason."""

    matches: list[Match] = field(default_factory=list)
    unmatched: list[tuple[Outline, str]] = field(default_factory=list)


class _Register:
    """The county's divisions of a day by code and by name."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.by_id = {node.id: node for node in nodes}
        self.by_code = {node.code: node for node in self.by_id.values() if node.code}
        self.by_name: dict[str, list[Node]] = defaultdict(list)
        for node in self.by_id.values():
            for name in {node.name, node.official_name}:
                self.by_name[name].append(node)

    def find(self, outline: Outline, on: date) -> Node | str:
        """Return the division, or why there is none."""
        if outline.code:
            code = _plain(outline.code)
            node = self.by_code.get(outline.code) or self.by_code.get(code)
            return node or f"{on} 没有代码 {outline.code}{register.history(code)}"
        named = self.by_name.get(outline.name, [])
        if outline.upper:
            named = [node for node in named if self._upper(node) == outline.upper]
        if len(named) > 1:
            above = "、".join(self._upper(node) for node in named)
            return f"“{outline.name}”有 {len(named)} 个（在{above}），要写明代码或上级"
        return named[0] if named else f"{on} 没有“{outline.upper}{outline.name}”"

    def _upper(self, node: Node) -> str:
        above = self.by_id.get(node.parent or 0)
        return above.name if above else ""


def match(outlines_: Iterable[Outline], *, root: int, on: date) -> Matching:
    """Match the outlines of a file with the divisions at and below one on a day."""
    known = _Register(register.rows([root], on))
    found: dict[int, list[Outline]] = defaultdict(list)
    result = Matching()
    for outline in outlines_:
        answer = known.find(outline, on)
        if isinstance(answer, str):
            result.unmatched.append((outline, answer))
        else:
            found[answer.id].append(outline)
    result.matches = [_together(known.by_id[key], pieces) for key, pieces in found.items()]
    result.matches.sort(key=lambda one: (len(one.node.code), one.node.code, one.node.name))
    return result


def _together(node: Node, pieces: list[Outline]) -> Match:
    whole = pieces[0].geometry if len(pieces) == 1 else shapely.union_all([piece.geometry for piece in pieces])
    why = tuple(piece.mended for piece in pieces if piece.mended)
    return Match(node, whole, outlines.area(whole), len(pieces), why)


def _plain(code: str) -> str:
    """Take the zeros off that fill official codes up to 12 or 19 digits."""
    digits = code[:12] if len(code) == 19 else code
    for length in (12, 9, 6):
        if len(digits) > length and not digits[length:].strip("0"):
            digits = digits[:length]
    return digits
