"""Every table of the database has a policy, or its exemption is written in docs/security.md with the reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

TABLES = """
SELECT c.relname, c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
RIGHTS = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
       EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid),
       has_schema_privilege(r.oid, 'houban', 'CREATE'), has_schema_privilege(r.oid, 'public', 'CREATE')
FROM pg_roles r WHERE r.rolname = %s
"""
EXEMPTION = re.compile(r"^\| `(\w+)` \| (.{10,}) \|$", re.MULTILINE)


def exemptions(root: Path) -> dict[str, str]:
    text = (root / "docs" / "security.md").read_text(encoding="utf-8")
    return dict(EXEMPTION.findall(text.partition("## Tables without a policy")[2]))


@pytest.mark.django_db
def test_every_table_has_a_policy_or_a_written_exemption(root: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = dict(cursor.fetchall())
    written = exemptions(root)

    assert {name for name, has_policy in tables.items() if not has_policy} == set(written)


@pytest.mark.django_db
def test_the_applications_role_owns_nothing_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [settings.APPLICATION_ROLE])
        assert cursor.fetchone() == (settings.APPLICATION_ROLE, False, False, False, False, False, False)


@pytest.mark.django_db
def test_no_function_of_the_owners_takes_its_names_from_the_caller() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE prosecdef"
            " AND nspname IN ('houban', 'public') AND NOT COALESCE(proconfig::text, '') LIKE '%search_path%'"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "call",
    [
        "units_of(1, 'read', '2021-06-30')",
        "reach(1, '2021-06-30')",
        "reach_on(1, '2021-06-30')",
        "over(1, '2021-06-30')",
    ],
)
def test_the_functions_behind_a_claim_are_not_the_applications_to_call(call: str) -> None:
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT houban.{call}")


def test_every_promise_names_a_test_that_exists(root: Path) -> None:
    named = set(
        re.findall(r"`((?:[\w/]+/)?test_[\w*]+\.py)`", (root / "docs" / "security.md").read_text(encoding="utf-8"))
    )
    found = {name for name in named if any(root.glob(f"**/{name}"))}

    assert len(named) > 8
    assert named - found == set()
