"""The demonstration's matters: rules, duties, office hours, a month and a half of events and the year before them."""

from __future__ import annotations

from datetime import date, datetime

from houban.demo.matters import duties, life, majors, orders, year
from houban.matters.models import Matter


def load(today: date, *, at: datetime) -> int:
    """Write rules, duties and the last weeks for the organisations there are; return how many matters that makes."""
    year.reserve()
    lived = life.Life(duties.load(today), today, at=at)
    events = lived.draw()
    issued = [*orders.about_late(lived, events), *orders.alone(lived)]
    return lived.write([*majors.drawn(lived), *events]) + orders.write(issued)


def has_year() -> bool:
    """Tell whether the year before the last weeks is there: its events bear the first numbers."""
    return Matter.objects.filter(serial=1).exists()


def load_year(today: date, *, at: datetime) -> int:
    """Write the year before the last weeks, by the duties that are there; return how many events that makes."""
    return year.Year(duties.loaded(today), today, at=at).settle()
