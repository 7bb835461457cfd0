"""The demonstration's organisations, posts and people: invented, drawn from one seed, and adding up on 2021-06-30."""

from __future__ import annotations

from datetime import date, datetime

from houban.core.record import Actor
from houban.demo.people import (
    cooperatives,
    county,
    enforcement,
    grid,
    health,
    leaders,
    namesakes,
    places,
    police,
    quotas,
    sign_ins,
    teams,
    towns,
    villages,
)
from houban.demo.people.roll import Roll
from houban.divisions import register
from houban.organisation import authority


def load(today: date, *, by: Actor, at: datetime) -> None:
    """Draw everything up for the county in the register, write it, and work out who reaches what."""
    root = register.county()
    if root is None:
        raise LookupError("no county in the register")
    roll = Roll(county=root, taken=sign_ins.NAMES, by=by, at=at)
    draw(roll, today)
    sign_ins.load(roll, today)
    roll.write()
    authority.refresh_reach()


def draw(roll: Roll, today: date) -> None:
    """Draw everything up from the register, without writing it."""
    stretches = places.towns(roll.county)
    lasting = [town for town in stretches if town.covers(today)]
    parts = places.villages(stretches)
    bodies = county.load(roll)
    leaders.load(roll, bodies.leading_group, lasting)
    organs = towns.load(roll, stretches)
    enforcement.load(roll, bodies, organs, lasting)
    standing = villages.load(roll, parts, organs, places.sources(), today)
    groups = places.groups({part.place for part in parts if part.covers(today)}, today)
    cooperatives.load(roll, standing, groups, today)
    grid.load(roll, standing, today)
    health.load(roll, bodies, stretches, today)
    police.load(roll, bodies, lasting, standing, today)
    teams.load(roll, lasting, standing, today)
    quotas.load(roll, bodies, organs, lasting, today)
    namesakes.make(roll, {part.place: part.name for part in parts})
