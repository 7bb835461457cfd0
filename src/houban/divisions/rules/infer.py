"""Suggest flows between two lists: ranked candidates for all that vanished, a target only where one stands out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from houban.divisions.rules import clues
from houban.divisions.rules.clues import Clue
from houban.divisions.rules.places import Lists, Place

__all__ = ["CLEAR", "CLUES", "LIKELY", "MOST", "Candidate", "Place", "Suggestion", "suggest"]

CLUES = {clue.name.lower(): clue.value for clue in Clue}
LIKELY = 0.7
CLEAR = 0.1
MOST = 9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a vanished one may have become, and what speaks for it."""

    target: Place
    clue: str
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A flow that the lists make likely; without `target` it is a question, its candidates the likeliest first.

    Without `source` a new place of which no list says what it was before: it bears no clue and no score.
    """

    source: Place | None
    target: Place | None
    clue: str
    score: float
    candidates: tuple[Candidate, ...] = ()


def suggest(old: Mapping[str, Place], new: Mapping[str, Place]) -> list[Suggestion]:
    """Compare two lists by code; return a row for everything that differs, upper levels first.

    Each level is compared within what the level above it became, so that the villages of a recoded town are looked
    for below its new code.
    """
    lists = Lists(old, new)
    found: list[Suggestion] = []
    for length in lists.lengths:
        level = list(_level(lists, length))
        found += level
        for row in level:
            if row.source and row.target:
                lists.heirs[row.source.code] = row.target.code
    return found


def _level(lists: Lists, length: int) -> Iterator[Suggestion]:
    level = clues.Level(lists, length)
    taken: set[str] = set()
    for place in level.gone:
        answer = _answer(place, (Candidate(*found) for found in level.candidates(place)))
        if answer.target:
            taken.add(answer.target.code)
        yield answer
    for place in level.come:
        if place.code not in taken:
            yield Suggestion(None, place, "", 0.0)


def _answer(place: Place, found: Iterable[Candidate]) -> Suggestion:
    """Set the first candidate as the target if it is likely and clear of the second."""
    ranked = tuple(sorted(found, key=lambda candidate: (-candidate.score, candidate.target.code))[:MOST])
    rest = ranked[1].score if len(ranked) > 1 else 0.0
    if ranked and ranked[0].score >= LIKELY and round(ranked[0].score - rest, 2) >= CLEAR:
        return Suggestion(place, ranked[0].target, ranked[0].clue, ranked[0].score, ranked)
    return Suggestion(place, None, "", 0.0, ranked)
