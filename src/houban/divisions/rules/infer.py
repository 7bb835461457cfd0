"""Suggest flows between two lists: a clue, a score, and never more than a suggestion."""

from __future__ import annotations

from collections import Counter
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
LIKELY = 0.7
CLEAR = 0.05
MOST = 9


@dataclass(frozen=True, slots=True)
class Place:
    """A division on one list."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a vanished one may have become, and what speaks for it."""

    target: Place
    clue: str
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A flow that the lists make likely; without `target` it is a question, its candidates the likeliest first."""

    source: Place | None
    target: Place | None
    clue: str
    score: float
    candidates: tuple[Candidate, ...] = ()


def suggest(old: Mapping[str, Place], new: Mapping[str, Place]) -> list[Suggestion]:
    """Compare two lists by code; return a row for everything that differs."""
    gone = [place for code, place in old.items() if code not in new]
    come = {code: place for code, place in new.items() if code not in old}
    renamed = {code: new[code] for code in old if code in new and new[code].name != old[code].name}
    candidates = _by_name([*come.values(), *renamed.values()])
    suggestions = [_renamed(old[code], place) for code, place in renamed.items()]
    targets = [*come.values(), *renamed.values()]
    made_of = Counter(target.code for place in gone for target in targets if _gives_its_first(place, target))
    suggestions += [_gone(place, candidates, targets, made_of) for place in gone]
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
    return _answer(before, [Candidate(after, CLUES["same_code"], 0.9 if alike >= 0.5 else 0.6)])


def _gone(place: Place, candidates: dict[str, list[Place]], targets: list[Place], made_of: Counter[str]) -> Suggestion:
    best = {target.code: found for target in targets if (found := _nearby(place, target, made_of)) is not None}
    for same in candidates.get(place.name, []):
        near = same.parent == place.parent
        best[same.code] = Candidate(same, CLUES["same_name"], 0.9 if near else 0.8)
    return _answer(place, list(best.values()))


def _nearby(place: Place, target: Place, made_of: Counter[str]) -> Candidate | None:
    """Return what speaks for a target in the same parent; two vanished names in a new one speak louder than one."""
    if target.parent != place.parent:
        return None
    if _gives_its_first(place, target):
        return Candidate(target, CLUES["compound"], 0.8 if made_of[target.code] > 1 else 0.5)
    alike = _alike(place, target)
    return Candidate(target, CLUES["similar"], round(0.4 * alike, 2)) if alike >= 0.3 else None


def _answer(place: Place, found: list[Candidate]) -> Suggestion:
    """Set the first candidate as the target if it is likely and clear of the second."""
    ranked = tuple(sorted(found, key=lambda candidate: (-candidate.score, candidate.target.code))[:MOST])
    rest = ranked[1].score if len(ranked) > 1 else 0.0
    if ranked and ranked[0].score >= LIKELY and ranked[0].score - rest >= CLEAR:
        return Suggestion(place, ranked[0].target, ranked[0].clue, ranked[0].score, ranked)
    return Suggestion(place, None, CLUES["none"], 0.0, ranked)


def _gives_its_first(place: Place, target: Place) -> bool:
    return place.parent == target.parent and _is_compound(_stem(place.name), _stem(target.name))


def _alike(one: Place, other: Place) -> float:
    return SequenceMatcher(None, _stem(one.name), _stem(other.name)).ratio()


def _is_compound(old: str, new: str) -> bool:
    return len(new) >= 2 and old[:1] in new and old != new


def _stem(name: str) -> str:
    for ending in ("社区居民委员会", "社区居委会", "村民委员会", "村委会", "居委会", "社区", "街道", "村", "镇", "乡"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name
