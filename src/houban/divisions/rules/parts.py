"""How much of a source goes: the whole, named groups, shares, or a part of which nobody says how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from houban.divisions.words import Measure, Part

EVERYTHING = "all"
WHOLE_WORDS = {"", "整体", "全部", "whole"}
SOME_WORDS = {"部分", "部分，份额不详", "份额不详", "some"}
MEASURES = {"人口": Measure.POPULATION, "户数": Measure.HOUSEHOLDS, "面积": Measure.AREA, "小组": Measure.GROUPS}
MEASURES |= {measure.value: measure for measure in Measure}
RANGE = re.compile(r"(?:第)?(\d+)(?:组)?\s*(?:至|到|-|—|–|~)\s*(?:第)?(\d+)组")


class BadPartError(ValueError):
    """A part that cannot be read."""


def read(text: str) -> tuple[Part, tuple[str, ...], dict[str, str]]:
    """Read 整体 | 部分 | 1组、2组 | 0.6 | 人口=0.6；面积=0.5 into part, group names and shares."""
    text = text.strip()
    if text in WHOLE_WORDS:
        return Part.WHOLE, (), {}
    if text in SOME_WORDS:
        return Part.SOME, (), {}
    if "=" in text or "＝" in text:
        return Part.SHARE, (), _shares(text.replace("＝", "="))
    if "组" in text:
        return Part.GROUPS, _groups(text), {}
    return Part.SHARE, (), {EVERYTHING: _share(text)}


def _shares(text: str) -> dict[str, str]:
    shares = {}
    for piece in filter(None, re.split(r"[;；,，]", text)):
        name, _, value = piece.partition("=")
        if name.strip() not in MEASURES:
            raise BadPartError(name.strip())
        shares[str(MEASURES[name.strip()])] = _share(value)
    return shares


def _share(text: str) -> str:
    percent = text.strip().endswith(("%", "％"))
    try:
        value = Decimal(text.strip().rstrip("%％")) / (100 if percent else 1)
    except InvalidOperation:
        raise BadPartError(text) from None
    if not 0 < value <= 1:
        raise BadPartError(text)
    return format(value.normalize(), "f")


def _groups(text: str) -> tuple[str, ...]:
    spread = RANGE.sub(lambda m: "、".join(f"{n}组" for n in range(int(m[1]), int(m[2]) + 1)), text)
    names = [name.strip() for name in re.split(r"[、,，;；\s]+", spread) if name.strip()]
    return tuple(name.removeprefix("第") for name in names)


def sums(shares: Iterable[Mapping[str, str]]) -> dict[str, Fraction]:
    """Add up the shares of one source by measure; they hold when each sum is exactly 1."""
    totals: dict[str, Fraction] = {}
    for row in shares:
        for measure, value in row.items():
            totals[measure] = totals.get(measure, Fraction(0)) + Fraction(value)
    return totals
