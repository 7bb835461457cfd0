"""Who may have taken over a division that is gone: candidates of a later list, ranked, each with its clues.

A clue is evidence of its own; how sure they make together is 1 - Π(1 - w) over the weights below. The weights follow
what lists of 2016-2023 show: a name kept is nearly always the same place, a code alone is handed on in two cases of
three, likeness of names says little beyond a guess.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel

from houban.divisions.rules import names
from houban.divisions.rules.infer import Place

MOST = 9
SURE = 0.7
WEIGHT = {
    "act": 0.9, "same_name": 0.88, "form": 0.85, "same_code": 0.65, "compound": 0.5, "similar": 0.35,
    "new": 0.3, "near": 0.25, "border": 0.3, "town": 0.08,
}  # fmt: skip
ENDINGS = (
    "社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会", "社区", "街道办事处", "街道", "村",
    "镇", "乡",
)  # fmt: skip


class Clue(NamedTuple):
    """A piece of evidence: what kind, and its detail where it has one."""

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A division of the later list, how likely it took over (0 to 1), and why."""

    place: Place
    score: float
    clues: tuple[Clue, ...]


@dataclass(frozen=True)
class Evidence:
    """What is known besides the two lists: what an act says, and shared borders in kilometres, by old code."""

    act: Mapping[str, Collection[str]]
    borders: Mapping[str, Mapping[str, float]]


NOTHING = Evidence({}, {})


def stem(name: str) -> str:
    """Return a name without its ending: 何家冲村委会 → 何家冲."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


class Ranking:
    """Ranks the later list's divisions for those that are gone."""

    def __init__(self, old: Mapping[str, Place], new: Mapping[str, Place], evidence: Evidence = NOTHING) -> None:
        self.old, self.new, self.evidence = old, new, evidence
        self._by_parent: dict[str, list[Place]] = {}
        self._by_name: dict[str, list[Place]] = {}
        for place in new.values():
            self._by_parent.setdefault(_above(place), []).append(place)
            self._by_name.setdefault(place.name, []).append(place)
        self._gone: dict[str, list[str]] = {}
        for code, place in old.items():
            if code not in new or new[code].name != place.name:
                self._gone.setdefault(_above(place), []).append(stem(place.name))

    def of(self, source: Place, towns: Sequence[str] = ()) -> list[Candidate]:
        """Return the candidates for a division that is gone, best first; `towns` are those that took over its town."""
        pool = {place.code: place for town in (_above(source), *towns) for place in self._by_parent.get(town, [])}
        for place in self._by_name.get(source.name, [])[:MOST]:
            pool[place.code] = place
        for code in self.evidence.act.get(source.code, ()):
            if code in self.new:
                pool[code] = self.new[code]
        ranked = [self._weigh(source, place) for place in pool.values() if len(place.code) == len(source.code)]
        return sorted(ranked, key=lambda one: (-one.score, one.place.code))

    def _weigh(self, source: Place, place: Place) -> Candidate:
        clues = list(self._clues(source, place))
        rest = 1.0
        for clue in clues:
            weight = WEIGHT[clue.kind]
            if clue.kind == "similar":
                weight *= likeness(source, place)
            rest *= 1 - weight
        return Candidate(place, round(1 - rest, 2), tuple(clues))

    def _clues(self, source: Place, place: Place) -> list[Clue]:
        kilometres = self.evidence.borders.get(source.code, {}).get(place.code, 0.0)
        is_near = place.code in self.old and abs(_tail(place) - _tail(source)) == 1
        in_town = _above(place) == _above(source)
        holding = (
            (place.code in self.evidence.act.get(source.code, ()), Clue("act")),
            (place.code == source.code, Clue("same_code")),
            (place.code not in self.old, Clue("new")),
            (is_near and in_town, Clue("near")),
            (bool(kilometres), Clue("border", f"{kilometres:.1f}")),
            (in_town, Clue("town")),
        )
        return [*self._of_name(source, place), *(clue for holds, clue in holding if holds)]

    def _of_name(self, source: Place, place: Place) -> list[Clue]:
        """Return what the two names say: at most one clue."""
        mine, theirs = stem(source.name), stem(place.name)
        if place.name == source.name:
            return [Clue("same_name")]
        if mine == theirs:
            return [Clue("form")]
        if is_compound(mine, theirs, self._gone.get(_above(source), [])):
            return [Clue("compound", theirs)]
        return [Clue("similar")] if likeness(source, place) >= 0.5 else []


def likeness(one: Place, other: Place) -> float:
    """Return how alike two names are without their endings, 0 to 1 (normalised indel similarity)."""
    return Indel.normalized_similarity(stem(one.name), stem(other.name))


def is_compound(mine: str, theirs: str, gone: Collection[str]) -> bool:
    """Tell whether a new name is made of one character of each of two names that are gone: 龙晏 of 龙凼 and 晏家."""
    if len(theirs) != 2 or theirs[0] == theirs[1]:
        return False
    for mine_at, other_at in ((0, 1), (1, 0)):
        if theirs[mine_at] in mine and any(theirs[other_at] in name for name in gone if name != mine):
            return True
    return False


def _above(place: Place) -> str:
    return names.parent_code(place.code) or place.parent


def _tail(place: Place) -> int:
    return int(place.code[-3:]) if place.code[-3:].isdigit() else -9
