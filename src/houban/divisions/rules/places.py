"""Two lists made ready to be compared: what differs, what lies below what, and who became whom above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

STEPS = 3  # as far up as two places are still looked for together: a village within its prefecture


@dataclass(frozen=True, slots=True)
class Place:
    """A division on one list."""

    code: str
    name: str
    parent: str


class Lists:
    """An older list and a newer one; `heirs` says which new code an old one has become, as far as it is known."""

    def __init__(self, old: Mapping[str, Place], new: Mapping[str, Place]) -> None:
        self.old, self.new = old, new
        self.heirs: dict[str, str] = {}
        self.gone = _by_length(place for code, place in old.items() if _differs(place, new.get(code)))
        self.come = _by_length(place for code, place in new.items() if _differs(place, old.get(code)))
        self._named: dict[tuple[int, str], list[Place]] | None = None
        self.lengths = sorted({*self.gone, *self.come})
        parents = {place.code for places in self.gone.values() for place in places}
        self.old_below = _below(old, parents)
        touched = {place.parent for places in self.gone.values() for place in places}
        self.new_below = _below(new, touched | {place.parent for places in self.come.values() for place in places})

    def heir(self, code: str) -> str:
        """Return the new code of an old one: the suggested successor's, else the same."""
        return self.heirs.get(code, code)

    def named(self, place: Place) -> list[Place]:
        """Return the new rows of a place's level that bear its name and did not before."""
        if self._named is None:
            self._named = {}
            for places in self.come.values():
                for one in places:
                    self._named.setdefault((len(one.code), one.name), []).append(one)
        return self._named.get((len(place.code), place.name), [])

    def heirs_above(self, place: Place) -> list[str]:
        """Return the new codes of what an old place lay in: its parent's, that one's parent's, and so on."""
        return [self.heir(code) for code in _above(place, self.old)]

    def above(self, target: Place) -> list[str]:
        """Return the codes of what a new place lies in, nearest first."""
        return _above(target, self.new)


def _above(place: Place, rows: Mapping[str, Place]) -> list[str]:
    found = [place.parent]
    while len(found) < STEPS and (upper := rows.get(found[-1])) is not None:
        found.append(upper.parent)
    return found


def _differs(place: Place, other: Place | None) -> bool:
    return other is None or other.name != place.name


def _by_length(places: Iterable[Place]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for place in places:
        found.setdefault(len(place.code), []).append(place)
    return found


def _below(rows: Mapping[str, Place], parents: set[str]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in rows.values():
        if place.parent in parents:
            found.setdefault(place.parent, []).append(place)
    return found
