"""What the tree will look like: under which division which ones go, come and are renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Snapshot
from houban.divisions.words import Level

Key = int | str
SHOWN = (Level.COUNTY, Level.TOWN, Level.VILLAGE)


@dataclass
class Branch:
    """One division whose lower ones change."""

    name: str
    stay: int = 0
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    @property
    def before(self) -> int:
        """Return how many there were below it."""
        return self.stay + len(self.renamed) + len(self.gone)

    @property
    def after(self) -> int:
        """Return how many there will be."""
        return self.stay + len(self.renamed) + len(self.come)


@dataclass(frozen=True)
class _Place:
    name: str
    parent: Key | None


def branches(before: Snapshot, plan: Plan) -> Sequence[Branch]:
    """Return the branches that a plan changes, in the order of their names; groups are left out."""
    old, new = _before(before), _after(before, plan)
    found: dict[Key, Branch] = {}
    for key in old.keys() | new.keys():
        was, will = old.get(key), new.get(key)
        for parent in {place.parent for place in (was, will) if place is not None and place.parent is not None}:
            branch = found.setdefault(parent, Branch((new.get(parent) or old[parent]).name))
            _enter(branch, _under(was, parent), _under(will, parent))
    changed = [branch for branch in found.values() if branch.gone or branch.come or branch.renamed]
    for branch in changed:
        for names in (branch.gone, branch.come, branch.renamed):
            names.sort()
    return sorted(changed, key=lambda branch: branch.name)


def _under(place: _Place | None, parent: Key) -> str | None:
    return place.name if place is not None and place.parent == parent else None


def _enter(branch: Branch, was: str | None, will: str | None) -> None:
    if was is None and will is not None:
        branch.come.append(will)
    elif will is None and was is not None:
        branch.gone.append(was)
    elif was != will:
        branch.renamed.append(f"{was} → {will}")
    else:
        branch.stay += 1


def _before(before: Snapshot) -> dict[Key, _Place]:
    return {unit.id: _Place(unit.name, unit.parent) for unit in before.units.values() if unit.level in SHOWN}


def _after(before: Snapshot, plan: Plan) -> dict[Key, _Place]:
    places = {key: place for key, place in _before(before).items() if key not in plan.ended}
    for child, parent in plan.followers.items():
        if child in places:
            places[child] = _Place(places[child].name, parent)
    for target in plan.targets.values():
        if target.level in SHOWN:
            places[target.id if target.id is not None else target.key] = _Place(target.name, target.parent)
    return places
