"""The county medical community: quota and quota places lie in it, the posts in the hospitals (单位人变系统人)."""

from __future__ import annotations

from datetime import date

from houban.demo.people import codes
from houban.demo.people.county import County
from houban.demo.people.days import MEDICAL, MEDICAL_ACT
from houban.demo.people.departments import HEALTH
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.organisation.models import Organisation
from houban.organisation.powers import PostKind as P
from houban.organisation.words import OrganisationKind as O
from houban.organisation.words import QuotaNature

CENTRAL = {"牛佛镇": 16, "何市镇": 14}
COMMON, SMALL = 8, 6


def load(roll: Roll, county: County, towns: list[Stretch], today: date) -> None:
    """Set the community up over the hospitals of the towns of today, after those that were there before."""
    community = roll.body(
        "大安区县域医共体", O.MEDICAL_COMMUNITY, place=roll.county, start=MEDICAL, parent=county.bodies[HEALTH],
        code=codes.INSTITUTION, basis=MEDICAL_ACT,
    )  # fmt: skip
    roll.appoint(roll.person(roll.county), roll.post(community, P.UNIT_HEAD, "总院院长"))
    by_place: dict[int, list[Stretch]] = {}
    for town in towns:
        by_place.setdefault(town.place, []).append(town)
    for stretches in by_place.values():
        _hospitals(roll, community, stretches, today)


def hospital_name(town: Stretch) -> str:
    """Return the name of a town's hospital; two towns have central ones, streets have service centres."""
    if town.form == "street":
        return f"{town.name}社区卫生服务中心"
    return f"{town.name.removesuffix('镇')}中心卫生院" if town.name in CENTRAL else f"{town.name}卫生院"


def _hospitals(roll: Roll, community: Organisation, stretches: list[Stretch], today: date) -> None:
    """Let the hospitals of a place follow one another with their people."""
    number = CENTRAL.get(stretches[-1].name, SMALL if stretches[-1].form == "street" else COMMON)
    people = [roll.person(stretches[0].place) for _ in range(number)]
    former = None
    for town in stretches:
        body = roll.body(
            hospital_name(town), O.HOSPITAL, place=town.place, start=town.start, until=town.until,
            parent=community if town.covers(today) else None, follows=former, code=codes.INSTITUTION,
        )  # fmt: skip
        head, staff = roll.post(body, P.UNIT_HEAD, "院长"), roll.post(body, P.DOCTOR, "医务人员", seats=number + 1)
        for n, person in enumerate(people):
            roll.appoint(person, staff if n else head)
            roll.place(person, body, QuotaNature.INSTITUTION, until=MEDICAL)
            if town.covers(today):
                roll.place(person, community, QuotaNature.INSTITUTION, start=MEDICAL, basis=MEDICAL_ACT)
        former = body
