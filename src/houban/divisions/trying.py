"""A what-if worked out: the map of its day beside the map its drafts would leave, without touching either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from django.db.models import F

from houban.divisions import foreseeing, places, register
from houban.divisions.actions.changes import entries
from houban.divisions.models import Branch, Change, Measurement
from houban.divisions.rules import trying
from houban.divisions.rules.state import Snapshot, Unit
from houban.divisions.rules.trying import Amount, Amounts, Trial
from houban.divisions.words import Form, Level, Measure

LEVELS = (Level.TOWN.value, Level.VILLAGE.value)
MEASURES = (Measure.POPULATION, Measure.HOUSEHOLDS, Measure.AREA)
EXTREMES, EARTH, SQUARE_METRES = 5, 6371.0, 10_000  # the last: in a hectare


@dataclass(frozen=True)
class Count:
    """How many of a form there are before and after."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class Spread:
    """What villages hold of a measure: how many, how much in all and on average, the smallest and the largest."""

    label: str
    unit: str
    before: Summary
    after: Summary

    @property
    def sides(self) -> tuple[Summary, Summary]:
        """Return both, for what is drawn of each."""
        return self.before, self.after


@dataclass(frozen=True)
class Summary:
    """A measure over the villages of one map; bounds where a part went somewhere and nobody says how much."""

    known: int
    unknown: int
    total: float
    mean: float | None
    smallest: list[tuple[str, Amount]]
    largest: list[tuple[str, Amount]]
    bands: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Reach:
    """How far villages lie from their town's seat, as the crow flies."""

    known: int
    unknown: int
    mean: float | None
    longest: list[tuple[str, float]]


UNITS = {Measure.POPULATION: "人", Measure.HOUSEHOLDS: "户", Measure.AREA: "公顷"}
BANDS = {
    Measure.POPULATION: (500, 1000, 1500, 2000, 3000, 5000),
    Measure.HOUSEHOLDS: (200, 400, 600, 800, 1200),
    Measure.AREA: (100, 200, 300, 500, 800),
}


