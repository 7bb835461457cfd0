"""What organisations, posts and appointments promise, tried by SQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from houban.core.identifiers import credit_check
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.appointments import HandOver
from houban.organisation.models import Appointment, Kinship, Post, Quota
from houban.organisation.powers import PostKind
from houban.organisation.refusals import Refused
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, START, TODAY, TOWN, VILLAGE, World
from houban.organisation.words import Nature, QuotaNature

pytestmark = pytest.mark.django_db
APPOINTMENT = """
INSERT INTO organisation_appointment (uid, post_id, person_id, seat, nature, chosen, during, basis, end_basis,
    entered_at,
    entered_by_name, withdrawn_by_name, withdrawn_because)
VALUES (gen_random_uuid(), {post}, {person}, {seat}, '{nature}', 'appointed', '{during}', '', '', now(), '甲', '', '')
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        run(statement)


def appointment(
    post: Post, person: object, *, seat: str = "1", nature: str = "full_time", during: str = "[2020-03-01,)"
) -> str:
    return APPOINTMENT.format(
        post=post.pk, person=getattr(person, "pk", person), seat=seat, nature=nature, during=during
    )


def test_no_two_people_hold_one_seat_on_one_day(world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD)
    run(appointment(post, world.person("甲"), during="[2020-03-01,2021-03-01)"))

    refused(appointment(post, world.person("乙"), during="[2021-02-28,)"), "seat_one_a_day")
    run(appointment(post, world.person("丙"), during="[2021-03-01,)"))


def test_an_acting_appointment_takes_no_seat(world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD)
    run(appointment(post, world.person("甲")))

    run(appointment(post, world.person("乙"), seat="NULL", nature="acting"))
    refused(appointment(post, world.person("丙"), seat="2", nature="acting"), "acting_takes_no_seat")
    refused(appointment(post, world.person("丁"), seat="NULL"), "acting_takes_no_seat")


def test_a_seat_beyond_the_posts_seats_is_refused(world: World) -> None:
    refused(appointment(world.post(PostKind.STAFF, seats=2), world.person(), seat="3"), "has 2 seats")


@pytest.mark.parametrize("during", ["[2019-12-31,)", "[2020-01-01,2022-01-01)"])
def test_an_appointment_lies_within_its_post(world: World, during: str) -> None:
    post = world.post(PostKind.STAFF)
    organisations.abolish_post(post, on=date(2021, 12, 31), by=CLERK, at=NOON)

    refused(appointment(post, world.person(), during=during), "outside the period of its post")


def test_a_post_and_an_organisation_do_not_end_before_what_they_hold(world: World) -> None:
    post = world.post(PostKind.STAFF)
    run(appointment(post, world.person()))

    refused(f"UPDATE organisation_post SET during = '[2020-01-01,2021-01-01)' WHERE id = {post.pk}", "outside")
    body = post.organisation_id
    refused(f"UPDATE organisation_organisation SET during = '[2020-01-01,2021-01-01)' WHERE id = {body}", "outside")


@pytest.mark.parametrize("table", ["organisation", "post", "appointment", "quota", "charge", "term", "membership"])
def test_no_period_is_empty(world: World, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
            " AND pg_get_constraintdef(oid) LIKE '%%isempty%%'",
            [f"organisation_{table}"],
        )
        assert cursor.fetchone()[0] == 1


def test_an_appointment_can_be_ended_or_withdrawn_but_not_rewritten(world: World) -> None:
    held = make.appoint(world.person(), world.post(PostKind.STAFF))
    other = world.person("乙")

    refused(f"UPDATE organisation_appointment SET person_id = {other.pk} WHERE id = {held.pk}", "stays")
    refused(f"UPDATE organisation_appointment SET during = '[2020-02-01,)' WHERE id = {held.pk}", "stays")
    refused(f"DELETE FROM organisation_appointment WHERE id = {held.pk}", "append-only")
    refused(f"UPDATE organisation_appointment SET withdrawn_at = now() WHERE id = {held.pk}", "withdrawn_with_reason")
    appointments.withdraw(held, because="登记错人", by=CLERK, at=NOON)
    refused(f"UPDATE organisation_appointment SET end_basis = 'x' WHERE id = {held.pk}", "stays")


def test_a_withdrawn_appointment_frees_its_seat(world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD)
    appointments.withdraw(make.appoint(world.person("甲"), post), because="登记错人", by=CLERK, at=NOON)

    make.appoint(world.person("乙"), post)

    assert [held.person.name for held in Appointment.objects.on(TODAY)] == ["乙"]


@pytest.mark.parametrize(
    ("one", "other", "article"),
    [
        (PostKind.DIRECTOR, PostKind.SUPERVISION_HEAD, "第三十二条"),
        (PostKind.SUPERVISION_MEMBER, PostKind.COMMITTEE_MEMBER, "第三十二条"),
        (PostKind.ACCOUNTANT, PostKind.SUPERVISOR, "第三十四条"),
        (PostKind.SYSTEM_ADMINISTRATOR, PostKind.AUDIT_ADMINISTRATOR, "三员分立"),
    ],
)
def test_posts_that_exclude_each_other_are_refused_with_the_article(
    world: World, one: PostKind, other: PostKind, article: str
) -> None:
    person = world.person()
    make.appoint(person, world.post(one, VILLAGE))
    second = world.post(other, VILLAGE)

    with pytest.raises(Refused, match=article):
        make.appoint(person, second)
    refused(appointment(second, person), article)


