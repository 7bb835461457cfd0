"""The keyring as this app uses it: made with the first person's key, held still while keys change."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from houban.core import keyring

HOLD = "SELECT pg_advisory_xact_lock_shared(hashtext('houban.masters'))"
CHANGE = "SELECT pg_advisory_xact_lock(hashtext('houban.masters'))"
ONE_PERSON = "SELECT pg_advisory_xact_lock(hashtext('houban.personal'), (%s %% 2147483647)::integer)"
BEGUN = "SELECT houban.has_personal_keys()"


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
