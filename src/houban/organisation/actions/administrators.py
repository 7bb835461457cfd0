"""The first people of an installation, made by a command; everybody later is appointed by somebody."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from houban.accounts import actions as accounts
from houban.accounts.models import User
from houban.core.record import Actor
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Organisation, Person, Post
from houban.organisation.powers import PostKind
from houban.organisation.words import OrganisationKind

SEATS = 9
FIRST_POSTS = {
    OrganisationKind.SYSTEM: ("系统管理", PostKind.SYSTEM_ADMINISTRATOR),
    OrganisationKind.TASK_FORCE: ("后半篇办", PostKind.TASK_FORCE_HEAD),
}


@transaction.atomic
def make_administrator(username: str, *, name: str, password: str, on: date, by: Actor, at: datetime) -> User:
    """Make an account whose person administers the system and heads the office; raise ValidationError."""
    user = accounts.create(username, name=name, password=password, by=by, at=at)
    person = people.enter(name, unit=None, by=by, at=at)
    give_account(person, user)
    for kind in FIRST_POSTS:
        appointments.appoint(person, _post(kind, on, by=by, at=at), Terms(start=on, basis=_("系统初建")), by=by, at=at)
    return user


def give_account(person: Person, user: User) -> None:
    """Let a person sign in by an account."""
    person.account = user
    person.save(update_fields=["account"])


def _post(kind: OrganisationKind, on: date, *, by: Actor, at: datetime) -> Post:
    name, post_kind = FIRST_POSTS[kind]
    known = Post.objects.on(on).filter(kind=post_kind, organisation__kind=kind).first()
    if known is not None:
        return known
    organisation = Organisation.objects.on(on).filter(kind=kind, division=None).first() or organisations.found(
        name, kind, start=on, division=None, by=by, at=at
    )
    return organisations.establish_post(
        organisation, post_kind, title=str(PostKind(post_kind).label), seats=SEATS, start=on, by=by, at=at
    )
