"""The towns that lists of this room can be narrowed down to."""

from __future__ import annotations

from datetime import date

from houban.divisions import register
from houban.divisions.models import DivisionVersion


def of(county: int | None, on: date) -> list[DivisionVersion]:
    """Return the towns and streets of the county on a day, by code."""
    return register.children(county, on) if county is not None else []


def named(towns: list[DivisionVersion], number: str) -> DivisionVersion | None:
    """Return the town that a page's query names, or None for the whole county."""
    return next((one for one in towns if str(one.division_id) == number), None)
