"""Read the whole record as the owner, on one snapshot, past whatever could hide rows or bend what is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

ALIAS = "owner"
# PostgreSQL's own functions and operators go before any others; a policy that would hide rows is an error.
SURROUNDINGS = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = pg_catalog, public, pg_temp;
SET LOCAL row_security = off;
SET LOCAL client_encoding = 'UTF8';
"""


@contextmanager
def snapshot() -> Iterator[Any]:
    """Yield a cursor that sees one state of the record, and can't write."""
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(SURROUNDINGS)
        yield cursor
