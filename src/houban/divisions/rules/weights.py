"""How much of a division each atom is: measured where it was measured, shared out evenly below that."""

from __future__ import annotations

import numpy as np

from houban.divisions.rules.atoms import Atoms
from houban.divisions.rules.history import LEVELS, MEASURES, NOBODY, Flags, Floats, History, Ints
from houban.divisions.words import Level, Measure

GROUPS = MEASURES.index(Measure.GROUPS)


class Weights:
    """Weighs atoms by a measure when it is asked for: what nobody has to divide needs no weights."""

    def __init__(self, history: History, atoms: Atoms, *, day_a: int) -> None:
        self.history, self.atoms, self.day = history, atoms, day_a
        self._chain: list[Ints] = []
        self._known: dict[int, tuple[Floats, Ints]] = {}

    def by(self, measure: int) -> tuple[Floats, Ints]:
        """Return each atom's value (NaN unknown) and its basis, the division whose measured value was shared out."""
        if measure not in self._known:
            self._known[measure] = self._weigh(measure)
        return self._known[measure]

    def _weigh(self, measure: int) -> tuple[Floats, Ints]:
        known = known_values(self.history, measure, self.day)
        if measure == GROUPS:
            known = np.where(self.history.depths == LEVELS.index(Level.GROUP), 1.0, known)
        if np.isnan(known).all():
            return np.full(len(self.atoms), np.nan), np.full(len(self.atoms), NOBODY, dtype=np.int64)
        self._chain = self._chain or _chain(self.history, self.atoms, self.day)
        value, basis = _share_out(self._chain, known)
        return value * self.atoms.factor[:, measure], basis


def known_values(history: History, measure: int, day: int) -> Floats:
    """Return what was measured of each division: the latest on or before a day, else the first after it; else NaN."""
    measured = history.measured
    rows = np.flatnonzero(measured.measure == measure)
    found = np.full(history.size, np.nan)
    later, earlier = rows[measured.day[rows] > day], rows[measured.day[rows] <= day]
    for part, order in ((later, -measured.day[later]), (earlier, measured.day[earlier])):
        by_day = part[np.argsort(order, kind="stable")]
        found[measured.division[by_day]] = measured.value[by_day]
    return found


def _chain(history: History, atoms: Atoms, day_a: int) -> list[Ints]:
    """Return for each atom the divisions it may be known by: its leaf, where it was first, and all above that."""
    up = history.on(day_a).up
    above = [up[depth, atoms.origin] for depth in reversed(range(len(LEVELS)))]
    return [atoms.leaf, atoms.origin, *[np.where(level == atoms.origin, NOBODY, level) for level in above]]


def _share_out(chain: list[Ints], known: Floats) -> tuple[Floats, Ints]:
    """Take each atom's value from the finest step at which all atoms of the next step up are measured."""
    n = len(chain[0])
    value, basis = np.full(n, np.nan), np.full(n, NOBODY, dtype=np.int64)
    have = [(step >= 0) & ~np.isnan(known[np.maximum(step, 0)]) for step in chain]
    for number, step in enumerate(chain):
        open_ones = basis == NOBODY
        if not have[number].any():
            continue
        higher = np.logical_or.reduce(have[number + 1 :]) if number + 1 < len(chain) else np.zeros(n, dtype=bool)
        use = open_ones & have[number] & (_whole(chain, have, number) | ~higher)
        value[use] = known[step[use]] / _leaves(step, chain[0], known.size)[step[use]]
        basis[use] = step[use]
    return value, basis


def _leaves(step: Ints, leaf: Ints, size: int) -> Ints:
    """Count the leaves below each division; atoms cut from one leaf by shares count once."""
    pairs = np.unique(step[step >= 0] * (size + 1) + leaf[step >= 0] + 1)
    return np.bincount(pairs // (size + 1), minlength=size)


def _whole(chain: list[Ints], have: list[Flags], number: int) -> Flags:
    """Tell for each atom whether everything under the next measured step is measured at this one."""
    whole = np.ones(len(chain[0]), dtype=bool)
    for upper, is_known in zip(chain[number + 1 :], have[number + 1 :], strict=True):
        if not is_known.any():
            continue
        both = is_known & (upper >= 0)
        lacking = np.zeros(int(upper.max(initial=0)) + 1, dtype=bool)
        lacking[upper[both & ~have[number]]] = True
        whole &= ~(both & lacking[np.maximum(upper, 0)])
    return whole
