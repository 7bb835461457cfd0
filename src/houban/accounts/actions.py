"""What a person does with accounts."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from houban.accounts.models import User
from houban.core.record import Actor, record


class NameTakenError(ValueError):
    """There is an account of this name already."""


@transaction.atomic
def create(username: str, *, name: str, password: str, by: Actor, at: datetime) -> User:
    """Make an account; what it may do follows from its person's posts. Raise ValidationError for a weak password."""
    if User.objects.filter(username=username).exists():
        raise NameTakenError(username)
    draft = User(username=username, name=name)
    draft.full_clean(exclude=["password"])
    validate_password(password, draft)
    user = User.objects.create_user(username, name=name, password=password)
    record("accounts.user.created", user, by=by, at=at, after={"username": username})
    return user


@transaction.atomic
def set_password(user: User, password: str, *, by: Actor, at: datetime) -> None:
    """Change a password; raise ValidationError for a weak one."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("accounts.password.changed", user, by=by, at=at)


@transaction.atomic
def disable(user: User, *, by: Actor, at: datetime) -> None:
    """Keep an account from signing in again."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("accounts.user.disabled", user, by=by, at=at, before={"is_active": True}, after={"is_active": False})


@transaction.atomic
def enable(user: User, *, by: Actor, at: datetime) -> None:
    """Let an account sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("accounts.user.enabled", user, by=by, at=at, before={"is_active": False}, after={"is_active": True})


@transaction.atomic
def note_sign_in(user: User, *, by: Actor, at: datetime) -> None:
    """Record that somebody signed in."""
    record("accounts.signed_in", user, by=by, at=at)


@transaction.atomic
def note_sign_out(user: User, *, by: Actor, at: datetime) -> None:
    """Record that somebody signed out."""
    record("accounts.signed_out", user, by=by, at=at)
