"""Who takes a step: the person with the posts held today, or a service."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from houban.accounts.who import actor
from houban.core.claims import HeldPost
from houban.core.record import COMMAND_LINE, Actor
from houban.matters.rules.guards import Me, Seat
from houban.ui.pages import StaffRequest

OVER = "SELECT houban.posts_over(%s)"


@dataclass(frozen=True)
class Hand:
    """The actor of the record, the person, and every post held today."""

    actor: Actor
    person: int | None = None
    posts: tuple[HeldPost, ...] = ()
    is_service: bool = False

    def over(self, unit: int) -> Me:
        """Return what one may do about a matter in a division; one query."""
        if self.is_service:
            return Me(None, (), is_service=True)
        with connection.cursor() as cursor:
            cursor.execute(OVER, [unit])
            reaching = set(cursor.fetchone()[0])
        return Me(self.person, tuple(Seat(post.body, post.powers, post.appointment in reaching) for post in self.posts))

    def label(self, body: int | None) -> str:
        """Return the post one acts in, in the name of an organisation."""
        return next((post.label for post in self.posts if post.body == body), "")


SERVICE = Hand(COMMAND_LINE, is_service=True)


def of(request: StaffRequest) -> Hand:
    """Return who asks."""
    standing = request.user.standing
    return Hand(actor(request), standing.person, standing.posts)
