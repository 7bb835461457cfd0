"""Follow the finest known parts of a map to a later day: each atom lies in one division then and in one now.

An atom is a division without lower ones, or a part of it that a change cut off. Weights are worked out over atoms
and never by multiplying yearly ratios: two villages that merge and part again keep what each of them had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from houban.divisions.rules.history import (
    FOREVER,
    LEVELS,
    MEASURES,
    NOBODY,
    PARTS,
    UNKNOWN,
    Flags,
    Floats,
    History,
    Ints,
)
from houban.divisions.words import Level, Part

WHOLE, GROUPS, SHARE = (PARTS.index(str(part)) for part in (Part.WHOLE, Part.GROUPS, Part.SHARE))


@dataclass(frozen=True)
class Atoms:
    """Parallel arrays, one element an atom.

    `origin`: the division without lower ones on the first day; `leaf`: the finest division it is since known by;
    `place`: where it lies on the last day, NOBODY when that was abolished, UNKNOWN when nobody knows;
    `factor`: for each measure, the share of the leaf it is, NaN where no share is stated; `cut`: the number of the
    last division that was cut by shares while it held several atoms, or NOBODY; `before`: the atom it was cut from.
    """

    origin: Ints
    leaf: Ints
    place: Ints
    factor: Floats
    cut: Ints
    certainty: Ints
    before: Ints

    def __len__(self) -> int:
        return len(self.origin)


@dataclass
class Moves:
    """Which atoms each stream moved, in order: parallel lists of arrays."""

    atoms: list[Ints] = field(default_factory=list)
    streams: list[Ints] = field(default_factory=list)

    def add(self, atoms: Ints, streams: Ints) -> None:
        """Note that atoms went with streams."""
        self.atoms.append(atoms)
        self.streams.append(streams)

    def joined(self) -> tuple[Ints, Ints]:
        """Return atoms and streams as two arrays."""
        empty: Ints = np.empty(0, dtype=np.int64)
        return (
            np.concatenate(self.atoms) if self.atoms else empty,
            np.concatenate(self.streams) if self.streams else empty,
        )


@dataclass
class Trace:
    """What following the atoms gave: those that count at the end, all there ever were, and their moves."""

    atoms: Atoms
    alive: Flags
    moves: Moves

    def final(self) -> Ints:
        """Return the numbers of the atoms that were not cut further."""
        return np.flatnonzero(self.alive)


def follow(history: History, day_a: int, day_b: int) -> Trace:
    """Follow every atom of day A to day B, which may not lie before it."""
    leaves = history.on(day_a).leaves
    n = len(leaves)
    atoms = Atoms(
        origin=leaves,
        leaf=leaves,
        place=leaves.copy(),
        factor=np.ones((n, len(MEASURES))),
        cut=np.full(n, NOBODY, dtype=np.int64),
        certainty=np.zeros(n, dtype=np.int64),
        before=np.full(n, NOBODY, dtype=np.int64),
    )
    trace = Trace(atoms, np.ones(n, dtype=bool), Moves())
    ends = _silent_ends(history)
    for streams in _batches(history, day_a, day_b):
        _climb(trace, history, ends, int(history.streams.day[streams[0]]))
        _move(trace, history, streams)
        _carry(trace, history, streams)
    _climb(trace, history, ends, day_b)
    _keep_rests(trace, history, day_a, day_b)
    return trace


def _keep_rests(trace: Trace, history: History, day_a: int, day_b: int) -> None:
    """Give what goes on after all its known parts went elsewhere an atom of unknown size: not all was known of it."""
    first, last = history.on(day_a), history.on(day_b)
    here = trace.alive & (trace.atoms.place >= 0)
    was, now = first.up[:, trace.atoms.origin[here]], last.up[:, trace.atoms.place[here]]
    goes_on = first.alive & last.alive
    goes_on[first.leaves] = False
    goes_on[was[(was == now) & (was >= 0)]] = False
    rests = np.flatnonzero(goes_on)
    atoms, n = trace.atoms, len(rests)
    none = np.full(n, NOBODY, dtype=np.int64)
    trace.atoms = Atoms(
        origin=np.append(atoms.origin, rests),
        leaf=np.append(atoms.leaf, rests),
        place=np.append(atoms.place, rests),
        factor=np.vstack([atoms.factor, np.full((n, len(MEASURES)), np.nan)]),
        cut=np.append(atoms.cut, none),
        certainty=np.append(atoms.certainty, np.zeros(n, dtype=np.int64)),
        before=np.append(atoms.before, none),
    )
    trace.alive = np.append(trace.alive, np.ones(n, dtype=bool))


def _batches(history: History, day_a: int, day_b: int) -> Iterator[Ints]:
    """Yield streams that can be followed at once: none starts where an earlier change of the batch arrived or left.

    Where there are groups a batch ends with its day, since a group may go with its village without a flow of its own.
    """
    streams = history.streams
    inside = np.flatnonzero((streams.day > day_a) & (streams.day <= day_b))
    if not len(inside):
        return
    by_day = bool(history.depths.max() >= LEVELS.index(Level.GROUP))
    batch: list[Ints] = []
    touched: set[int] = set()
    day = -1
    for part in np.split(inside, np.flatnonzero(np.diff(streams.change[inside])) + 1):
        sources = set(streams.source[part].tolist())
        another_day = by_day and int(streams.day[part[0]]) != day
        if batch and (another_day or not touched.isdisjoint(sources)):
            yield np.concatenate(batch)
            batch, touched = [], set()
        batch.append(part)
        touched |= sources | set(streams.target[part].tolist())
        day = int(streams.day[part[0]])
    yield np.concatenate(batch)


def _silent_ends(history: History) -> Ints:
    """Return the day on which each division ended without a flow that says where it went; FOREVER otherwise."""
    ends, flows = history.ends.copy(), history.streams
    ends[flows.source[flows.day == ends[flows.source]]] = FOREVER
    return ends


def _climb(trace: Trace, history: History, ends: Ints, day: int) -> None:
    """Let atoms whose place ended without a flow lie in what stood above it."""
    places = trace.atoms.place
    lost = np.flatnonzero(trace.alive & (places >= 0) & (ends[np.maximum(places, 0)] <= day))
    for last in np.unique(ends[places[lost]]).tolist():
        of_day = lost[ends[places[lost]] == last]
        upper = history.on(last - 1).parent[places[of_day]]
        places[of_day] = np.where(upper >= 0, upper, UNKNOWN)


def _move(trace: Trace, history: History, streams: Ints) -> None:
    flows = history.streams
    counts = np.bincount(flows.source[streams], minlength=history.size)
    is_plain = (counts[flows.source[streams]] == 1) & (flows.part[streams] == WHOLE)
    _move_whole(trace, history, streams[is_plain])
    rest = streams[~is_plain]
    for source in np.unique(flows.source[rest]).tolist():
        _divide(trace, history, source, rest[flows.source[rest] == source])


def _move_whole(trace: Trace, history: History, streams: Ints) -> None:
    flows, atoms = history.streams, trace.atoms
    slot = np.full(history.size + 2, -1, dtype=np.int64)
    slot[flows.source[streams]] = streams
    of_atom = np.where(trace.alive, slot[atoms.place], -1)
    moved = np.flatnonzero(of_atom >= 0)
    used = of_atom[moved]
    atoms.place[moved] = flows.target[used]
    atoms.certainty[moved] = np.maximum(atoms.certainty[moved], flows.certainty[used])
    trace.moves.add(moved, used)


def _carry(trace: Trace, history: History, streams: Ints) -> None:
    """Note for atoms below a source which flow took them along; where they lie their versions say."""
    flows, places = history.streams, trace.atoms.place
    day = int(flows.day[streams[0]])
    low = np.flatnonzero(trace.alive & (places >= 0))
    low = low[history.depths[places[low]] > history.depths[flows.source[streams]].min()]
    if not len(low):
        return
    before, after = history.on(day - 1).up, history.on(day).up
    for depth in np.unique(history.depths[flows.source[streams]]).tolist():
        of_depth = streams[history.depths[flows.source[streams]] == depth]
        deeper = low[history.depths[places[low]] > depth]
        was, now = before[depth, places[deeper]], after[depth, places[deeper]]
        used = _stream_between(history, of_depth, was, now)
        moved = deeper[used >= 0]
        trace.moves.add(moved, used[used >= 0])
        _doubt(trace, moved, flows.certainty[used[used >= 0]])


def _stream_between(history: History, streams: Ints, was: Ints, now: Ints) -> Ints:
    """Return for each pair the stream from one to the other, else the first one out of it, else -1."""
    flows, size = history.streams, history.size + 2
    keys = flows.source[streams] * size + flows.target[streams] + 2
    order = np.argsort(keys, kind="stable")
    wanted = was * size + now + 2
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    exact = np.where((keys[order][at] == wanted) & (was >= 0), streams[order][at], -1)
    first = np.full(size, -1, dtype=np.int64)
    first[flows.source[streams[::-1]]] = streams[::-1]
    return np.where((exact < 0) & (was != now), first[was], exact)


def _divide(trace: Trace, history: History, source: int, streams: Ints) -> None:
    """Cut the atoms of a source: by its lower divisions, by shares, or into parts of unknown size."""
    mine = np.flatnonzero(trace.alive & (trace.atoms.place == source))
    if not len(mine):
        return
    flows = history.streams
    parts = set(flows.part[streams].tolist())
    if parts == {SHARE}:
        _by_shares(trace, history, mine, streams)
        return
    day = int(flows.day[streams[0]])
    children = history.on(day - 1).children(source) if parts <= {WHOLE, GROUPS} else np.empty(0, dtype=np.int64)
    if len(children):
        _into_children(trace, mine, children)
    elif not _by_former(trace, history, mine, streams):
        _unstated(trace, history, mine, streams)


def _by_shares(trace: Trace, history: History, mine: Ints, streams: Ints) -> None:
    shares = history.streams.shares[streams]
    several = len(np.unique(trace.atoms.origin[mine])) > 1
    places = history.streams.target[streams]
    cut = int(history.streams.source[streams[0]]) if several else NOBODY
    new = _cut(trace, mine, places, shares, cut=cut)
    trace.moves.add(new, np.tile(streams, len(mine)))
    _doubt(trace, new, np.tile(history.streams.certainty[streams], len(mine)))


def _unstated(trace: Trace, history: History, mine: Ints, streams: Ints) -> None:
    """Let a source lie in all of its targets with no share stated; it stays one of them unless it ended."""
    flows = history.streams
    source, day = int(flows.source[streams[0]]), int(flows.day[streams[0]])
    places, used = flows.target[streams], streams
    if history.on(day).alive[source] and source not in places:
        places, used = np.append(places, source), np.append(streams, streams[0])
    new = _cut(trace, mine, places, np.full((len(places), len(MEASURES)), np.nan), cut=NOBODY)
    trace.moves.add(new, np.tile(used, len(mine)))
    _doubt(trace, new, np.tile(flows.certainty[used], len(mine)))


def _into_children(trace: Trace, mine: Ints, children: Ints) -> None:
    """Let an atom be known from now on by the lower divisions of its place; each goes where its versions say."""
    new = _cut(trace, mine, children, np.ones((len(children), len(MEASURES))), cut=NOBODY)
    trace.atoms.leaf[new] = trace.atoms.place[new]


def _by_former(trace: Trace, history: History, mine: Ints, streams: Ints) -> bool:
    """Let whole atoms go where a row names a former division they came from; tell whether every name was found."""
    names = {name for stream in streams.tolist() for name in history.streams.groups[stream]}
    if not names:
        return False
    former = _former(trace, history, mine)
    if len(mine) == 1 and not names <= set().union(*former):
        mine = _into_predecessors(trace, history, mine, int(streams[0]))
        former = [_names(history, {int(leaf)}) for leaf in trace.atoms.leaf[mine]]
    if not names <= set().union(*former):
        return False
    _send(trace, history, mine, former, streams)
    return True


def _send(trace: Trace, history: History, mine: Ints, former: list[set[str]], streams: Ints) -> None:
    """Move each atom with the stream that names it, or else with the one that takes the rest."""
    flows = history.streams
    taken = np.full(len(mine), -1, dtype=np.int64)
    for stream in streams.tolist():
        if flows.part[stream] == WHOLE:
            taken[taken < 0] = stream
        else:
            taken[[k for k, names in enumerate(former) if names & set(flows.groups[stream])]] = stream
    moved, used = mine[taken >= 0], taken[taken >= 0]
    trace.atoms.place[moved] = flows.target[used]
    _doubt(trace, moved, flows.certainty[used])
    trace.moves.add(moved, used)


def _into_predecessors(trace: Trace, history: History, mine: Ints, stream: int) -> Ints:
    """Know an atom by the divisions that had flowed into its place, and by what the place was before, if it was."""
    flows = history.streams
    source, day = int(flows.source[stream]), int(flows.day[stream])
    into = np.flatnonzero((flows.target == source) & (flows.source != source) & (flows.day < day))
    if not len(into):
        return mine
    leaves = np.unique(flows.source[into])
    if history.on(int(flows.day[into].min()) - 1).alive[source]:
        leaves = np.append(leaves, NOBODY)
    places = np.full(len(leaves), source, dtype=np.int64)
    new = _cut(trace, mine, places, np.ones((len(leaves), len(MEASURES))), cut=NOBODY)
    trace.atoms.leaf[new] = leaves
    return new


def _former(trace: Trace, history: History, mine: Ints) -> list[set[str]]:
    """Return for each atom the names, short and official, of the divisions it has lain in."""
    moved, used = trace.moves.joined()
    been = [{int(trace.atoms.origin[a]), *history.streams.source[used[moved == a]].tolist()} for a in mine.tolist()]
    return [_names(history, divisions) for divisions in been]


def _names(history: History, divisions: set[int]) -> set[str]:
    versions = history.versions
    rows = np.flatnonzero(np.isin(versions.division, list(divisions))).tolist()
    return {versions.names[row] for row in rows} | {versions.official_names[row] for row in rows}


def _cut(trace: Trace, mine: Ints, places: Ints, shares: Floats, *, cut: int) -> Ints:
    """Replace each atom by one for each place; return the new atoms, by old atom and then by place."""
    atoms, k, n = trace.atoms, len(places), len(mine)
    new = np.arange(len(atoms), len(atoms) + n * k)
    old = np.repeat(mine, k)
    cuts = np.full(n * k, cut, dtype=np.int64) if cut != NOBODY else atoms.cut[old]
    trace.atoms = replace(
        atoms,
        origin=np.append(atoms.origin, atoms.origin[old]),
        leaf=np.append(atoms.leaf, atoms.leaf[old]),
        place=np.append(atoms.place, np.tile(places, n)),
        factor=np.vstack([atoms.factor, atoms.factor[old] * np.tile(shares, (n, 1))]),
        cut=np.append(atoms.cut, cuts),
        certainty=np.append(atoms.certainty, atoms.certainty[old]),
        before=np.append(atoms.before, old),
    )
    trace.alive = np.append(trace.alive, np.ones(n * k, dtype=bool))
    trace.alive[mine] = False
    return new


def _doubt(trace: Trace, atoms: Ints, certainty: Ints) -> None:
    trace.atoms.certainty[atoms] = np.maximum(trace.atoms.certainty[atoms], certainty)
