"""Take a verb: asked of the table, worked out, written as one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from houban.matters import office, routing
from houban.matters.actions import writing
from houban.matters.actions.opening import SUPERVISION, Report, open_matter
from houban.matters.actions.writing import Said
from houban.matters.hands import Hand
from houban.matters.models import Evidence, FilingRule, Matter, Step
from houban.matters.refusals import RefusedError, overtaken, refused
from houban.matters.rules import guards, outcome, table
from houban.matters.rules.clocks import Limit, Unit
from houban.matters.rules.guards import Facts
from houban.matters.rules.outcome import Given
from houban.matters.rules.table import Row
from houban.matters.words import Duty, Grade, Level, State, Verb, Who

LEAST_PARTS = 2
PARTS_FIRST = {Verb.MERGE, Verb.CLOSE, Verb.VERIFY}


@dataclass(frozen=True)
class Wish:
    """What comes with a verb, as a person gives it."""

    text: str = ""
    type: int | None = None
    rule: int | None = None
    holder: int | None = None
    twin: UUID | None = None
    amount: int = 0
    wish: str = ""
    rating: int | None = None
    result: str = ""
    due: datetime | None = None
    parts: tuple[str, ...] = ()
    grade: str = Grade.ORDINARY
    basis: str = ""


def facts_of(matter: Matter, *, verbs: Sequence[str] = ()) -> Facts:
    """Return what the guards look at; what costs a query is read only for the verbs that ask for it."""
    returned: frozenset[int] = frozenset()
    if not verbs or Verb.RETURN in verbs:
        back = Step.objects.filter(matter=matter.pk, verb=Verb.RETURN).values_list("body_id", flat=True)
        returned = frozenset(body for body in back if body)
    parts = 0
    if not verbs or PARTS_FIRST & set(verbs):
        parts = Matter.objects.filter(parent=matter.pk, kind=matter.kind).open().count()
    return Facts(
        kind=matter.kind,
        state=matter.state,
        level=matter.level,
        receiver=matter.receiver_id,
        holder=matter.holder_id,
        handler=matter.handler_id,
        reporter=matter.reporter_id,
        due=matter.due,
        is_paused=matter.paused_at is not None,
        extensions=matter.extensions,
        pauses=matter.pauses,
        appeals=matter.appeals,
        is_rated=matter.rating is not None,
        is_sampled=matter.sampled,
        is_merged=matter.twin_id is not None,
        returned_by=returned,
        open_parts=parts,
    )


def take(
    pk: UUID,
    verb: str,
    wish: Wish,
    hand: Hand,
    *,
    happened_at: datetime,
    at: datetime,
    evidence: Sequence[Evidence] = (),
    seen: int | None = None,
) -> Matter:
    """Take a verb; `seen` is the number of steps the person's page knew of, so that two at once can't both win.

    Raises `RefusedError` with one sentence when the table, a guard or something missing stands against it; whoever
    comes second reads who came first.
    """
    try:
        return _taken(pk, verb, wish, hand, happened_at=happened_at, at=at, evidence=evidence, seen=seen)
    except RefusedError as refusal:
        first = Step.objects.filter(matter=pk).select_related("person").order_by("-position").first()
        if refusal.reason != "moved_on" or first is None:
            raise
        raise overtaken(first) from None


@transaction.atomic
def _taken(
    pk: UUID,
    verb: str,
    wish: Wish,
    hand: Hand,
    *,
    happened_at: datetime,
    at: datetime,
    evidence: Sequence[Evidence],
    seen: int | None,
) -> Matter:
    matter = Matter.objects.select_for_update().get(pk=pk)
    row = table.kind(matter.kind).by_verb.get(verb)
    if row is None or (seen is not None and seen != matter.steps_taken):
        raise refused("moved_on" if row else "state", verb=verb, state=str(State(matter.state).label))
    happened_at = min(max(happened_at, matter.changed_at or happened_at), at)  # no device's clock undoes the order
    facts, me = facts_of(matter, verbs=(verb,)), hand.over(matter.unit_id)
    if reason := guards.refusal(row, facts, me, happened_at):
        who = "、".join(str(Who(one).label) for one in row.who)
        raise refused(reason, verb=verb, state=str(State(matter.state).label), who=who)
    _demand(row, matter, wish, evidence)
    if wish.twin and table.TWIN in row.needs and not _stands(wish.twin, beside=matter):
        raise refused("twin_stands", verb=verb)
    body = guards.as_what(row, facts, me)
    stand = writing.stand_of(matter)
    given = _given(matter, row, wish, hand, happened_at)
    after = outcome.after(verb, stand, given, at=happened_at, office=office.current())
    ends = (row.to or State(matter.state)).value
    rating = wish.rating if table.RATING in row.needs else None
    said = Said(verb, ends, body if isinstance(body, int) else None, happened_at, wish.text, wish.wish, rating)
    if table.RESULT in row.needs:
        said = replace(said, result=wish.result)
    writing.write(matter, said, after, hand, at=at, evidence=evidence)
    _open_children(matter, row, wish, hand, happened_at=happened_at, at=at)
    return matter


def _demand(row: Row, matter: Matter, wish: Wish, evidence: Sequence[Evidence]) -> None:
    """Refuse a step that lacks what its row, or the rule of the matter, asks for."""
    for need in row.needs:
        if need == table.EVIDENCE:
            rule = FilingRule.objects.filter(pk=matter.rule_id).first() if matter.rule_id else None
            lacking = (rule.photos_after if rule else 0) - len(evidence)
            if lacking > 0:
                raise refused("evidence", verb=row.verb, n=lacking)
        elif need == table.HOLDER:
            continue  # without one, the duty rules say who
        elif need == table.TYPE:
            if not wish.rule and not (row.verb == Verb.FILE and matter.rule_id):
                raise refused("type", verb=row.verb)
        elif not getattr(wish, need) or (need == table.PARTS and len(wish.parts) < LEAST_PARTS):
            raise refused(need, verb=row.verb)


def _stands(twin: UUID, *, beside: Matter) -> bool:
    """Tell whether a matter can take in another: not itself, and not merged away already."""
    return twin != beside.pk and Matter.objects.filter(pk=twin, twin=None).exclude(state=State.DRAFT).exists()


def _given(matter: Matter, row: Row, wish: Wish, hand: Hand, at: datetime) -> Given:
    """Look up what a step needs to know beyond what the person gave."""
    given = Given(person=hand.person, twin=str(wish.twin) if wish.twin else None, due=wish.due)
    look_up = GIVEN.get(row.verb)
    return replace(given, **look_up(matter, wish, at)) if look_up else given


def _by_rule(matter: Matter, wish: Wish, _at: datetime) -> dict[str, Any]:
    rule = FilingRule.objects.get(pk=wish.rule) if wish.rule else None
    if rule is None:
        return {"limit": table.kind(matter.kind).following}
    return {"type": rule.type_id, "rule": rule.pk, "limit": rule.limit}


def _to_holder(matter: Matter, wish: Wish, at: datetime) -> dict[str, Any]:
    return {"holder": wish.holder or _handles(matter, at)}


def _to_above(matter: Matter, _wish: Wish, at: datetime) -> dict[str, Any]:
    level = Level(matter.level + 1)
    above = routing.route(matter.unit_id, matter.type_id, Duty.RECEIVE, level=level, on=at.date())
    return {"receiver": above.organisation, "limit": table.kind(matter.kind).filing}


def _longer(matter: Matter, wish: Wish, _at: datetime) -> dict[str, Any]:
    unit = Unit(matter.limit_unit) if matter.limit_unit else Unit.WORKING_DAY
    return {"limit": Limit(wish.amount, unit)}


GIVEN: dict[str, Callable[[Matter, Wish, datetime], dict[str, Any]]] = {
    Verb.FILE: _by_rule,
    Verb.RETYPE: _by_rule,
    Verb.DISPATCH: _to_holder,
    Verb.ESCALATE: _to_above,
    Verb.EXTEND: _longer,
    Verb.REOPEN: lambda matter, _wish, _at: {"limit": _limit(matter)},
    Verb.UNMERGE: lambda matter, _wish, _at: {"limit": _limit(matter)},
    Verb.FOLLOW: lambda matter, _wish, _at: {"limit": _next_report(matter)},
    Verb.VERIFY: lambda matter, _wish, _at: {"sampled": _drawn(matter, Verb.VERIFY)},
    Verb.RESOLVE: lambda matter, _wish, _at: {"sampled": _drawn(matter, Verb.RESOLVE)},
}


def _next_report(matter: Matter) -> Limit | None:
    """Return how soon the next report is due; until one is filed, the clock of its filing goes on."""
    return table.kind(matter.kind).following if matter.state == State.FILED else None


def _limit(matter: Matter) -> Limit | None:
    return Limit(matter.limit_amount, Unit(matter.limit_unit)) if matter.limit_amount else None


def _handles(matter: Matter, at: datetime) -> int:
    return routing.route(
        matter.unit_id, matter.type_id, Duty.HANDLE, level=Level(matter.level), on=at.date()
    ).organisation


def _drawn(matter: Matter, verb: str) -> bool:
    """Draw what closed at the village or on the spot, to be checked again from above."""
    if verb == Verb.VERIFY and matter.level != Level.VILLAGE:
        return False
    rule = FilingRule.objects.filter(type=matter.type_id).order_by("number").first() if matter.type_id else None
    percent = rule.recheck_percent if rule else settings.HOUBAN_RECHECK_PERCENT
    return outcome.is_drawn(str(matter.pk), seed=settings.HOUBAN_RECHECK_SEED, percent=percent)


def _open_children(matter: Matter, row: Row, wish: Wish, hand: Hand, *, happened_at: datetime, at: datetime) -> None:
    """Open what a verb begets: a supervision order, an appeal, the parts of a split."""
    base = Report(
        kind="event",
        title=matter.title,
        unit=matter.unit_id,
        text=wish.text,
        channel="internal",
        type=matter.type_id,
        level=matter.level,
        parent=matter.pk,
        confidential=matter.confidential,
    )
    reports: list[Report] = []
    if row.verb == Verb.SUPERVISE:
        holder = matter.holder_id or matter.receiver_id
        told = replace(base, kind=SUPERVISION, holder=wish.holder or holder, due=wish.due)
        reports = [replace(told, grade=wish.grade, basis=wish.basis)]
    elif row.verb == Verb.APPEAL:
        reports = [replace(base, kind="appeal", level=Level.COUNTY)]
    elif row.verb == Verb.SPLIT:
        reports = [replace(base, kind=matter.kind, title=part) for part in wish.parts]
    for report in reports:
        open_matter(report, hand, happened_at=happened_at, at=at)


def possible(matter: Matter, hand: Hand, at: datetime) -> list[Row]:
    """Return the rows somebody may take with a matter now, in the order of the table."""
    facts, me = facts_of(matter), hand.over(matter.unit_id)
    return guards.open_to(table.kind(matter.kind).rows, facts, me, at)
