"""Put right what an order says, as long as nobody has accepted it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from houban.core.record import record
from houban.matters.hands import Hand
from houban.matters.models import Matter, Order
from houban.matters.refusals import order_is_accepted, refused
from houban.matters.words import State, Verb, Who


@transaction.atomic
def correct(pk: UUID, *, grade: str, basis: str, demand: str, by: Hand, at: datetime) -> Order:
    """Say anew what is demanded; whoever is to do it has not accepted it yet. Raises `RefusedError`."""
    matter = Matter.objects.select_for_update().get(pk=pk)
    if by.person is None or matter.reporter_id != by.person:
        raise refused("who", verb=Verb.SUPERVISE, who=str(Who.REPORTER.label))
    if matter.state != State.DISPATCHED:
        raise order_is_accepted()
    if not demand.strip():
        raise refused("text", verb=Verb.SUPERVISE)
    order = Order.objects.get(pk=pk)
    before = {"grade": order.grade, "basis": order.basis, "demand": order.demand}
    order.grade, order.basis, order.demand = grade, basis, demand.strip()
    order.save(update_fields=["grade", "basis", "demand"])
    after = {"grade": order.grade, "basis": order.basis, "demand": order.demand}
    record("matters.order.corrected", matter, by=by.actor, at=at, before=before, after=after)
    return order
