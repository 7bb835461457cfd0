"""Choose how one is told outside these pages."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.matters.models import Subscription
from houban.matters.words import Often


@transaction.atomic
def subscribe(person: int, *, often: str, channel: str, by: Actor, at: datetime) -> Subscription:
    """Set when and by what a person is told, from now on."""
    wanted = {"often": often, "channel": "" if often == Often.NEVER else channel}
    known = Subscription.objects.filter(person=person).values("often", "channel").first()
    made, _new = Subscription.objects.update_or_create(person_id=person, defaults=wanted | {"since": at})
    record("matters.subscription", made, by=by, at=at, before=known, after=wanted)
    return made
