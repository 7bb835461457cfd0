"""Police stations; officers sit in village committees beside their post, and traffic squads joined the stations."""

from __future__ import annotations

from datetime import date

from houban.demo.people.county import County
from houban.demo.people.days import ELECTION, FIRST, POLICE_ACT, TRAFFIC
from houban.demo.people.departments import POLICE
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.demo.people.villages import Village
from houban.organisation.models import Organisation, Person, Post
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Nature, QuotaNature
from houban.organisation.words import OrganisationKind as O

OFFICERS = 4
IN_COUNTRY = 6
SQUADS = (
    ("大安区交警一中队", ("大山铺镇", "团结镇", "凉高山街道")),
    ("大安区交警二中队", ("牛佛镇", "何市镇", "回龙镇")),
)
EVERY = 5
SEAT = "兼职委员（民警）"


def load(roll: Roll, county: County, lasting: list[Stretch], villages: list[Village], today: date) -> None:
    """Man the stations, and send officers to the villages."""
    bureau = county.bodies[POLICE]
    common: dict[str, Post] = {}
    officers: dict[int, list[Person]] = {}
    for town in lasting:
        number = OFFICERS if town.form == "street" else IN_COUNTRY
        body = _station(roll, bureau, town)
        head = roll.post(body, P.POLICE, "所长")
        common[town.name] = roll.post(body, P.POLICE, "民警", seats=number + 2)
        officers[town.place] = _man(roll, bureau, [head, *[common[town.name]] * (number - 1)])
    for name, towns in SQUADS:
        _squad(roll, bureau, name, [common[town] for town in towns])
    _in_villages(roll, officers, [v for v in villages if v.stretch.covers(today) and v.stretch.is_village])


def _station(roll: Roll, bureau: Organisation, town: Stretch) -> Organisation:
    name = town.name.removesuffix("街道").removesuffix("镇")
    return roll.body(f"{name}派出所", O.POLICE_STATION, place=town.place, start=FIRST, parent=bureau)


def _man(roll: Roll, bureau: Organisation, posts: list[Post]) -> list[Person]:
    people = []
    for post in posts:
        person = roll.person(post.division_id or roll.county, woman=False)
        roll.appoint(person, post)
        roll.place(person, bureau, QuotaNature.POLICE)
        people.append(person)
    return people


def _squad(roll: Roll, bureau: Organisation, name: str, stations: list[Post]) -> None:
    """Let a traffic squad end, and its officers go on in stations."""
    body = roll.body(
        name, O.POLICE_STATION, place=roll.county, start=FIRST, until=TRAFFIC, parent=bureau, end_basis=POLICE_ACT
    )
    post = roll.post(body, P.POLICE, "民警", seats=len(stations))
    for person, station in zip(_man(roll, bureau, [post] * len(stations)), stations, strict=True):
        roll.appoint(person, station, start=TRAFFIC, basis=POLICE_ACT)


def _in_villages(roll: Roll, officers: dict[int, list[Person]], villages: list[Village]) -> None:
    """Give most villages an officer who sits in the committee; one officer looks after a few of them."""
    for n, village in enumerate(villages):
        if n % EVERY == EVERY - 1:
            continue
        post = roll.post(village.bodies[O.COMMITTEE], P.VILLAGE_POLICE, SEAT, start=ELECTION)
        people = officers[village.stretch.above]
        roll.appoint(people[1 + n % (len(people) - 1)], post, nature=Nature.PART_TIME, basis=POLICE_ACT)