def test_the_committee_of_another_village_is_no_obstacle(world: World) -> None:
    person = world.person()
    make.appoint(person, world.post(PostKind.DIRECTOR, VILLAGE))

    make.appoint(person, world.post(PostKind.SUPERVISION_HEAD, "510304104206"))


def test_declared_kin_may_not_supervise(world: World) -> None:
    director, brother = world.person("甲"), world.person("乙")
    make.appoint(director, world.post(PostKind.DIRECTOR, VILLAGE))
    supervision = world.post(PostKind.SUPERVISION_MEMBER, VILLAGE)
    kinship = people.declare_kin(brother, director, "sibling", by=CLERK, at=NOON)

    with pytest.raises(Refused, match="近亲属"):
        make.appoint(brother, supervision)
    people.withdraw_kin(kinship, because="申报有误", by=CLERK, at=NOON)
    make.appoint(brother, supervision)


def test_a_declaration_is_never_refused(world: World) -> None:
    director, brother = world.person("甲"), world.person("乙")
    make.appoint(director, world.post(PostKind.DIRECTOR, VILLAGE))
    make.appoint(brother, world.post(PostKind.SUPERVISION_MEMBER, VILLAGE))

    people.declare_kin(brother, director, "sibling", by=CLERK, at=NOON)

    assert Kinship.objects.count() == 1


def test_over_quota_is_recorded_and_not_forbidden(world: World) -> None:
    body = world.body()
    organisations.allot(body, QuotaNature.ADMINISTRATIVE, 1, document="编〔2020〕1号", start=START, by=CLERK, at=NOON)

    for name in "甲乙":
        people.occupy(world.person(name), body, QuotaNature.ADMINISTRATIVE, start=START, by=CLERK, at=NOON)

    assert body.places.on(TODAY).count() == 2


def test_quota_moves_with_its_document_and_the_total_stays(world: World) -> None:
    county, town = world.body("510304", "government", "区某局"), world.body()
    organisations.allot(county, QuotaNature.INSTITUTION, 10, document="编〔2020〕1号", start=START, by=CLERK, at=NOON)

    organisations.move_quota(
        county, town, QuotaNature.INSTITUTION, 4, document="编〔2021〕2号", start=TODAY, by=CLERK, at=NOON
    )

    held = {q.organisation_id: q.number for q in Quota.objects.on(TODAY)}
    assert held == {county.pk: 6, town.pk: 4}
    before = {q.organisation_id: q.number for q in Quota.objects.on(date(2021, 6, 29))}
    assert before == {county.pk: 10}
    with pytest.raises(Refused, match="没有这么多"):
        organisations.move_quota(
            county, town, QuotaNature.INSTITUTION, 7, document="编〔2021〕3号", start=TODAY, by=CLERK, at=NOON
        )


def test_closing_an_organisation_ends_everything_that_hangs_on_it(world: World) -> None:
    body = world.body()
    post = world.post(PostKind.TOWN_HEAD, body=body)
    held = make.appoint(world.person(), post)
    appointments.charge(held, "segment", "第一片区", start=START, by=CLERK, at=NOON)

    organisations.close(body, on=TODAY, basis="川府民政〔2019〕6号", by=CLERK, at=NOON)

    held.refresh_from_db()
    assert held.during.upper == TODAY
    assert held.charges.get().during.upper == TODAY
    assert Post.objects.on(TODAY).filter(pk=post.pk).count() == 0


def test_a_social_credit_code_has_its_check_character_and_one_bearer(world: World) -> None:
    body = "11510304MB1234567"
    code = body + credit_check(body)
    wrong = body + ("0" if credit_check(body) != "0" else "1")
    made = {"start": START, "division": world.county, "by": CLERK, "at": NOON}

    with pytest.raises(Refused):
        organisations.found("区某局", "government", credit_code=wrong, **made)  # type: ignore[arg-type]
    organisations.found("区某局", "government", credit_code=code, **made)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="已有别的机构在用"):
        organisations.found("区另一局", "government", credit_code=code, **made)  # type: ignore[arg-type]


def test_a_hand_over_happens_as_a_whole_or_not_at_all(world: World) -> None:
    post, other = world.post(PostKind.TOWN_HEAD), world.post(PostKind.STAFF)
    leaver, taker, third = (world.person(name) for name in "甲乙丙")
    held = make.appoint(leaver, post)
    make.appoint(third, other)

    with pytest.raises(Refused, match="丙"):
        appointments.hand_over(
            HandOver((held,), ((taker, post), (leaver, other)), TODAY, "大委组〔2021〕9号"), by=CLERK, at=NOON
        )
    held.refresh_from_db()
    assert held.during.upper is None
    appointments.hand_over(HandOver((held,), ((taker, post),), TODAY, "大委组〔2021〕9号"), by=CLERK, at=NOON)

    assert [a.person.name for a in Appointment.objects.on(TODAY).filter(post=post)] == ["乙"]


def test_acting_appointments_may_be_several(world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD)

    for name in "甲乙":
        make.appoint(world.person(name), post, nature=Nature.ACTING)

    assert Appointment.objects.on(TODAY).seated().count() == 0


def test_a_town_below_itself_is_refused(world: World) -> None:
    upper = world.body(TOWN, name="上")
    lower = world.body(TOWN, name="下")
    run(f"UPDATE organisation_organisation SET parent_id = {upper.pk} WHERE id = {lower.pk}")

    refused(f"UPDATE organisation_organisation SET parent_id = {lower.pk} WHERE id = {upper.pk}", "above itself")
