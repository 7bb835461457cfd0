"""The line around a division on a day: its own, or, after others were merged into it, theirs put together.

A line drawn before a division's ground changed does not hold after it. Where all that came went over whole, the new
ground is the union of the old; where only parts moved, it is not known until somebody draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import shapely
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Line:
    """A line somebody drew, with the period it holds for."""

    since: date
    until: date | None
    geometry: BaseGeometry

    def holds(self, day: date) -> bool:
        """Tell whether it is said to hold on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Move:
    """Ground that went from one division to another on a day, whole or in part."""

    day: date
    source: int
    target: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line on a day, and whether it was put together from others."""

    geometry: BaseGeometry
    derived: bool


class Drawing:
    """Lines, moves and first days; answers for any division and day."""

    def __init__(
        self, lines: Mapping[int, Sequence[Line]], moves: Sequence[Move], born: Mapping[int, date | None]
    ) -> None:
        self.lines, self.born = lines, born
        self.came: dict[int, list[Move]] = {}
        self.went: dict[int, list[Move]] = {}
        for move in moves:
            if move.source != move.target:
                self.came.setdefault(move.target, []).append(move)
                self.went.setdefault(move.source, []).append(move)
        self.known: dict[tuple[int, date], Drawn | None] = {}

    def on(self, division: int, day: date) -> Drawn | None:
        """Return the line around a division on a day, if it is known."""
        key = (division, day)
        if key not in self.known:
            self.known[key] = None  # a circle of same-day moves ends here
            self.known[key] = self._draw(division, day)
        return self.known[key]

    def _draw(self, division: int, day: date) -> Drawn | None:
        changed = max((move.day for move in self._moves(division) if move.day <= day), default=None)
        own = next((line for line in self.lines.get(division, ()) if line.holds(day)), None)
        if own is not None and (changed is None or own.since >= changed):
            return Drawn(own.geometry, derived=False)
        return self._merged(division, changed) if changed is not None else None

    def _moves(self, division: int) -> list[Move]:
        return self.came.get(division, []) + self.went.get(division, [])

    def _merged(self, division: int, day: date) -> Drawn | None:
        moves = [move for move in self._moves(division) if move.day == day]
        if any(not move.whole or move.source == division for move in moves):
            return None
        before = {move.source for move in moves}
        first = self.born.get(division)
        if first is not None and first < day:
            before.add(division)
        eve = day - timedelta(days=1)
        parts = [self.on(source, eve) for source in sorted(before)]
        if not all(parts):
            return None
        return Drawn(shapely.union_all([part.geometry for part in parts if part]), derived=True)
