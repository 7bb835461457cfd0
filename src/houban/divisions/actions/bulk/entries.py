"""Copy the rows of official lists, hundreds of thousands at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from houban.divisions.actions.bulk.spool import line

TABLE = "divisions_listentry"
COPY = f"COPY {TABLE} (list_id, code, name, level, parent_code) FROM STDIN"
PIECE = 20_000
Line = tuple[int, str, str, str, str]


def copy(lines: Iterable[Line]) -> None:
    """Write rows of lists; needs the owner's connection where row security is on."""
    connection = transaction.get_connection()
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(COPY) as into:
        piece: list[str] = []
        for values in lines:
            piece.append(line(*values))
            if len(piece) == PIECE:
                into.write("".join(piece))
                piece.clear()
        into.write("".join(piece))
