"""Small histories made by acts, as arrays, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from houban.divisions.rules.history import (
    FOREVER,
    LEVELS,
    MEASURES,
    NOBODY,
    PARTS,
    UNKNOWN,
    Codes,
    History,
    Measured,
    Streams,
    Versions,
    ints,
)

FIRST = 1000
Shares = Mapping[str, float]


@dataclass
class Row:
    """One flow of an act: `to` None is an end, "?" unknown; `part` is whole, groups or share."""

    source: int
    to: int | str | None
    part: str = "whole"
    shares: Shares = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    certainty: int = 0


class World:
    """Villages below one town; acts are given as rows, later days after earlier ones."""

    def __init__(self, villages: int) -> None:
        self.depths = [LEVELS.index("town")] + [LEVELS.index("village")] * villages
        self.lives: list[list[list[int]]] = [[[FIRST, FOREVER, NOBODY]]]
        self.lives += [[[FIRST, FOREVER, 0]] for _ in range(villages)]
        self.rows: list[tuple[int, int, Row]] = []
        self.measured: list[tuple[int, str, int, int]] = []
        self.acts = 0

    def villages(self, day: int) -> list[int]:
        """Return the villages of a day."""
        return [n for n in range(1, len(self.depths)) if any(a <= day < b for a, b, _ in self.lives[n])]

    def new(self, day: int, *, level: str = "village", below: int = 0) -> int:
        """Found a division."""
        self.depths.append(LEVELS.index(level))
        self.lives.append([[day, FOREVER, below]])
        return len(self.depths) - 1

    def act(self, day: int, rows: Iterable[Row], *, ends: Iterable[int] = ()) -> None:
        """Let an act take effect; `ends` names the divisions that end by it."""
        self.acts += 1
        self.rows += [(self.acts, day, row) for row in rows]
        for division in ends:
            self.lives[division][-1][1] = day

    def move(self, division: int, day: int, *, below: int) -> None:
        """Put a division below another."""
        self.lives[division][-1][1] = day
        self.lives[division].append([day, FOREVER, below])

    def measure(self, division: int, value: int, *, by: str = "population", day: int = FIRST) -> None:
        """Write down a measured value."""
        self.measured.append((division, by, day, value))

    def history(self) -> History:
        """Return it as arrays."""
        spans = [(n, p, a, b) for n, life in enumerate(self.lives) for a, b, p in life if a < b]
        division, parent, start, end = (ints(column) for column in zip(*spans, strict=True))
        names = [f"d{n}" for n in division.tolist()]
        return History(
            ids=np.arange(len(self.depths)),
            depths=ints(self.depths),
            versions=Versions(division, parent, start, end, names, names),
            codes=Codes(division, start, end, [f"c{n}" for n in division.tolist()]),
            streams=self._streams(),
            measured=self._measured(),
        )

    def _streams(self) -> Streams:
        rows = [row for _, _, row in self.rows]
        ends = {None: NOBODY, "?": UNKNOWN}
        return Streams(
            change=ints([change for change, _, _ in self.rows]),
            day=ints([day for _, day, _ in self.rows]),
            source=ints([row.source for row in rows]),
            target=ints([row.to if isinstance(row.to, int) else ends[row.to] for row in rows]),
            part=ints([PARTS.index(row.part) for row in rows]),
            shares=np.array(
                [[row.shares.get(m, row.shares.get("all", np.nan)) for m in MEASURES] for row in rows], dtype=float
            ).reshape(len(rows), len(MEASURES)),
            certainty=ints([row.certainty for row in rows]),
            groups=[row.groups for row in rows],
            flow=np.arange(len(rows)),
        )

    def _measured(self) -> Measured:
        return Measured(
            ints([row[0] for row in self.measured]),
            ints([MEASURES.index(row[1]) for row in self.measured]),
            ints([row[2] for row in self.measured]),
            ints([row[3] for row in self.measured]),
        )
