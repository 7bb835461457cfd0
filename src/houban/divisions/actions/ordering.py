"""Keep the order of several acts on one day: a later one builds on the map that an earlier one leaves."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q

from houban.core.record import Actor, record
from houban.divisions.actions import writing
from houban.divisions.models import Change, Flow
from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Wrong
from houban.divisions.words import Status


class CannotMoveError(Exception):
    """The change has no place to move to, or what stands there is in force."""


def next_on(day: date) -> int:
    """Return the place after the last change of a day."""
    last = Change.objects.filter(effective_on=day).aggregate(last=Max("sequence"))["last"]
    return (last or 0) + 1


def neighbours(change: Change) -> list[Change]:
    """Return all changes of the same day that count or may count, in their order."""
    of_day = Change.objects.filter(effective_on=change.effective_on).exclude(status=Status.ANNULLED)
    return list(of_day.filter(Q(branch=change.branch_id) | Q(status=Status.ENACTED)).in_order())


@transaction.atomic
def move(change: Change, *, later: int, by: Actor, at: datetime) -> Change:
    """Let a draft change places with the one before it (-1) or after it (1); what is in force keeps its place."""
    writing.take_turn()
    of_day = neighbours(change)
    places = [one.pk for one in of_day]
    here = places.index(change.pk) if change.pk in places else -1
    there = here + (1 if later > 0 else -1)
    if here < 0 or not 0 <= there < len(of_day):
        raise CannotMoveError("当日没有别的调整可换")
    mine, other = of_day[here], of_day[there]
    if mine.status != Status.DRAFT or other.status != Status.DRAFT:
        raise CannotMoveError(f"“{other.title}”已经生效，次序不能再动")
    numbers = sorted({mine.sequence, other.sequence})
    first, last = (numbers[0], numbers[-1]) if len(numbers) == 2 else (numbers[0], numbers[0] + 1)
    earlier, after = (mine, other) if there < here else (other, mine)
    Change.objects.filter(pk=earlier.pk).update(sequence=first)
    Change.objects.filter(pk=after.pk).update(sequence=last)
    record("divisions.change.moved", change, by=by, at=at, before={"place": here + 1}, after={"place": there + 1})
    return mine


def out_of_turn(change: Change, plan: Plan) -> list[Wrong]:
    """Refuse to enact an act after one that is later the same day and touches the same divisions."""
    later = Change.objects.enacted().filter(effective_on=change.effective_on, sequence__gt=change.sequence)
    touched = {source for source, _ in plan.ends.values() if source is not None} | plan.ended.keys()
    touched |= {target.id for target in plan.kept if target.id is not None}
    titles: dict[str, int] = {}
    for flow in Flow.objects.filter(change__in=later).select_related("change"):
        if {flow.source_id, flow.target_id} & touched:
            titles.setdefault(flow.change.title, flow.change.sequence)
    return [_wrong(title, number) for title, number in titles.items()]


def _wrong(title: str, number: int) -> Wrong:
    what = f"当日第 {number} 次“{title}”排在它后面却已经生效，动的是同样的单位"
    return Wrong(0, "当日次序", what, "请把这一次改到它之后，或先撤销那一次")
