"""Take values from the divisions of one day to those of another; totals agree to the last unit.

Values are integers: people in heads, money in fen, anything else in its last decimal. A value that has to be divided
is apportioned by largest remainder (Hamilton's method; ties go to the lower target), each predecessor by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from houban.divisions.rules.crosswalk import Pairs
from houban.divisions.rules.history import Flags, Floats, Ints


@dataclass(frozen=True)
class Cells:
    """Parallel arrays: the division a value belongs to (-1: none known), what else it is keyed by, the value."""

    division: Ints
    key: Ints
    value: Ints


@dataclass(frozen=True)
class Pieces:
    """What cells became: parallel arrays of the cell's number, the pair it went by, its value and bounds."""

    cell: Ints
    pair: Ints
    value: Ints
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Sums:
    """Values by target and key, with bounds and the weakest certainty that went into each."""

    division: Ints
    key: Ints
    value: Ints
    low: Floats
    high: Floats
    certainty: Ints


def gather(cells: Cells) -> Cells:
    """Add up the cells of one division and key; those without a division are left out."""
    division, key, value = cells.division, cells.key, cells.value
    if len(division) and division.min() < 0:
        here = division >= 0
        division, key, value = division[here], key[here], value[here]
    keys = int(key.max(initial=0)) + 1
    size = (int(division.max(initial=0)) + 1) * keys
    slot = division * keys + key if keys > 1 else division
    if size > 4 * len(slot) + 1_000_000:
        used, slot = np.unique(slot, return_inverse=True)
        return Cells(used // keys, used % keys, _added(slot, value, len(used)))
    total = _added(slot, value, size)
    used = np.flatnonzero(np.bincount(slot, minlength=size))
    return Cells(used // keys, used % keys, total[used])


def _added(slot: Ints, value: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, slot, value)
    return total


def divide(cells: Cells, pairs: Pairs) -> Pieces:
    """Take each cell to the targets of its division; a cell whose division has no pair is left out."""
    first = np.searchsorted(pairs.source, cells.division)
    last = np.searchsorted(pairs.source, cells.division, side="right")
    counts = last - first
    cell = np.repeat(np.arange(len(counts)), counts)
    pair = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts) + first[cell]
    value = cells.value[cell]
    several = np.flatnonzero((counts > 1)[cell])
    value[several] = _apportioned(cell[several], cells.value[cell[several]], pairs.weight[pair[several]])
    whole = cells.value[cell].astype(np.float64)
    bounds = np.sort(np.stack([pairs.low[pair] * whole, pairs.high[pair] * whole]), axis=0)
    exact = pairs.is_exact[pair]
    return Pieces(cell, pair, value, np.where(exact, value, bounds[0]), np.where(exact, value, bounds[1]))


def _apportioned(cell: Ints, whole: Ints, weight: Ints) -> Ints:
    """Share each cell's whole value out over its pieces, which stand together, by largest remainder."""
    if not len(cell):
        return whole
    starts = np.flatnonzero(np.r_[True, np.diff(cell) != 0])
    sizes = np.diff(np.r_[starts, len(cell)])
    group = np.repeat(np.arange(len(starts)), sizes)
    amount, total = np.abs(whole), np.add.reduceat(weight, starts)[group]
    each, rest = np.divmod(amount, total)
    extra, remainder = np.divmod(rest * weight, total)
    share = each * weight + extra
    short = np.abs(whole[starts]) - np.add.reduceat(share, starts)
    order = np.lexsort((-remainder, group))
    rank = np.arange(len(order)) - starts[group[order]]
    share[order] += rank < short[group[order]]
    return np.sign(whole) * share


def add_up(pieces: Pieces, cells: Cells, pairs: Pairs) -> Sums:
    """Add the pieces up by target and key."""
    target, key = pairs.target[pieces.pair], cells.key[pieces.cell]
    keys = int(key.max(initial=0)) + 1
    used, slot = np.unique((target + 2) * keys + key, return_inverse=True)
    n = len(used)
    certainty = np.zeros(n, dtype=np.int64)
    np.maximum.at(certainty, slot, pairs.certainty[pieces.pair])
    return Sums(
        used // keys - 2,
        used % keys,
        _added(slot, pieces.value, n),
        np.bincount(slot, weights=pieces.low, minlength=n).astype(np.float64),
        np.bincount(slot, weights=pieces.high, minlength=n).astype(np.float64),
        certainty,
    )


def restate(cells: Cells, pairs: Pairs) -> Sums:
    """Gather, divide and add up."""
    gathered = gather(cells)
    return add_up(divide(gathered, pairs), gathered, pairs)


def by_rule(rule: str, pairs: Pairs, category: Ints) -> tuple[Ints, Ints]:
    """Give each source of backward pairs one category of its targets: by `majority`, of the `largest`, or `mixed`.

    `category`: a number for each division, -1 where none is known. Returns sources and categories; -1 unknown,
    -2 mixed. Without weights only sources whose targets agree get one.
    """
    source, first = np.unique(pairs.source, return_index=True)
    of_pair = np.where(pairs.target >= 0, category[np.maximum(pairs.target, 0)], -1)
    slot = np.searchsorted(source, pairs.source)
    alike = _agree(of_pair, slot, len(source), counted=pairs.target >= 0)
    if rule == "mixed":
        return source, np.where(alike >= -1, alike, -2)
    combined = _combined(slot, of_pair, pairs.weight) if rule == "majority" else pairs.weight
    order = np.lexsort((np.arange(len(slot)), -combined, slot))
    best = of_pair[order][first]
    tie = np.zeros(len(source), dtype=bool)
    if rule == "majority":
        tie = _tied(slot, of_pair, combined, len(source))
    return source, np.where(alike >= -1, alike, np.where(tie, -2, best))


def _agree(category: Ints, slot: Ints, n: int, *, counted: Flags) -> Ints:
    """Return the category all counted pairs of a source share, -3 where they differ."""
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, np.iinfo(np.int64).min)
    np.minimum.at(low, slot[counted], category[counted])
    np.maximum.at(high, slot[counted], category[counted])
    return np.where(low == high, low, -3)


def _combined(slot: Ints, category: Ints, weight: Ints) -> Ints:
    """Return for each pair the weight of all pairs of its source and category."""
    key = slot * (int(category.max(initial=0)) + 2) + category + 1
    _, inverse = np.unique(key, return_inverse=True)
    return _added(inverse, weight, int(inverse.max(initial=0)) + 1)[inverse]


def _tied(slot: Ints, category: Ints, combined: Ints, n: int) -> Flags:
    """Tell which sources have two categories of the same, greatest weight."""
    most = np.zeros(n, dtype=np.int64)
    np.maximum.at(most, slot, combined)
    top = combined == most[slot]
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, -3)
    np.minimum.at(low, slot[top], category[top])
    np.maximum.at(high, slot[top], category[top])
    tied: Flags = low != high
    return tied
