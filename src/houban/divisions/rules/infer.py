"""Suggest flows between two lists: a clue, a score, and never more than a suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

CLUES = {
    "same_code": "代码不变，名称不同",
    "same_name": "同名，换了代码",
    "handed_over": "名称由接手代码的单位使用",
    "compound": "新名称取自旧名称",
    "similar": "名称相近",
    "none": "",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A division on one list."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A flow that the lists make likely; without `target` nothing is known."""

    source: Place | None
    target: Place | None
    clue: str
    score: float


def suggest(old: Mapping[str, Place], new: Mapping[str, Place]) -> list[Suggestion]:
    """Compare two lists by code; return a row for everything that differs."""
    gone = [place for code, place in old.items() if code not in new]
    come = {code: place for code, place in new.items() if code not in old}
    renamed = {code: new[code] for code in old if code in new and new[code].name != old[code].name}
    candidates = _by_name([*come.values(), *renamed.values()])
    suggestions = [_renamed(old[code], place) for code, place in renamed.items()]
    suggestions += [_gone(place, candidates, [*come.values(), *renamed.values()]) for place in gone]
    taken = {s.target.code for s in suggestions if s.target}
    suggestions += [Suggestion(None, place, "", 0.5) for code, place in come.items() if code not in taken]
    return suggestions


def _by_name(places: list[Place]) -> dict[str, list[Place]]:
    names: dict[str, list[Place]] = {}
    for place in places:
        names.setdefault(place.name, []).append(place)
    return names


def _renamed(before: Place, after: Place) -> Suggestion:
    alike = SequenceMatcher(None, _stem(before.name), _stem(after.name)).ratio()
    return Suggestion(before, after, CLUES["same_code"], 0.9 if alike >= 0.5 else 0.6)


def _gone(place: Place, candidates: dict[str, list[Place]], targets: list[Place]) -> Suggestion:
    same = candidates.get(place.name, [])
    if len(same) == 1:
        near = same[0].parent == place.parent
        return Suggestion(place, same[0], CLUES["same_name"], 0.9 if near else 0.8)
    nearby = [target for target in targets if target.parent == place.parent]
    compound = [target for target in nearby if _is_compound(_stem(place.name), _stem(target.name))]
    if len(compound) == 1:
        return Suggestion(place, compound[0], CLUES["compound"], 0.5)
    ranked = sorted(nearby, key=lambda target: _alike(place, target), reverse=True)
    if ranked and _alike(place, ranked[0]) >= 0.6:
        return Suggestion(place, ranked[0], CLUES["similar"], 0.4)
    return Suggestion(place, None, CLUES["none"], 0.0)


def _alike(one: Place, other: Place) -> float:
    return SequenceMatcher(None, _stem(one.name), _stem(other.name)).ratio()


def _is_compound(old: str, new: str) -> bool:
    return len(new) >= 2 and old[:1] in new and old != new


def _stem(name: str) -> str:
    for ending in ("社区居民委员会", "社区居委会", "村民委员会", "村委会", "居委会", "社区", "街道", "村", "镇", "乡"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name
