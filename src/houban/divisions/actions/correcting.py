"""Correct what was recorded wrongly: the act as it should have been entered, and all that rests on it, replayed.

A correction is not a change of the world: the acts keep their days, and divisions their identities. What was believed
before stays readable; what is believed from now on is written with the moment of the correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions import register, signals
from houban.divisions.actions import changes, drafts, ordering, writing
from houban.divisions.actions.changes import LaterChangesError, NotADraftError
from houban.divisions.models import Change, ControlTotal, DivisionCode, DivisionVersion, Flow
from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Snapshot
from houban.divisions.words import Origin, Status

Row = tuple[int, str, str, str, int | None, date, date | None]
HEADER = (*drafts.SAID, "text")


@dataclass(frozen=True)
class Outcome:
    """What a correction does: the acts it replays, and the rows of the register that differ."""

    replayed: list[Change]
    gone: list[Row]
    come: list[Row]


class NothingToCorrectError(Exception):
    """The register does not say what is to be corrected."""


@transaction.atomic
def begin(change: Change, *, because: str, by: Actor, at: datetime) -> Change:
    """Take a copy of an enacted act as the draft of its correction; a draft that waits already is returned."""
    locked = Change.objects.select_for_update().get(pk=change.pk)
    if locked.status != Status.ENACTED:
        raise NotADraftError(change.title)
    waiting = locked.corrections.filter(status=Status.DRAFT).first()
    if waiting is not None:
        return waiting
    made = _copy(locked, at=at, by=by, because=because)
    record("divisions.correction.begun", made, by=by, at=at, after={"corrects": locked.pk, "because": because})
    return made


def _copy(change: Change, *, at: datetime, by: Actor, because: str) -> Change:
    made = Change.objects.create(
        **{name: getattr(change, name) for name in HEADER},
        file=change.file,
        sequence=change.sequence,
        corrects=change,
        corrected_because=because,
        recorded_at=at,
        recorded_by_name=by.name,
    )
    flows = list(change.flows.order_by("number"))
    for flow in flows:
        flow.pk, flow.change, flow.source, flow.target = None, made, None, None
        flow._state.adding = True
    Flow.objects.bulk_create(flows, batch_size=2000)
    totals = list(change.control_totals.all())
    for total in totals:
        total.pk, total.change = None, made
        total._state.adding = True
    ControlTotal.objects.bulk_create(totals)
    return made


def foresee(draft: Change, *, by: Actor, at: datetime) -> Outcome:
    """Work a correction out and take it back; raise `Problems` naming the act and row that no longer fits."""
    with transaction.atomic():
        outcome = _apply(draft, by=by, at=at)
        transaction.set_rollback(True)
    return outcome


def map_before(draft: Change, day: date) -> Snapshot:
    """Return the map of a day as a correction finds it: without the act it corrects and what rests on that."""
    old = draft.corrects
    if old is None or old.status != Status.ENACTED:
        return register.snapshot(day, scheme=draft.scheme)
    with transaction.atomic():
        for change in [*reversed(_dependent(old, draft)), old]:
            _take_back(change, because=draft.corrected_because, at=draft.recorded_at)
        found = register.snapshot(day, scheme=draft.scheme)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def correct(draft: Change, *, by: Actor, at: datetime) -> Outcome:
    """Let a correction take effect, with everything that rests on the act replayed in order; all of it or nothing."""
    outcome = _apply(draft, by=by, at=at)
    made = Change.objects.get(pk=draft.pk)
    after = {"corrects": made.corrects_id, "because": made.corrected_because, "replayed": len(outcome.replayed)}
    record("divisions.correction.enacted", made, by=by, at=at, after=after)
    signals.map_changed.send(sender=Change, change=made)
    return outcome


def _apply(draft: Change, *, by: Actor, at: datetime) -> Outcome:
    writing.take_turn()
    draft = Change.objects.select_for_update().get(pk=draft.pk)
    old = draft.corrects
    if draft.status != Status.DRAFT or old is None or old.status != Status.ENACTED:
        raise NotADraftError(draft.title)
    before = _live()
    later = _dependent(old, draft)
    _refuse_values(later)
    for change in [*reversed(later), old]:
        _take_back(change, because=draft.corrected_because, at=at)
    _enact(draft, old, by=by, at=at)
    names = _renamed(old, draft)
    replayed = [_again(change, draft, names, by=by, at=at) for change in later]
    after = _live()
    return Outcome(replayed, sorted(before - after, key=_order), sorted(after - before, key=_order))


def _live() -> set[Row]:
    rows = DivisionVersion.objects.live().values_list(
        "division_id", "name", "official_name", "form", "parent_id", "during"
    )
    codes = DivisionCode.objects.live().values_list("division_id", "scheme", "code", "during")
    versions = {(d, n, o, f, p, during.lower, during.upper) for d, n, o, f, p, during in rows}
    return versions | {(d, "", scheme, code, None, during.lower, during.upper) for d, scheme, code, during in codes}


def _order(row: Row) -> tuple[int, date, str]:
    return row[0], row[5], row[3]


def _dependent(old: Change, draft: Change) -> list[Change]:
    """Return the acts to replay: those that rest on the one corrected, and those after it on the same divisions."""
    since = min(old.effective_on, draft.effective_on)
    after = [one for one in Change.objects.enacted().filter(effective_on__gte=since).in_order() if one.pk != old.pk]
    after = [one for one in after if not _is_before(one, old, draft)]
    touched = _touched(old) | _named(draft, since)
    resting = changes.resting_on(old)
    found: list[Change] = []
    for one in after:
        mine = _touched(one)
        if one.pk in resting or mine & touched:
            found.append(one)
            touched |= mine
            resting |= changes.resting_on(one)
    return found


def _is_before(one: Change, old: Change, draft: Change) -> bool:
    """Tell whether an act comes before both the act as entered and as corrected, the order of a day included."""
    return all((one.effective_on, one.sequence) < (act.effective_on, act.sequence) for act in (old, draft))


def _touched(change: Change) -> set[int]:
    pairs = change.flows.values_list("source_id", "target_id")
    written = change.versions.model.objects.filter(written_by=change).exclude(change__flows=None)
    return {one for pair in pairs for one in pair if one is not None} | set(written.values_list("division", flat=True))


def _named(draft: Change, since: date) -> set[int]:
    """Return the divisions the corrected rows name, on whatever day from then on they bore those codes."""
    codes = {code for pair in draft.flows.values_list("source_code", "target_code") for code in pair if code}
    rows = DivisionCode.objects.live().filter(code__in=codes).exclude(during__endswith__lte=since)
    return set(rows.values_list("division", flat=True))


def _refuse_values(later: list[Change]) -> None:
    """Refuse where single values were corrected afterwards: those are given up by hand first, lest they be lost."""
    single = next((one for one in later if not one.flows.exists()), None)
    if single is not None:
        raise LaterChangesError(f"“{single.title}”之后更正过单项，先撤销它，更正后再登记。")


def _take_back(change: Change, *, because: str, at: datetime) -> None:
    writing.restore(change, at)
    change.status, change.annulled_at, change.annulled_because = Status.ANNULLED, at, f"更正：{because}"[:200]
    change.save(update_fields=["status", "annulled_at", "annulled_because"])


def _renamed(old: Change, draft: Change) -> dict[tuple[str, str], str]:
    """Return by code and former name what a correction calls a division now, so that later acts name it so, too."""
    now = dict(draft.flows.exclude(target_name="").values_list("target_code", "target_name"))
    was = old.flows.exclude(target_name="").values_list("target_code", "target_name")
    return {(code, name): now[code] for code, name in was if code and now.get(code, name) != name}


def _again(change: Change, draft: Change, names: Mapping[tuple[str, str], str], *, by: Actor, at: datetime) -> Change:
    """Enact an act that rested on the one corrected once more, as it was entered but for the corrected names."""
    because = f"随“{draft.title}”的更正重放：{draft.corrected_because}"[:200]
    copy = _copy(change, at=at, by=by, because=because)
    changed = []
    for flow in copy.flows.all():
        source = names.get((flow.source_code, flow.source_name), flow.source_name)
        target = names.get((flow.target_code, flow.target_name), flow.target_name)
        if (source, target) != (flow.source_name, flow.target_name):
            flow.source_name, flow.target_name = source, target
            changed.append(flow)
    Flow.objects.bulk_update(changed, ["source_name", "target_name"])
    return _enact(copy, change, by=by, at=at)


def _enact(draft: Change, old: Change, *, by: Actor, at: datetime) -> Change:
    ends = list(old.flows.exclude(target=None).values_list("target_code", "target_name", "target_id"))
    by_code = {code: division for code, _name, division in ends if code and division}
    by_name = {name: division for _code, name, division in ends if name and division}

    def known(plan: Plan) -> Mapping[str, int]:
        """Keep the identity of what the act had made: by its code, else by its name."""
        alive = {target.id for target in plan.kept}
        found: dict[str, int] = {}
        for target in plan.new:
            division = by_code.get(target.code) or by_name.get(target.name) or by_name.get(target.official_name)
            if division is not None and division not in alive | set(found.values()):
                found[target.key] = division
        return found

    try:
        return changes.enact(draft, by=by, at=at, file=draft.title, known=known)
    except Problems as problems:
        raise Problems([_of_act(problem, draft) for problem in problems.shown], more=problems.more) from None


def _of_act(problem: Problem, draft: Change) -> Problem:
    mend = f"{problem.mend}；要一并更正后面的调整，请先撤销“{draft.title}”"
    return Problem(
        file=f"{draft.effective_on} {draft.title}", row=problem.row, column=problem.column, what=problem.what, mend=mend
    )


@dataclass(frozen=True)
class Value:
    """A single value to correct: a name, an official name, or a code, wherever the division bears it."""

    division: int
    field: str
    was: str
    now: str


@transaction.atomic
def correct_value(value: Value, *, because: str, by: Actor, at: datetime) -> Change:
    """Correct a misspelt name or a wrong code in every period that holds it; raise `NothingToCorrectError`."""
    writing.take_turn()
    rows = _rows_of(value)
    if not rows:
        raise NothingToCorrectError(value.was)
    first = min(row.during.lower for row in rows)
    change = Change.objects.create(
        effective_on=first,
        sequence=ordering.next_on(first),
        title=f"更正：{value.was} → {value.now}"[:120],
        day_basis="assumed",
        origin=Origin.OFFICIAL,
        status=Status.ENACTED,
        note=because,
        recorded_at=at,
        recorded_by_name=by.name,
        enacted_at=at,
    )
    for row in rows:
        row.__class__._default_manager.filter(pk=row.pk).update(retracted_at=at, retracted_by=change)
        row.pk, row.recorded_at, row.written_by = None, at, change
        row._state.adding = True
        setattr(row, "code" if value.field == "code" else value.field, value.now)
    type(rows[0])._default_manager.bulk_create(rows)  # type: ignore[arg-type]
    writing.check_now()
    said = {"division": value.division, "field": value.field, "was": value.was, "now": value.now, "because": because}
    record("divisions.value.corrected", change, by=by, at=at, before={value.field: value.was}, after=said)
    signals.map_changed.send(sender=Change, change=change)
    return change


def _rows_of(value: Value) -> list[DivisionVersion] | list[DivisionCode]:
    if value.field == "code":
        return list(DivisionCode.objects.live().filter(division=value.division, code=value.was))
    wanted = Q(**{value.field: value.was})
    return list(DivisionVersion.objects.live().filter(wanted, division=value.division))


def corrected(on: date | None = None) -> list[Change]:
    """Return the corrections in force, newest first: acts corrected or replayed, and single values."""
    rows = Change.objects.exclude(status=Status.DRAFT).filter(Q(corrects__isnull=False) | Q(title__startswith="更正："))
    rows = rows.filter(effective_on=on) if on else rows
    return list(rows.select_related("corrects").order_by(F("enacted_at").desc(nulls_last=True), "-pk"))
