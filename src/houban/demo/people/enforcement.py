"""The enforcement teams of the towns, of 7 to 30: a third are sent by the district and keep their quota there."""

from __future__ import annotations

from houban.demo.people.county import County
from houban.demo.people.days import MOVED, REFORM, SENT_ACT
from houban.demo.people.departments import ENFORCEMENT
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.demo.people.towns import Towns
from houban.organisation.models import Organisation, Person
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Chosen, QuotaNature
from houban.organisation.words import OrganisationKind as O

SIZES = {
    "大安街道": 14, "龙井街道": 10, "马冲口街道": 9, "凉高山街道": 12, "和平街道": 8, "凤凰街道": 7, "大山铺镇": 24,
    "团结镇": 9, "三多寨镇": 15, "何市镇": 22, "新店镇": 11, "新民镇": 12, "牛佛镇": 30, "庙坝镇": 13, "回龙镇": 16,
}  # fmt: skip


def load(roll: Roll, county: County, towns: Towns, stretches: list[Stretch]) -> None:
    """Give each town of today its team."""
    bureau = county.bodies[ENFORCEMENT]
    sent = sum(SIZES[town.name] // 3 for town in stretches)
    before = roll.post(bureau, P.ENFORCER, "执法人员", seats=sent, until=MOVED)
    for town in stretches:
        organ = towns.organ(town.place, MOVED)
        team = roll.body(
            f"{town.name}综合行政执法队", O.ENFORCEMENT_TEAM, place=town.place, start=MOVED, parent=organ,
            basis=SENT_ACT,
        )  # fmt: skip
        people = [roll.person(town.place, woman=n % 5 == 4) for n in range(SIZES[town.name])]
        _man(roll, team, people)
        for person in people[: SIZES[town.name] // 3]:
            roll.appoint(person, before, end_basis=SENT_ACT)
            roll.place(person, bureau, QuotaNature.INSTITUTION, start=REFORM, basis="区派镇管：编制留在区级")
        for person in people[SIZES[town.name] // 3 : SIZES[town.name] // 2]:
            roll.place(person, organ, QuotaNature.INSTITUTION, start=MOVED)


def _man(roll: Roll, team: Organisation, people: list[Person]) -> None:
    captain = roll.post(team, P.ENFORCER, "队长")
    common = roll.post(team, P.ENFORCER, "执法队员", seats=len(people) - 1)
    for n, person in enumerate(people):
        is_sent = n < len(people) // 3
        is_hired = n >= len(people) // 2
        roll.appoint(
            person, common if n else captain, basis=SENT_ACT if is_sent else "",
            chosen=Chosen.HIRED if is_hired else Chosen.APPOINTED,
        )  # fmt: skip
