"""Rows of several tables, kept in files until they are copied, since COPY takes one table at a time."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction

COLUMNS = {
    "divisions_change": (
        "id, effective_on, sequence, title, document, authority, file, day_basis, origin, status, shapes, scheme, note,"
        " recorded_at, recorded_by_name, enacted_at, annulled_because"
    ),
    "divisions_division": "id, level",
    "divisions_divisionversion": (
        "division_id, name, official_name, form, parent_id, during, change_id, recorded_at, written_by_id,"
        " retracted_at, retracted_by_id"
    ),
    "divisions_divisioncode": (
        "division_id, scheme, code, during, change_id, recorded_at, written_by_id, retracted_at, retracted_by_id"
    ),
    "divisions_flow": (
        "change_id, number, source_id, target_id, source_code, source_name, target_code, target_name,"
        " target_official_name, target_form, target_parent_code, part, groups, shares, certainty, clue, score, note"
    ),
}
TABLES = tuple(COLUMNS)
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
PIECE = 1 << 20


class Spool:
    """One file for each table of the register, in the text format of COPY."""

    def __init__(self) -> None:
        self.files: dict[str, IO[str]] = {
            table: TemporaryFile("w+", encoding="utf-8", newline="\n", buffering=PIECE)  # noqa: SIM115 -- closed on leaving
            for table in TABLES
        }
        self.rows = dict.fromkeys(TABLES, 0)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self.files.values():
            file.close()

    def add(self, table: str, *values: object) -> None:
        """Add a row; the values stand in the order of the table's columns above."""
        self.rows[table] += 1
        self.files[table].write(line(*values))

    def copy(self, table: str) -> None:
        """Send a table's rows to the database, in the transaction that is open."""
        connection = transaction.get_connection()
        statement = f"COPY {table} ({COLUMNS[table]}) FROM STDIN"
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for piece in self._pieces(table):
                copy.write(piece)

    def _pieces(self, table: str) -> Iterator[str]:
        file = self.files[table]
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def line(*values: object) -> str:
    """Write a row in the text format of COPY."""
    return "\t".join([_cell(value) for value in values]) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return r"\N"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)
