"""Slow down guessing: after five failures for a name, or twenty from an address, within fifteen minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from houban.accounts.models import SignInFailure

WINDOW = timedelta(minutes=15)
MOST_BY_NAME, MOST_BY_ADDRESS = 5, 20
INSERT = "INSERT INTO accounts_signinfailure (at, username, address) VALUES (%s, %s, %s)"


def is_locked(username: str, address: str, *, at: datetime) -> bool:
    """Tell whether further attempts must wait."""
    recent = SignInFailure.objects.since(at - WINDOW)
    by_name = recent.filter(username=username[:150]).count()
    return by_name >= MOST_BY_NAME or recent.filter(address=address).count() >= MOST_BY_ADDRESS


def count_failure(username: str, address: str, *, at: datetime) -> None:
    """Write a failure through a connection of its own, since the request's transaction is rolled back."""
    other = connection.copy("default")
    try:
        with other.cursor() as cursor:
            cursor.execute(INSERT, [at, username[:150], address])
    finally:
        other.close()
