"""On which day's map is a table? Count, for every stretch of days without a change, the rows that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.utils.translation import gettext_lazy

from houban.divisions.rules.history import FOREVER, Codes, History, Ints

WHYS = {
    "unknown": gettext_lazy("登记里没有这个代码"),
    "other_day": gettext_lazy("这个代码只在别的日子有效"),
    "other_name": gettext_lazy("名称与代码不符，当日名称"),
    "reused": gettext_lazy("这个代码先后属于不同单位"),
    "homonym": gettext_lazy("当日同名单位个数"),
}
FULL = ("村民委员会", "社区居民委员会", "居民委员会", "社区居委会", "村委会", "居委会", "街道办事处")


@dataclass(frozen=True)
class Stretch:
    """Days without a change that some rows fit: `start` until `end` (excluded), how many codes and names fit."""

    start: int
    end: int
    codes: int
    names: int


@dataclass(frozen=True)
class Oddity:
    """A row that does not fit the best stretch; `why` is one of unknown, other_day, other_name, reused, homonym."""

    row: int
    why: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vintage:
    """What was found: stretches from the best, and the rows that need a look."""

    rows: int
    stretches: list[Stretch]
    oddities: list[Oddity] = field(default_factory=list)

    @property
    def best(self) -> Stretch | None:
        """Return the stretch that most rows fit; of equal ones the latest."""
        return self.stretches[0] if self.stretches else None

    @property
    def is_mixed(self) -> bool:
        """Tell whether rows of another day are among them."""
        return any(oddity.why == "other_day" for oddity in self.oddities)


def detect(history: History, codes: Sequence[str], names: Sequence[str] = ()) -> Vintage:
    """Find the day's map that a table with codes, and perhaps names beside them, was made on."""
    periods = _periods(history.codes, codes)
    fits = _names_fit(history, periods, names) if names else periods
    edges = np.unique(np.concatenate([p[:, 1:3].ravel() for p in (periods, fits)])) if len(periods) else _none()
    if len(edges) < 2:
        return Vintage(len(codes), [], [Oddity(row, "unknown") for row in range(len(codes))])
    stretches = _stretches(edges, _covered(edges, periods), _covered(edges, fits))
    best = stretches[0]
    return Vintage(len(codes), stretches[:5], _oddities(history, codes, names, periods, best))


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


def _periods(known: Codes, codes: Sequence[str]) -> Ints:
    """Return rows of (table row, start, end, code row): when each code of the table was borne by somebody."""
    bearers: dict[str, list[int]] = {}
    wanted = set(codes)
    for number, text in enumerate(known.texts):
        if text in wanted:
            bearers.setdefault(text, []).append(number)
    found = [(row, number) for row, code in enumerate(codes) for number in bearers.get(code, [])]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return np.stack([pairs[:, 0], known.start[pairs[:, 1]], known.end[pairs[:, 1]], pairs[:, 1]], axis=1)


def _names_fit(history: History, periods: Ints, names: Sequence[str]) -> Ints:
    """Cut the periods down to those in which the code's bearer had the row's name."""
    versions = history.versions
    by_division: dict[int, list[int]] = {}
    wanted = set(history.codes.division[periods[:, 3]].tolist())
    for number, division in enumerate(versions.division.tolist()):
        if division in wanted:
            by_division.setdefault(division, []).append(number)
    cut = []
    for row, start, end, code in periods.tolist():
        for version in by_division.get(int(history.codes.division[code]), []):
            if same_name(names[row], versions.names[version], versions.official_names[version]):
                low, high = max(start, int(versions.start[version])), min(end, int(versions.end[version]))
                if low < high:
                    cut.append((row, low, high, code))
    return np.array(cut, dtype=np.int64).reshape(-1, 4)


def same_name(given: str, name: str, official: str) -> bool:
    """Tell whether a table's name is a division's, in its short or in any of its full forms."""
    return not given or given in (name, official) or _stem(given) in (_stem(name), _stem(official))


def _stem(name: str) -> str:
    for ending in FULL:
        if name.endswith(ending):
            return name.removesuffix(ending).removesuffix("村").removesuffix("社区")
    return name.removesuffix("村").removesuffix("社区")


def _covered(edges: Ints, periods: Ints) -> Ints:
    """Count the table rows that have a period over each stretch between two edges; a row counts once."""
    steps = np.zeros((len(edges) + 1,), dtype=np.int64)
    np.add.at(steps, np.searchsorted(edges, periods[:, 1]), 1)
    np.add.at(steps, np.searchsorted(edges, periods[:, 2]), -1)
    return np.cumsum(steps)[: len(edges) - 1]


def _stretches(edges: Ints, codes: Ints, names: Ints) -> list[Stretch]:
    found = [
        Stretch(int(edges[n]), int(edges[n + 1]), int(codes[n]), int(names[n]))
        for n in range(len(edges) - 1)
        if codes[n]
    ]
    return sorted(found, key=lambda stretch: (-stretch.names, -stretch.codes, -stretch.start))


def _oddities(
    history: History, codes: Sequence[str], names: Sequence[str], periods: Ints, best: Stretch
) -> list[Oddity]:
    rows: dict[int, list[list[int]]] = {}
    for period in periods.tolist():
        rows.setdefault(period[0], []).append(period)
    there = history.on(best.start)
    homonyms = _homonyms(history, best.start)
    found = []
    for row in range(len(codes)):
        mine = rows.get(row, [])
        now = [p for p in mine if p[1] <= best.start < p[2]]
        name = names[row] if names else ""
        if not now:
            found.append(Oddity(row, "other_day" if mine else "unknown", tuple(_spans(mine))))
            continue
        division = int(history.codes.division[now[0][3]])
        version = int(there.row[division])
        known = history.versions
        if version >= 0 and not same_name(name, known.names[version], known.official_names[version]):
            found.append(Oddity(row, "other_name", (known.names[version],)))
        elif len({int(history.codes.division[p[3]]) for p in mine}) > 1:
            found.append(Oddity(row, "reused", tuple(_spans(mine))))
        elif not codes[row] and homonyms.get(name, 0) > 1:
            found.append(Oddity(row, "homonym", (str(homonyms[name]),)))
    return found


def _spans(periods: list[list[int]]) -> list[str]:
    return [f"{date.fromordinal(p[1])}/{'' if p[2] >= FOREVER else date.fromordinal(p[2])}" for p in periods[:3]]


def _homonyms(history: History, day: int) -> dict[str, int]:
    counted: dict[str, int] = {}
    rows = history.on(day).row
    for row in rows[rows >= 0].tolist():
        name = history.versions.names[row]
        counted[name] = counted.get(name, 0) + 1
    return counted
