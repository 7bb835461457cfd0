"""The Swiss register of municipalities through time (Historisiertes Gemeindeverzeichnis, Bundesamt für Statistik).

Each row is one version of a municipality (entry mode 11), or of an area outside them (12, 13); days are inclusive.
Rows that ended with mutation *k* became the rows that began with *k*; where several became several, the register
does not say which part went where, so every pair is a flow of unstated size.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from houban.divisions.rules.history import (
    FOREVER,
    LEVELS,
    MEASURES,
    NOBODY,
    PARTS,
    Codes,
    History,
    Measured,
    Streams,
    Versions,
    ints,
)
from houban.divisions.words import Level, Part

MUNICIPALITY = "11"


@dataclass(frozen=True)
class Version:
    """A row of the register: `start` is its first day, `end` the first day after it, None while it goes on."""

    number: int
    canton: str
    code: str
    name: str
    mode: str
    start: date
    end: date | None
    admitted_by: int
    abolished_by: int | None


@dataclass(frozen=True)
class Mutation:
    """The versions that ended and began with one number."""

    number: int
    day: date
    sources: tuple[int, ...]
    targets: tuple[int, ...]


def read(path: Path) -> list[Version]:
    """Read the table of versions."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_version(row) for row in csv.DictReader(file)]


def _version(row: dict[str, str]) -> Version:
    last = row["abolition_date"]
    return Version(
        number=int(row["hist_id"]),
        canton=row["canton"],
        code=row["bfs_nr"],
        name=row["name"],
        mode=row["entry_mode"],
        start=date.fromisoformat(row["admission_date"]),
        end=date.fromordinal(date.fromisoformat(last).toordinal() + 1) if last else None,
        admitted_by=int(row["admission_nr"]),
        abolished_by=int(row["abolition_nr"]) if row["abolition_nr"] else None,
    )


def mutations(versions: Iterable[Version]) -> list[Mutation]:
    """Return the mutations that turn versions into versions, by day and number."""
    sources: dict[int, list[Version]] = {}
    targets: dict[int, list[Version]] = {}
    for version in versions:
        targets.setdefault(version.admitted_by, []).append(version)
        if version.abolished_by is not None:
            sources.setdefault(version.abolished_by, []).append(version)
    found = [
        Mutation(number, new[0].start, _numbers(sources[number]), _numbers(new))
        for number, new in targets.items()
        if number in sources
    ]
    return sorted(found, key=lambda mutation: (mutation.day, mutation.number))


def life(version: Version, days: Mapping[int, date]) -> tuple[date, date | None]:
    """Return a version's period: until the mutation that ended it, which may be on its own last day.

    The register's last days are inclusive, and the rows that follow may begin on that very day (so in Thurgau in the
    nineties); one division bears a code on a day, so the former gives way. What came and went on one day has no life.
    """
    ended = days.get(version.abolished_by) if version.abolished_by is not None else None
    if version.end is None or ended is None:
        return version.start, version.end
    return version.start, max(min(version.end, ended), version.start)


def placeholders(versions: Iterable[Version], days: Mapping[int, date]) -> set[str]:
    """Return the numbers that several municipalities bear on one day: they stand for none, as 7700 does before 1850."""
    lives: dict[str, list[tuple[date, date]]] = {}
    for version in versions:
        start, end = life(version, days)
        if start != end:
            lives.setdefault(version.code, []).append((start, end or date.max))
    ordered = {code: sorted(of_code) for code, of_code in lives.items()}
    return {code for code, of_code in ordered.items() if any(a[1] > b[0] for a, b in pairwise(of_code))}


def _numbers(versions: list[Version]) -> tuple[int, ...]:
    return tuple(version.number for version in versions)


def history(versions: list[Version]) -> History:
    """Return the register as arrays: each version is an identity of its own, the mutations are its changes."""
    order = {version.number: n for n, version in enumerate(versions)}
    own = np.arange(len(versions))
    start = ints([version.start.toordinal() for version in versions])
    end = ints([version.end.toordinal() if version.end else FOREVER for version in versions])
    names = [version.name for version in versions]
    none = np.empty(0, dtype=np.int64)
    return History(
        ids=ints([version.number for version in versions]),
        depths=np.full(len(versions), LEVELS.index(Level.TOWN)),
        versions=Versions(own, np.full(len(versions), NOBODY), start, end, names, names),
        codes=Codes(own, start, end, [version.code for version in versions]),
        streams=_streams(versions, order),
        measured=Measured(none, none, none, none),
    )


def _streams(versions: list[Version], order: dict[int, int]) -> Streams:
    rows = [
        (number, mutation.day.toordinal(), order[source], order[target], len(mutation.targets))
        for number, mutation in enumerate(mutations(versions))
        for source in mutation.sources
        for target in mutation.targets
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    whole, some = PARTS.index(Part.WHOLE), PARTS.index(Part.SOME)
    return Streams(
        change=table[:, 0],
        day=table[:, 1],
        source=table[:, 2],
        target=table[:, 3],
        part=np.where(table[:, 4] == 1, whole, some),
        shares=np.full((len(table), len(MEASURES)), np.nan),
        certainty=np.zeros(len(table), dtype=np.int64),
        groups=[()] * len(table),
        flow=np.arange(len(table)),
    )
