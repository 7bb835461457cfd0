"""The kind of a change, read off its flows; nobody types it in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from houban.divisions.rules.plan import Plan, Target
from houban.divisions.rules.state import Snapshot, Unit
from houban.divisions.words import Level, Shape


@dataclass(frozen=True, slots=True)
class Component:
    """Sources and targets that flows tie together."""

    shape: Shape
    level: str
    numbers: tuple[int, ...]


def components(plan: Plan, before: Snapshot) -> list[Component]:
    """Split an act into its connected parts and name the shape of each."""
    return [_component(numbers, plan, before) for numbers in _connected(plan)]


def counts(parts: list[Component]) -> dict[str, int]:
    """Count the shapes above the level of groups, or of groups where there is nothing above."""
    upper = [part.shape for part in parts if part.level != Level.GROUP]
    return {str(shape): n for shape, n in Counter(upper or [part.shape for part in parts]).most_common()}


def _connected(plan: Plan) -> list[tuple[int, ...]]:
    leader: dict[object, object] = {}

    def find(node: object) -> object:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for number, (source, key) in plan.ends.items():
        for node in filter(None, (source, key)):
            leader[find(node)] = find(("row", number))
    groups: dict[object, list[int]] = {}
    for number in plan.ends:
        groups.setdefault(find(("row", number)), []).append(number)
    return [tuple(numbers) for numbers in groups.values()]


def _component(numbers: tuple[int, ...], plan: Plan, before: Snapshot) -> Component:
    sources = {plan.ends[n][0]: None for n in numbers if plan.ends[n][0] is not None}
    keys = {plan.ends[n][1]: None for n in numbers if plan.ends[n][1] is not None}
    units = [before.units[source] for source in sources if source is not None]
    targets = [plan.targets[key] for key in keys if key is not None]
    level = targets[0].level if targets else units[0].level
    return Component(_shape(units, targets), level, numbers)


def _shape(sources: list[Unit], targets: list[Target]) -> Shape:
    if not sources:
        return Shape.FOUND
    if not targets:
        return Shape.ABOLISH
    if len(targets) == 1:
        return _into_one(sources, targets[0])
    kept = {target.id for target in targets} & {source.id for source in sources}
    if len(sources) == 1:
        return _of_one(targets, stays=bool(kept))
    return Shape.EXCHANGE if len(kept) == len(sources) == len(targets) == 2 else Shape.RESHUFFLE


def _of_one(targets: list[Target], *, stays: bool) -> Shape:
    if not stays:
        return Shape.DISSOLVE
    return Shape.DETACH if any(target.id is None for target in targets) else Shape.TRANSFER


def _into_one(sources: list[Unit], target: Target) -> Shape:
    if target.id is None:
        return Shape.CONSTITUTE if len(sources) > 1 else Shape.DETACH
    if len(sources) > 1 or sources[0].id != target.id:
        return Shape.ABSORB
    old = sources[0]
    differences = [
        (Shape.UPGRADE, old.form != target.form),
        (Shape.TRANSFER, old.parent != target.parent),
        (Shape.RENAME, old.name != target.name),
        (Shape.RECODE, old.code != target.code),
    ]
    return next((shape for shape, differs in differences if differs), Shape.KEEP)
