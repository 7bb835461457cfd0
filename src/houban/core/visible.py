"""Lists of what one may see, newest first, from tables whose policy compares `unit` with the claimant's scope.

Under `unit = ANY (…)` the planner can't know how many rows lie in a scope. A small scope is read unit by unit through
the index on (unit, id), a large one from the newest row backwards; an empty one is answered without looking.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import connection, models
from psycopg import sql

Row = TypeVar("Row", bound=models.Model)
SMALL = 800  # units; beyond that, reading backwards meets a visible row soon enough
SIZE = "SELECT cardinality(houban.units_for(%s))"
BY_UNIT = sql.SQL("""
SELECT newest.id FROM unnest(houban.units_for({power})) AS scope(unit) CROSS JOIN LATERAL (
    SELECT r.{key} AS id FROM {table} r WHERE r.unit = scope.unit {before} ORDER BY r.{key} DESC LIMIT {limit}
) newest ORDER BY newest.id DESC LIMIT {limit}
""")


def newest(rows: models.QuerySet[Row], *, limit: int = 50, before: object = None, power: str = "read") -> list[Row]:
    """Return the newest visible rows, those before a key when one is given (the last of the page above)."""
    with connection.cursor() as cursor:
        cursor.execute(SIZE, [power])
        size = cursor.fetchone()[0]
    if not size:
        return []
    if size > SMALL or rows.query.where:
        older = rows if before is None else rows.filter(pk__lt=before)
        return list(older.order_by("-pk")[:limit])
    found = rows.in_bulk(_by_unit(rows.model, limit, before, power))
    return [found[key] for key in sorted(found, reverse=True)]


def _by_unit(model: type[models.Model], limit: int, before: object, power: str) -> list[object]:
    key = sql.Identifier(str(model._meta.pk.column))
    older = sql.SQL("") if before is None else sql.SQL("AND r.{} < {}").format(key, sql.Literal(before))
    query = BY_UNIT.format(
        power=sql.Literal(power),
        key=key,
        table=sql.Identifier(model._meta.db_table),
        before=older,
        limit=sql.Literal(limit),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
