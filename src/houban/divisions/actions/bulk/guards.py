"""Take the guards of tables down for a bulk load and put every one of them up again, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import transaction

from houban.divisions.actions.bulk.telling import Tell

# Dropped and made again: foreign keys, exclusions and uniqueness, which cost a look-up for each row. Checks and
# primary keys stay.
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'x') ORDER BY 1, 3, 2
"""
INDEXES = """
SELECT i.indrelid::regclass::text, c.relname, 'i', pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY 1, 2
"""
MEMORY = "SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '128MB'"


class NotTheOwnerError(RuntimeError):
    """Only the owner of the tables may take their guards down: bulk loads run from the command line."""


class _Guard(NamedTuple):
    table: str
    name: str
    kind: str
    definition: str


def demand_owner(table: str) -> None:
    """Refuse, with a sentence, to go on as a role that owns nothing."""
    owns = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass"
    if not _rows(owns, [table])[0][0]:
        raise NotTheOwnerError("成批装载要用数据库所有者的身份，请在命令行上运行。登记没有改动。")


@contextmanager
def down(tables: Sequence[str], *, also_indexes: bool, tell: Tell) -> Iterator[None]:
    """Take the triggers, and with `also_indexes` what is looked up for each row, off some tables for a while."""
    _run("SET CONSTRAINTS ALL IMMEDIATE", MEMORY)
    guards = [_Guard(*row) for row in _rows(CONSTRAINTS, [list(tables)]) + _rows(INDEXES, [list(tables)])]
    guards = guards if also_indexes else []
    _run(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
    _run(*(_drop(guard) for guard in sorted(guards, key=lambda guard: guard.kind != "f")))
    yield
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    for guard in sorted(guards, key=lambda guard: "iuxf".index(guard.kind)):
        tell(f"重建 {guard.name}")
        _run(_make(guard))
    _run(*(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables), "SET CONSTRAINTS ALL DEFERRED")


def _drop(guard: _Guard) -> str:
    if guard.kind == "i":
        return f'DROP INDEX "{guard.name}"'
    return f'ALTER TABLE {guard.table} DROP CONSTRAINT "{guard.name}"'


def _make(guard: _Guard) -> str:
    if guard.kind == "i":
        return guard.definition
    return f'ALTER TABLE {guard.table} ADD CONSTRAINT "{guard.name}" {guard.definition}'


def _run(*statements: str) -> None:
    with transaction.get_connection().cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _rows(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
