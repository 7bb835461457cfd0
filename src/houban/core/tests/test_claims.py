"""A claim can't be forged, kept, lent or left out; tried by SQL as the application's role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from houban.core import claims, clock

pytestmark = pytest.mark.django_db
SUBJECT = "SELECT houban.subject()"


def run(statement: str, *values: str | int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def claim(text: str) -> None:
    run("SELECT set_config('houban.claim', %s, true)", text)


def here() -> int:
    return int(str(run("SELECT pg_backend_pid()")))


def signed(subject: str = "account:1", *, seconds: int = 60, process: int | None = None) -> str:
    return claims.signed(subject, until=clock.now() + timedelta(seconds=seconds), process=process or here())


def test_a_signed_claim_is_believed() -> None:
    claim(signed())

    assert run(SUBJECT) == "account:1"
    assert run("SELECT houban.account()") == 1
    assert run("SELECT houban.is_service()") is False


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no claim"),
        ("account:1", "malformed"),
        ("account:1|x|1|00", "malformed"),
        ("account:1|9999999999|1|" + "0" * 64, "forged"),
        ("service:command", "malformed"),
    ],
)
def test_a_made_up_claim_is_refused(text: str, why: str) -> None:
    claim(text)

    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        run(SUBJECT)


def test_another_persons_name_under_ones_own_signature_is_refused() -> None:
    claim(signed().replace("account:1", "account:2"))

    with pytest.raises(DatabaseError, match="forged"), transaction.atomic():
        run(SUBJECT)


def test_an_expired_claim_is_refused() -> None:
    claim(signed(seconds=-1))

    with pytest.raises(DatabaseError, match="expired"), transaction.atomic():
        run(SUBJECT)


def test_a_claim_stolen_from_another_connection_is_refused() -> None:
    claim(signed(process=here() + 1))

    with pytest.raises(DatabaseError, match="another connection"), transaction.atomic():
        run(SUBJECT)


@pytest.mark.parametrize("statement", ["SELECT * FROM houban.claim_key", "DELETE FROM houban.claim_key"])
def test_the_application_never_reads_the_key(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(statement)


def test_a_claim_ends_with_its_transaction_and_the_former_one_comes_back() -> None:
    with claims.acting("account:7", at=clock.now()):
        assert run("SELECT houban.account()") == 7

    assert run(SUBJECT) == "service:test"


def test_a_claim_within_a_block_that_fails_ends_too() -> None:
    with pytest.raises(ZeroDivisionError), claims.acting("account:7", at=clock.now()):
        raise ZeroDivisionError

    assert run(SUBJECT) == "service:test"


@pytest.mark.usefixtures("owner")
def test_a_new_key_takes_the_place_of_the_old_one(settings: object) -> None:
    before = run("SELECT encode(inner_pad, 'hex') FROM houban.claim_key")
    settings.HOUBAN_CLAIM_KEY = "another"  # type: ignore[attr-defined]

    claims.keep_key("default")

    assert (run("SELECT encode(inner_pad, 'hex') FROM houban.claim_key"), before) == (claims.pads()[0], before)
    assert before != claims.pads()[0]
