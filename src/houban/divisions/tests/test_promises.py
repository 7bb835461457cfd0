"""What the register promises, tried by SQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from houban.divisions.models import Change
from houban.divisions.tests import make

pytestmark = pytest.mark.django_db

VERSION = """
INSERT INTO divisions_divisionversion
    (division_id, name, official_name, form, parent_id, during, change_id, written_by_id, recorded_at)
VALUES ({division}, {name}, '甲村委会', {form}, {parent}, {during}, {change}, {change}, now())
"""
CODE = """
INSERT INTO divisions_divisioncode (division_id, scheme, code, during, change_id, written_by_id, recorded_at)
VALUES ({division}, {scheme}, {code}, {during}, {change}, {change}, now())
"""


@pytest.fixture(autouse=True)
def county(tmp_path: Path) -> int:
    return make.county(tmp_path)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        run(statement)


def new_village() -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO divisions_division (level) VALUES ('village') RETURNING id")
        return int(cursor.fetchone()[0])


def a_version(**given: object) -> str:
    town = make.version("510304104")
    usual: dict[str, object] = {
        "division": new_village(),
        "name": "'甲村'",
        "form": "'village'",
        "parent": town.division_id,
        "during": "'[2020-01-01,)'",
        "change": town.change_id,
    }
    return VERSION.format(**(usual | given))


def a_code(**given: object) -> str:
    village = make.version("510304104205")
    usual: dict[str, object] = {
        "division": village.division_id,
        "scheme": "'mca'",
        "code": "'510304104999'",
        "during": "'[2020-01-01,)'",
        "change": village.change_id,
    }
    return CODE.format(**(usual | given))


def test_what_the_tests_insert_is_allowed_when_nothing_is_wrong_with_it() -> None:
    run(a_version())
    run(a_code())


def test_a_division_has_one_version_a_day() -> None:
    village = make.version("510304104205")

    refused(a_version(division=village.division_id), "version_one_a_day")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"during": "'empty'"}, "version_has_a_day"),
        ({"name": "''"}, "version_has_a_name"),
        ({"form": "'kingdom'"}, "version_form_known"),
        ({"during": "'[2016-01-01,)'"}, "outside the life of its parent"),
    ],
)
def test_a_version_is_whole(given: dict[str, object], why: str) -> None:
    refused(a_version(**given), why)


def test_a_version_is_not_its_own_parent() -> None:
    division = new_village()

    refused(a_version(division=division, parent=division), "version_not_its_own_parent")


def test_a_parent_lies_above() -> None:
    refused(a_version(parent=make.version("510304104205").division_id), "is not above division")


def test_a_parent_does_not_end_before_its_children() -> None:
    town = make.version("510304105")
    change = town.change_id
    ended = (
        f"UPDATE divisions_divisionversion SET retracted_at = now(), retracted_by_id = {change} WHERE id = {town.pk}"
    )

    refused(ended, "has children outside its life")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"during": "'empty'"}, "code_has_a_day"),
        ({"code": "''"}, "code_not_blank"),
        ({"scheme": "'mine'"}, "code_scheme_known"),
        ({"during": "'[2016-01-01,)'"}, "outside the life of division"),
        ({"scheme": "'nbs'"}, "code_one_a_division_a_day"),
        ({"scheme": "'nbs'", "code": "'510304104206'"}, "code_one"),
    ],
)
def test_a_code_is_whole(given: dict[str, object], why: str) -> None:
    refused(a_code(**given), why)


def test_a_code_belongs_to_one_division_a_day() -> None:
    run(a_code())

    refused(a_code(division=make.version("510304104206").division_id), "code_one_division_a_day")


@pytest.mark.parametrize("table", ["divisions_divisionversion", "divisions_divisioncode"])
@pytest.mark.parametrize("role", ["application", "owner"])
def test_rows_of_the_map_are_only_retracted(table: str, role: str, request: pytest.FixtureRequest) -> None:
    if role == "owner":
        request.getfixturevalue("owner")

    refused(f"DELETE FROM {table}", "append-only|keeps its rows")
    refused(f"UPDATE {table} SET recorded_at = now()", "can only be retracted")
    refused(f"UPDATE {table} SET during = '[2000-01-01,)'", "can only be retracted")


def test_an_identity_keeps_its_level_and_stays() -> None:
    refused("DELETE FROM divisions_division", "never deleted")
    refused("UPDATE divisions_division SET level = 'town'", "keeps its level")
    refused("INSERT INTO divisions_division (level) VALUES ('empire')", "division_level_known")


@pytest.fixture
def change() -> Change:
    return make.enacted(make.merger())[0]


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE divisions_change SET effective_on = '2020-01-01' WHERE id = {id}",
        "UPDATE divisions_change SET document = '' WHERE id = {id}",
        "UPDATE divisions_change SET status = 'draft', enacted_at = NULL WHERE id = {id}",
        "DELETE FROM divisions_change WHERE id = {id}",
    ],
)
def test_an_enacted_change_can_only_be_annulled(change: Change, attempt: str) -> None:
    refused(attempt.format(id=change.pk), "can only be annulled")


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE divisions_flow SET part = 'whole', note = 'x' WHERE change_id = {id}",
        "DELETE FROM divisions_flow WHERE change_id = {id}",
        "INSERT INTO divisions_flow (change_id, number, source_code, source_name, target_code, target_name,"
        " target_official_name, target_form, target_parent_code, part, groups, shares, certainty, clue, note)"
        " VALUES ({id}, 99, '1', '', '', '', '', '', '', 'whole', '', '{{}}', 'declared', '', '')",
    ],
)
def test_the_flows_of_an_enacted_change_stay(change: Change, attempt: str) -> None:
    refused(attempt.format(id=change.pk), "stay as they are")


@pytest.mark.parametrize(
    ("assignment", "why"),
    [
        ("status = 'law'", "can only be annulled"),
        ("status = 'enacted'", "change_enacted_has_its_moment"),
        ("status = 'annulled', enacted_at = now()", "change_annulled_has_its_moment|can only be annulled"),
        ("status = 'enacted', enacted_at = now()", "ends are not known"),
    ],
)
def test_a_draft_takes_effect_whole(assignment: str, why: str) -> None:
    from houban.divisions import actions

    draft = actions.draft([make.merger()], by=make.CLERK, at=make.NOON)[0]

    refused(f"UPDATE divisions_change SET {assignment} WHERE id = {draft.pk}", why)


def test_shares_of_a_source_add_up_to_one() -> None:
    from houban.divisions import actions

    draft = actions.draft([make.merger()], by=make.CLERK, at=make.NOON)[0]
    ids = [make.version(f"51030410420{n}").division_id for n in (5, 6)]
    run(
        f"UPDATE divisions_flow SET part = 'share', shares = '{{\"all\": \"0.6\"}}', source_id = {ids[0]},"
        f" target_id = {ids[1]} WHERE change_id = {draft.pk}"
    )

    refused(f"UPDATE divisions_change SET status='enacted', enacted_at=now() WHERE id={draft.pk}", "do not add up to 1")


@pytest.mark.parametrize(
    ("assignment", "why"),
    [
        ("source_code = '', source_name = '', target_code = '', target_name = ''", "flow_has_an_end"),
        ("part = 'half'", "flow_part_known"),
        ("certainty = 'maybe'", "flow_certainty_known"),
        ('shares = \'{"all": "1"}\'', "flow_shares_belong_to_share"),
        ("groups = '1组'", "flow_groups_belong_to_groups"),
        ("number = 7", "flow_row_once"),
    ],
)
def test_a_flow_is_whole(assignment: str, why: str) -> None:
    from houban.divisions import actions

    draft = actions.draft([make.merger()], by=make.CLERK, at=make.NOON)[0]

    refused(f"UPDATE divisions_flow SET {assignment} WHERE change_id = {draft.pk}", why)


@pytest.mark.parametrize(
    ("columns", "values", "why"),
    [
        ("label, forms", "'村', '[]'", "control_total_says_something"),
        ("label, forms, before, after, reduction", "'村', '[]', 149, 87, 60", "control_total_adds_up"),
    ],
)
def test_a_control_total_adds_up(change: Change, columns: str, values: str, why: str) -> None:
    refused(f"INSERT INTO divisions_controltotal (change_id, {columns}) VALUES ({change.pk}, {values})", why)


def test_a_list_is_kept_once_and_its_codes_are_its_own() -> None:
    columns = "name, source, scheme, as_of, extract, sha256, imported_at, imported_by_name"
    copy = f"INSERT INTO divisions_officiallist ({columns}) SELECT {columns} FROM divisions_officiallist"

    refused(copy, "official_list_once")
    refused(
        "INSERT INTO divisions_listentry (list_id, code, name, level, parent_code)"
        " SELECT list_id, code, name, level, parent_code FROM divisions_listentry",
        "list_entry_code_once",
    )


@pytest.mark.parametrize("values", ["now(), '周敏', ''", "now(), '', '另有批文'", "NULL, '周敏', ''"])
def test_a_difference_is_signed_by_somebody_with_a_reason(values: str) -> None:
    insert = (
        "INSERT INTO divisions_listdifference (list_id, code, kind, ours, theirs, signed_at, signed_by_name, reason)"
        " SELECT min(id), '510304104205', 'missing', '', '', {} FROM divisions_officiallist"
    )

    refused(insert.format(values), "list_difference_signed_with_reason")


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE divisions_divisionversion ADD COLUMN x int",
        "ALTER TABLE divisions_divisionversion DISABLE TRIGGER ALL",
        "DROP TABLE divisions_flow",
        "TRUNCATE divisions_listdifference",
        "CREATE TABLE mine (id int)",
        "DROP FUNCTION houban_refuse()",
    ],
)
def test_the_application_cannot_change_the_tables(attempt: str) -> None:
    refused(attempt, "must be owner|permission denied")
