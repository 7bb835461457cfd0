"""Say something about a matter, and mention people of the organisations on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from houban.core.record import record
from houban.matters import mentions
from houban.matters.hands import Hand
from houban.matters.models import Comment, Matter, Mention
from houban.matters.refusals import cannot_mention, cannot_say

LONGEST = 500


@transaction.atomic
def comment(
    matter: Matter, text: str, hand: Hand, *, mentioned: Collection[int] = (), happened_at: datetime, at: datetime
) -> Comment:
    """Add a comment in one's own name; `mentioned` are appointments of those it speaks to.

    Raises `RefusedError` when nothing is said, or somebody is mentioned who may not see the matter.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or hand.person is None:
        raise cannot_say()
    people = _people(matter, mentioned)
    body = _body(matter, hand)
    made = Comment.objects.create(
        matter=matter,
        person_id=hand.person,
        body_id=body,
        post=hand.label(body)[:120],
        text=text,
        at=min(happened_at, at),
        recorded_at=at,
    )
    Mention.objects.bulk_create(
        Mention(comment=made, post_id=one.post, person_id=one.person, label=one.label[:160]) for one in people
    )
    after = {"text": text, "mentioned": [one.person for one in people]}
    record("matters.comment", matter, by=hand.actor, at=at, after=after)
    return made


def _people(matter: Matter, mentioned: Collection[int]) -> list[mentions.Candidate]:
    """Return who is mentioned, each once; refuse whoever can't be."""
    if not mentioned:
        return []
    known = {one.appointment: one for one in mentions.candidates(matter.pk)}
    if not set(mentioned) <= set(known):
        raise cannot_mention()
    return list({known[one].person: known[one] for one in mentioned}.values())


def _body(matter: Matter, hand: Hand) -> int | None:
    """Return in which organisation somebody speaks: one on the matter, else the first."""
    bodies = [post.body for post in hand.posts]
    return next((body for body in bodies if body in (matter.holder_id, matter.receiver_id)), next(iter(bodies), None))
