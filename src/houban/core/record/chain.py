"""How the entries of a strand hold together: an HMAC-SM3 over the previous digest and every stored column."""

from __future__ import annotations

import hmac
from functools import cache
from uuid import UUID

from django.conf import settings

START = bytes(32)  # stands before a strand's first entry
LENGTH_BYTES = 4

# Binary, with a type and a length before each value: no two rows give the same bytes. PostgreSQL builds them when an
# entry is written and when it is verified. The first four columns have fixed places, which `scan` knows.
PAYLOAD = """
record_send(ROW(
    r.strand, r.position, r.id, r.at, r.actor_id, r.actor_name::text, r.post::text, r.unit, r.address::text,
    r.verb::text, r.subject_type::text, r.subject_id::text, r.subject_label::text, r.before, r.after
))
"""


@cache
def _keyed(key: str, purpose: bytes) -> hmac.HMAC:
    return hmac.new(key.encode(), purpose + b"\0", "sm3")


def keyed(purpose: bytes) -> hmac.HMAC:
    """Return an HMAC-SM3 under the installation's key that has seen its purpose; the caller works on a copy."""
    return _keyed(settings.HOUBAN_RECORD_KEY, purpose).copy()


def digest(payload: bytes, *, previous: bytes) -> bytes:
    """Chain an entry to the one before it."""
    seal = keyed(b"entry")
    seal.update(previous)
    seal.update(payload)
    return seal.digest()


def head(strand: UUID, *, length: int, digest: bytes) -> bytes:
    """Return what journal and anchors know of a strand, in bytes that sort by strand and length."""
    return strand.bytes + length.to_bytes(LENGTH_BYTES) + digest
