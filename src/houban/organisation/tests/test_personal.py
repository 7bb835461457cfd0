"""Personal values: sealed, masked, uncovered one at a time with a reason, found again, removed; never in plain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from houban.core import claims, clock, identifiers
from houban.core.models import RecordEntry
from houban.core.record import OutsideTransactionError
from houban.divisions import register
from houban.organisation import personal_sheet
from houban.organisation.actions import personal
from houban.organisation.models import Person, PersonalValue, PersonKey
from houban.organisation.powers import PostKind
from houban.organisation.refusals import OutsideJurisdiction, Refused
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, OTHER_TOWN, TODAY, TOWN, VILLAGE, World

pytestmark = pytest.mark.django_db

MOBILE, IDENTITY, HOME = "people.person.mobile", "people.person.identity", "people.person.home_phone"
NUMBER = "13800001234"
CITIZEN = "51030419900307001" + identifiers.identity_check("51030419900307001")
ACTS: dict[str, Any] = {"by": CLERK, "at": NOON}


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    settings.HOUBAN_DATA = tmp_path / "data"
    return make.world(tmp_path)


def put(person: Person, text: str = NUMBER, field: str = MOBILE) -> PersonalValue:
    return personal.put(person, field, text, on=TODAY, by=CLERK, at=NOON)


def in_town(world: World, code: str = TOWN, name: str = "甲") -> Person:
    person = world.person(name)
    person.unit_id = world.place(code)
    person.save()
    return person


def everything() -> str:
    """Return every row of every table as text, as somebody with the whole database reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables, found = [name for (name,) in cursor.fetchall()], []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_a_value_comes_back_as_it_was_put(world: World) -> None:
    value = put(world.person(), "+86 138-0000-1234")

    assert personal.uncover(value, reason="通知开会", **ACTS) == NUMBER


@pytest.mark.usefixtures("owner")
def test_no_table_holds_a_value_in_plain(world: World) -> None:
    person = world.person()
    value = put(person)
    put(person, CITIZEN, IDENTITY)

    personal.uncover(value, reason="通知开会", **ACTS)
    personal.find(IDENTITY, CITIZEN, reason="核对同名", on=TODAY, **ACTS)
    found = everything()

    assert "people.person.mobile" in found
    for text in (NUMBER, CITIZEN):
        assert text not in found
        assert text.encode().hex() not in found


def test_the_record_holds_the_ciphertext_that_the_table_holds(world: World) -> None:
    value = put(world.person())

    entry = RecordEntry.objects.get(verb="organisation.personal.put")

    assert entry.after
    assert entry.after["sealed"] == bytes(value.sealed).hex()
    assert entry.subject_id == str(value.person_id)


