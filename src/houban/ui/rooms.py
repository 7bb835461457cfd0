"""The rooms in the side navigation; each app adds its own."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise


@dataclass(frozen=True)
class Room:
    """A place in the navigation, for those who hold `power`; `badge` counts what waits there."""

    name: str
    label: str | Promise
    icon: str
    url_name: str
    group: int
    badge: Callable[[], int] | None = None
    power: str = "read"


_rooms: dict[str, Room] = {}


def add(room: Room) -> None:
    """Add a room, once."""
    _rooms[room.name] = room


def rooms_for(powers: Container[str]) -> list[Room]:
    """Return the rooms that somebody with these powers may enter, in the order of their groups and names."""
    return sorted((room for room in _rooms.values() if room.power in powers), key=lambda room: (room.group, room.name))


ListDays = Callable[[], list[date]]
_days: list[ListDays] = []


def offer_days(source: ListDays) -> None:
    """Let the as-of chooser offer days, such as those of official lists."""
    _days.append(source)


def offered_days() -> list[date]:
    """Return the days the as-of chooser offers, newest first."""
    return sorted({day for source in _days for day in source()}, reverse=True)
