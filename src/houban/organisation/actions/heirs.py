"""Settle which successor the rows of a divided division belong to."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from houban.core.record import Actor, record
from houban.organisation.heirs import Unclear
from houban.organisation.models import Heir
from houban.organisation.refusals import Refused, explained


@transaction.atomic
def settle(one: Unclear, heir: int, *, reason: str, by: Actor, at: datetime) -> Heir:
    """Decide for one of the successors; a later decision takes the place of an earlier one, both are on record."""
    if heir not in {successor.division for successor in one.successors}:
        raise Refused(_("它没有承接%(name)s。请从承接单位里选一个。") % {"name": one.name})
    before = one.settled.heir_id if one.settled else None
    with explained():
        made, _made = Heir.objects.update_or_create(
            former_id=one.division,
            defaults={"heir_id": heir, "reason": reason, "settled_at": at, "settled_by_name": by.name},
        )
    record(
        "organisation.heir.settled",
        made,
        by=by,
        at=at,
        before={"heir": before} if before else None,
        after={"former": one.division, "heir": heir, "reason": reason},
    )
    return made


@transaction.atomic
def unsettle(heir: Heir, *, by: Actor, at: datetime) -> None:
    """Take a decision back: all successors see the rows again."""
    before = {"former": heir.former_id, "heir": heir.heir_id, "reason": heir.reason}
    record("organisation.heir.unsettled", heir, by=by, at=at, before=before)
    with explained():
        heir.delete()
