"""From the divisions of one day to those of another: which part of each lies where, and how well that is known.

A source that lies in one target needs no weights. Where it lies in several, each atom counts by the asked measure;
where that was not measured, by the next one that was, and the answer carries bounds; where nothing was measured, the
value cannot be shared out and is listed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from houban.divisions.rules.atoms import Atoms, Trace
from houban.divisions.rules.history import CERTAINTIES, DEEPEST, MEASURES, NOBODY, UNKNOWN, Flags, Floats, History, Ints
from houban.divisions.rules.weights import Weights
from houban.divisions.words import Measure

MOST_WEIGHT = 2**31 - 1
LEAST_CERTAIN = len(CERTAINTIES) - 1
ORDER = [MEASURES.index(str(m)) for m in (Measure.POPULATION, Measure.HOUSEHOLDS, Measure.GROUPS, Measure.AREA)]


@dataclass(frozen=True)
class Pairs:
    """Parallel arrays, sorted by source: one element for each source and target that share an atom.

    `weight`: integers below 2³¹ whose sum over a source is its whole; `low`, `high`: bounds of the share, 0…1;
    `measure`: what was weighed by, NOBODY where nothing had to be; `certainty`: the weakest of the flows between.
    A target is a division, NOBODY (abolished without a successor) or UNKNOWN (nobody knows, or no share is known).
    """

    source: Ints
    target: Ints
    weight: Ints
    low: Floats
    high: Floats
    measure: Ints
    certainty: Ints

    def __len__(self) -> int:
        return len(self.source)

    def only(self, numbers: Ints) -> Pairs:
        """Return some of the pairs, in their order."""
        return Pairs(**{name: getattr(self, name)[numbers] for name in Pairs.__dataclass_fields__})

    def shares(self) -> Floats:
        """Return which part of its source each pair is, 0…1."""
        total = np.bincount(self.source, weights=self.weight, minlength=1)
        shares: Floats = self.weight / total[self.source] if len(self) else np.empty(0)
        return shares

    def drawn_shares(self) -> Floats:
        """Return shares to draw: where nobody says how much went where, equal parts to all that may have got some."""
        several = np.unique(self.source[(self.weight == 0) & (self.high > 0) & (self.low == 0)])
        loose = np.isin(self.source, several) & (self.measure == NOBODY)
        placed = loose & (self.target >= 0)
        parts = np.bincount(self.source[placed], minlength=int(self.source.max(initial=0)) + 1)
        drawn: Floats = np.where(loose, placed / np.maximum(parts[self.source], 1), self.shares())
        return drawn

    @property
    def is_exact(self) -> Flags:
        """Tell which pairs rest on no proxy."""
        exact: Flags = self.low == self.high
        return exact


@dataclass(frozen=True)
class Ends:
    """Where each atom begins and ends at one depth: divisions, NOBODY or UNKNOWN."""

    source: Ints
    target: Ints


def pair_up(history: History, trace: Trace, *, day_a: int, day_b: int, measure: int, backwards: bool) -> Pairs:
    """Return the pairs of every depth at which divisions exist; `backwards` from day B to day A."""
    some = _only(trace.atoms, trace.final())
    weights = Weights(history, some, day_a=day_a)
    parts = []
    for depth in range(DEEPEST):
        ends = _ends(history, some, day_a=day_a, day_b=day_b, depth=depth)
        if backwards:
            ends = Ends(ends.target, ends.source)
        if (ends.source >= 0).any():
            parts.append(_pairs(ends, some, weights, measure))
            parts.append(_founded(history, ends, day_b if backwards else day_a, depth))
    return _joined(parts)


def _only(atoms: Atoms, final: Ints) -> Atoms:
    return Atoms(
        origin=atoms.origin[final],
        leaf=atoms.leaf[final],
        place=atoms.place[final],
        factor=atoms.factor[final],
        cut=atoms.cut[final],
        certainty=atoms.certainty[final],
        before=final,
    )


def _ends(history: History, atoms: Atoms, *, day_a: int, day_b: int, depth: int) -> Ends:
    first, last = history.on(day_a).up[depth], history.on(day_b).up[depth]
    source = first[atoms.origin]
    above = last[np.maximum(atoms.place, 0)]
    target = np.where(atoms.place < 0, atoms.place, np.where(above >= 0, above, UNKNOWN))
    return Ends(source, target)


def _founded(history: History, ends: Ends, day: int, depth: int) -> Pairs:
    """Return the divisions of the source's day that no atom lies in: nobody knows what they were or became."""
    there = history.on(day)
    missing = np.flatnonzero(there.alive & (history.depths == depth))
    missing = np.setdiff1d(missing, ends.source)
    n = len(missing)
    whole, none = np.ones(n), np.full(n, NOBODY, dtype=np.int64)
    return Pairs(missing, none, np.ones(n, dtype=np.int64), whole, whole, none, np.zeros(n, dtype=np.int64))


