"""How far a long act has come, told to whoever waits; and the map at the end of each day, shown to whoever checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from houban.divisions.rules.state import Snapshot

Tell = Callable[[str], None]
Watch = Callable[[date, Snapshot], None]


def silence(_line: str) -> None:
    """Tell nobody."""


def see_nothing(_day: date, _map: Snapshot) -> None:
    """Check nothing."""
