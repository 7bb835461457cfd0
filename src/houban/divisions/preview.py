"""What a change would do: counts by form before and after, and whether its control totals are reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from houban.core.record import COMMAND_LINE
from houban.divisions import register
from houban.divisions.actions import changes
from houban.divisions.changefile import DraftChange
from houban.divisions.models import ControlTotal
from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Snapshot
from houban.divisions.words import Form, Shape


@dataclass(frozen=True)
class FormCount:
    """A form's count before and after."""

    form: str
    before: int
    after: int

    @property
    def label(self) -> str:
        """Return the form in the reader's language."""
        return str(Form(self.form).label)


@dataclass(frozen=True)
class TotalCheck:
    """A control total beside what the register counts."""

    total: ControlTotal
    before: int | None
    after: int | None

    @property
    def reached(self) -> bool:
        """Tell whether the register says what the act says."""
        right_before = self.total.before is None or self.before == self.total.before
        return right_before and (self.total.after is None or self.after == self.total.after)

    @property
    def short_by(self) -> int | None:
        """Return how many are still too many."""
        return None if self.after is None or self.total.after is None else self.after - self.total.after

    @property
    def sentence(self) -> str:
        """Say it in one line for the terminal."""
        state = "已到" if self.reached else f"尚差 {self.short_by}"
        return f"{self.total.label} {self.total.before}→{self.total.after}，登记 {self.before}→{self.after}，{state}"


@dataclass(frozen=True)
class Outlook:
    """A change's effect, in numbers."""

    day: date
    title: str
    shapes: dict[str, int]
    counts: list[FormCount]
    totals: list[TotalCheck]

    @property
    def shapes_label(self) -> str:
        """Return the kinds with their counts."""
        return "、".join(f"{Shape(shape).label} {n}" for shape, n in self.shapes.items())


def form_counts(before: Snapshot, plan: Plan, county: int | None) -> list[FormCount]:
    """Count every form in the county before and after a plan; what neighbours have does not count."""
    stood: dict[int | str, tuple[str, int | str | None]] = {u.id: (u.form, u.parent) for u in before.units.values()}
    stands = {key: unit for key, unit in stood.items() if key not in plan.ended}
    for child, parent in plan.followers.items():
        stands[child] = (stood[child][0], parent)
    for target in plan.targets.values():
        stands[target.id if target.id is not None else target.key] = (target.form, target.parent)
    old, new = _inside(stood, county), _inside(stands, county)
    return [FormCount(form, old[form], new[form]) for form in Form.values if old[form] or new[form]]


def _inside(units: dict[int | str, tuple[str, int | str | None]], county: int | None) -> Counter[str]:
    counted: Counter[str] = Counter()
    for key, (form, _parent) in units.items():
        step: int | str | None = key
        while step is not None and step != county:
            step = units[step][1] if step in units else None
        if step == county:
            counted[form] += 1
    return counted


def check_totals(totals: Iterable[ControlTotal], county: int | None) -> list[TotalCheck]:
    """Hold control totals against the register, each on its own days."""
    totals = list(totals)
    days = {day for total in totals for day in (total.before_on, _after(total)) if day is not None}
    counted = register.counts_on(county, days) if county is not None else {}
    return [_check(total, counted) for total in totals]


def foresee_totals(checks: Iterable[TotalCheck], counts: Iterable[FormCount]) -> list[TotalCheck]:
    """Hold a draft's totals against what the register will count once it is in force."""
    after = Counter({count.form: count.after for count in counts})
    return [TotalCheck(check.total, check.before, _sum(after, check.total.forms)) for check in checks]


def _after(total: ControlTotal) -> date:
    return total.after_on or total.change.effective_on


def _check(total: ControlTotal, counted: dict[date, Counter[str]]) -> TotalCheck:
    if not counted or not total.forms:
        return TotalCheck(total, None, None)
    before = _sum(counted[total.before_on], total.forms) if total.before_on else None
    return TotalCheck(total, before, _sum(counted[_after(total)], total.forms))


def _sum(counts: Counter[str], forms: list[str]) -> int:
    return sum(counts[form] for form in forms)


def outlook(drafts: Iterable[DraftChange], *, at: datetime, file: str = "") -> list[Outlook]:
    """Try a whole file out and take it back: what each change would do once those before it are in force."""
    seen: list[Outlook] = []
    with transaction.atomic():
        for change in changes.draft(sorted(drafts, key=lambda one: one.day), by=COMMAND_LINE, at=at):
            glance = changes.preview(change)
            counted = [] if glance.plan.wrongs else form_counts(glance.before, glance.plan, register.county())
            enacted = changes.enact(change, by=COMMAND_LINE, at=at, file=file)
            seen.append(Outlook(change.effective_on, change.title, enacted.shapes, counted, []))
        transaction.set_rollback(True)
    return seen