def _pairs(ends: Ends, atoms: Atoms, weights: Weights, measure: int) -> Pairs:
    here = np.flatnonzero(ends.source >= 0)
    base = int(ends.target.max(initial=0)) + 4
    keys, inverse = np.unique(ends.source[here] * base + ends.target[here] + 2, return_inverse=True)
    source, target = keys // base, keys % base - 2
    certainty = np.zeros(len(keys), dtype=np.int64)
    np.maximum.at(certainty, inverse, atoms.certainty[here])
    first = np.searchsorted(source, source)
    several = (np.searchsorted(source, source, side="right") - first) > 1
    n = len(keys)
    whole = Pairs(source, target, np.ones(n, np.int64), np.ones(n), np.ones(n), np.full(n, NOBODY, np.int64), certainty)
    if not several.any():
        return whole
    of_several = several[inverse]
    return _weighed(whole, inverse[of_several], here[of_several], several, atoms, weights, measure)


def _weighed(
    whole: Pairs, pair: Ints, atom: Ints, several: Flags, atoms: Atoms, weights: Weights, measure: int
) -> Pairs:
    """Weigh the pairs of sources that lie in several targets; `pair` gives each such atom's pair."""
    source_of_atom = whole.source[pair]
    single = _single_leaf(source_of_atom, atoms.leaf[atom])
    chosen = np.full(int(whole.source.max()) + 1, NOBODY, dtype=np.int64)
    share: Floats = np.full(len(atom), np.nan)
    loose = np.zeros(len(atom), dtype=bool)
    for candidate in [measure, *[m for m in ORDER if m != measure]]:
        if (chosen[source_of_atom] != NOBODY).all():
            break
        weighed, basis = weights.by(candidate)
        value = np.where(single, atoms.factor[atom, candidate], weighed[atom])
        usable = _all_known(source_of_atom, value, len(chosen)) & (chosen == NOBODY)
        if not usable.any():
            continue
        mine = usable[source_of_atom]
        share[mine] = value[mine]
        is_asked = candidate == measure
        loose[mine] = _spread(source_of_atom, basis[atom], pair, atoms.leaf[atom])[mine] if is_asked else True
        chosen[np.flatnonzero(usable)] = candidate
    loose |= atoms.cut[atom] != NOBODY
    return _assembled(whole, pair, several, share, loose, chosen)


def _single_leaf(source: Ints, leaf: Ints) -> Flags:
    """Tell for each atom whether its source is one leaf, so that stated shares alone divide it."""
    low, high = _extremes(source, leaf)
    single: Flags = low[source] == high[source]
    return single


def _extremes(source: Ints, value: Ints) -> tuple[Ints, Ints]:
    n = int(source.max(initial=0)) + 1
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, np.iinfo(np.int64).min)
    np.minimum.at(low, source, value)
    np.maximum.at(high, source, value)
    return low, high


