"""The grids: 66 full-time workers, mostly in communities, and 196 others, who are mostly cadres with other posts."""

from __future__ import annotations

from datetime import date

from houban.demo.people.days import FULL_GRID, GRIDS
from houban.demo.people.roll import Roll
from houban.demo.people.villages import Village
from houban.organisation.models import Organisation, Person
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Chosen, Nature
from houban.organisation.words import OrganisationKind as O

WORKERS, FULL_TIME = 196, 66


def load(roll: Roll, villages: list[Village], today: date) -> None:
    """Give every village and community of today its grid."""
    standing = [village for village in villages if village.stretch.covers(today)]
    communities = [village for village in standing if not village.stretch.is_village]
    full = _shares(FULL_TIME, communities)
    others = _shares(WORKERS, standing)
    for village in standing:
        place = village.stretch.place
        body = _grid(roll, village)
        _full_time(roll, body, full.get(place, 0))
        _others(roll, village, body, others[place])


def _shares(total: int, villages: list[Village]) -> dict[int, int]:
    """Share a number out as evenly as it goes."""
    each, more = divmod(total, len(villages))
    return {village.stretch.place: each + (n < more) for n, village in enumerate(villages)}


def _grid(roll: Roll, village: Village) -> Organisation:
    one = village.stretch
    start = max(one.start, FULL_GRID if one.is_village else GRIDS)
    return roll.body(f"{one.name}网格", O.GRID, place=one.place, start=start, parent=village.organ)


def _full_time(roll: Roll, body: Organisation, number: int) -> None:
    """Hire full-time workers: the first with the grid, the others when the grids became one network."""
    if not number:
        return
    post = roll.post(body, P.GRID_WORKER_FULL_TIME, "专职网格员", seats=number)
    for n in range(number):
        person = roll.person(body.division_id or roll.county)
        roll.appoint(person, post, start=FULL_GRID if n else None, chosen=Chosen.HIRED)


def _others(roll: Roll, village: Village, body: Organisation, number: int) -> None:
    """Let cadres look after a grid beside their other posts; communities ask residents too."""
    post = roll.post(body, P.GRID_WORKER, "网格员", seats=number, start=FULL_GRID)
    for n in range(number):
        roll.appoint(_cadre(roll, village, n), post, nature=Nature.PART_TIME, chosen=Chosen.HIRED)


def _cadre(roll: Roll, village: Village, n: int) -> Person:
    roster = village.roster
    cadres = [*roster.members[1:], roster.supervisors[-1]]
    return cadres[n] if village.stretch.is_village else roll.person(village.stretch.place)
