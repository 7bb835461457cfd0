"""Test data of core: acts on the record, and what a forger with the owner's rights does to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from houban.core.models import RecordEntry
from houban.core.record import Actor, record, verification
from houban.core.record.findings import Findings

NOON = datetime(2021, 6, 30, 4, 0, 0, 123456, tzinfo=UTC)
CLERK = Actor(7, "周敏", "10.0.0.8", post="专班 · 文书")


def act(verb: str = "test.act", *, at: datetime = NOON, by: Actor = CLERK, **after: Any) -> RecordEntry:
    """Record one act within the transaction there is."""
    return record(verb, "subject", by=by, at=at, before={"state": "旧"}, after=after or {"state": "新"})


def strand(length: int = 3, *, at: datetime = NOON) -> list[RecordEntry]:
    """Commit a transaction of some acts."""
    with transaction.atomic():
        return [act(f"test.act{number}", at=at) for number in range(1, length + 1)]


def forge(statement: str, values: Any = None) -> None:
    """Change the record as only its owner can: with the triggers off."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE core_recordentry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE core_recordentry ENABLE TRIGGER USER")


def forge_unchained(statement: str, values: Any = None) -> None:
    """Change the record with the check on its chain off, as rows of before the chain passed it by."""
    added = "(digest IS NOT NULL AND position >= 1 AND strand IS NOT NULL AND octet_length(digest) = 32) NOT VALID"
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE core_recordentry DROP CONSTRAINT record_is_chained")
    forge(statement, values)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE core_recordentry ADD CONSTRAINT record_is_chained CHECK {added}")


def clear_record() -> None:
    """Empty the record and what is kept of it outside."""
    forge("TRUNCATE core_recordentry")
    for path in settings.RECORD_FOLDER.glob("*"):
        path.unlink()


def verified(**options: Any) -> Findings:
    """Verify on one process."""
    return verification.verify(**options)
