"""What the application's role may do; it owns nothing, so everything is granted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from psycopg import sql

from houban.core import claims

READ_ONLY = ("django_migrations",)

TABLES = """
SELECT c.relname, obj_description(c.oid, 'pg_class') = 'append-only'
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""


def grant_after_migration(using: str, **_: Any) -> None:
    """Grant the application's role its rights on every table there is, and none on the key of the claims."""
    claims.keep_key(using)
    role = sql.Identifier(settings.APPLICATION_ROLE)
    with connections[using].cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        for name, is_append_only in tables:
            rights = _rights(name, is_append_only=bool(is_append_only))
            table = sql.Identifier(name)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(table, role))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), table, role))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA houban TO {}").format(role))
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))


def _rights(table: str, *, is_append_only: bool) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if is_append_only else "SELECT, INSERT, UPDATE, DELETE"
