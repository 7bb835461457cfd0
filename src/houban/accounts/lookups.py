"""Who is signed in, asked in plain SQL: every request asks for its session and account, and little else costs as much.

The session's store and the account's backend are Django's but for the one question each asks most.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session

from houban.accounts.models import User

OF_A_SESSION = "SELECT * FROM django_session WHERE session_key = %s AND expire_date > clock_timestamp()"
OF_AN_ACCOUNT = "SELECT * FROM accounts_user WHERE id = %s"


class SessionStore(InTheDatabase):
    """The sessions of the database."""

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(Session.objects.raw(OF_A_SESSION, [self.session_key])), None)
        if found is None:
            self._session_key = None
        return found


class Accounts(ModelBackend):
    """The accounts of the database."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the account signed in, unless it has been closed."""
        found = next(iter(User.objects.raw(OF_AN_ACCOUNT, [user_id])), None)
        return found if found is not None and self.user_can_authenticate(found) else None
