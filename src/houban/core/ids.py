"""Identifiers that sort by the moment they were made: UUID version 7 of RFC 9562."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VERSION, VARIANT = 0x7, 0b10
FRACTION_BITS, RANDOM_BITS = 12, 62
FRACTIONS = 1 << FRACTION_BITS


class NaiveMomentError(ValueError):
    """A moment without a time zone names no moment."""


class NotMadeFromMomentError(ValueError):
    """An identifier of another version holds no moment."""


def new_id(at: datetime) -> UUID:
    """Make an identifier of a moment; microseconds fill the twelve bits after the milliseconds, the rest is random."""
    if at.tzinfo is None:
        raise NaiveMomentError(str(at))
    milliseconds, microseconds = divmod((at - EPOCH) // timedelta(microseconds=1), 1000)
    fraction = microseconds * FRACTIONS // 1000
    high = milliseconds << 16 | VERSION << 12 | fraction
    low = VARIANT << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
    return UUID(int=high << 64 | low)


def moment_of(identifier: UUID) -> datetime:
    """Return the moment an identifier was made: to the microsecond for ours, to the millisecond for anybody's."""
    if identifier.version != VERSION:
        raise NotMadeFromMomentError(str(identifier))
    high = identifier.int >> 64
    milliseconds, fraction = high >> 16, high & (FRACTIONS - 1)
    microseconds = min(-(-fraction * 1000 // FRACTIONS), 999)
    return EPOCH + timedelta(milliseconds=milliseconds, microseconds=microseconds)
