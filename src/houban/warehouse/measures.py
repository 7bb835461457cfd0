"""Ways to compute a figure, and how a computed one is fixed to its decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from houban.warehouse import rows as tables
from houban.warehouse.figures import Figure, Outcome, Part
from houban.warehouse.rows import Text

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as it is printed and stored."""

    figure: Figure
    value: Decimal | None
    raw: Decimal | None
    day: date
    rows: int
    hash: str
    note: Text
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The value as it is written in a report; nothing where there is none."""
        return "" if self.value is None else f"{self.value:f}"


def rounded(value: Decimal | None, *, decimals: int) -> Decimal | None:
    """Half up, as offices round, and not to the even digit."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def fixed(figure: Figure, outcome: Outcome) -> Measured:
    """An outcome with its value rounded, its rows counted and their hash taken."""
    read = tables.digest(outcome.opened())
    return Measured(
        figure=figure,
        value=rounded(outcome.value, decimals=figure.decimals),
        raw=outcome.value,
        day=outcome.day,
        rows=read.rows,
        hash=read.hash,
        note=outcome.note,
        parts=outcome.parts,
    )


def measure(figure: Figure, on: date) -> Measured:
    """Compute a figure on a day."""
    return fixed(figure, figure.compute(on))


def count(rows: tables.Rows, *, day: date, note: Text = "") -> Outcome:
    """As many as there are rows."""
    return Outcome(Decimal(rows.count()), day, rows=rows, note=note)


def part(outcome: Outcome, *, label: Text, unit: Text, figure: str = "") -> Part:
    """An outcome as one of the quantities of another."""
    return Part(label, outcome.value, unit, outcome.day, outcome.rows, figure)


def reduction(before: Part, after: Part, *, note: Text = "") -> Outcome:
    """By how many percent the second is less than the first; nothing before there was anything."""
    parts = (before, after)
    if before.value is None or after.value is None or not before.value:
        return Outcome(None, after.day, note=note, parts=parts)
    value = (before.value - after.value) / before.value * HUNDRED
    return Outcome(value, after.day, note=note, parts=parts)


def ratio(numerator: Part, denominator: Part, *, note: Text = "") -> Outcome:
    """The first divided by the second, on the day of the second."""
    parts = (numerator, denominator)
    if numerator.value is None or denominator.value is None or not denominator.value:
        return Outcome(None, denominator.day, note=note, parts=parts)
    return Outcome(numerator.value / denominator.value, denominator.day, note=note, parts=parts)
