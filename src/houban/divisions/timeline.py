"""The time line over the tree: official lists as dots, changes as diamonds, on a true time scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from houban.divisions import register
from houban.divisions.models import Change, OfficialList

LEFT, RIGHT, WIDTH, CLOSE = 60.0, 60.0, 1000.0, 66.0


@dataclass(frozen=True)
class Dot:
    """An official list: its day, its counts, and where it lies in relation to today and the chosen day."""

    x: float
    day: date
    villages: int
    communities: int
    later: bool
    chosen: bool


@dataclass
class Diamond:
    """The changes of about the same time."""

    x: float
    changes: list[Change] = field(default_factory=list)
    label_row: int = 0

    @property
    def first(self) -> Change:
        """Return the change whose page the diamond opens."""
        return self.changes[0]

    @property
    def label(self) -> str:
        """Return the document of its first change that has one."""
        return next((change.document for change in self.changes if change.document), "")


@dataclass(frozen=True)
class Timeline:
    """Everything the picture shows; x runs from 0 to 1000."""

    dots: Sequence[Dot]
    diamonds: Sequence[Diamond]
    years: Sequence[tuple[int, float]]
    today_x: float
    chosen_x: float
    chosen: date
    chosen_is_list: bool


def build(county: int, *, on: date, today: date) -> Timeline | None:
    """Lay out the lists and the changes since the first list; None without any list."""
    days = list_days()
    if not days:
        return None
    first, last = min(days[0], on), max(days[-1], today, on)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT)

    counted = register.counts_on(county, days)
    return Timeline(
        dots=[_dot(day, counted[day], x(day), on, today) for day in days],
        diamonds=_diamonds(first, last, x),
        years=[(year, x(date(year, 1, 1))) for year in range(first.year + 1, last.year + 1)],
        today_x=x(today),
        chosen_x=x(on),
        chosen=on,
        chosen_is_list=on in days,
    )


def list_days() -> list[date]:
    """Return the days of the whole lists, in order."""
    return sorted(set(OfficialList.objects.filter(extract=False).values_list("as_of", flat=True)))


def _dot(day: date, counted: Counter[str], x: float, on: date, today: date) -> Dot:
    return Dot(x, day, counted["village"], counted["community"], day > today, day == on)


def _diamonds(first: date, last: date, x: Callable[[date], float]) -> list[Diamond]:
    changes = Change.objects.enacted().filter(effective_on__gt=first, effective_on__lte=last).exclude(flows=None)
    diamonds: list[Diamond] = []
    for change in changes.in_order().distinct():
        at = x(change.effective_on)
        if not diamonds or at - diamonds[-1].x > CLOSE / 4:
            diamonds.append(Diamond(at))
        diamonds[-1].changes.append(change)
    return _labelled(diamonds)


def _labelled(diamonds: list[Diamond]) -> list[Diamond]:
    """Show the documents that have room, right of one another."""
    last = -1000.0
    for diamond in diamonds:
        if diamond.label and diamond.x - last > CLOSE * 2:
            diamond.label_row, last = 14, diamond.x
    return diamonds
