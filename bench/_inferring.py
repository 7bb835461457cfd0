"""One step of the country inferred, and how often its clues are right about towns whose acts were published."""

from __future__ import annotations

import csv
import os
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import _bench

STEP = ("2.3.1", "2.4.0")
VILLAGE, TOWN, COUNTY = 12, 9, 6
Truth = dict[int, dict[tuple[str, str], set[str]]]


def bars(editions: list[Any], sizes: dict[str, frozenset[str]]) -> list[_bench.Bar]:
    """Infer every step between the editions; hold the step of 2020 against its bar and clues against acts.

    That step is inferred for each of the sizes, sets of provinces by name, where an empty set is all of them.
    """
    from houban.divisions.rules.infer import suggest

    declared, said, right, found = _acts(), Counter[str](), Counter[str](), []
    before = editions[0].read().rows
    for edition, last in zip(editions[1:], editions, strict=False):
        after = edition.read().rows
        begun = time.perf_counter()
        suggestions = suggest(before, after)
        taken = time.perf_counter() - begun
        if (last.version, edition.version) == STEP:
            found += [_part(name, before, after, provinces) for name, provinces in sizes.items() if provinces]
            found += [_step("the country", suggestions, taken), *_chance(before, after)]
        _judge(suggestions, edition.day.year, declared, said, right)
        before = after
    return found + [_clue(clue, right[clue], number) for clue, number in said.most_common()]


def _part(name: str, before: dict[str, Any], after: dict[str, Any], provinces: frozenset[str]) -> _bench.Bar:
    from houban.divisions.rules.infer import suggest

    old, new = ({code: place for code, place in rows.items() if code[:2] in provinces} for rows in (before, after))
    begun = time.perf_counter()
    suggestions = suggest(old, new)
    return _step(name, suggestions, time.perf_counter() - begun)


def _step(name: str, suggestions: list[Any], taken: float) -> _bench.Bar:
    gone = sum(1 for one in suggestions if one.source)
    likely = sum(1 for one in suggestions if one.source and one.target)
    size = f"{name}: {gone:,} rows, {likely:,} likely"
    return _bench.at_most("2019 → 2020 inferred", size=size, value=taken, unit="s", bar=60)


def _clue(clue: str, right: int, number: int) -> _bench.Bar:
    return _bench.at_least(f"right: {clue}", size=f"{right} of {number}", value=100 * right / number, unit="%")


def _chance(before: Any, after: Any) -> list[_bench.Bar]:
    """Read new villages' names as compounds of names vanished in their own town, then in the next, by chance."""
    from houban.divisions.rules.likeness import parts, stem
    from houban.divisions.rules.places import Lists

    lists = Lists(before, after)
    gone, come = (
        _stems((stem(place.name), place.parent) for place in places.get(VILLAGE, ()) if place.code not in other)
        for places, other in ((lists.gone, after), (lists.come, before))
    )
    towns = sorted(gone.keys() & come.keys())
    found = []
    for name, others in (("own town", towns), ("next town, by chance", [*towns[1:], *towns[:1]])):
        pairs = [(new, gone[town]) for town, other in zip(towns, others, strict=True) for new in come[other]]
        pairs = [(new, old) for new, old in pairs if new not in old]
        number = sum(min(parts(new, old).values(), default=0) == 1 for new, old in pairs)
        size = f"{number} of {len(pairs)}"
        found.append(_bench.at_most(f"compounds of the {name}", size=size, value=100 * number / len(pairs), unit="%"))
    return found


def _stems(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for bare, parent in pairs:
        found.setdefault(parent, set()).add(bare)
    return {parent: sorted(stems) for parent, stems in found.items()}


def _acts() -> Truth:
    """Return by year what a town, known by county and stem, became; nothing where the acts are not at hand."""
    from houban.divisions.rules.likeness import stem

    folder = Path(os.environ.get("HOUBAN_ORACLES", _bench.ROOT.parent / "shared" / "oracles"))
    path = folder / "china" / "subcounty_events_2014_2023.csv"
    found: Truth = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for row in csv.DictReader(lines):
        if row["old_code"] and row["new_name"]:
            town = (row["old_code"][:COUNTY], stem(row["old_name"]))
            found.setdefault(int(row["year"]), {}).setdefault(town, set()).add(stem(row["new_name"]))
    return found


def _judge(suggestions: list[Any], year: int, declared: Truth, said: Counter[str], right: Counter[str]) -> None:
    from houban.divisions.rules.likeness import stem

    for one in suggestions:
        if one.source is None or one.target is None or len(one.source.code) != TOWN:
            continue
        town = (one.source.code[:COUNTY], stem(one.source.name))
        names = {name for of in (year - 1, year, year + 1) for name in declared.get(of, {}).get(town, ())}
        if names:
            said[one.clue] += 1
            right[one.clue] += stem(one.target.name) in names
