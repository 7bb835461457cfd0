"""Everything a figure's page shows: value, rows, other days, what others state, and what reports said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from houban.divisions import timeline
from houban.reports.models import ReportedValue, ReportFigure, StatedValue
from houban.warehouse import figures
from houban.warehouse.figures import AsOfRule, Figure
from houban.warehouse.measures import Measured, fixed
from houban.warehouse.rows import Rows


@dataclass(frozen=True)
class OnDay:
    """The figure on the map of another day."""

    day: date
    measured: Measured
    is_used: bool
    agrees: bool
    denominator: str


@dataclass(frozen=True)
class Statement:
    """What a document states beside what we compute, and the days of the map that would give it."""

    entered: StatedValue
    computed: Decimal | None
    unit: str
    fits: Sequence[OnDay]

    @property
    def agrees(self) -> bool:
        """Tell whether both are the same."""
        return self.computed is not None and self.entered.value == self.computed

    @property
    def difference(self) -> Decimal | None:
        """Return by how much the computed value is larger."""
        return None if self.computed is None else self.computed - self.entered.value


def other_days(figure: Figure, on: date, used: Measured) -> list[OnDay]:
    """Return the figure on the map of every list's day up to the one asked about, and on that day itself."""
    if figure.on_map is None:
        return []
    stated = set(live_statements(figure.id).values_list("value", flat=True))
    days = sorted({day for day in timeline.list_days() if day <= on} | {on, used.day})
    return [_on_day(figure, day, on, used, stated) for day in days]


def _on_day(figure: Figure, day: date, on: date, used: Measured, stated: set[Decimal]) -> OnDay:
    measured = fixed(figure, figure.on_map(day, on)) if figure.on_map else used
    is_base = figure.as_of == AsOfRule.COMPARISON
    is_used = day == (used.parts[0].day if is_base and used.parts else used.day)
    last = measured.parts[0] if is_base and measured.parts else (measured.parts[-1] if measured.parts else None)
    denominator = f"{last.value:f} {last.unit}" if last is not None and last.value is not None else ""
    return OnDay(day, measured, is_used, measured.value in stated, denominator)


def statements(figure: Figure, days: Sequence[OnDay], *, value: Decimal | None) -> list[Statement]:
    """Return what is stated elsewhere, each beside the computed value."""
    return [
        Statement(entered, value, str(figure.unit), [one for one in days if one.measured.value == entered.value])
        for entered in live_statements(figure.id).order_by("-as_of", "source")
    ]


def live_statements(name: str) -> QuerySet[StatedValue]:
    """Return what documents state of a figure, without what was withdrawn."""
    return StatedValue.objects.filter(figure=name, withdrawn_at=None)


def entries(name: str) -> QuerySet[ReportedValue]:
    """Return everything reported for a figure, newest first, withdrawn ones too."""
    return ReportedValue.objects.filter(figure=name).order_by("-as_of", "-entered_at")


def uses(name: str) -> QuerySet[ReportFigure]:
    """Return what produced reports said, newest first."""
    return ReportFigure.objects.filter(figure=name).select_related("report").order_by("-report__made_at")


def opened(measured: Measured, on: date) -> list[Rows]:
    """Return the lists of rows behind a value: its own, and those of its parts."""
    outcome = measured.figure.compute(on)
    return [rows for rows in outcome.opened() if rows]


def neighbours(figure: Figure) -> tuple[Figure | None, Figure | None]:
    """Return the figures before and after one in the report."""
    every = figures.figures()
    place = every.index(figure)
    return (every[place - 1] if place else None, every[place + 1] if place + 1 < len(every) else None)


def differs(name: str, value: Decimal | None) -> bool:
    """Tell whether some document states another value."""
    return any(entered != value for entered in live_statements(name).values_list("value", flat=True))
