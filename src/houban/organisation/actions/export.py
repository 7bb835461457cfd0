"""Export everything that is held of one person."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from houban.core import claims
from houban.core.record import Actor, record
from houban.organisation import dossier
from houban.organisation.actions import personal
from houban.organisation.dossier import Dossier
from houban.organisation.models import Person
from houban.organisation.powers import Power


@transaction.atomic
def export(person: Person, *, reason: str, on: date, by: Actor, at: datetime) -> Dossier:
    """Return everything held of a person, values in plain; who asked and why is recorded first.

    It is read as a service: what the person is owed does not depend on what the one who exports may look up.
    """
    personal.require_reason(reason)
    personal.require(person, Power.PROTECT)
    record("organisation.personal.exported", person, by=by, at=at, after={"reason": reason.strip()})
    with claims.acting(claims.service("organisation.export"), at=at):
        whole = Person.objects.select_related("account").get(pk=person.pk)
        return dossier.collect(whole, on=on, at=at)
