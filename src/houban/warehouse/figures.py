"""What a figure is, and the list of all that were declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from houban.warehouse.rows import NO_ROWS, Rows, Text


class Basis(StrEnum):
    """Where a figure comes from."""

    COMPUTED = "computed"
    REPORTED = "reported"


class AsOfRule(StrEnum):
    """Which day a figure speaks of when somebody asks on a day."""

    DAY = "day"  # the day asked about
    BASELINE = "baseline"  # the day a county has set as its before
    COMPARISON = "comparison"  # the baseline day against the day asked about
    LATEST = "latest"  # the last day reported, not after the day asked about
    PERIOD = "period"  # a period that is part of the figure's name


@dataclass(frozen=True, slots=True)
class Part:
    """One of the quantities a figure was put together from."""

    label: Text
    value: Decimal | None
    unit: Text
    day: date
    rows: Rows = NO_ROWS
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A figure's unrounded value, with the day really used and where it came from."""

    value: Decimal | None
    day: date
    rows: Rows = NO_ROWS
    note: Text = ""
    parts: tuple[Part, ...] = ()

    def opened(self) -> tuple[Rows, ...]:
        """Every list of rows behind the value: its own, then those of its parts."""
        return tuple(rows for rows in (self.rows, *(part.rows for part in self.parts)) if rows)


@dataclass(frozen=True, slots=True)
class Figure:
    """A named number of the county, declared in code by the room it belongs to."""

    id: str
    number: int  # its place in the report; rooms are loaded in no order a reader would expect
    label: Text
    section: Text
    unit: Text
    decimals: int
    basis: Basis
    as_of: AsOfRule
    definition: Text
    compute: Callable[[date], Outcome]
    on_map: Callable[[date, date], Outcome] | None = None  # (day of the map, day asked about)
    baseline: str = ""  # the measure whose baseline day it uses
    source: Text = ""  # the ledger it is counted from, where that is not the register of divisions
    version: int = 1  # raised when the definition changes, so that stored figures say which one they used


class FigureUnknown(LookupError):
    """Nobody declared a figure of this name."""


class FigureDeclaredTwice(ValueError):
    """Two rooms want the same name for a figure, or the same place in the report."""


_declared: dict[str, Figure] = {}


def declare(figure: Figure) -> Figure:
    """Add a figure to the list; the same name again is an error of the programmer."""
    for other in _declared.values():
        if other.id == figure.id or other.number == figure.number:
            raise FigureDeclaredTwice(f"{figure.number} {figure.id}, {other.number} {other.id}")
    _declared[figure.id] = figure
    return figure


def figures() -> list[Figure]:
    """All figures in the order of the report."""
    return sorted(_declared.values(), key=lambda figure: figure.number)


def get(name: str) -> Figure:
    """The figure of this name, or `FigureUnknown`."""
    try:
        return _declared[name]
    except KeyError:
        raise FigureUnknown(name) from None
