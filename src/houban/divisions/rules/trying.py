"""Try acts out on a map held as plain values: the map they leave, and what its divisions then hold. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import count

from houban.divisions.rules import applying
from houban.divisions.rules import plan as planning
from houban.divisions.rules.parts import EVERYTHING
from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Entry, Snapshot, Unit, Wrong
from houban.divisions.words import Part


@dataclass(frozen=True, slots=True)
class Amount:
    """A value that lies between two bounds; both are the same where it is exact."""

    low: float
    high: float

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.low + other.low, self.high + other.high)

    def __str__(self) -> str:
        return f"{self.low:,.0f}" if self.is_exact else f"{self.low:,.0f}–{self.high:,.0f}"

    @property
    def is_exact(self) -> bool:
        """Tell whether the bounds meet."""
        return self.low == self.high


Amounts = dict[int, Amount | None]


@dataclass
class Trial:
    """A map after acts: its units, the plans that led there, and what the first act that does not fit has wrong."""

    after: Snapshot
    plans: list[Plan] = field(default_factory=list)
    wrong_act: int | None = None
    wrongs: list[Wrong] = field(default_factory=list)


def clone(snapshot: Snapshot) -> Snapshot:
    """Return a map of its own with the same units."""
    return Snapshot(copy(unit) for unit in snapshot.units.values())


def run(base: Snapshot, acts: Sequence[list[Entry]], amounts: Sequence[Amounts]) -> Trial:
    """Apply acts in order to a copy of a map, and to amounts held by division, until one does not fit.

    New divisions get negative numbers. `amounts` is changed in place: what a division hands on goes to who takes over.
    """
    trial, numbers = Trial(clone(base)), count(-1, -1)
    for number, entries in enumerate(acts):
        made = planning.make(trial.after, entries)
        if made.wrongs:
            trial.wrong_act, trial.wrongs = number, made.wrongs
            break
        ids = {target.key: next(numbers) for target in made.new}
        for held in amounts:
            _hand_on(held, made, entries, ids)
        applying.apply(trial.after, made, ids=ids)
        trial.plans.append(made)
    return trial


def _hand_on(held: Amounts, made: Plan, entries: Sequence[Entry], ids: Mapping[str, int]) -> None:
    """Move amounts as the rows say: the whole, a share, or somewhere between nothing and all for a part."""
    before = dict(held)
    by_number = {entry.number: entry for entry in entries}
    gained: dict[int, list[Amount | None]] = {}
    given: dict[int, list[Amount | None]] = {}
    for number, (source, key) in made.ends.items():
        if source is None or key is None:
            continue
        target = made.targets[key]
        taker = target.id if target.id is not None else ids[key]
        if taker == source:
            continue
        share = _share(by_number[number], before.get(source))
        gained.setdefault(taker, []).append(share)
        given.setdefault(source, []).append(share)
    for source, shares in given.items():
        held[source] = None if source in made.ended else _rest(before.get(source), shares)
    for ended in made.ended:
        held.pop(ended, None)
    for taker, shares in gained.items():
        start = held.get(taker, Amount(0, 0)) if taker not in ids.values() else Amount(0, 0)
        held[taker] = _sum([start, *shares])


def _share(entry: Entry, whole: Amount | None) -> Amount | None:
    if whole is None:
        return None
    if entry.part == Part.WHOLE:
        return whole
    if entry.part == Part.SHARE:
        part = float(entry.shares.get("population", entry.shares.get(EVERYTHING, "nan")))
        if part == part:  # noqa: PLR0124 - a share that is not stated is no number
            return Amount(whole.low * part, whole.high * part)
    return Amount(0, whole.high)


def _rest(whole: Amount | None, shares: Sequence[Amount | None]) -> Amount | None:
    if whole is None or any(share is None for share in shares):
        return None
    gone = _sum(shares)
    return Amount(max(whole.low - gone.high, 0), max(whole.high - gone.low, 0)) if gone else None


def _sum(amounts: Sequence[Amount | None]) -> Amount | None:
    total = Amount(0, 0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


@dataclass
class Town:
    """A division whose lower ones change: its name, and what lies below it before and after."""

    id: int
    name: str
    before: list[Unit] = field(default_factory=list)
    after: list[Unit] = field(default_factory=list)

    @property
    def gone(self) -> set[int]:
        """Return what is no longer below it."""
        return {unit.id for unit in self.before} - {unit.id for unit in self.after}

    @property
    def come(self) -> set[int]:
        """Return what is newly below it, or bears another name."""
        known = {(unit.id, unit.name, unit.form) for unit in self.before}
        return {unit.id for unit in self.after if (unit.id, unit.name, unit.form) not in known}


def touched(plans: Sequence[Plan], base: Snapshot) -> set[int]:
    """Return the divisions above all that hand something on or take it over."""
    sources = {source for made in plans for source, _key in made.ends.values() if source is not None}
    kept = {target.id for made in plans for target in made.targets.values() if target.id is not None}
    units = (base.units[key] for key in sources | kept if key in base.units)
    return {unit.parent for unit in units if unit.parent is not None}


def changed(base: Snapshot, after: Snapshot, *, levels: Sequence[str], also: Collection[int] = ()) -> list[Town]:
    """Return the divisions of which some lower ones of these levels differ, and others, in order of their codes."""
    found: list[Town] = []
    parents = {unit.parent for snapshot in (base, after) for unit in snapshot.units.values() if unit.level in levels}
    for parent in parents:
        if parent is None:
            continue
        old = [unit for unit in base.children(parent) if unit.level in levels]
        new = [unit for unit in after.children(parent) if unit.level in levels]
        if parent in also or {_said(unit) for unit in old} != {_said(unit) for unit in new}:
            unit = after.units.get(parent) or base.units[parent]
            order = sorted(old, key=lambda one: one.code), sorted(new, key=lambda one: (one.code or "~", one.name))
            found.append(Town(parent, unit.name, *order))
    return sorted(found, key=lambda town: (after.units.get(town.id) or base.units[town.id]).code)


def _said(unit: Unit) -> tuple[int, str, str, str]:
    return unit.id, unit.name, unit.form, unit.code
