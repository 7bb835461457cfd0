"""Settle the questions of a comparison in its draft: answer, undo, take what an act says, name the act itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from houban.core.record import Actor, record
from houban.divisions.actions.changes import NotADraftError
from houban.divisions.models import Change, Flow, Gesture
from houban.divisions.rules import parts
from houban.divisions.words import Answer, Certainty, Part, Status

KEPT = (
    "number", "source_code", "source_name", "target_code", "target_name", "target_official_name", "target_form",
    "target_parent_code", "part", "groups", "shares", "certainty", "clue", "score", "note", "answer",
    "answered_by_name", "answered_at",
)  # fmt: skip
ABOLISHED = "撤销，无承接"


class AnsweredMeanwhileError(Exception):
    """Somebody else has answered the question since the page was opened."""


class NothingToUndoError(Exception):
    """There is no gesture left to take back."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a division went, or a part of it: 整体, 1组、2组, 0.6, 部分."""

    code: str
    name: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to one question or several: to whom they went; nobody knows; nobody took them over; or in doubt."""

    sources: tuple[str, ...]
    onward: tuple[Onward, ...] = ()
    answer: str = Answer.SETTLED
    seen: str | None = None


@transaction.atomic
def answer(change: Change, replies: Sequence[Reply], *, said: str, by: Actor, at: datetime) -> Gesture:
    """Write one gesture: one answer, or all that a text or a workbook gives; all of it or nothing.

    Raises `NotADraftError`, `AnsweredMeanwhileError`, and `parts.BadPartError` for a part that can't be read.
    """
    locked = _locked(change)
    flows = list(locked.flows.order_by("number"))
    sources = {source for reply in replies for source in reply.sources}
    mine = [flow for flow in flows if flow.source_code in sources]
    _refuse_meanwhile(replies, mine)
    targets = {onward.code for reply in replies for onward in reply.onward if onward.code}
    orphans = [flow for flow in flows if not flow.source_code and flow.target_code in targets]
    before = [_kept(flow) for flow in [*mine, *orphans]]
    top = max([0, *(flow.number for flow in flows), *(n for rows in _numbers(locked) for n in rows)])
    made = _rows(locked, replies, mine, top, by=by, at=at)
    Flow.objects.filter(pk__in=[flow.pk for flow in [*mine, *orphans]]).delete()
    Flow.objects.bulk_create(made, batch_size=1000)
    gesture = Gesture.objects.create(
        change=locked,
        said=said[:200],
        before=before,
        rows=[flow.number for flow in [*made, *orphans]],
        by_name=by.name,
        at=at,
    )
    record("divisions.question.answered", locked, by=by, at=at, after={"said": said[:200], "rows": len(made)})
    return gesture


def _locked(change: Change) -> Change:
    locked = Change.objects.select_for_update().filter(pk=change.pk).first()
    if locked is None or locked.status != Status.DRAFT:
        raise NotADraftError(change.title)
    return locked


def _numbers(change: Change) -> Iterable[list[int]]:
    """Return the row numbers gestures have used, which an undo may bring back."""
    return change.gestures.values_list("rows", flat=True)


def _refuse_meanwhile(replies: Iterable[Reply], flows: list[Flow]) -> None:
    for reply in replies:
        if reply.seen is None:
            continue
        for flow in flows:
            if flow.source_code == reply.sources[0] and mark(flow) != reply.seen:
                who = flow.answered_by_name or _("别人")
                raise AnsweredMeanwhileError(
                    _("%(name)s刚被%(who)s答过，您的没有记下。请看现在的答案。")
                    % {"name": flow.source_name, "who": who}
                )


def mark(flow: Flow) -> str:
    """Return what tells one state of an answer from another."""
    return f"{flow.answer}{flow.answered_at.timestamp() if flow.answered_at else ''}"


def _kept(flow: Flow) -> dict[str, Any]:
    row = {name: getattr(flow, name) for name in KEPT}
    row["score"] = str(row["score"]) if row["score"] is not None else None
    row["answered_at"] = row["answered_at"].isoformat() if row["answered_at"] else None
    return row


def _rows(
    change: Change, replies: Sequence[Reply], mine: list[Flow], top: int, *, by: Actor, at: datetime
) -> list[Flow]:
    """Return the rows that say what was answered: the first of each source keeps its number and clue."""
    first: dict[str, Flow] = {}
    for flow in mine:
        first.setdefault(flow.source_code, flow)
    made = []
    for reply in replies:
        for source in reply.sources:
            flow = first[source]
            wanted: Sequence[Onward | None] = reply.onward or [None]
            for n, onward in enumerate(wanted):
                top += n > 0
                made.append(_row(change, flow, onward, reply.answer, top if n else flow.number, by=by, at=at))
    return made


def _row(change: Change, flow: Flow, onward: Onward | None, said: str, number: int, *, by: Actor, at: datetime) -> Flow:
    row = Flow(change=change, **{name: getattr(flow, name) for name in KEPT})
    row.number, row.answer, row.answered_by_name, row.answered_at = number, said, by.name, at
    if said == Answer.DOUBTFUL:
        return row
    row.target_official_name = row.target_form = row.target_parent_code = row.note = ""
    row.part, row.groups, row.shares = Part.WHOLE, "", {}
    row.target_code, row.target_name = (onward.code, onward.name) if onward else ("", "")
    if said == Answer.UNKNOWN:
        row.certainty = Certainty.UNKNOWN
        return row
    row.certainty = Certainty.DECLARED
    if onward is None:
        row.note = ABOLISHED
    else:
        part, groups, shares = parts.read(onward.part)
        row.part, row.groups, row.shares = part, "、".join(groups), shares
    return row


@transaction.atomic
def undo(change: Change, *, by: Actor, at: datetime) -> Gesture:
    """Take the last gesture back: the rows it touched are again as they were."""
    locked = _locked(change)
    gesture = locked.gestures.filter(undone_at=None).order_by("-pk").first()
    if gesture is None:
        raise NothingToUndoError
    touched = {row["source_code"] for row in gesture.before}
    rows = locked.flows.filter(source_code__in=touched - {""})
    rows.delete()
    Flow.objects.bulk_create([Flow(change=locked, **row) for row in gesture.before], batch_size=1000)
    gesture.undone_at, gesture.undone_by_name = at, by.name
    gesture.save(update_fields=["undone_at", "undone_by_name"])
    record("divisions.question.undone", locked, by=by, at=at, before={"said": gesture.said})
    return gesture


@dataclass(frozen=True)
class Act:
    """What the act says of itself."""

    title: str
    document: str
    authority: str
    day: date
    day_basis: str
    text: str = ""


@transaction.atomic
def name_act(change: Change, act: Act, *, by: Actor, at: datetime) -> Change:
    """Let the draft say which act it is: title, document, authority, day, and the text it rests on."""
    locked = _locked(change)
    before = {"title": locked.title, "document": locked.document, "day": locked.effective_on}
    locked.title, locked.document, locked.authority = act.title, act.document, act.authority
    locked.effective_on, locked.day_basis, locked.text = act.day, act.day_basis, act.text
    locked.save(update_fields=["title", "document", "authority", "effective_on", "day_basis", "text"])
    after = {"title": act.title, "document": act.document, "day": act.day}
    record("divisions.change.redrafted", locked, by=by, at=at, before=before, after=after)
    return locked
