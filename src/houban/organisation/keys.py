"""The keyring as this app uses it: made with the first person's key, held still while keys change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet

from houban.core import keyring

HOLD = "SELECT pg_advisory_xact_lock_shared(hashtext('houban.masters'))"
CHANGE = "SELECT pg_advisory_xact_lock(hashtext('houban.masters'))"
ONE_PERSON = "SELECT pg_advisory_xact_lock(hashtext('houban.personal'), (%s %% 2147483647)::integer)"
BEGUN = "SELECT houban.has_personal_keys()"


@dataclass(frozen=True)
class Store:
    """A table of keys, each wrapped under a master key, and whose number a key of it is bound to.

    Its rows have `key`, `master` and `wrapped`; rooms above add theirs, so that a rotation leaves none behind.
    """

    model: type[Model]
    owner: Callable[[Any], UUID]
    with_it: tuple[str, ...] = ()

    def living(self) -> QuerySet[Any]:
        """Return the keys that have not been destroyed."""
        return self.model._default_manager.filter(key__isnull=False).select_related(*self.with_it)


STORES: list[Store] = []


def add_store(store: Store) -> None:
    """Add a table of keys, once."""
    if store.model not in {one.model for one in STORES}:
        STORES.append(store)


def store_of(model: type[Model]) -> Store:
    """Return the store of a table of keys."""
    return next(one for one in STORES if one.model is model)


def ring() -> keyring.Keyring:
    """Return this installation's keys, as they are."""
    return keyring.of_installation()


def ring_to_seal() -> keyring.Keyring:
    """Return the keys for a value to be sealed; no master key comes or goes until the transaction ends.

    The first master key is made before the first person has a key, and never later: a lost one is to be noticed.
    """
    _run(HOLD)
    return _established()


def ring_to_change() -> keyring.Keyring:
    """Return the keys to add or retire one, when nobody seals anything until the transaction ends."""
    _run(CHANGE)
    return _established()


def _established() -> keyring.Keyring:
    if not settings.HOUBAN_MASTER_KEY and not _run(BEGUN):
        keyring.establish(settings.HOUBAN_DATA)
    return keyring.of_installation()


def one_at_a_time(person: int) -> None:
    """Let nobody else change this person's values until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_PERSON, [person])


def _run(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