class Evaluation:
    """A branch beside its base."""

    def __init__(self, branch: Branch) -> None:
        """Try the branch's drafts out in order on the map of its day."""
        self.branch = branch
        self.acts: list[Change] = list(branch.changes.in_order())
        self.base: Snapshot = foreseeing.before(branch.day, scheme="nbs")
        self.held: dict[Measure, Amounts] = {measure: _held(measure, branch) for measure in MEASURES}
        self.was: dict[Measure, Amounts] = {measure: dict(held) for measure, held in self.held.items()}
        rows = [entries(act) for act in self.acts]
        self.trial: Trial = trying.run(self.base, rows, list(self.held.values()))
        self.county = register.county()

    @property
    def after(self) -> Snapshot:
        """Return the map the drafts would leave."""
        return self.trial.after

    @property
    def wrong_act(self) -> Change | None:
        """Return the first act that does not fit, if one does not."""
        return self.acts[self.trial.wrong_act] if self.trial.wrong_act is not None else None

    @cached_property
    def ended(self) -> list[Unit]:
        """Return the divisions that would be no more."""
        return [unit for key, unit in self.base.units.items() if key not in self.after.units]

    @cached_property
    def founded(self) -> list[Unit]:
        """Return the divisions that would be new."""
        return [unit for key, unit in self.after.units.items() if key not in self.base.units]

    @cached_property
    def counts(self) -> list[Count]:
        """Count the forms that differ, within the county."""
        before, after = _counted(self.base, self.county), _counted(self.after, self.county)
        forms = [form for form in Form.values if before[form] or after[form]]
        return [Count(str(Form(form).label), before[form], after[form]) for form in forms]

    @cached_property
    def towns(self) -> list[trying.Town]:
        """Return the divisions whose lower ones differ."""
        also = trying.touched(self.trial.plans, self.base)
        return trying.changed(self.base, self.after, levels=LEVELS, also=also - {self.county})

    @cached_property
    def spreads(self) -> list[Spread]:
        """Return what the villages of the towns concerned hold, by measure; a measure nobody knows is left out."""
        found = []
        for measure in MEASURES:
            before = self._summary(self.base, self.was[measure], measure)
            after = self._summary(self.after, self.held[measure], measure)
            if before.known or after.known:
                found.append(Spread(str(measure.label), UNITS[measure], before, after))
        return found

    def _summary(self, map_: Snapshot, held: Amounts, measure: Measure) -> Summary:
        inside = {town.id for town in self.towns}
        villages = [u for u in map_.units.values() if u.level == Level.VILLAGE and u.parent in inside]
        known = [(unit.name, amount) for unit in villages if (amount := held.get(unit.id)) is not None]
        ordered = sorted(known, key=lambda pair: pair[1].high)
        total = sum((amount.low + amount.high) / 2 for _name, amount in known)
        return Summary(
            len(known),
            len(villages) - len(known),
            total,
            total / len(known) if known else None,
            ordered[:EXTREMES],
            ordered[::-1][:EXTREMES],
            _bands([(amount.low + amount.high) / 2 for _name, amount in known], BANDS[measure]),
        )

    @cached_property
    def reach(self) -> tuple[Reach, Reach]:
        """Return how far villages lie from their town's seat, before and after."""
        seats, positions = places.seats(self.branch.day), places.positions()
        return self._reach(self.base, seats, positions), self._reach(self.after, seats, positions)

    def _reach(
        self, map_: Snapshot, seats: dict[int, tuple[float, float]], positions: dict[int, tuple[float, float]]
    ) -> Reach:
        inside = {town.id for town in self.towns}
        villages = [u for u in map_.units.values() if u.level == Level.VILLAGE and u.parent in inside]
        far = [
            (unit.name, kilometres(positions[unit.id], seats[unit.parent]))
            for unit in villages
            if unit.id in positions and unit.parent in seats
        ]
        ordered = sorted(far, key=lambda pair: -pair[1])
        mean = sum(length for _name, length in far) / len(far) if far else None
        return Reach(len(far), len(villages) - len(far), mean, ordered[:EXTREMES])


def _held(measure: Measure, branch: Branch) -> Amounts:
    """Return the newest measured value of each division by the branch's day."""
    rows = Measurement.objects.filter(measure=measure, withdrawn_at=None, day__lte=branch.day).order_by(F("day").asc())
    scale = SQUARE_METRES if measure == Measure.AREA else 1
    held = rows.values_list("division_id", "value")
    return {division: Amount(value / scale, value / scale) for division, value in held}


def _counted(map_: Snapshot, county: int | None) -> Counter[str]:
    counted: Counter[str] = Counter()
    for unit in map_.units.values():
        step: Unit | None = unit
        while step is not None and step.id != county:
            step = map_.units.get(step.parent) if step.parent is not None else None
        if step is not None:
            counted[unit.form] += 1
    return counted


def _bands(values: Sequence[float], edges: Sequence[float]) -> list[tuple[str, int]]:
    """Count values between edges, for a picture of how they are spread."""
    bounds = [0.0, *edges, float("inf")]
    found = []
    for low, high in pairwise(bounds):
        label = f"{low:,.0f}–{high:,.0f}" if high != float("inf") else f"≥ {low:,.0f}"
        found.append((label, sum(low <= value < high for value in values)))
    return found


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points of longitude and latitude over a sphere (haversine), in kilometres."""
    (x, y), (u, v) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def map_before(change: Change) -> Snapshot:
    """Return the map a draft of a branch finds: that of the branch's day after the drafts that come before it."""
    branch = change.branch
    base = foreseeing.before(branch.day if branch else change.effective_on, scheme=change.scheme)
    if branch is None:
        return base
    earlier = [one for one in branch.changes.in_order() if one.pk != change.pk]
    place = (change.effective_on, change.sequence, change.pk)
    earlier = [one for one in earlier if (one.effective_on, one.sequence, one.pk) < place]
    return trying.run(base, [entries(one) for one in earlier], []).after
