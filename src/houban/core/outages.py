"""What fails beneath the program: the database is away, or a disk is full; told by what was raised."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import Enum

import django.db
import psycopg

FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL = "53100"
CROSSED = "40"  # deadlocks and what can't be put in an order
CUT = ("08", "53", "57P", "58")  # SQLSTATEs: connection, resources, shut down or starting up, the system beneath


class Outage(Enum):
    """What is the matter."""

    AWAY = "the database can't be reached"
    FULL = "a disk is full"
    BUSY = "others stood in the way, and the database chose to end this one"


def of(error: BaseException | None) -> Outage | None:
    """Return the outage behind an exception, or None where it is no outage's fault."""
    return next((found for one in _behind(error) if (found := _of(one)) is not None), None)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _of(error: BaseException) -> Outage | None:
    if isinstance(error, OSError):
        return Outage.FULL if error.errno in FULL_DISK else None
    if isinstance(error, psycopg.Error) and error.sqlstate is not None:
        state = error.sqlstate
        if state == DISK_FULL:
            return Outage.FULL
        return Outage.BUSY if state.startswith(CROSSED) else Outage.AWAY if state.startswith(CUT) else None
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Outage.AWAY
    is_told_by_django = isinstance(error, django.db.OperationalError | django.db.InterfaceError)
    return Outage.AWAY if is_told_by_django and error.__cause__ is None else None
