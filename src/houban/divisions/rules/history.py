"""The register as integer-coded arrays: divisions are numbers 0…n-1, days are proleptic ordinals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from houban.divisions.words import Certainty, Level, Measure, Part

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOREVER = np.iinfo(np.int32).max
NOBODY = -1
UNKNOWN = -2
LEVELS = list(Level.values)
MEASURES = list(Measure.values)
CERTAINTIES = [str(word) for word in (Certainty.DECLARED, Certainty.SUGGESTED, Certainty.UNKNOWN)]
PARTS = list(Part.values)
DEEPEST = len(LEVELS)


@dataclass(frozen=True)
class Versions:
    """What lay below what: int arrays of one length; `end` is excluded, FOREVER while it goes on."""

    division: Ints
    parent: Ints
    start: Ints
    end: Ints
    names: Sequence[str] = ()
    official_names: Sequence[str] = ()


@dataclass(frozen=True)
class Codes:
    """Who bore which code from `start` until `end`."""

    division: Ints
    start: Ints
    end: Ints
    texts: Sequence[str]


@dataclass(frozen=True)
class Streams:
    """The flows of enacted changes in the order in which they took effect.

    `change` numbers the changes in that order; `target` is NOBODY where there is none; `shares` has a column
    for each of MEASURES, NaN where none is stated; `groups` names the lower divisions that go; `flow`
    is the flow's own identity.
    """

    change: Ints
    day: Ints
    source: Ints
    target: Ints
    part: Ints
    shares: Floats
    certainty: Ints
    groups: Sequence[tuple[str, ...]]
    flow: Ints


@dataclass(frozen=True)
class Measured:
    """What was measured: value of a measure (its number in MEASURES) of a division on a day."""

    division: Ints
    measure: Ints
    day: Ints
    value: Ints


@dataclass(frozen=True)
class History:
    """Everything needed to restate: identities with their depth, versions, codes, streams and measurements."""

    ids: Ints
    depths: Ints
    versions: Versions
    codes: Codes
    streams: Streams
    measured: Measured
    _maps: dict[int, Map] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """Return how many divisions there are."""
        return len(self.ids)

    def on(self, day: int) -> Map:
        """Return the map of a day, worked out once."""
        known = self._maps.get(day)
        if known is None:
            known = self._maps[day] = Map.of(self, day)
            if len(self._maps) > 64:
                del self._maps[next(iter(self._maps))]
        return known

    @cached_property
    def ends(self) -> Ints:
        """The day each division ended, FOREVER where it goes on or was never written down."""
        ends = np.zeros(self.size, dtype=np.int64)
        np.maximum.at(ends, self.versions.division, self.versions.end)
        ends[ends == 0] = FOREVER
        return ends


@dataclass(frozen=True)
class Map:
    """One day: `parent` and `alive` by division; `up[depth][d]` is d's ancestor (or itself) at a depth."""

    day: int
    alive: Flags
    parent: Ints
    row: Ints
    up: NDArray[np.int64]

    @classmethod
    def of(cls, history: History, day: int) -> Map:
        """Work out the map of a day."""
        versions = history.versions
        rows = np.flatnonzero((versions.start <= day) & (day < versions.end))
        parent = np.full(history.size, NOBODY, dtype=np.int64)
        row = np.full(history.size, -1, dtype=np.int64)
        parent[versions.division[rows]] = versions.parent[rows]
        row[versions.division[rows]] = rows
        return cls(day, row >= 0, parent, row, _ancestors(parent, row >= 0, history.depths))

    @cached_property
    def leaves(self) -> Ints:
        """The divisions that have none below them."""
        upper = self.parent[self.alive]
        is_parent = np.zeros(len(self.parent), dtype=bool)
        is_parent[upper[upper >= 0]] = True
        return np.flatnonzero(self.alive & ~is_parent)

    def children(self, division: int) -> Ints:
        """Return the divisions right below one."""
        return np.flatnonzero(self.alive & (self.parent == division))


def _ancestors(parent: Ints, alive: Flags, depths: Ints) -> NDArray[np.int64]:
    up = np.full((DEEPEST, len(parent)), NOBODY, dtype=np.int64)
    now = np.where(alive, np.arange(len(parent)), NOBODY)
    while (now >= 0).any():
        numbers = np.flatnonzero(now >= 0)
        up[depths[now[numbers]], numbers] = now[numbers]
        after = np.full(len(parent), NOBODY, dtype=np.int64)
        after[numbers] = parent[now[numbers]]
        now = after
    return up


def ordinal(day: date) -> int:
    """Return a day as the number the arrays use."""
    return day.toordinal()


def ints(values: Sequence[int]) -> Ints:
    """Make an integer array."""
    return np.asarray(values, dtype=np.int64)
