"""Who asks: a signed claim that the database checks itself, so that no injected statement can be somebody else.

A claim names its subject, the moment it ends and the server process it is for, and carries an HMAC over the three
(RFC 2104, SHA-256). The key lies in the data folder and, folded into its two pads, in a table that the application's
role can't read. `houban.subject()` checks the claim; every policy rests on it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

LIFETIME = timedelta(minutes=10)
SERVICE_LIFETIME = timedelta(days=1)
ANONYMOUS = "nobody"
BLOCK = 64  # bytes; the block of SHA-256
SET = "SELECT set_config('houban.claim', %s, %s)"
ENTER = "SELECT houban.enter(%s)"
NOW = "SELECT current_setting('houban.claim', true)"
KNOWN = "SELECT encode(inner_pad, 'hex'), encode(outer_pad, 'hex') FROM houban.claim_key"
KEEP = "INSERT INTO houban.claim_key (inner_pad, outer_pad) VALUES (decode(%s, 'hex'), decode(%s, 'hex'))"


@dataclass(frozen=True)
class HeldPost:
    """A post somebody holds today, with what it lets them do."""

    appointment: int
    post: int
    kind: str
    title: str
    organisation: str
    body: int
    unit: int
    powers: frozenset[str]

    @property
    def label(self) -> str:
        """Return the organisation and the post as they are said together."""
        return f"{self.organisation} {self.title}"


@dataclass(frozen=True)
class Standing:
    """What the database says of the one who asks: the person and the posts held today."""

    person: int | None = None
    posts: tuple[HeldPost, ...] = ()

    @property
    def powers(self) -> frozenset[str]:
        """Return every power that comes with a post held today."""
        return frozenset().union(*(post.powers for post in self.posts))

    def by(self, power: str) -> HeldPost | None:
        """Return the post that gives a power, or the first one held."""
        return next((post for post in self.posts if power in post.powers), self.posts[0] if self.posts else None)


NOBODY = Standing()


def account(pk: int) -> str:
    """Return the subject of somebody signed in."""
    return f"account:{pk}"


def service(name: str) -> str:
    """Return the subject of a command or a job, which acts for the installation and not for a person."""
    return f"service:{name}"


def signed(subject: str, *, until: datetime, process: int) -> str:
    """Return a claim: subject, end in seconds since 1970, the database's process, and the signature."""
    text = f"{subject}|{int(until.timestamp())}|{process}"
    return f"{text}|{hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()}"


def _key() -> bytes:
    return hashlib.sha256(settings.HOUBAN_CLAIM_KEY.encode()).digest()


def pads() -> tuple[str, str]:
    """Return the key's inner and outer pad in hexadecimal, as HMAC uses them."""
    block = _key().ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block).hex(), bytes(byte ^ 0x5C for byte in block).hex()


def keep_key(using: str) -> None:
    """Let the database know the key where it does not yet; only the owner can."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(KNOWN)
        if cursor.fetchone() != pads():
            cursor.execute("DELETE FROM houban.claim_key")
            cursor.execute(KEEP, pads())


def enter(subject: str, *, at: datetime) -> Standing:
    """Claim a subject for the transaction that is open; return the person and the posts behind it."""
    connection = transaction.get_connection()
    claim = signed(subject, until=at + LIFETIME, process=_process(connection))
    if subject == ANONYMOUS:
        _set(connection, claim, local=True)
        return NOBODY
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [claim])
        found = cursor.fetchone()[0]
    return _standing(json.loads(found) if isinstance(found, str) else found)


def _process(connection: BaseDatabaseWrapper) -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def _standing(found: dict[str, Any]) -> Standing:
    posts = (HeldPost(**post | {"powers": frozenset(post["powers"])}) for post in found["posts"])
    return Standing(found["person"], tuple(posts))


@contextmanager
def acting(subject: str, *, at: datetime) -> Iterator[Standing]:
    """Open a transaction with a claim of its own: for requests, jobs, and answers that are streamed.

    A claim ends with its transaction; within a transaction that was open before, the former claim comes back.
    """
    connection = transaction.get_connection()
    before = _present(connection) if connection.in_atomic_block else ""
    with transaction.atomic():
        yield enter(subject, at=at)
        if before and not connection.needs_rollback:
            _set(connection, before, local=True)


def _present(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        return cursor.fetchone()[0] or ""


def _set(connection: BaseDatabaseWrapper, claim: str, *, local: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET, [claim, local])


def serve_as(name: str, now: Callable[[], datetime]) -> None:
    """Let every connection of this process act as a service; for commands, never for the web server."""

    def claim(connection: BaseDatabaseWrapper, **_: object) -> None:
        text = signed(service(name), until=now() + SERVICE_LIFETIME, process=_process(connection))
        _set(connection, text, local=False)

    connection_created.connect(claim, weak=False, dispatch_uid="houban.claims")
    for alias in connections:
        if connections[alias].connection is not None:
            claim(connections[alias])
