"""How many quota places each body was allotted: what is occupied and a little more or less; and what moved to towns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from houban.demo.people.county import County
from houban.demo.people.days import FIRST_ACT, MOVED, MOVED_ACT
from houban.demo.people.departments import GIVING_ADMINISTRATIVE, GIVING_INSTITUTION
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.demo.people.towns import Towns
from houban.organisation.models import QuotaPlace
from houban.organisation.words import QuotaNature

SPARE = (0, 1, 0, 2, -1, 1, 0, 3, 0, 1, 2)
GIVEN = {QuotaNature.ADMINISTRATIVE: (GIVING_ADMINISTRATIVE, 2), QuotaNature.INSTITUTION: (GIVING_INSTITUTION, 5)}
TAKEN = {QuotaNature.ADMINISTRATIVE: 2, QuotaNature.INSTITUTION: 3}


@dataclass(frozen=True)
class Move:
    """How many places of a nature a body gave to towns, or took as one."""

    given: int = 0
    taken: int = 0


def load(roll: Roll, county: County, towns: Towns, stretches: list[Stretch], today: date) -> None:
    """Allot places to every body that has people in any."""
    moves = _moves(county, towns, stretches)
    held: dict[tuple[int, str], list[QuotaPlace]] = defaultdict(list)
    for place in roll.of(QuotaPlace):
        held[id(place.organisation), place.nature].append(place)
    for n, (key, places) in enumerate(held.items()):
        until = max(place.during.upper or date.max for place in places)
        day = min(today, until - timedelta(days=1))
        occupied = sum(place.during.lower <= day < (place.during.upper or date.max) for place in places)
        allotted = max(occupied + SPARE[n % len(SPARE)], 1)
        if key in moves:
            _moved(roll, places[0], allotted, moves[key])
        else:
            _allot(roll, places[0], allotted, until=None if until == date.max else until)


def _moves(county: County, towns: Towns, stretches: list[Stretch]) -> dict[tuple[int, str], Move]:
    moves: dict[tuple[int, str], Move] = {}
    for nature, (names, number) in GIVEN.items():
        moves |= {(id(county.bodies[name]), nature): Move(given=number) for name in names}
    for nature, number in TAKEN.items():
        moves |= {(id(towns.organ(town.place, MOVED)), nature): Move(taken=number) for town in stretches}
    return moves


def _allot(roll: Roll, place: QuotaPlace, number: int, *, until: date | None) -> None:
    body = place.organisation
    roll.quota(body, QuotaNature(place.nature), number, body.basis or FIRST_ACT, until=until)


def _moved(roll: Roll, place: QuotaPlace, number: int, move: Move) -> None:
    """Allot what a body had before it gave or took, and what it has since."""
    _allot(roll, place, number + move.given - move.taken, until=MOVED)
    roll.quota(place.organisation, QuotaNature(place.nature), number, MOVED_ACT, start=MOVED)
