"""The lineage picture: ribbons from the divisions of an earlier day to those of the as-of day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from houban.divisions import lineage, memory, register, timeline
from houban.divisions.lineage import Link
from houban.divisions.models import DivisionVersion
from houban.divisions.register import Node

GAP, UNIT, LEAST, TOP = 4.0, 1.6, 14.0, 30.0
LEFT_X, RIGHT_X = 168.0, 404.0


@dataclass(frozen=True)
class Bar:
    """One division on its side of the picture."""

    id: int
    name: str
    groups: int
    town: str
    town_number: int
    y: float
    height: float
    is_new: bool
    zone: int = 0

    @property
    def label_y(self) -> float:
        """Return the base line of its label."""
        return self.y + self.height / 2 + 4


@dataclass(frozen=True)
class Ribbon:
    """The part of a left bar that became part of a right one, as an SVG path."""

    path: str
    town_number: int
    certain: bool
    label: str
    zone: int = 0


@dataclass(frozen=True)
class Zone:
    """Divisions of both sides that are the same ground taken together, so that they compare exactly."""

    number: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Bracket:
    """A former town along its villages."""

    name: str
    number: int
    y: float
    height: float
    villages: int

    @property
    def middle(self) -> float:
        """Return the base line of its name."""
        return self.y + self.height / 2

    @property
    def below(self) -> float:
        """Return the base line of its count."""
        return self.middle + 16


@dataclass(frozen=True)
class Picture:
    """Everything the lineage picture shows."""

    title: str
    before: date
    after: date
    left: Sequence[Bar]
    right: Sequence[Bar]
    ribbons: Sequence[Ribbon]
    brackets: Sequence[Bracket]
    height: float
    unsure: int
    zones: Sequence[Zone] = ()


def of_town(town: Node, on: date) -> Picture | None:
    """Show how the villages of a town came to be, since the earliest list."""
    return memory.recall(("picture", town.id, on), lambda: _of_town(town, on))


def _of_town(town: Node, on: date) -> Picture | None:
    start = _start(on)
    villages = [node for node in town.children if node.form in ("village", "community")]
    return _draw(town.name, start, on, villages) if start else None


def of_village(division: int, on: date) -> Picture | None:
    """Show how one village came to be, or where it went."""
    start = _start(on)
    if start is None:
        return None
    alive = register.rows([division], on)
    nodes = alive[:1] or _heirs(division, start, on)
    title = nodes[0].name if nodes else ""
    return _draw(title, start, on, nodes)


def _start(on: date) -> date | None:
    days = [day for day in timeline.list_days() if day < on]
    return days[0] if days else None


def _heirs(division: int, start: date, on: date) -> list[Node]:
    links = lineage.between(start, on, [division])
    targets = [link.target for link in links if link.target is not None]
    return [node for node in register.rows(targets, on) if node.id in targets]


def _draw(title: str, start: date, on: date, nodes: list[Node]) -> Picture | None:
    if not nodes:
        return None
    links = lineage.into(start, on, [n.id for n in nodes])
    sources = _sources(start, [link.source for link in links])
    order = {node.id: n for n, node in enumerate(nodes)}
    links.sort(key=lambda link: (_town_of(sources, link), order[link.target or 0], sources[link.source][2]))
    before_sizes = lineage.group_counts(sources, start)
    left, brackets = _left(links, sources, before_sizes)
    right = _right(_ordered(nodes, links), lineage.group_counts(order, on), _wanted(links, left))
    ribbons = _ribbons(links, left, right, _number(brackets))
    height = max([TOP, *(bar.y + bar.height for bar in [*left, *right])]) + 10
    unsure = sum(not ribbon.certain for ribbon in ribbons)
    of = _zones(links)
    left = [replace(bar, zone=of.get((0, bar.id), 0)) for bar in left]
    right = [replace(bar, zone=of.get((1, bar.id), 0)) for bar in right]
    ribbons = [replace(ribbon, zone=of[0, link.source]) for ribbon, link in zip(ribbons, links, strict=True)]
    return Picture(title, start, on, left, right, ribbons, brackets, height, unsure, _named(left, right))


def _zones(links: list[Link]) -> dict[tuple[int, int], int]:
    """Return the zone of each division, by side: what is joined by ribbons, numbered from the top of the left side."""
    zone: dict[tuple[int, int], int] = {}
    for link in links:
        ends = ((0, link.source), (1, link.target or 0))
        known = sorted({zone[end] for end in ends if end in zone})
        number = known[0] if known else len(links) + len(zone) + 1
        for other in known[1:]:
            zone |= {end: number for end, of in zone.items() if of == other}
        zone |= dict.fromkeys(ends, number)
    order = {number: n for n, number in enumerate(dict.fromkeys(zone.values()), start=1)}
    return {end: order[number] for end, number in zone.items()}


def _named(left: list[Bar], right: list[Bar]) -> list[Zone]:
    """Return the zones in which something came together or parted."""
    found = []
    for number in sorted({bar.zone for bar in left if bar.zone}):
        before = tuple(bar.name for bar in left if bar.zone == number)
        after = tuple(bar.name for bar in right if bar.zone == number)
        if len(before) > 1 or len(after) > 1:
            found.append(Zone(number, before, after))
    return found


def _town_of(sources: dict[int, tuple[str, str, str]], link: Link) -> str:
    return sources[link.source][2][:9]


def _sources(day: date, ids: list[int]) -> dict[int, tuple[str, str, str]]:
    """Return name, town and sorting key of the divisions of the earlier day."""
    versions = DivisionVersion.objects.on(day).filter(division__in=ids).with_code("nbs", day)
    towns = dict(DivisionVersion.objects.on(day).filter(division__level="town").values_list("division_id", "name"))
    return {v.division_id: (v.name, towns.get(v.parent_id or 0, ""), getattr(v, "code", "") or "") for v in versions}


def _ordered(nodes: list[Node], links: list[Link]) -> list[Node]:
    """Put the right side in the order in which its first ribbons leave the left."""
    first: dict[int, int] = {}
    for n, link in enumerate(links):
        first.setdefault(link.target or 0, n)
    return sorted(nodes, key=lambda node: first.get(node.id, len(links)))


def _left(
    links: list[Link], sources: dict[int, tuple[str, str, str]], sizes: dict[int, int]
) -> tuple[list[Bar], list[Bracket]]:
    bars: list[Bar] = []
    towns: dict[str, int] = {}
    y = TOP
    for source in dict.fromkeys(link.source for link in links):
        name, town, _code = sources[source]
        if town not in towns:
            towns[town] = len(towns)
            y += 12 if bars else 0
        height = _height(sizes.get(source, 0))
        bars.append(Bar(source, name, sizes.get(source, 0), town, towns[town], y, height, is_new=False))
        y += height + GAP
    return bars, [_bracket(town, n, [bar for bar in bars if bar.town == town]) for town, n in towns.items()]


def _height(groups: int) -> float:
    return max(groups * UNIT, LEAST)


def _bracket(town: str, number: int, bars: list[Bar]) -> Bracket:
    return Bracket(town, number, bars[0].y, bars[-1].y + bars[-1].height - bars[0].y, len(bars))


def _wanted(links: list[Link], left: list[Bar]) -> dict[int, tuple[float, bool]]:
    """Return for each right bar the middle of what flows into it, and whether it was there before."""
    bars = {bar.id: bar for bar in left}
    ends: dict[int, list[Bar]] = {}
    for link in links:
        ends.setdefault(link.target or 0, []).append(bars[link.source])
    return {
        target: ((min(b.y for b in into) + max(b.y + b.height for b in into)) / 2, any(b.id == target for b in into))
        for target, into in ends.items()
    }


def _right(nodes: Iterable[Node], sizes: dict[int, int], wanted: dict[int, tuple[float, bool]]) -> list[Bar]:
    """Put each bar beside the middle of what flows into it, below the one before."""
    bars: list[Bar] = []
    y = TOP
    for node in nodes:
        height = _height(sizes.get(node.id, 0))
        middle, was_there = wanted.get(node.id, (0.0, False))
        y = max(y, middle - height / 2)
        bars.append(Bar(node.id, node.name, sizes.get(node.id, 0), "", 0, y, height, is_new=not was_there))
        y += height + GAP
    return bars


def _number(brackets: list[Bracket]) -> dict[str, int]:
    return {bracket.name: bracket.number for bracket in brackets}


def _ribbons(links: list[Link], left: list[Bar], right: list[Bar], numbers: dict[str, int]) -> list[Ribbon]:
    sources, targets = {bar.id: bar for bar in left}, {bar.id: bar for bar in right}
    incoming: dict[int, float] = {}
    for link in links:
        incoming[link.target or 0] = incoming.get(link.target or 0, 0) + sources[link.source].height * link.share
    out_at = {bar.id: bar.y for bar in left}
    in_at = {bar.id: bar.y for bar in right}
    ribbons = []
    for link in links:
        source, target = sources[link.source], targets[link.target or 0]
        width = source.height * link.share
        narrow = width * min(1.0, target.height / incoming[target.id])
        path = _path(out_at[source.id], width, in_at[target.id], narrow)
        out_at[source.id] += width
        in_at[target.id] += narrow
        label = f"{source.name} → {target.name}"
        ribbons.append(Ribbon(path, numbers[source.town], link.certainty == "declared", label))
    return ribbons


def _path(y1: float, w1: float, y2: float, w2: float) -> str:
    middle = (LEFT_X + RIGHT_X) / 2
    there = f"M{LEFT_X} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {RIGHT_X} {y2:.1f}"
    back = f"V{y2 + w2:.1f}C{middle} {y2 + w2:.1f} {middle} {y1 + w1:.1f} {LEFT_X} {y1 + w1:.1f}Z"
    return there + back
