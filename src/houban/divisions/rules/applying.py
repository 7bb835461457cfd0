"""Let a plan take effect on a map held as plain values, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from houban.divisions.rules.plan import Plan, Target
from houban.divisions.rules.state import Snapshot, Unit


def apply(snapshot: Snapshot, plan: Plan, *, ids: Mapping[str, int]) -> list[Unit]:
    """Change the snapshot as the plan says; return every unit put into it, new or changed.

    `ids` gives the identity of each new target by its key; keys and parents of the plan are resolved with it.
    A plan with wrongs must not be applied.
    """
    codes_left = {unit.id for unit in plan.ended.values()} | {t.id for t in plan.targets.values() if t.id is not None}
    for unit in [snapshot.units[number] for number in codes_left if number in snapshot.units]:
        snapshot.remove(unit)
    put = [_unit(target, ids) for target in plan.targets.values()]
    for child, parent in plan.followers.items():
        unit = snapshot.units[child]
        snapshot.remove(unit)
        put.append(replace(unit, parent=_id(parent, ids)))
    for unit in put:
        snapshot.put(unit)
    return put


def _unit(target: Target, ids: Mapping[str, int]) -> Unit:
    number = target.id if target.id is not None else ids[target.key]
    parent = _id(target.parent, ids)
    return Unit(number, target.level, target.form, target.name, target.official_name, parent, target.code)


def _id(key: int | str | None, ids: Mapping[str, int]) -> int | None:
    return ids[key] if isinstance(key, str) else key
