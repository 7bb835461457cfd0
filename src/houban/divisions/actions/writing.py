"""Write what a plan says into versions and codes: retract the open row, insert its closed and its new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from houban.core.periods import between, since
from houban.divisions import words
from houban.divisions.models import Change, Division, DivisionCode, DivisionVersion
from houban.divisions.rules.plan import Plan, Target
from houban.divisions.rules.state import Snapshot

MANY = 300
LOCK = "SELECT pg_advisory_xact_lock(hashtext('houban.divisions'))"


@dataclass
class Writer:
    """One act's moment and its rows, written together; `known` gives the identity that a new target, by key, is."""

    change: Change
    at: datetime
    known: Mapping[str, int] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Return the day the act takes effect."""
        return self.change.effective_on

    def apply(self, plan: Plan, before: Snapshot) -> dict[str, int]:
        """Write the plan; return the identity of every target by its key."""
        ids = self._found(plan)
        moved = self._moved(plan, before, ids)
        self._versions(moved, set(plan.ended))
        self._codes(plan, before, ids)
        refresh_statistics(len(moved))
        return ids

    def _found(self, plan: Plan) -> dict[str, int]:
        new = [target for target in plan.new if target.key not in self.known]
        made = Division.objects.bulk_create([Division(level=target.level) for target in new], batch_size=5000)
        ids = {target.key: division.pk for target, division in zip(new, made, strict=True)}
        ids |= {target.key: self.known[target.key] for target in plan.new if target.key in self.known}
        return ids | {target.key: target.id for target in plan.kept if target.id is not None}

    def _moved(self, plan: Plan, before: Snapshot, ids: dict[str, int]) -> list[DivisionVersion]:
        """Return the new versions: of new targets, of kept ones that differ, of children that follow."""
        versions = [self._version(target, ids) for target in plan.targets.values() if differs(target, before, ids)]
        for child, parent in plan.followers.items():
            unit = before.units[child]
            above = ids[parent] if isinstance(parent, str) else parent
            versions.append(self._row(child, unit.name, unit.official_name, unit.form, above))
        return versions

    def _version(self, target: Target, ids: dict[str, int]) -> DivisionVersion:
        above = ids[target.parent] if isinstance(target.parent, str) else target.parent
        return self._row(ids[target.key], target.name, target.official_name, target.form, above)

    def _row(self, division: int, name: str, official: str, form: str, parent: int | None) -> DivisionVersion:
        return DivisionVersion(
            division_id=division,
            name=name,
            official_name=official,
            form=form,
            parent_id=parent,
            during=since(self.day),
            change=self.change,
            written_by=self.change,
            recorded_at=self.at,
        )

    def _versions(self, new: list[DivisionVersion], ended: set[int]) -> None:
        touched = ended | {version.division_id for version in new}
        open_rows = DivisionVersion.objects.on(self.day).filter(division__in=touched)
        stubs = [_closed(row, self) for row in open_rows if row.during.lower < self.day]
        open_rows.update(retracted_at=self.at, retracted_by=self.change)
        DivisionVersion.objects.bulk_create([*stubs, *new], batch_size=5000)

    def _codes(self, plan: Plan, before: Snapshot, ids: dict[str, int]) -> None:
        new = {
            ids[t.key]: (words.scheme_of(t.level, self.change.scheme), t.code)
            for t in plan.targets.values()
            if t.code and (t.id is None or before.units[t.id].code != t.code)
        }
        of_ended = DivisionCode.objects.on(self.day).filter(division__in=plan.ended)
        recoded = DivisionCode.objects.on(self.day).filter(division__in=new)
        self.close_codes([*of_ended, *(row for row in recoded if row.scheme == new[row.division_id][0])])
        rows = [self.code(division, scheme, code) for division, (scheme, code) in new.items()]
        DivisionCode.objects.bulk_create(rows, batch_size=5000)

    def close_codes(self, rows: Iterable[DivisionCode]) -> None:
        """End codes on the act's day."""
        distinct = {row.pk: row for row in rows}
        stubs = [_closed_code(row, self) for row in distinct.values() if row.during.lower < self.day]
        closing = DivisionCode.objects.filter(pk__in=distinct)
        closing.update(retracted_at=self.at, retracted_by=self.change)
        DivisionCode.objects.bulk_create(stubs, batch_size=5000)

    def code(self, division: int, scheme: str, code: str, *, until: date | None = None) -> DivisionCode:
        """Return the row of a code borne from the act's day on."""
        return DivisionCode(
            division_id=division,
            scheme=scheme,
            code=code,
            during=between(self.day, until),
            change=self.change,
            written_by=self.change,
            recorded_at=self.at,
        )


def differs(target: Target, before: Snapshot, ids: Mapping[str, int]) -> bool:
    """Tell whether an act leaves a target otherwise than it stood before, but for its code."""
    if target.id is None:
        return True
    unit = before.units[target.id]
    parent = ids[target.parent] if isinstance(target.parent, str) else target.parent
    now = (target.name, target.official_name, target.form, parent)
    return now != (unit.name, unit.official_name, unit.form, unit.parent)


def _closed(row: DivisionVersion, writer: Writer) -> DivisionVersion:
    return DivisionVersion(
        division_id=row.division_id,
        name=row.name,
        official_name=row.official_name,
        form=row.form,
        parent_id=row.parent_id,
        during=between(row.during.lower, writer.day),
        change_id=row.change_id,
        written_by=writer.change,
        recorded_at=writer.at,
    )


def _closed_code(row: DivisionCode, writer: Writer) -> DivisionCode:
    return DivisionCode(
        division_id=row.division_id,
        scheme=row.scheme,
        code=row.code,
        during=between(row.during.lower, writer.day),
        change_id=row.change_id,
        written_by=writer.change,
        recorded_at=writer.at,
    )


def restore(change: Change, at: datetime) -> None:
    """Take back what an act wrote, and believe again what it had retracted."""
    for model in (DivisionVersion, DivisionCode):
        rows: Any = model._default_manager
        originals = list(rows.filter(retracted_by=change).exclude(written_by=change))
        rows.filter(written_by=change, retracted_at__isnull=True).update(retracted_at=at, retracted_by=change)
        for row in originals:
            row.pk, row.retracted_at, row.retracted_by, row.recorded_at = None, None, None, at
            row._state.adding = True
        rows.bulk_create(originals, batch_size=5000)


def refresh_statistics(written: int) -> None:
    """Let the planner see what a large act wrote; its checks and the next act of its file would crawl otherwise."""
    if written <= MANY:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT houban_divisions_analyse()")


def take_turn() -> None:
    """Let one act at a time write to the register; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def check_now() -> None:
    """Run the deferred constraints here, so that what they refuse is refused inside the act."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
