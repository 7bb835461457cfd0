"""The two roles, the request's transaction, the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from houban.core.middleware import RequestTransaction
from houban.core.models import Installation, RecordEntry
from houban.core.record import COMMAND_LINE, OutsideTransactionError, record

pytestmark = pytest.mark.django_db
NOON = datetime(2021, 6, 30, 4, tzinfo=UTC)


def one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        assert row is not None
        return row[0]


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_application_owns_nothing_and_bypasses_nothing(settings: LazySettings) -> None:
    role = settings.APPLICATION_ROLE

    assert one("SELECT current_user") == role
    assert one(f"SELECT count(*) FROM pg_class WHERE relowner = '{role}'::regrole") == 0
    rights = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
    assert one(f"SELECT {rights} FROM pg_roles WHERE rolname = '{role}'") is False


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("CREATE TABLE mine (id int)", "permission denied"),
        ("ALTER TABLE core_installation ADD COLUMN x int", "must be owner"),
        ("TRUNCATE core_recordentry", "permission denied"),
        ("DELETE FROM django_migrations", "permission denied"),
        ("UPDATE core_recordentry SET verb = 'x'", "permission denied|append-only"),
        ("DELETE FROM core_recordentry", "permission denied|append-only"),
    ],
)
def test_the_application_is_kept_from(statement: str, why: str) -> None:
    record("test", "subject", by=COMMAND_LINE, at=NOON)

    refused(statement, why)


@pytest.mark.usefixtures("owner")
def test_even_the_owner_does_not_rewrite_the_record() -> None:
    record("test", "subject", by=COMMAND_LINE, at=NOON)

    refused("UPDATE core_recordentry SET verb = 'x'", "append-only")
    refused("DELETE FROM core_recordentry", "append-only")


def test_there_is_one_installation_with_a_code_of_six_digits() -> None:
    Installation.objects.create(county_name="大安区", county_code="510304", made_at=NOON)

    refused("INSERT INTO core_installation VALUES (2, '甲', '510303', false, NULL, now())", "installation_is_one")
    refused("UPDATE core_installation SET county_code = '51030'", "six_digits")


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (302, 1), (400, 0), (403, 0), (422, 0), (500, 0)])
def test_a_request_is_kept_only_when_it_succeeds(status: int, kept: int) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        record("test", "subject", by=COMMAND_LINE, at=NOON)
        return HttpResponse(status=status)

    RequestTransaction(view)(RequestFactory().get("/"))

    assert RecordEntry.objects.count() == kept


def test_a_request_that_fails_leaves_nothing() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        record("test", "subject", by=COMMAND_LINE, at=NOON)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one raised above
        RequestTransaction(view)(RequestFactory().get("/"))

    assert RecordEntry.objects.count() == 0


def test_nothing_is_recorded_outside_the_transaction_of_its_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)

    with pytest.raises(OutsideTransactionError):
        record("test", "subject", by=COMMAND_LINE, at=NOON)
