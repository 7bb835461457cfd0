"""Stable zones: the smallest unions of divisions that are the same ground on two days, so that they compare exactly."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from houban.divisions.rules.crosswalk import Pairs
from houban.divisions.rules.history import Ints


def zones(pairs: Pairs, *, size: int) -> tuple[Ints, Ints]:
    """Return for each division of the first day, and of the second, its zone; -1 for divisions in no pair.

    A zone is a connected component of the pairs, numbered by its lowest source. What was abolished or lies nobody
    knows where belongs to the zone of its source alone.
    """
    placed = pairs.target >= 0
    nodes = 2 * size
    graph = coo_array(
        (np.ones(int(placed.sum()), dtype=np.int8), (pairs.source[placed], size + pairs.target[placed])),
        shape=(nodes, nodes),
    )
    _, component = connected_components(graph, directed=False)
    used = np.zeros(nodes, dtype=bool)
    used[pairs.source] = True
    used[size + pairs.target[placed]] = True
    found, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    rank = np.empty(len(found), dtype=np.int64)
    rank[np.argsort(np.where(used[first], first, nodes), kind="stable")] = np.arange(len(found))
    number = np.where(used, rank[inverse], -1)
    _, dense = np.unique(number[number >= 0], return_inverse=True)
    number[number >= 0] = dense
    return number[:size], number[size:]
