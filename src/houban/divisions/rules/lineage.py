"""Trace divisions through flows from one day to another: who became whom, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from houban.divisions.words import Certainty


@dataclass(frozen=True, slots=True)
class Stream:
    """One flow of an enacted change: `share` of the source went to the target; `when` orders the changes."""

    when: int
    source: int
    target: int | None
    share: Fraction
    certainty: str


@dataclass(frozen=True, slots=True)
class Link:
    """How much of a division of the first day lies in one of the second; `target` None means it is gone."""

    source: int
    target: int | None
    share: Fraction
    certainty: str


def upstream(targets: Iterable[int], streams: Iterable[Stream]) -> set[int]:
    """Return the divisions that may have flowed into some targets, the targets themselves included."""
    reach = set(targets)
    for stream in sorted(streams, key=lambda stream: -stream.when):
        if stream.target in reach:
            reach.add(stream.source)
    return reach


def trace(start: Iterable[int], streams: Iterable[Stream]) -> list[Link]:
    """Follow each division forwards through the streams, in order; a share that goes nowhere is kept as gone."""
    by_change: dict[int, dict[int, list[Stream]]] = {}
    for stream in streams:
        by_change.setdefault(stream.when, {}).setdefault(stream.source, []).append(stream)
    links = []
    for division in start:
        parts: dict[int | None, tuple[Fraction, str]] = {division: (Fraction(1), Certainty.DECLARED.value)}
        for when in sorted(by_change):
            parts = _step(parts, by_change[when])
        links += [Link(division, target, share, certainty) for target, (share, certainty) in parts.items()]
    return links


def _step(
    parts: Mapping[int | None, tuple[Fraction, str]], streams: Mapping[int, list[Stream]]
) -> dict[int | None, tuple[Fraction, str]]:
    after: dict[int | None, tuple[Fraction, str]] = {}
    for division, (share, certainty) in parts.items():
        out = streams.get(division, []) if division is not None else []
        if not out:
            _add(after, division, share, certainty)
            continue
        left = Fraction(1) - sum((stream.share for stream in out), Fraction(0))
        for stream in out:
            _add(after, stream.target, share * stream.share, _weaker(certainty, stream.certainty))
        if left > 0:
            _add(after, division, share * left, certainty)
    return after


def _add(parts: dict[int | None, tuple[Fraction, str]], key: int | None, share: Fraction, certainty: str) -> None:
    before, old = parts.get(key, (Fraction(0), certainty))
    parts[key] = (before + share, _weaker(old, certainty))


def _weaker(one: str, other: str) -> str:
    order = [Certainty.DECLARED, Certainty.SUGGESTED, Certainty.UNKNOWN]
    return max(one, other, key=[str(word) for word in order].index)