def test_one_live_value_stands_in_a_field(world: World) -> None:
    person = world.person()
    put(person)
    put(person, "13900001234")

    value = PersonalValue.objects.get(person=person)

    assert personal.uncover(value, reason="核对", **ACTS) == "13900001234"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        (MOBILE, "1380000123", "手机号码应是 11 位"),
        (MOBILE, "0813-2200000", "这是座机号码"),
        (HOME, "2200000", "座机号码缺区号"),
        (IDENTITY, "510304199003070011", "校验码|第 18 位|末位"),
    ],
)
def test_what_is_no_number_is_refused_and_leaves_nothing(world: World, field: str, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        put(world.person(), text, field)

    assert not PersonKey.objects.exists()


def test_a_value_is_shown_only_with_a_reason_and_after_its_entry(world: World) -> None:
    value = put(world.person())

    with pytest.raises(Refused, match="请写明为什么要看"):
        personal.uncover(value, reason=" ", **ACTS)
    assert not RecordEntry.objects.filter(verb="organisation.personal.uncovered").exists()

    personal.uncover(value, reason="通知开会", **ACTS)
    entry = RecordEntry.objects.get(verb="organisation.personal.uncovered")
    assert (entry.actor_name, entry.subject_id) == ("组织部", str(value.person_id))
    assert entry.after == {"field": MOBILE, "reason": "通知开会"}


def test_what_can_not_be_recorded_is_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    value = put(world.person())

    def fail(*_args: object, **_more: object) -> None:
        raise OutsideTransactionError

    monkeypatch.setattr(personal, "record", fail)

    with pytest.raises(OutsideTransactionError):
        personal.uncover(value, reason="通知开会", **ACTS)


def test_a_person_is_found_by_a_value_and_the_search_is_recorded_without_it(world: World) -> None:
    person, other = world.person("甲"), world.person("乙")
    put(person)
    put(other, "13900001234")

    found = personal.find(MOBILE, "138 0000 1234", reason="来电核对", on=TODAY, **ACTS)

    entry = RecordEntry.objects.get(verb="organisation.personal.sought")
    assert found == [person]
    assert entry.after == {"field": MOBILE, "reason": "来电核对", "found": [person.pk]}


def test_a_field_without_an_index_finds_nobody(world: World) -> None:
    value = put(world.person(), "0813-2200000", HOME)

    with pytest.raises(Refused, match="不能按它找人"):
        personal.find(HOME, "0813-2200000", reason="核对", on=TODAY, **ACTS)

    assert value.blind_index is None


def test_the_key_goes_with_the_last_value(world: World) -> None:
    person = world.person()
    first, last = put(person), put(person, CITIZEN, IDENTITY)

    personal.remove(first, **ACTS)
    assert PersonKey.objects.get(person=person).key is not None

    personal.remove(last, **ACTS)
    key = PersonKey.objects.get(person=person)
    assert (key.key, key.destroyed_at) == (None, NOON)


def test_who_comes_back_gets_another_key(world: World) -> None:
    person = world.person()
    personal.remove(put(person), **ACTS)

    value = put(person)

    assert personal.uncover(value, reason="核对", **ACTS) == NUMBER
    assert PersonKey.objects.get(person=person).destroyed_at is None


def test_a_lost_master_key_is_told_and_never_replaced(world: World, tmp_path: Path) -> None:
    put(world.person())
    (tmp_path / "data" / "secrets" / "personal-master-1").unlink()

    with pytest.raises(RuntimeError, match="请从备份恢复"):
        put(world.person("乙"), "13900001234")

    sheet = personal_sheet.of(Person.objects.get(name="甲"))
    assert sheet
    assert [line.wrong != "" for line in sheet.lines] == [True, False, False]


def test_a_sheet_shows_values_masked_with_purpose_and_end(world: World) -> None:
    person = world.person()
    value = put(person)
    make.appoint(person, world.post(PostKind.STAFF))

    sheet = personal_sheet.of(person)

    assert sheet
    assert [(line.shown, line.until) for line in sheet.lines] == [("138****1234", None), ("", None), ("", None)]
    assert value.purpose


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
@trying(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_mobile_number_comes_back_is_found_and_is_masked(world: World, number: str) -> None:
    person = Person.objects.filter(name="丙").first() or world.person("丙")

    value = put(person, number)

    assert personal.uncover(value, reason="核对", **ACTS) == number
    assert personal.find(MOBILE, number, reason="核对", on=TODAY, **ACTS) == [person]
    assert number not in personal_sheet.of(person).lines[0].shown  # type: ignore[union-attr]


def seen(person: Person, statement: str) -> int:
    """Run a statement under somebody's claim and count the rows."""
    with claims.acting(claims.account(person.account_id or 0), at=clock.now()), connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


@pytest.mark.parametrize("table", ["organisation_personalvalue", "organisation_personkey"])
def test_another_unit_sees_and_changes_nothing_of_it(world: World, table: str) -> None:
    value = put(in_town(world))
    own, other = world.holder(PostKind.TOWN_PERSONNEL, TOWN), world.holder(PostKind.TOWN_PERSONNEL, OTHER_TOWN)
    everybody = world.holder(PostKind.TASK_FORCE_HEAD, "510304")

    assert seen(own, f"SELECT * FROM {table}") == 1
    for stranger in (other, everybody):
        assert seen(stranger, f"SELECT * FROM {table}") == 0
        assert seen(stranger, f"UPDATE {table} SET id = id") == 0
    assert seen(other, f"SELECT 1 FROM organisation_personalvalue WHERE sealed = '\\x{value.sealed.hex()}'") == 0


def test_another_unit_puts_nothing_by_sql_whatever_unit_it_writes(world: World) -> None:
    person, other = in_town(world), world.holder(PostKind.TOWN_PERSONNEL, OTHER_TOWN)
    put(person)
    place = world.place(OTHER_TOWN)

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        seen(
            other,
            "INSERT INTO organisation_personalvalue (person_id, field, sealed, unit_id, purpose, entered_at,"
            f" entered_by_name) VALUES ({person.pk}, '{HOME}', '', {place}, '联系', now(), '乙')",
        )


def test_the_county_sees_and_the_village_does_not_see_its_town(world: World) -> None:
    put(in_town(world))
    county = world.holder(PostKind.PERSONNEL, "510304")
    village = world.person("丁", account=True)
    make.appoint(village, world.post(PostKind.TOWN_PERSONNEL, VILLAGE))

    assert seen(county, "SELECT * FROM organisation_personalvalue") == 1
    assert seen(village, "SELECT * FROM organisation_personalvalue") == 0


def test_who_protects_destroys_but_enters_nothing(world: World) -> None:
    person, guard = in_town(world), world.holder(PostKind.SECURITY_ADMINISTRATOR, "510304")
    put(person)

    assert seen(guard, "UPDATE organisation_personalvalue SET purpose = '别的'") == 0
    assert seen(guard, "UPDATE organisation_personkey SET key = NULL, master = NULL, destroyed_at = now()") == 1
    assert not PersonalValue.objects.exists()


def test_an_action_beyond_reach_says_so(world: World) -> None:
    person, other = in_town(world), world.holder(PostKind.TOWN_PERSONNEL, OTHER_TOWN)

    with (
        claims.acting(claims.account(other.account_id or 0), at=clock.now()),
        pytest.raises(OutsideJurisdiction, match="不在您岗位的范围内"),
    ):
        put(person)


def test_values_move_with_their_person(world: World) -> None:
    person = in_town(world)
    put(person)

    person.unit_id = world.place(OTHER_TOWN)
    person.save()

    assert PersonalValue.objects.get().unit_id == register.find(OTHER_TOWN, TODAY)[0].division_id


def test_a_value_without_a_living_key_is_refused_and_keys_are_not_deleted(world: World) -> None:
    person = world.person()
    personal.remove(put(person), **ACTS)

    with pytest.raises(DatabaseError, match="no key"), transaction.atomic():
        PersonalValue.objects.create(
            person=person, field=HOME, sealed=b"", purpose="联系", entered_at=NOON, entered_by_name="甲"
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PersonKey.objects.all().delete()
