"""The demonstration's people add up to what is published of the district, and each stands where they may."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime
from itertools import count

import pytest
from django.db.models import Count, F, Q
from django.utils import timezone

from houban.accounts.models import User
from houban.core import claims
from houban.core.identifiers import credit_problem
from houban.core.models import RecordEntry
from houban.demo import people
from houban.demo.actions import LOADER, TODAY
from houban.demo.people.roll import Roll
from houban.demo.people.sign_ins import SIGN_INS
from houban.divisions import register
from houban.organisation import authority
from houban.organisation.models import (
    Appointment,
    Charge,
    Membership,
    Organisation,
    Person,
    Post,
    Quota,
    QuotaPlace,
)
from houban.organisation.powers import PostKind as P
from houban.organisation.powers import Power
from houban.organisation.rules import incompatible
from houban.organisation.words import TEAMS, QuotaNature
from houban.organisation.words import OrganisationKind as O

pytestmark = pytest.mark.usefixtures("daan")
NOON = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
SETS = {
    P.SECRETARY: O.VILLAGE_PARTY,
    P.DIRECTOR: O.COMMITTEE,
    P.SUPERVISION_HEAD: O.SUPERVISION,
    P.WOMEN_HEAD: O.WOMEN,
    P.YOUTH_HEAD: O.YOUTH,
    P.MEDIATION_HEAD: O.MEDIATION,
}


def holders(kind: str, day: date = TODAY) -> int:
    return Appointment.objects.on(day).of_kind(kind).count()


def bodies(kind: str, day: date = TODAY) -> int:
    return Organisation.objects.on(day).of_kind(kind).count()


def places(*forms: str, day: date = TODAY) -> set[int]:
    root = register.county()
    assert root is not None
    tree = register.tree(root, day)
    assert tree is not None
    return {node.id for node in tree.walk() if node.form in forms}


def drawn(*, first_code: int = 1) -> Roll:
    root = register.county()
    assert root is not None
    roll = Roll(county=root, taken=(), by=LOADER, at=NOON)
    roll.codes.numbers = count(first_code)
    people.draw(roll, TODAY)
    return roll


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (O.LEADING_GROUP, 1),
        (O.TASK_FORCE, 1),
        (O.TOWN, 15),
        (O.ENFORCEMENT_TEAM, 15),
        (O.VILLAGE_PARTY, 121),
        (O.COMMITTEE, 121),
        (O.SUPERVISION, 121),
        (O.COOPERATIVE, 218),
        (O.POLICE_STATION, 15),
        (O.MEDICAL_COMMUNITY, 1),
        (O.HOSPITAL, 15),
        (O.SYSTEM, 1),
    ],
)
def test_organisations_add_up(kind: O, number: int) -> None:
    assert bodies(kind) == number


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (P.GROUP_HEAD, 1),
        (P.TASK_FORCE_HEAD, 1),
        (P.COUNTY_LEADER, 29),
        (P.LIAISON, 37),
        (P.GRID_WORKER, 196),
        (P.GRID_WORKER_FULL_TIME, 66),
        (P.SECRETARY, 121),
        (P.DIRECTOR, 121),
        (P.DISPATCHER, 15),
        (P.TOWN_PERSONNEL, 15),
        (P.SYSTEM_ADMINISTRATOR, 1),
        (P.SECURITY_ADMINISTRATOR, 1),
        (P.AUDIT_ADMINISTRATOR, 1),
        (P.PERSONNEL, 1),
        (P.QUOTA_CLERK, 1),
    ],
)
def test_appointments_add_up(kind: P, number: int) -> None:
    assert holders(kind) == number


def test_the_leading_group_has_37_members_also_when_a_member_is_replaced() -> None:
    for day in (date(2020, 7, 1), date(2021, 5, 31), TODAY):
        assert Membership.objects.filter(group__kind=O.LEADING_GROUP, during__contains=day).count() == 37


def test_17_offices_are_differentiated() -> None:
    own = Organisation.objects.on(TODAY).filter(differentiated=True)

    assert own.count() == 17
    assert set(own.values_list("division", flat=True)) == places("town", "street")


def test_every_leader_answers_for_a_segment_a_sector_and_a_town() -> None:
    leaders = Appointment.objects.on(TODAY).of_kind(P.COUNTY_LEADER)
    charges = Charge.objects.on(TODAY).filter(appointment__in=leaders)

    by_kind = Counter(charges.values_list("kind", flat=True))
    assert leaders.values("person").distinct().count() == 29
    assert by_kind == {"segment": 29, "sector": 29, "town": 29}
    assert charges.filter(kind="segment").values("subject").distinct().count() == 29
    assert set(charges.filter(kind="town").values_list("division", flat=True)) == places("town", "street")


def test_every_town_has_a_team_of_7_to_30() -> None:
    teams = Organisation.objects.on(TODAY).of_kind(O.ENFORCEMENT_TEAM)
    sizes = Appointment.objects.on(TODAY).of_kind(P.ENFORCER).values("post__organisation").annotate(n=Count("person"))

    numbers = [row["n"] for row in sizes]
    assert set(teams.values_list("division", flat=True)) == places("town", "street")
    assert (len(numbers), min(numbers), max(numbers)) == (15, 7, 30)


def test_some_enforcers_keep_their_quota_in_the_district() -> None:
    sent = QuotaPlace.objects.on(TODAY).filter(
        organisation__name="区综合行政执法局", person__appointments__post__organisation__kind=O.ENFORCEMENT_TEAM
    )

    assert 50 < sent.distinct().count() < 100


def test_quota_of_health_staff_lies_in_the_community_and_the_posts_in_hospitals() -> None:
    staff = Appointment.objects.on(TODAY).of_kind(P.DOCTOR)
    homes = QuotaPlace.objects.on(TODAY).filter(person__in=staff.values("person"))

    assert {row.post.organisation.kind for row in staff.select_related("post__organisation")} == {O.HOSPITAL}
    assert set(homes.values_list("organisation__kind", flat=True)) == {O.MEDICAL_COMMUNITY}
    assert Quota.objects.on(TODAY).filter(organisation__kind=O.MEDICAL_COMMUNITY).exists()
    assert not Quota.objects.on(TODAY).filter(organisation__kind=O.HOSPITAL).exists()


def test_officers_sit_in_village_committees() -> None:
    seats = Appointment.objects.on(TODAY).of_kind(P.VILLAGE_POLICE)
    officers = Appointment.objects.on(TODAY).of_kind(P.POLICE).values("person")

    assert seats.count() == seats.filter(person__in=officers).count() > 50
    assert set(seats.values_list("post__organisation__kind", flat=True)) == {O.COMMITTEE}


def test_every_village_has_its_set_but_for_a_few() -> None:
    units = places("village", "community")
    lacking = Counter[int]()
    for post, kind in SETS.items():
        held = Appointment.objects.on(TODAY).of_kind(post).filter(post__organisation__kind=kind)
        lacking.update(units - set(held.values_list("post__division", flat=True)))

    assert len(units) == 121
    assert 5 <= len(lacking) <= 9
    assert set(lacking.values()) == {1}


def test_most_secretaries_hold_the_three_posts_and_a_few_do_not() -> None:
    villages = places("village")
    three = [P.SECRETARY, P.DIRECTOR, P.COOPERATIVE_HEAD]
    held = Appointment.objects.on(TODAY).of_kind(*three).filter(post__division__in=villages)
    full = held.values("person", "post__division").annotate(n=Count("post__kind", distinct=True)).filter(n=3)

    assert 0.93 <= full.count() / len(villages) <= 0.97


def test_cooperatives_have_a_head_and_an_accountant_and_a_village_s_a_supervisor() -> None:
    of_villages = places("village", "community")
    standing = Organisation.objects.on(TODAY).of_kind(O.COOPERATIVE)
    for kind, number in ((P.COOPERATIVE_HEAD, 218), (P.ACCOUNTANT, 218), (P.SUPERVISOR, 121)):
        held = Appointment.objects.on(TODAY).of_kind(kind).filter(post__organisation__in=standing)
        assert held.values("post__organisation").distinct().count() == number

    assert standing.filter(division__in=of_villages).count() == 121
    assert standing.values("name").distinct().count() == 218


def test_quota_moved_from_the_district_to_the_towns_adds_up() -> None:
    moved = date(2020, 11, 2)
    before = Quota.objects.filter(during__endswith=moved, document__contains="示范")
    after = Quota.objects.filter(during__startswith=moved)

    for nature in (QuotaNature.ADMINISTRATIVE, QuotaNature.INSTITUTION):
        was = {row.organisation_id: row.number for row in before.filter(nature=nature)}
        now = {row.organisation_id: row.number for row in after.filter(nature=nature)}
        towns = set(Organisation.objects.of_kind(O.TOWN).values_list("pk", flat=True))
        assert sum(was.values()) == sum(now.values())
        assert all((now[pk] > was[pk]) is (pk in towns) for pk in now)


def test_some_bodies_are_over_their_quota_and_some_have_vacancies() -> None:
    used = Counter(QuotaPlace.objects.on(TODAY).values_list("organisation", "nature"))
    spare = [row.number - used[row.organisation_id, row.nature] for row in Quota.objects.on(TODAY)]

    assert {-1, 0, 1, 2} <= set(spare)
    assert min(spare) >= -1


@pytest.mark.parametrize(
    ("day", "towns", "units"), [(date(2018, 10, 31), 16, 192), (date(2019, 10, 31), 15, 189), (TODAY, 15, 121)]
)
def test_organs_are_those_of_the_towns_and_villages_of_the_day(day: date, towns: int, units: int) -> None:
    organs = Organisation.objects.on(day).of_kind(O.TOWN)

    assert set(organs.values_list("division", flat=True)) == places("town", "street", "township", day=day)
    assert (organs.count(), holders(P.TOWN_HEAD, day)) == (towns, 2 * towns)
    for kind in (O.VILLAGE_PARTY, O.COMMITTEE, O.SUPERVISION):
        standing = Organisation.objects.on(day).of_kind(kind)
        assert set(standing.values_list("division", flat=True)) == places("village", "community", day=day)
        assert standing.count() == units
    assert holders(P.SECRETARY, day) == holders(P.DIRECTOR, day) == units


def test_the_past_has_less_of_what_came_later() -> None:
    first, second = date(2018, 10, 31), date(2019, 10, 31)

    assert (bodies(O.LEADING_GROUP, first), bodies(O.LEADING_GROUP, second)) == (0, 1)
    assert 0 == bodies(O.COOPERATIVE, first) < bodies(O.COOPERATIVE, second) < 218
    assert 0 < holders(P.GRID_WORKER_FULL_TIME, first) <= holders(P.GRID_WORKER_FULL_TIME, second) < 66
    assert bodies(O.ENFORCEMENT_TEAM, second) == holders(P.VILLAGE_POLICE, second) == 0
    assert holders(P.COUNTY_LEADER, first) == holders(P.COUNTY_LEADER, second) == 29


def test_an_organ_follows_the_one_before_it() -> None:
    street = Organisation.objects.on(TODAY).get(kind=O.TOWN, name__startswith="凤凰")
    town = Organisation.objects.get(followers=street)
    township = Organisation.objects.get(followers=town)

    assert [body.name for body in (street, town, township)] == ["凤凰街道办事处", "凤凰镇人民政府", "凤凰乡人民政府"]
    assert Organisation.objects.get(name="永嘉乡人民政府").during.upper == date(2019, 5, 14)


def test_no_part_lies_outside_its_whole() -> None:
    inside = F("post__during")

    assert not Appointment.objects.exclude(during__contained_by=inside).exists()
    assert not Post.objects.exclude(during__contained_by=F("organisation__during")).exists()
    assert not Appointment.objects.filter(seat__gt=F("post__seats")).exists()


def test_nobody_holds_posts_that_exclude_each_other() -> None:
    kinds = {rule.one for rule in incompatible.RULES}
    held = Appointment.objects.standing().of_kind(*kinds).select_related("post")
    by_person: dict[int, list[Appointment]] = {}
    for one in held:
        by_person.setdefault(one.person_id, []).append(one)

    clashes = [
        (one.post.kind, other.post.kind)
        for rows in by_person.values()
        for one in rows
        for other in rows
        for rule in incompatible.against(one.post.kind)
        if rule.other == other.post.kind
        and (not rule.same_division or one.post.division_id == other.post.division_id)
        and one.during.lower < (other.during.upper or date.max)
        and other.during.lower < (one.during.upper or date.max)
    ]
    assert len(by_person) > 500
    assert clashes == []


def test_nobody_leads_two_villages_on_one_day() -> None:
    held = Appointment.objects.on(TODAY).of_kind(P.SECRETARY, P.DIRECTOR, P.COMMITTEE_MEMBER)
    units = held.values("person").annotate(n=Count("post__division", distinct=True))

    assert not units.filter(n__gt=1).exists()


def test_many_hold_many_posts() -> None:
    posts = Appointment.objects.on(TODAY).values("person").annotate(n=Count("post")).filter(n__gte=4)

    assert posts.count() > 100


def test_namesakes_are_few_and_told_apart() -> None:
    shared = Person.objects.values("name").annotate(n=Count("pk")).filter(n__gt=1)

    assert 3 <= shared.count() <= 20
    for row in shared:
        distinctions = list(Person.objects.filter(name=row["name"]).values_list("distinction", flat=True))
        assert "" not in distinctions
        assert len(set(distinctions)) == len(distinctions)
    assert 300 < Person.objects.count() < 4000


def test_credit_codes_are_valid_and_plainly_made_up() -> None:
    codes = list(Organisation.objects.exclude(credit_code="").values_list("credit_code", flat=True))

    assert len(codes) > 500
    assert {code[2:10] for code in codes} == {"510304XX"}
    assert [code for code in codes if credit_problem(code)] == []
    organs = Organisation.objects.on(TODAY).of_kind(O.TOWN, O.GOVERNMENT)
    assert {code[:4] for code in organs.values_list("credit_code", flat=True)} == {"1151"}


def test_teams_have_a_head_and_a_number() -> None:
    teams = Organisation.objects.on(TODAY).of_kind(*TEAMS)

    assert set(teams.values_list("kind", flat=True)) == set(TEAMS)
    assert not teams.filter(Q(headcount=None) | Q(headcount=0)).exists()
    assert teams.count() == holders(P.TEAM_HEAD)


def test_each_sign_in_holds_the_post_it_is_named_for() -> None:
    for sign_in in SIGN_INS:
        held = Appointment.objects.on(TODAY).filter(person__account__username=sign_in.username)
        titles = set(held.values_list("post__organisation__name", "post__title"))
        assert (sign_in.organisation, sign_in.title) in titles
        assert {row.person.name for row in held} == {sign_in.name}


def test_what_was_loaded_is_in_the_record_by_kind() -> None:
    entries = dict(RecordEntry.objects.filter(verb="demo.loaded").values_list("subject_type", "after"))

    assert entries["organisation.person"] == {"rows": Person.objects.count()}
    assert entries["organisation.appointment"] == {"rows": Appointment.objects.count()}


def test_a_town_s_personnel_officer_reaches_its_villages_past_ones_too_and_no_other_town() -> None:
    officer = User.objects.get(username="lanxin")
    of_long_ago = register.find("藕塘村", date(2018, 10, 31))[0].division_id
    elsewhere = register.find("何市镇", TODAY)[0].division_id

    with claims.acting(claims.account(officer.pk), at=timezone.now()):
        assert authority.covers(of_long_ago, Power.APPOINT)
        assert not authority.covers(elsewhere, Power.APPOINT)


def test_the_same_seed_draws_the_same_people() -> None:
    def said(roll: Roll) -> list[tuple[str, str, str, str]]:
        return [(a.person.name, a.post.organisation.name, a.post.title, str(a.during)) for a in roll.of(Appointment)]

    assert said(drawn()) == said(drawn())


def test_a_roll_is_written_in_a_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    before = Person.objects.count()
    started = time.perf_counter()

    roll = drawn(first_code=500_000)
    roll.write()
    authority.refresh_reach()

    with capsys.disabled():
        seconds = time.perf_counter() - started
        print(f" {len(roll.of(Person))} people, {len(roll.of(Appointment))} appointments: {seconds:.1f} s ")  # noqa: T201
    assert Person.objects.count() == before + len(roll.of(Person))
