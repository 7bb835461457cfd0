"""The table of powers in the database, and the questions of who may."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, connections, transaction
from django.db.models.expressions import RawSQL

from houban.organisation import powers
from houban.organisation.rules import incompatible

REFRESH = "SELECT houban.refresh_reach()"
COULD = "SELECT * FROM houban.who_could(%s, %s, %s)"
COVERS = "SELECT %s = ANY (houban.units_for(%s))"
SCOPE = "SELECT unnest(houban.units_for(%s))"


def copy_tables(using: str, **_: Any) -> None:
    """Make the database's tables of powers and of incompatible posts equal to the code's, after every migration."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        _copy(cursor, "organisation_postpower", ("kind", "power"), powers.rows())
        columns = ("one", "other", "same_division", "kin", "article")
        _copy(cursor, "organisation_incompatible", columns, incompatible.rows())


def _copy(cursor: Any, table: str, columns: tuple[str, ...], wanted: Set[tuple[Any, ...]]) -> None:
    named, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    cursor.execute(f"SELECT {named} FROM {table}")  # noqa: S608 - names of this module
    known = set(cursor.fetchall())
    if gone := sorted(known - wanted):
        cursor.executemany(f"DELETE FROM {table} WHERE ({named}) = ({marks})", gone)  # noqa: S608
    if new := sorted(wanted - known):
        cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", new)  # noqa: S608


@dataclass(frozen=True)
class Answer:
    """Somebody who could, and by which post."""

    appointment: int
    person: int
    name: str
    post: int
    title: str
    organisation: str
    division: int | None
    kind: str
    nature: str


def who_could(unit: int, power: str, on: date) -> list[Answer]:
    """Return who held, on a day, a post with a power over a division or what it had become."""
    with connection.cursor() as cursor:
        cursor.execute(COULD, [unit, power, on])
        return [Answer(*row) for row in cursor.fetchall()]


def covers(unit: int, power: str) -> bool:
    """Tell whether the claimant holds a power over a division today."""
    with connection.cursor() as cursor:
        cursor.execute(COVERS, [unit, power])
        return bool(cursor.fetchone()[0])


def scope(power: str) -> RawSQL:
    """Return the divisions over which the claimant holds a power today, as a part of a larger query."""
    return RawSQL(SCOPE, (power,))  # noqa: S611 - constant text, bound values


def refresh_reach() -> None:
    """Work out anew what belongs to the divisions that posts have."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH)


def refresh_statistics() -> None:
    """Let the database count the tables anew, after many rows have come at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT houban.analyse_organisations()")
