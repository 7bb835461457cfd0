"""What speaks for one place having become another, place by place, within parents or by an index of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from houban.divisions.rules.likeness import alike, gives_a_piece, parts, stem
from houban.divisions.rules.places import Lists, Place


class Clue(StrEnum):
    """What is read to a clerk as the reason."""

    SAME_NAME = "同名，换了代码"
    MOVED = "同名，换了上级"
    NEW_FORM = "名称相同，只换了建制或写法"
    SAME_CODE = "代码不变，名称不同"
    HANDED_OVER = "代码由别的单位接用"
    CHILDREN = "下辖单位多数归入"
    COMPOUND = "新名称由几个旧名称合成"
    PIECE = "新名称取自旧名称"
    SIMILAR = "名称相近"
    NEIGHBOUR = "同一上级，代码相邻"


# A score is how often the clue turned out right among town-level acts of 2017 to 2022 against the lists of those years
# (bench/_inferring.py, docs/benchmarks.md); where those are too few it is set lower, and no single weak clue reaches
# what makes a suggestion. Names repeat more often the farther one looks, so the same name counts less from step to
# step: in the same parent, in the same county, in the same prefecture.
SAME_NAME_AT = (0.95, 0.85, 0.5)
NEW_FORM_AT = (0.93, 0.7, 0.4)
# The code kept: with the stem the same place; with another name 33 of 37 towns, but 1,791 village codes meant another
# village a year later in 2019 to 2020, so for villages it stays a question. Handed over: the name is another's.
SAME_STEM, RENAMED, SAME_CODE, HANDED_OVER = 0.97, 0.9, 0.85, 0.4
CODE_OF_A_VILLAGE, VILLAGE = 0.6, 12
# Most of the children found again below one parent (1,642 of 1,730 towns); fewer count by their share.
CHILDREN, FEW_CHILDREN = 0.95, 0.5
# A name put together from two vanished ones (12 of 14), divided by how many could have given the same character; a
# single character alone (41 of 68).
COMPOUND, PIECE = 0.8, 0.5
# Variants of the same characters; four fifths of the characters in order (24 of 24); fewer (7 of 25).
VARIANT, VERY_LIKE, LIKE = 0.85, 0.75, 0.3
# Lists say nothing of mergers into a neighbour that stays as it was: the nearest codes are offered, never suggested.
NEIGHBOUR, NEAREST = 0.15, 6
RIVAL = 0.4  # what is left of a score where another stands nearer to the same place
SETTLED = 0.9
HALF, FIFTH, TWO, MUCH = 0.5, 0.2, 2, 0.8


class _Named(NamedTuple):
    target: Place
    bare: str
    chars: frozenset[str]


class Found(NamedTuple):
    """A candidate before it is ranked."""

    target: Place
    clue: str
    score: float


class Level:
    """One level of two lists: what vanished or changed its name, what is new, and what speaks for whom."""

    def __init__(self, lists: Lists, length: int) -> None:
        self.lists = lists
        self.gone = lists.gone.get(length, [])
        self.come = lists.come.get(length, [])
        self._named: dict[tuple[str, str], list[Place]] = {}
        self._below: dict[str, list[_Named]] = {}
        for target in self.come:
            bare = stem(target.name)
            self._below.setdefault(target.parent, []).append(_Named(target, bare, frozenset(bare)))
            for upper in lists.above(target):
                self._named.setdefault((upper, bare), []).append(target)
        self._rivals = self._claims()
        self._parts = self._compounds()

    def candidates(self, place: Place) -> list[Found]:
        """Return every candidate once, with the clue that speaks loudest for it.

        Where name, code or children settle it, no weaker clue is looked for.
        """
        best: dict[str, Found] = {}
        for clues in (self._by_children, self._by_name, self._by_code, self._by_likeness, self._by_neighbourhood):
            for found in clues(place):
                known = best.get(found.target.code)
                if known is None or known.score < found.score:
                    best[found.target.code] = found
            if clues != self._by_children and any(found.score >= SETTLED for found in best.values()):
                break
        return list(best.values())

    def _namesakes(self, place: Place) -> dict[str, tuple[Place, int]]:
        """Return the new places of a stem by code, with how far up the two lie together, from 0, the same parent."""
        bare = stem(place.name)
        found: dict[str, tuple[Place, int]] = {}
        for distance, upper in enumerate(self.lists.heirs_above(place)):
            for target in self._named.get((upper, bare), ()):
                found.setdefault(target.code, (target, distance))
        return found

    def _claims(self) -> dict[str, Counter[int]]:
        """Count for each new place the vanished ones of its name by their distance."""
        claims: dict[str, Counter[int]] = {}
        for place in self.gone:
            for target, distance in self._namesakes(place).values():
                claims.setdefault(target.code, Counter())[distance] += 1
        return claims

    def _compounds(self) -> dict[str, dict[str, int]]:
        """Return for each new place the vanished stems, in what became its parent, that its name may be made of."""
        stems: dict[str, set[str]] = {}
        for place in self.gone:
            stems.setdefault(self.lists.heir(place.parent), set()).add(stem(place.name))
        found = {target.code: parts(stem(target.name), sorted(stems.get(target.parent, ()))) for target in self.come}
        return {code: givers for code, givers in found.items() if givers}

    def _by_children(self, place: Place) -> Iterator[Found]:
        """Follow the children: where most of those that can be found again are now, the parent is likely to be."""
        children = self.lists.old_below.get(place.code, [])
        votes = Counter(parent for child in children for parent in self._parents_of(child, place))
        known = sum(votes.values())
        for code, number in votes.most_common(3):
            target = self.lists.new.get(code)
            if target is None or len(target.code) != len(place.code):
                continue
            is_most = number >= TWO and number > HALF * known and number >= FIFTH * len(children)
            yield Found(target, Clue.CHILDREN, CHILDREN if is_most else round(FEW_CHILDREN * number / known, 2))

    def _parents_of(self, child: Place, place: Place) -> list[str]:
        now = self.lists.new.get(child.code)
        if now is not None and now.name == child.name:
            return [now.parent]
        area = self.lists.heir(place.parent)
        named = self.lists.named(child)
        near = [one.parent for one in named if self._area(one) == area]
        return near if len(near) == 1 else []

    def _area(self, child: Place) -> str:
        parent = self.lists.new.get(child.parent)
        return parent.parent if parent else ""

    def _by_name(self, place: Place) -> Iterator[Found]:
        """Look for the name: in the same parent it is hardly ever another place, farther away more and more often."""
        same = self._namesakes(place)
        number = Counter(distance for _, distance in same.values())
        for target, distance in same.values():
            is_same = target.name == place.name
            score = (SAME_NAME_AT if is_same else NEW_FORM_AT)[distance] / number[distance]
            rivals = self._rivals[target.code]
            score = score / rivals[distance] if distance == min(rivals) else score * RIVAL
            clue = (Clue.MOVED if distance else Clue.SAME_NAME) if is_same else Clue.NEW_FORM
            yield Found(target, clue, round(score if distance == min(number) else score * RIVAL, 2))

    def _by_code(self, place: Place) -> Iterator[Found]:
        """Look at who bears the code now: the same place renamed, unless the new name is another vanished one's."""
        now = self.lists.new.get(place.code)
        if now is None:
            return
        likeness = alike(stem(place.name), stem(now.name))
        if likeness >= HALF:
            yield Found(now, Clue.SAME_CODE, SAME_STEM if likeness == 1 else RENAMED)
        elif now.code in self._rivals and min(self._rivals[now.code]) < TWO:
            yield Found(now, Clue.HANDED_OVER, HANDED_OVER)
        else:
            yield Found(now, Clue.SAME_CODE, CODE_OF_A_VILLAGE if len(now.code) >= VILLAGE else SAME_CODE)

    def _by_likeness(self, place: Place) -> Iterator[Found]:
        """Compare names within what became of the parent."""
        bare = stem(place.name)
        chars = set(bare)
        for target, other, others in self._below.get(self.lists.heir(place.parent), ()):
            if bare == other or chars.isdisjoint(others):
                continue
            givers = self._parts.get(target.code, {})
            likeness = alike(bare, other)
            if bare in givers:
                yield Found(target, Clue.COMPOUND, round(COMPOUND / givers[bare], 2))
            elif gives_a_piece(bare, other):
                yield Found(target, Clue.PIECE, PIECE)
            if likeness >= HALF:
                yield Found(target, Clue.SIMILAR, _likeness(likeness))

    def _by_neighbourhood(self, place: Place) -> Iterator[Found]:
        """Name the nearest codes in what became of the parent, also of places that stayed as they were."""
        below = self.lists.new_below.get(self.lists.heir(place.parent), [])
        tail = place.code[-3:]
        if not tail.isdigit() or not below:
            return
        near = sorted((_gap(tail, target.code), target.code, target) for target in below if target.code != place.code)
        for rank, (_, _, target) in enumerate(near[:NEAREST]):
            yield Found(target, Clue.NEIGHBOUR, round(NEIGHBOUR / (rank + 1), 2))


def _gap(tail: str, code: str) -> int:
    return abs(int(tail) - int(code[-3:])) if code[-3:].isdigit() else 1000


def _likeness(of: float) -> float:
    return VARIANT if of == 1 else VERY_LIKE if of >= MUCH else LIKE