def _all_known(source: Ints, value: Floats, n: int) -> Flags:
    """Tell which sources have a value for each atom, and more than nothing in all."""
    lacking = np.zeros(n, dtype=bool)
    lacking[source[np.isnan(value)]] = True
    total = np.bincount(source, weights=np.nan_to_num(value), minlength=n)
    return ~lacking & (total > 0)


def _spread(source: Ints, basis: Ints, pair: Ints, leaf: Ints) -> Flags:
    """Tell which atoms share a measured value with another leaf of their source that went elsewhere."""
    key = source * (int(basis.max(initial=0)) + 2) + basis + 1
    _, key = np.unique(key, return_inverse=True)
    low_pair, high_pair = _extremes(key, pair)
    low_leaf, high_leaf = _extremes(key, leaf)
    spread: Flags = (low_pair[key] != high_pair[key]) & (low_leaf[key] != high_leaf[key])
    return spread


def _assembled(whole: Pairs, pair: Ints, several: Flags, share: Floats, loose: Flags, chosen: Ints) -> Pairs:
    n = len(whole)
    known = np.nan_to_num(share)
    total = np.bincount(whole.source[pair], weights=known, minlength=len(chosen))[whole.source]
    mass = np.bincount(pair, weights=known, minlength=n)
    firm = np.bincount(pair, weights=np.where(loose, 0, known), minlength=n)
    spare = np.bincount(whole.source[pair], weights=np.where(loose, known, 0), minlength=len(chosen))[whole.source]
    measured = chosen[whole.source] != NOBODY
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(measured, firm / total, 0.0)
        high = np.where(measured, np.where(spare > 0, (firm + spare) / total, firm / total), 1.0)
    weighed = several & measured
    weight = whole.weight.copy()
    weight[weighed] = _integers(mass[weighed], total[weighed], whole.source[weighed])
    weight[several & ~measured] = 0
    pairs = Pairs(
        whole.source,
        whole.target,
        weight,
        np.where(several, low, 1.0),
        np.where(several, np.minimum(high, 1.0), 1.0),
        np.where(several, chosen[whole.source], NOBODY),
        np.where(several & ~measured, LEAST_CERTAIN, whole.certainty),
    )
    return _joined([pairs, _unshared(np.unique(whole.source[several & ~measured]))])


def _unshared(sources: Ints) -> Pairs:
    """Return for sources that nothing divides the pair that holds their whole value: nobody knows where."""
    lost = np.full(len(sources), UNKNOWN, dtype=np.int64)
    n = len(sources)
    return Pairs(
        sources, lost, np.ones(n, np.int64), np.zeros(n), np.ones(n), lost + 1, np.full(n, LEAST_CERTAIN, np.int64)
    )


def _integers(mass: Floats, total: Floats, source: Ints) -> Ints:
    """Turn weights into integers: exact where a source's are integers or short decimals, else to nine digits."""
    if not len(mass):
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(source) != 0])
    sizes = np.diff(np.r_[starts, len(source)])
    result = np.rint(mass / total * 10**9)
    is_open = np.ones(len(mass), dtype=bool)
    for scale in (1, 10, 10**3, 10**6, 10**9):
        scaled = mass * scale
        near = np.abs(scaled - np.rint(scaled)) < 1e-6
        fits = np.logical_and.reduceat(near & (total * scale < MOST_WEIGHT), starts)
        use = np.repeat(fits, sizes) & is_open
        result[use] = np.rint(scaled[use])
        is_open &= ~use
    return result.astype(np.int64)


def _joined(parts: list[Pairs]) -> Pairs:
    names = Pairs.__dataclass_fields__
    parts = parts or [_nothing()]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort((columns["target"], columns["source"]))
    return Pairs(**{name: column[order] for name, column in columns.items()})


def _nothing() -> Pairs:
    none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    return Pairs(none, none, none, nothing, nothing, none, none)
