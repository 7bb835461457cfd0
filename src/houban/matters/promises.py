"""The table of verbs in the database, kept equal to the code's."""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction

from houban.matters.rules import table

COLUMNS = "kind, verb, begins, ends, who, guards, touches"
MARKS = "%s, %s, %s, %s, %s, %s, %s"


def copy_table(using: str, **_: Any) -> None:
    """Make the database's table of verbs equal to the code's, after every migration."""
    wanted = table.rows()
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM matters_transition")  # noqa: S608 - constant text
        known = set(cursor.fetchall())
        if gone := sorted(known - wanted):
            cursor.executemany(f"DELETE FROM matters_transition WHERE ({COLUMNS}) = ({MARKS})", gone)  # noqa: S608
        if new := sorted(wanted - known):
            cursor.executemany(f"INSERT INTO matters_transition ({COLUMNS}) VALUES ({MARKS})", new)  # noqa: S608
