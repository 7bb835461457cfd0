"""The demonstration's matters: rules, duties, office hours, and a month and a half of events."""

from __future__ import annotations

from datetime import date, datetime

from houban.demo.matters import duties, life


def load(today: date, *, at: datetime) -> int:
    """Write everything for the organisations there are; return how many events that makes."""
    return life.Life(duties.load(today), today, at=at).write()
