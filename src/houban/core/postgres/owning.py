"""Act as the owner of the tables for a while: for commands that rebuild, never for a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection sign in as the owner; a transaction that is open already keeps its role."""
    if connection.in_atomic_block:
        yield
        return
    own, given = connection.settings_dict, connections["owner"].settings_dict
    before = {key: own[key] for key in ("USER", "PASSWORD", "OPTIONS")}
    connection.close()
    own.update({key: given[key] for key in before})
    try:
        yield
    finally:
        connection.close()
        own.update(before)
