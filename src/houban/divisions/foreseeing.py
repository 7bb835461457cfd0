"""What a page of typed rows would do to the map, and what is wrong with which cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from houban.core.problems import Problem
from houban.divisions import memory, register
from houban.divisions.actions import changes, correcting
from houban.divisions.entering import ACT, CELL_OF, Typed
from houban.divisions.models import Change
from houban.divisions.preview import check_totals, foresee_totals, form_counts
from houban.divisions.prospect import branches
from houban.divisions.rules.state import Snapshot

KEPT_UNITS = 20_000
NO_TITLE = "—"


@dataclass(frozen=True)
class Fault:
    """What is wrong, at the row and the cell of the page."""

    row: int
    cell: str
    column: str
    what: str
    mend: str


def outlook(typed: Typed, change: Change | None) -> dict[str, object]:
    """Return what the page shows beside the rows: faults, or counts, kinds, branches and control totals."""
    if not typed.numbered:
        return {}
    titled = replace(typed, act=typed.act | {"title": typed.act.get("title") or NO_TITLE})
    draft, problems = titled.read()
    if draft is None:
        return {"faults": [_fault(one) for one in problems]}
    found = _found(change, draft.day, scheme=draft.scheme)
    seen = changes.foresee(draft.entries, before=found, scheme=draft.scheme)
    for wrong in seen.plan.wrongs:
        typed.mark(wrong.number, wrong.column, f"{wrong.what}，{wrong.mend}")
    if seen.plan.wrongs:
        said = [Problem(what=w.what, mend=w.mend, row=w.number, column=w.column) for w in seen.plan.wrongs]
        return {"faults": [_fault(one) for one in said]}
    counts = form_counts(seen.before, seen.plan, register.county())
    stated = change.control_totals.select_related("change") if change else []
    return {
        "counts": counts,
        "kinds": dict(Counter(str(part.shape.label) for part in seen.components)),
        "branches": branches(seen.before, seen.plan),
        "totals": foresee_totals(check_totals(stated, register.county()), counts),
        "without_code": [target.name for target in seen.plan.new if not target.code],
    }


def _found(change: Change | None, day: date, *, scheme: str) -> Snapshot:
    """Return the map an act finds: a correction's, that of its branch, or the register's."""
    if change is not None and change.corrects_id is not None:
        return correcting.map_before(change, day)
    if change is not None and change.branch_id is not None:
        from houban.divisions import trying

        return trying.map_before(change)
    return before(day, scheme=scheme)


def _fault(problem: Problem) -> Fault:
    if problem.row:
        return Fault(problem.row, CELL_OF.get(problem.column, "source"), problem.column, problem.what, problem.mend)
    cell = next((key for key, header in ACT.items() if header == problem.column), "day")
    return Fault(0, cell, problem.column, problem.what, problem.mend)


def before(day: date, *, scheme: str) -> Snapshot:
    """Return the map an act of a day finds; a county's is kept in memory while the register stays as it is."""
    known, key = memory.known(), ("before", day, scheme)
    found = known.get(key)
    if isinstance(found, Snapshot):
        return found
    made = register.snapshot(day, scheme=scheme)
    if len(made.units) <= KEPT_UNITS:
        known[key] = made
    return made
