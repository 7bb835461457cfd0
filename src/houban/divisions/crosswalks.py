"""Restate: the crosswalk between two days, values taken over it, and where each value came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from houban.divisions import histories
from houban.divisions.rules import atoms, crosswalk, zones
from houban.divisions.rules.atoms import Trace
from houban.divisions.rules.crosswalk import Pairs
from houban.divisions.rules.history import MEASURES, History, Ints, ordinal


@dataclass(frozen=True)
class Crosswalk:
    """What a map was on one day and what it is on another, both ways; `measure` shares out what has to be divided."""

    history: History
    day_a: date
    day_b: date
    measure: str
    trace: Trace

    @property
    def runs_backwards(self) -> bool:
        """Tell whether it leads to an earlier day."""
        return self.day_b < self.day_a

    @cached_property
    def pairs(self) -> Pairs:
        """Return the way from day A to day B."""
        return self._pairs(backwards=self.runs_backwards)

    @cached_property
    def inverse(self) -> Pairs:
        """Return the way from day B to day A."""
        return self._pairs(backwards=not self.runs_backwards)

    def _pairs(self, *, backwards: bool) -> Pairs:
        first, last = sorted((ordinal(self.day_a), ordinal(self.day_b)))
        number = MEASURES.index(self.measure)
        return crosswalk.pair_up(self.history, self.trace, day_a=first, day_b=last, measure=number, backwards=backwards)

    def at(self, depth: int) -> Pairs:
        """Return the pairs of one depth."""
        return self.pairs.only(np.flatnonzero(self.history.depths[self.pairs.source] == depth))

    def zones(self, depth: int) -> tuple[Ints, Ints]:
        """Return the stable zone of each division of day A and of day B at a depth; -1 where it is in none."""
        return zones.zones(self.at(depth), size=self.history.size)


def crosswalk_between(
    day_a: date, day_b: date, *, measure: str = "population", history: History | None = None
) -> Crosswalk:
    """Work out the crosswalk from day A to day B, forwards or backwards; without a history, the county's."""
    known = history or histories.of_county()
    first, last = sorted((ordinal(day_a), ordinal(day_b)))
    return Crosswalk(known, day_a, day_b, measure, atoms.follow(known, first, last))


@dataclass(frozen=True)
class Step:
    """One flow on the way from a division to another, oldest first."""

    flow: int
    day: date


def path(walk: Crosswalk, source: int, target: int) -> list[Step]:
    """Return the flows that led from one division (by number) to another; going back, those that are undone."""
    first, last = (target, source) if walk.runs_backwards else (source, target)
    history, trace = walk.history, walk.trace
    low, high = sorted((walk.day_a, walk.day_b))
    depth = history.depths[first]
    begins = history.on(ordinal(low)).up[depth][trace.atoms.origin] == first
    places = trace.atoms.place
    ends = np.where(places < 0, places, history.on(ordinal(high)).up[depth][np.maximum(places, 0)]) == last
    atoms_between = np.flatnonzero(trace.alive & begins & ends).tolist()
    wanted = set(atoms_between)
    for atom in atoms_between:
        before = int(trace.atoms.before[atom])
        while before >= 0:
            wanted.add(before)
            before = int(trace.atoms.before[before])
    moved, used = trace.moves.joined()
    streams = np.unique(used[np.isin(moved, list(wanted))]).tolist()
    return [Step(int(history.streams.flow[s]), date.fromordinal(int(history.streams.day[s]))) for s in streams]
