"""Try a plan out on a branch, and let it take effect as a whole, or give it up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.divisions.actions import changes, drafts, ordering
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Branch, Change, Flow
from houban.divisions.words import BranchStatus


class NotOpenError(Exception):
    """The branch is settled already: somebody else enacted or discarded it."""


class EmptyError(Exception):
    """There is nothing on the branch to enact."""


@transaction.atomic
def open_branch(name: str, *, purpose: str, day: date, by: Actor, at: datetime) -> Branch:
    """Begin a what-if on the map of a day."""
    branch = Branch.objects.create(name=name, purpose=purpose, day=day, made_at=at, made_by_name=by.name)
    record("divisions.branch.opened", branch, by=by, at=at, after={"day": day, "purpose": purpose})
    return branch


def _locked(branch: Branch) -> Branch:
    locked = Branch.objects.select_for_update().get(pk=branch.pk)
    if locked.status != BranchStatus.OPEN:
        raise NotOpenError(locked.name)
    return locked


@transaction.atomic
def rename_branch(branch: Branch, name: str, *, purpose: str, by: Actor, at: datetime) -> Branch:
    """Call a branch otherwise."""
    locked = _locked(branch)
    before = {"name": locked.name, "purpose": locked.purpose}
    locked.name, locked.purpose = name, purpose
    locked.save(update_fields=["name", "purpose"])
    record("divisions.branch.renamed", locked, by=by, at=at, before=before, after={"name": name, "purpose": purpose})
    return locked


@transaction.atomic
def add(branch: Branch, made: Iterable[DraftChange], *, by: Actor, at: datetime) -> list[Change]:
    """Put drafts on a branch, as entered or read from a file."""
    locked = _locked(branch)
    stored = changes.draft(made, by=by, at=at)
    Change.objects.filter(pk__in=[one.pk for one in stored]).update(branch=locked)
    return stored


@transaction.atomic
def add_copy(branch: Branch, change: Change, *, by: Actor, at: datetime) -> Change:
    """Put a copy of any change on a branch."""
    locked = _locked(branch)
    made = drafts.copy(change, title=change.title, by=by, at=at)
    Change.objects.filter(pk=made.pk).update(branch=locked)
    made.branch = locked
    return made


@transaction.atomic
def copy_branch(branch: Branch, name: str, *, by: Actor, at: datetime) -> Branch:
    """Begin another what-if with the same drafts, to go on differently from there."""
    made = open_branch(name, purpose=branch.purpose, day=branch.day, by=by, at=at)
    for change in branch.changes.in_order():
        add_copy(made, change, by=by, at=at)
    return made


@transaction.atomic
def enact_branch(branch: Branch, *, by: Actor, at: datetime) -> list[Change]:
    """Let every draft of a branch take effect in order, or none; raise `Problems` with the rows that can't."""
    locked = _locked(branch)
    acts = list(locked.changes.in_order())
    if not acts:
        raise EmptyError(locked.name)
    _settle(locked, BranchStatus.ENACTED, by=by, at=at)
    for act in acts:
        act.sequence = ordering.next_on(act.effective_on)
        act.save(update_fields=["sequence"])
    enacted = [changes.enact(act, by=by, at=at, file=act.title) for act in acts]
    record("divisions.branch.enacted", locked, by=by, at=at, after={"changes": [one.pk for one in enacted]})
    return enacted


@transaction.atomic
def discard_branch(branch: Branch, *, because: str, by: Actor, at: datetime) -> Branch:
    """Give a what-if up; its drafts stay readable and count for nothing."""
    locked = _locked(branch)
    locked.because = because
    _settle(locked, BranchStatus.DISCARDED, by=by, at=at)
    flows = Flow.objects.filter(change__branch=locked).count()
    record("divisions.branch.discarded", locked, by=by, at=at, after={"because": because, "flows": flows})
    return locked


def _settle(branch: Branch, status: str, *, by: Actor, at: datetime) -> None:
    branch.status, branch.settled_at, branch.settled_by_name = status, at, by.name
    branch.save(update_fields=["status", "settled_at", "settled_by_name", "because"])
