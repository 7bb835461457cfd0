"""The record of who did what: one entry for each act, in the act's own transaction, chained to the one before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from houban.core import ids
from houban.core.models import RecordEntry
from houban.core.record import chain, journal

LONGEST_POST = 120

# The transaction's strand so far, as "strand position digest", lives in a setting of the transaction: a savepoint
# that is rolled back takes it back together with its entries.
PREPARE = f"""
SELECT r.id, r.strand, r.position, decode(r.previous, 'hex'), {chain.PAYLOAD}
FROM (
    SELECT nextval('core_recordentry_id_seq') AS id, coalesce(tail.words[1]::uuid, %(strand)s) AS strand,
        coalesce(tail.words[2]::integer, 0) + 1 AS position, coalesce(tail.words[3], '') AS previous,
        %(at)s::timestamptz AS at, %(actor_id)s::bigint AS actor_id, %(actor_name)s AS actor_name, %(post)s AS post,
        %(unit)s::bigint AS unit, %(address)s AS address, %(verb)s AS verb, %(subject_type)s AS subject_type,
        %(subject_id)s AS subject_id, %(subject_label)s AS subject_label,
        %(before)s::jsonb AS before, %(after)s::jsonb AS after
    FROM (SELECT string_to_array(nullif(current_setting('houban.strand', true), ''), ' ')) AS tail (words)
) AS r
"""  # noqa: S608 - the payload is a constant
WRITE = """
INSERT INTO core_recordentry (
    id, strand, position, digest, at, actor_id, actor_name, post, unit, address, verb, subject_type, subject_id,
    subject_label, before, after
)
SELECT %(id)s, %(strand)s, %(position)s, %(digest)s, %(at)s, %(actor_id)s, %(actor_name)s, %(post)s, %(unit)s,
    %(address)s, %(verb)s, %(subject_type)s, %(subject_id)s, %(subject_label)s, %(before)s::jsonb, %(after)s::jsonb
FROM set_config('houban.strand', %(tail)s, true)
"""
HEAD = "SELECT position, digest FROM houban_strand_head(%s)"


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, or a command without one; in which post and over which division, 0 being all of them."""

    id: int | None
    name: str
    address: str = ""
    post: str = ""
    unit: int = 0


COMMAND_LINE = Actor(None, "命令行")


class OutsideTransactionError(RuntimeError):
    """An act was recorded outside the transaction that performs it."""


def record(
    verb: str,
    subject: models.Model | str,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> RecordEntry:
    """Write one entry; `before` and `after` hold what the act changed."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(verb)
    is_model = isinstance(subject, models.Model)
    entry = RecordEntry(
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        post=by.post[:LONGEST_POST],
        unit=by.unit,
        address=by.address,
        verb=verb,
        subject_type=subject._meta.label_lower if isinstance(subject, models.Model) else str(subject),
        subject_id=str(subject.pk) if isinstance(subject, models.Model) else "",
        subject_label=str(subject)[:200] if is_model else "",
        before=_plain(before),
        after=_plain(after),
    )
    _write(entry)
    if entry.position == 1:
        transaction.on_commit(partial(_journal, entry, at=at), robust=True)
    return entry


def _write(entry: RecordEntry) -> None:
    """Ask the database for the bytes it would store, chain them, and store them."""
    columns = {field.column: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    columns |= {name: _json(columns[name]) for name in ("before", "after")}
    columns["strand"] = ids.new_id(entry.at)
    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, columns)
        entry.id, entry.strand, entry.position, previous, payload = cursor.fetchone()
        entry.digest = chain.digest(payload, previous=previous or chain.START)
        columns |= {"id": entry.id, "strand": entry.strand, "position": entry.position, "digest": entry.digest}
        columns["tail"] = f"{entry.strand} {entry.position} {entry.digest.hex()}"
        cursor.execute(WRITE, columns)
    entry._state.adding = False
    entry._state.db = connection.alias


def _journal(first: RecordEntry, *, at: datetime) -> None:
    """Note a committed strand outside the database, as the database has it: savepoints may have taken entries back."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(HEAD, [first.strand])
        found = cursor.fetchone()
    if found and first.strand:
        journal.append(first.strand, length=found[0], digest=bytes(found[1]), at=at)


def _json(values: Any) -> str | None:
    return None if values is None else json.dumps(values)


def _plain(values: Mapping[str, Any] | None) -> Any:
    if values is None:
        return None
    encoder = DjangoJSONEncoder()
    return {key: _scalar(value, encoder) for key, value in values.items()}


def _scalar(value: Any, encoder: DjangoJSONEncoder) -> Any:
    plain = isinstance(value, str | int | float | bool | list | dict) or value is None
    return value if plain else encoder.default(value)
