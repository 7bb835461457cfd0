"""Social organisations and teams: how many take part, who leads them, and never a resident's name."""

from __future__ import annotations

from datetime import date

from houban.demo.people import codes
from houban.demo.people.days import OFFICE
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.demo.people.villages import Village
from houban.organisation.models import Organisation
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Nature
from houban.organisation.words import OrganisationKind as O

STEWARDS, STUDIOS = 14, 9
STUDIO_NAMES = ["和", "顺", "安", "平", "暖", "信", "静", "诚", "善"]
SOCIAL = (
    "大安区和邻社会工作服务中心", "大安区盐都志愿服务促进会", "大安区乡贤联谊会", "大安区银龄互助服务中心",
    "大安区青禾儿童关爱中心", "大安区物业行业协会", "大安区肉鸡产业协会", "大安区柑橘种植协会",
    "大安区法律服务志愿者协会", "大安区心桥心理服务中心",
)  # fmt: skip


def load(roll: Roll, lasting: list[Stretch], villages: list[Village], today: date) -> None:
    """Found them over the county, in every town, and in some villages and communities."""
    for n, name in enumerate(SOCIAL):
        start = date(2017 + n % 4, 3 + n, 8)
        _led(roll, roll.body(
            name, O.SOCIAL_ORGANISATION, place=roll.county, start=start, code=codes.SOCIAL,
            headcount=roll.chance.randint(8, 60),
        ))  # fmt: skip
    for town in lasting:
        start = max(town.start, date(2018, 5, 4))
        for title, kind, most in (("志愿服务队", O.VOLUNTEERS, 120), ("红袖标队", O.RED_ARMBANDS, 80)):
            body = roll.body(
                f"{town.name}{title}", kind, place=town.place, start=start,
                headcount=roll.chance.randint(most // 3, most),
            )  # fmt: skip
            _led(roll, body)
    standing = [village for village in villages if village.stretch.covers(today)]
    _of_residents(roll, standing)


def _of_residents(roll: Roll, standing: list[Village]) -> None:
    communities = [village for village in standing if not village.stretch.is_village]
    for village in communities[:STEWARDS]:
        _led(roll, _team(roll, village, "居家小管家队", O.STEWARDS, 12, 40))
    for village, name in zip(standing[:: len(standing) // STUDIOS], STUDIO_NAMES, strict=False):
        _led(roll, _team(roll, village, f"“{name}”字调解室", O.MEDIATION_STUDIO, 2, 5))


def _team(roll: Roll, village: Village, title: str, kind: O, least: int, most: int) -> Organisation:
    one = village.stretch
    return roll.body(
        f"{one.name}{title}", kind, place=one.place, start=max(one.start, OFFICE), parent=village.bodies[O.COMMITTEE],
        headcount=roll.chance.randint(least, most),
    )  # fmt: skip


def _led(roll: Roll, body: Organisation) -> None:
    person = roll.person(body.division_id or roll.county)
    roll.appoint(person, roll.post(body, P.TEAM_HEAD, "负责人"), nature=Nature.PART_TIME)
