"""Write a draft anew as it stands on a page, and take a copy of a change as a new draft."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.divisions.actions import ordering
from houban.divisions.actions.changes import NotADraftError, flows_of
from houban.divisions.changefile import Clue, DraftChange
from houban.divisions.models import Change, Flow
from houban.divisions.words import Status

SAID = ("effective_on", "title", "document", "authority", "day_basis", "origin", "scheme", "note")
LEFT_OUT = {"id", "change_id", "change", "source", "target", "source_id", "target_id"}


class DraftMovedOnError(Exception):
    """Somebody else has changed the draft since it was opened."""


def mark(change: Change) -> str:
    """Return what tells one state of a draft from another: a digest of its header and its rows."""
    said = [str(getattr(change, name)) for name in SAID]
    fields = [field.attname for field in Flow._meta.concrete_fields if field.attname not in LEFT_OUT]
    rows = list(change.flows.order_by("number").values_list(*fields))
    return hashlib.sha256(json.dumps([said, rows], default=str, ensure_ascii=False).encode()).hexdigest()[:24]


@transaction.atomic
def redraft(change: Change, one: DraftChange, *, seen: str, by: Actor, at: datetime) -> Change:
    """Let a draft say what the page says; `seen` is its mark when the page was opened."""
    locked = Change.objects.select_for_update().filter(pk=change.pk).first()
    if locked is None or locked.status != Status.DRAFT:
        raise NotADraftError(change.title)
    if mark(locked) != seen:
        raise DraftMovedOnError(change.title)
    answers = _answers(locked)
    _clues(locked, one)
    before = {"flows": locked.flows.count(), "day": locked.effective_on, "title": locked.title}
    if locked.effective_on != one.day:
        locked.sequence = ordering.next_on(one.day)
    locked.effective_on, locked.title, locked.document, locked.authority = (
        one.day,
        one.title,
        one.document,
        one.authority,
    )
    locked.day_basis, locked.origin, locked.scheme, locked.note = one.day_basis, one.origin, one.scheme, one.note
    locked.save(update_fields=[*SAID, "sequence"])
    locked.flows.all().delete()
    Flow.objects.bulk_create([_answered(flow, answers) for flow in flows_of(locked, one)], batch_size=2000)
    after = {"flows": len(one.entries), "day": one.day, "title": one.title}
    record("divisions.change.redrafted", locked, by=by, at=at, before=before, after=after)
    return locked


def _answers(change: Change) -> dict[tuple[str, str], Flow]:
    """Return who answered what, by the two ends of a row."""
    return {(flow.source_code, flow.target_code): flow for flow in change.flows.exclude(answer="")}


def _answered(flow: Flow, answers: dict[tuple[str, str], Flow]) -> Flow:
    """Keep who answered a question with the row whose two ends are still the same."""
    old = answers.get((flow.source_code, flow.target_code))
    if old is not None and flow.certainty == old.certainty:
        flow.answer, flow.answered_by_name, flow.answered_at = old.answer, old.answered_by_name, old.answered_at
    return flow


def _clues(change: Change, one: DraftChange) -> None:
    """Keep the clue of a suggestion with the row whose two ends are still the same."""
    old = {
        (flow.source_code, flow.source_name, flow.target_code, flow.target_name): flow
        for flow in change.flows.exclude(clue="")
    }
    for entry in one.entries:
        flow = old.get((entry.source_code, entry.source_name, entry.target_code, entry.target_name))
        if flow is not None:
            one.clues.setdefault(entry.number, Clue(flow.clue, float(flow.score or 0)))


@transaction.atomic
def copy(change: Change, *, title: str, by: Actor, at: datetime) -> Change:
    """Take the header and the rows of any change as a new draft; the change itself stays as it is."""
    flows = list(change.flows.order_by("number"))
    made = Change.objects.create(
        **{name: getattr(change, name) for name in SAID} | {"title": title},
        sequence=ordering.next_on(change.effective_on),
        recorded_at=at,
        recorded_by_name=by.name,
    )
    for flow in flows:
        flow.pk, flow.change, flow.source, flow.target = None, made, None, None
        flow._state.adding = True
    Flow.objects.bulk_create(flows, batch_size=2000)
    record("divisions.change.drafted", made, by=by, at=at, after={"flows": len(flows), "copy_of": change.pk})
    return made
