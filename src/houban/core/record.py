"""The record of who did what: one entry for each act, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from houban.core.models import RecordEntry


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, or a command without one."""

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
        address=by.address,
        verb=verb,
        subject_type=subject._meta.label_lower if isinstance(subject, models.Model) else str(subject),
        subject_id=str(subject.pk) if isinstance(subject, models.Model) else "",
        subject_label=str(subject)[:200] if is_model else "",
        before=_plain(before),
        after=_plain(after),
    )
    entry.save(force_insert=True)
    return entry


def _plain(values: Mapping[str, Any] | None) -> Any:
    if values is None:
        return None
    encoder = DjangoJSONEncoder()
    return {key: _scalar(value, encoder) for key, value in values.items()}


def _scalar(value: Any, encoder: DjangoJSONEncoder) -> Any:
    plain = isinstance(value, str | int | float | bool | list | dict) or value is None
    return value if plain else encoder.default(value)
