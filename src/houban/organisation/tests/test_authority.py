"""Who may is who holds: scope, powers and their end, as the database answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from houban.core import claims, clock
from houban.divisions import actions as divisions
from houban.divisions.changefile import DraftChange
from houban.divisions.tests import make as maps
from houban.organisation import authority
from houban.organisation.actions import appointments
from houban.organisation.models import Heir, Organisation, Person
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import OTHER_TOWN, TODAY, TOWN, VILLAGE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def units(person: Person, power: str = "read") -> set[int]:
    """Ask the database, under the person's claim."""
    assert person.account_id is not None
    with claims.acting(claims.account(person.account_id), at=clock.now()), connection.cursor() as cursor:
        cursor.execute("SELECT houban.units_for(%s)", [power])
        return set(cursor.fetchone()[0])


def test_a_post_reaches_its_division_and_what_lies_below(world: World) -> None:
    head = world.holder(PostKind.TOWN_HEAD, TOWN)

    assert world.place(VILLAGE) in units(head)
    assert world.place(OTHER_TOWN) not in units(head)
    assert world.county not in units(head)


def test_the_county_reaches_everything_and_the_installation(world: World) -> None:
    head = world.holder(PostKind.TASK_FORCE_HEAD, "510304")

    assert {0, world.county, world.place(TOWN), world.place(VILLAGE)} <= units(head)


def test_a_power_reaches_only_where_the_post_that_gives_it_does(world: World) -> None:
    both = world.holder(PostKind.STAFF, "510304")
    make.appoint(both, world.post(PostKind.TOWN_HEAD, TOWN))

    assert world.place(OTHER_TOWN) in units(both)
    assert world.place(OTHER_TOWN) not in units(both, "appoint")
    assert world.place(VILLAGE) in units(both, "appoint")


def test_ending_a_post_ends_its_power(world: World) -> None:
    person = world.person(account=True)
    held = make.appoint(person, world.post(PostKind.TOWN_HEAD))

    appointments.end(held, on=TODAY, by=make.CLERK, at=make.NOON)

    assert units(person) == set()


def test_a_merged_village_is_seen_by_what_it_became_part_of(world: World) -> None:
    former = world.place(VILLAGE, on=make.START)
    maps.enacted(maps.merger())
    merged = world.person(account=True)
    make.appoint(merged, world.post(PostKind.SECRETARY, body=world.body("510304104210", name="龙晏村党总支")))

    assert former in units(merged)


def test_what_can_not_be_told_after_a_split_is_seen_by_both_until_it_is_settled(world: World) -> None:
    former = world.place(VILLAGE, on=make.START)
    rows = [
        maps.row(2, "104205", "104220", "龙一村", part="share", shares={"population": "0.5"}),  # type: ignore[arg-type]
        maps.row(3, "104205", "104221", "龙二村", part="share", shares={"population": "0.5"}),  # type: ignore[arg-type]
    ]
    maps.enacted(DraftChange(maps.LATER, "析置", document="大府发〔2020〕4号", entries=rows))
    one, other = (world.holder(PostKind.SECRETARY, code, code) for code in ("510304104220", "510304104221"))
    assert former in units(one) & units(other)

    heir = world.place("510304104220")
    Heir.objects.create(former_id=former, heir_id=heir, reason="户籍底册", settled_at=make.NOON, settled_by_name="周敏")

    assert former in units(one)
    assert former not in units(other)


def test_who_could_is_answered_for_any_day(world: World) -> None:
    village = world.place(VILLAGE)
    leaver, taker = world.person("甲"), world.person("乙")
    post = world.post(PostKind.TOWN_HEAD)
    held = make.appoint(leaver, post)
    appointments.end(held, on=date(2021, 1, 1), by=make.CLERK, at=make.NOON)
    make.appoint(taker, post, start=date(2021, 1, 1))

    then = [(answer.name, answer.title) for answer in authority.who_could(village, "appoint", date(2020, 12, 31))]
    now = [answer.name for answer in authority.who_could(village, "appoint", TODAY)]

    assert then == [("甲", "乡镇（街道）主要负责人")]
    assert now == ["乙"]


def test_reach_follows_a_change_of_the_map_at_once(world: World) -> None:
    head = world.holder(PostKind.TOWN_HEAD, OTHER_TOWN)
    village = world.place(VILLAGE)
    assert village not in units(head)

    moved = [maps.row(2, "104205", "105205", "龙凼村", target_parent_code="510304105")]
    changes = maps.enacted(DraftChange(maps.LATER, "划转", document="大府发〔2020〕5号", entries=moved))
    assert village in units(head)

    divisions.annul(changes[0], because="文号有误", by=make.CLERK, at=make.NOON)
    assert village not in units(head)


def under(person: Person, statement: str, *values: str | int) -> None:
    """Run a statement under somebody's claim."""
    assert person.account_id is not None
    with claims.acting(claims.account(person.account_id), at=clock.now()), connection.cursor() as cursor:
        cursor.execute(statement, list(values))


def test_a_town_founds_nothing_in_another_town(world: World) -> None:
    head = world.holder(PostKind.TOWN_PERSONNEL, TOWN)
    other = world.post(PostKind.STAFF, OTHER_TOWN)
    own = world.post(PostKind.STAFF, TOWN)
    insert = """
        INSERT INTO organisation_appointment (uid, post_id, person_id, seat, nature, chosen, during, basis, end_basis,
            entered_at, entered_by_name, withdrawn_by_name, withdrawn_because)
        VALUES (gen_random_uuid(), %s, %s, 1, 'full_time', 'appointed', '[2021-01-01,)', '', '', now(), '甲', '', '')
    """
    somebody = world.person("乙")

    under(head, insert, own.pk, somebody.pk)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        under(head, insert, other.pk, somebody.pk)


def test_nobody_appoints_oneself(world: World) -> None:
    head = world.holder(PostKind.TOWN_PERSONNEL, TOWN)
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    assert head.account_id is not None

    with (
        pytest.raises(Exception, match="自己的任免要由别人办"),
        claims.acting(claims.account(head.account_id), at=clock.now()),
    ):
        make.appoint(head, post)

    assert Organisation.objects.filter(posts__appointments__person=head).count() == 1


def test_a_reader_writes_nothing(world: World) -> None:
    reader = world.holder(PostKind.STAFF, "510304")

    for table in ("divisions_change", "organisation_organisation", "organisation_post", "core_installation"):
        with claims.acting(claims.account(reader.account_id or 0), at=clock.now()), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET id = id")
            assert cursor.rowcount == 0, table
