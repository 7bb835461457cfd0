"""What is counted of organisations and people, on small worlds where the answer can be seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from houban.organisation.actions import appointments, organisations, people
from houban.organisation.facts import DECLARED
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, START, TODAY, TOWN, VILLAGE, World
from houban.organisation.words import OrganisationKind, QuotaNature
from houban.warehouse import figures
from houban.warehouse.measures import measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def value(name: str, on: date = TODAY) -> object:
    return measure(figures.get(name), on).value


def test_every_count_is_nothing_in_an_empty_county(world: World) -> None:
    assert [name for name in DECLARED if value(name)] == []


def test_a_leader_counts_with_a_segment_and_is_linked_with_a_sector_and_a_town(world: World) -> None:
    one, other = world.person("甲"), world.person("乙")
    post = world.post(PostKind.COUNTY_LEADER, "510304", seats=3)
    held = [make.appoint(person, post) for person in (one, other)]
    for appointment in held:
        appointments.charge(appointment, "segment", "第一片区", start=START, by=CLERK, at=NOON)
    appointments.charge(held[0], "sector", "交通运输", start=START, by=CLERK, at=NOON)
    appointments.charge(held[0], "town", "何市镇", start=START, by=CLERK, at=NOON)

    assert [value("leaders"), value("dual_links")] == [2, 1]
    assert value("leaders", date(2019, 12, 31)) == 0


def test_member_units_are_those_of_the_day(world: World) -> None:
    group = world.body("510304", OrganisationKind.LEADING_GROUP, "领导小组")
    unit = world.body("510304", OrganisationKind.GOVERNMENT, "区某局")
    organisations.join(group, unit, start=date(2021, 1, 1), by=CLERK, at=NOON)

    assert [value("member_units"), value("member_units", date(2020, 12, 31))] == [1, 0]


def test_three_posts_in_one_hand_are_a_rate_of_the_villages(world: World) -> None:
    person = world.person()
    for kind in (PostKind.SECRETARY, PostKind.DIRECTOR, PostKind.COOPERATIVE_HEAD):
        make.appoint(person, world.post(kind, VILLAGE))
    other = world.person("乙")
    for kind in (PostKind.SECRETARY, PostKind.DIRECTOR):
        make.appoint(other, world.post(kind, "510304104206"))

    assert value("three_posts_rate") == Decimal("33.33")
    assert value("many_posts") == 2


def test_a_committee_is_complete_with_a_head_in_each_of_the_four(world: World) -> None:
    kinds = [PostKind.SUPERVISION_HEAD, PostKind.WOMEN_HEAD, PostKind.YOUTH_HEAD, PostKind.MEDIATION_HEAD]
    for kind in kinds[:3]:
        make.appoint(world.person(kind.value), world.post(kind, VILLAGE))
    assert value("complete_committees_rate") == 0

    make.appoint(world.person("丁"), world.post(kinds[3], VILLAGE))

    assert value("complete_committees_rate") == Decimal("25.00")


def test_staff_of_the_system_have_their_place_in_one_body_and_their_post_in_another(world: World) -> None:
    community = world.body("510304", OrganisationKind.MEDICAL_COMMUNITY, "医共体")
    hospital = world.body(TOWN, OrganisationKind.HOSPITAL, "卫生院")
    doctor, local = world.person("甲"), world.person("乙")
    post = world.post(PostKind.DOCTOR, body=hospital, seats=2)
    for person in (doctor, local):
        make.appoint(person, post)
    people.occupy(doctor, community, QuotaNature.INSTITUTION, start=START, by=CLERK, at=NOON)
    people.occupy(local, hospital, QuotaNature.INSTITUTION, start=START, by=CLERK, at=NOON)

    assert value("system_people") == 1
    assert value("over_quota") == 2


def test_the_smallest_and_the_largest_team(world: World) -> None:
    for code, n in ((TOWN, 2), ("510304105", 3)):
        team = world.body(code, OrganisationKind.ENFORCEMENT_TEAM, f"{code} 执法队")
        post = world.post(PostKind.ENFORCER, body=team, seats=5)
        for number in range(n):
            make.appoint(world.person(f"{code}{number}"), post)

    assert [value("enforcement_team_min"), value("enforcement_team_max")] == [2, 3]
