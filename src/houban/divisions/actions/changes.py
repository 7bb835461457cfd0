"""Enter, enact, discard and annul changes of the map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions import register, signals
from houban.divisions.actions import ordering, writing
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, Flow
from houban.divisions.rules import plan as planning
from houban.divisions.rules import shapes
from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Entry, Snapshot, Wrong
from houban.divisions.words import Certainty, Status


class NotADraftError(Exception):
    """The change is no draft any more: somebody else enacted or discarded it."""


class LaterChangesError(Exception):
    """Later changes rest on this one, so that it cannot be taken back alone."""


@dataclass(frozen=True)
class Preview:
    """What a draft would do, with the map it would do it to."""

    plan: Plan
    before: Snapshot
    components: list[shapes.Component]


@transaction.atomic
def draft(drafts: Iterable[DraftChange], *, by: Actor, at: datetime) -> list[Change]:
    """Store changes as drafts, row by row as they were entered."""
    return [_store(one, by=by, at=at) for one in drafts]


def _store(one: DraftChange, *, by: Actor, at: datetime) -> Change:
    change = Change.objects.create(
        effective_on=one.day,
        sequence=ordering.next_on(one.day),
        title=one.title,
        document=one.document,
        authority=one.authority,
        day_basis=one.day_basis,
        origin=one.origin,
        scheme=one.scheme,
        note=one.note,
        recorded_at=at,
        recorded_by_name=by.name,
    )
    Flow.objects.bulk_create(flows_of(change, one), batch_size=2000)
    record("divisions.change.drafted", change, by=by, at=at, after={"flows": len(one.entries)})
    return change


def flows_of(change: Change, one: DraftChange) -> list[Flow]:
    """Return the rows of a draft as flows, unsaved."""
    return [_flow(change, entry, one) for entry in one.entries]


def _flow(change: Change, entry: Entry, one: DraftChange) -> Flow:
    clue = one.clues.get(entry.number)
    return Flow(
        change=change,
        number=entry.number,
        source_code=entry.source_code,
        source_name=entry.source_name,
        target_code=entry.target_code,
        target_name=entry.target_name,
        target_official_name=entry.target_official_name,
        target_form=entry.target_form,
        target_parent_code=entry.target_parent_code,
        part=entry.part,
        groups="、".join(entry.groups),
        shares=entry.shares,
        certainty=entry.certainty,
        clue=clue.text if clue else "",
        score=Decimal(str(clue.score)) if clue else None,
        note=one.notes.get(entry.number, ""),
    )


def entries(change: Change) -> list[Entry]:
    """Return the rows of a change as the rules read them."""
    return [
        Entry(
            number=flow.number,
            source_code=flow.source_code,
            source_name=flow.source_name,
            target_code=flow.target_code,
            target_name=flow.target_name,
            target_official_name=flow.target_official_name,
            target_form=flow.target_form,
            target_parent_code=flow.target_parent_code,
            part=flow.part,
            groups=tuple(filter(None, flow.groups.split("、"))),
            shares=flow.shares,
            certainty=flow.certainty,
        )
        for flow in change.flows.order_by("number")
    ]


def preview(change: Change, *, before: Snapshot | None = None) -> Preview:
    """Plan a draft on the map of its day, without writing anything."""
    before = before or register.snapshot(change.effective_on, scheme=change.scheme)
    return foresee(entries(change), before=before, scheme=change.scheme)


def foresee(rows: list[Entry], *, before: Snapshot, scheme: str) -> Preview:
    """Plan rows on a map, whether they are stored or not."""
    made = planning.make(before, rows, history=lambda code: register.history(code, scheme=scheme))
    return Preview(made, before, [] if made.wrongs else shapes.components(made, before))


Known = Callable[[Plan], Mapping[str, int]]


@transaction.atomic
def enact(change: Change, *, by: Actor, at: datetime, file: str = "", known: Known | None = None) -> Change:
    """Let a draft take effect; raise `Problems` with every row that cannot, and change nothing.

    `known` tells which identity a new division of the plan is, for a correction that keeps what it made before.
    """
    writing.take_turn()
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.status != Status.DRAFT:
        raise NotADraftError(change.title)
    seen = preview(change)
    wrongs = seen.plan.wrongs or ordering.out_of_turn(change, seen.plan)
    if wrongs:
        raise Problems([_problem(wrong, file or change.title) for wrong in wrongs])
    ids = writing.Writer(change, at, known(seen.plan) if known else {}).apply(seen.plan, seen.before)
    _resolve(change, seen.plan, ids)
    change.status, change.enacted_at = Status.ENACTED, at
    change.shapes = shapes.counts(seen.components)
    change.save(update_fields=["status", "enacted_at", "shapes"])
    writing.check_now()
    record(
        "divisions.change.enacted", change, by=by, at=at, after={"shapes": change.shapes, "day": change.effective_on}
    )
    signals.map_changed.send(sender=Change, change=change)
    return change


def _problem(wrong: Wrong, file: str) -> Problem:
    return Problem(file=file, row=wrong.number or None, column=wrong.column, what=wrong.what, mend=wrong.mend)


def _resolve(change: Change, made: Plan, ids: dict[str, int]) -> None:
    flows = list(change.flows.all())
    for flow in flows:
        source, key = made.ends[flow.number]
        flow.source_id, flow.target_id = source, ids[key] if key is not None else None
        if key is None and flow.certainty == Certainty.DECLARED and not flow.note:
            flow.note = "撤销，无承接"
    Flow.objects.bulk_update(flows, ["source", "target", "note"], batch_size=2000)


@transaction.atomic
def draft_and_enact(drafts: Iterable[DraftChange], *, by: Actor, at: datetime, file: str = "") -> list[Change]:
    """Apply a whole file in one transaction: all of its changes, in order, or none."""
    ordered = sorted(drafts, key=lambda one: one.day)
    return [enact(change, by=by, at=at, file=file) for change in draft(ordered, by=by, at=at)]


@transaction.atomic
def discard(change: Change, *, by: Actor, at: datetime) -> None:
    """Throw a draft away; the record keeps that there was one."""
    if change.status != Status.DRAFT:
        raise NotADraftError(change.title)
    record("divisions.change.discarded", change, by=by, at=at, before={"flows": change.flows.count()})
    change.delete()


@transaction.atomic
def annul(change: Change, *, because: str, by: Actor, at: datetime) -> Change:
    """Take back an enacted change that nothing later rests on; the change itself stays, marked annulled."""
    writing.take_turn()
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.status != Status.ENACTED:
        raise NotADraftError(change.title)
    _refuse_if_later(change)
    writing.restore(change, at)
    change.status, change.annulled_at, change.annulled_because = Status.ANNULLED, at, because
    change.save(update_fields=["status", "annulled_at", "annulled_because"])
    writing.check_now()
    record("divisions.change.annulled", change, by=by, at=at, after={"because": because})
    signals.map_changed.send(sender=Change, change=change)
    return change


def _refuse_if_later(change: Change) -> None:
    """Look whether somebody retracted what this change wrote, or built upon it."""
    later = Change.objects.enacted().filter(pk__in=resting_on(change)).in_order().first()
    if later is not None:
        raise LaterChangesError(f"“{later.title}”（{later.effective_on}）在它之后改了同一些单位，先撤销那一次。")


def resting_on(change: Change) -> set[int]:
    """Return the changes that took back what this one wrote, or put something below what it made."""
    retracted = change.versions.model.objects.filter(written_by=change, retracted_at__isnull=False)
    codes = change.codes.model.objects.filter(written_by=change, retracted_at__isnull=False)
    made = change.versions.filter(retracted_at__isnull=True).values("division")
    below = change.versions.model.objects.live().filter(parent__in=made).exclude(written_by=change)
    numbers = [
        rows.values_list(field, flat=True)
        for rows, field in ((retracted, "retracted_by"), (codes, "retracted_by"), (below, "written_by"))
    ]
    return {number for column in numbers for number in column if number is not None}


@transaction.atomic
def attach(change: Change, file: UploadedFile[Any], *, by: Actor, at: datetime) -> Change:
    """Keep the scanned document with its change."""
    before = change.file.name
    change.file = file
    change.save(update_fields=["file"])
    record(
        "divisions.change.documented", change, by=by, at=at, before={"file": before}, after={"file": change.file.name}
    )
    return change
