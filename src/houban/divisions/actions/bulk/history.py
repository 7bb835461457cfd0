"""Replay a history on a map in memory, and note the rows that acting it out one by one would have left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import NamedTuple

from houban.core.problems import Problem, Problems
from houban.divisions import words
from houban.divisions.actions import writing
from houban.divisions.actions.bulk.spool import Spool
from houban.divisions.changefile import DraftChange
from houban.divisions.rules import applying, names, shapes
from houban.divisions.rules import plan as planning
from houban.divisions.rules.plan import Plan, Target
from houban.divisions.rules.state import Entry, Snapshot, Unit
from houban.divisions.words import Certainty, DayBasis, Origin, Shape, Status

WITHOUT_HEIR = "撤销，无承接"
BEFORE_THE_FIRST = "首期名录：此前何时设立，名录没有写"


class Founding(NamedTuple):
    """A division on the first day: rows of a list; `form` is told from code and name where it is empty."""

    code: str
    name: str
    level: str
    parent_code: str = ""
    form: str = ""


class _Row(NamedTuple):
    """A row in force without an end: what it says, since when, and by which change."""

    says: tuple[object, ...]
    since: date
    change: int


@dataclass
class History:
    """The map as it stands after each act, and the rows it leaves behind."""

    map: Snapshot
    spool: Spool
    scheme: str
    at: datetime
    by_name: str
    divisions: count[int]
    changes: count[int]
    numbers: Counter[date]
    file: str = ""
    versions: dict[int, _Row] = field(default_factory=dict)
    codes: dict[int, _Row] = field(default_factory=dict)
    borne: dict[str, list[tuple[date, date]]] = field(default_factory=dict)
    day: date = date.min

    def found(self, rows: Iterable[Founding], *, day: date, title: str, source: str) -> int | None:
        """Found divisions, upper levels first; return the number of the change that does it."""
        listed = sorted(rows, key=lambda row: words.DEPTH[words.Level(row.level)])
        if not listed:
            return None
        draft = DraftChange(
            day, title, authority=source, day_basis=DayBasis.ASSUMED, scheme=self.scheme, note=BEFORE_THE_FIRST
        )
        change = self._change(draft, {Shape.FOUND.value: len(listed)})
        top = listed[0].level
        for row in listed:
            self._found(row, change, day, is_top=row.level == top)
        return change

    def _found(self, row: Founding, change: int, day: date, *, is_top: bool) -> None:
        above = self.map.by_code.get(row.parent_code)
        if above is None and row.parent_code and not is_top:
            what = f"“{row.name}”（{row.code}）的上级 {row.parent_code} 不在名录里，也不在登记里"
            raise Problems([Problem(file=self.file, what=what, mend="请补上上级那一行")])
        if row.code in self.map.by_code:
            what = f"代码 {row.code} 在 {day} 已属于“{self.map.by_code[row.code].name}”"
            raise Problems([Problem(file=self.file, what=what, mend="成批装载只建立登记里还没有的单位，请核对名录")])
        form = row.form or names.form_of(row.code, row.name, row.level)
        parent = above.id if above else None
        unit = Unit(next(self.divisions), row.level, form, names.short(row.name, form), row.name, parent, row.code)
        self.spool.add("divisions_division", unit.id, unit.level)
        self.map.put(unit)
        self.versions[unit.id] = _Row((unit.name, unit.official_name, form, parent), day, change)
        self.codes[unit.id] = _Row((words.scheme_of(row.level, self.scheme), row.code), day, change)

    def act(self, draft: DraftChange) -> int:
        """Let an act take effect; raise `Problems` with every row that cannot. Return the change's number."""
        self._check(draft)
        made = planning.make(self.map, draft.entries, history=self._span)
        if made.wrongs:
            places = [(wrong, self.file or draft.title) for wrong in made.wrongs]
            raise Problems([Problem(w.what, w.mend, f, row=w.number or None, column=w.column) for w, f in places])
        change = self._change(draft, shapes.counts(shapes.components(made, self.map)))
        ids = self._identities(made)
        self._write_versions(made, ids, change)
        self._write_codes(made, ids, change)
        for entry in draft.entries:
            self._flow(entry, draft, change, made, ids)
        applying.apply(self.map, made, ids=ids)
        return change

    def _check(self, draft: DraftChange) -> None:
        place = self.file or draft.title
        if draft.day < self.day:
            what = f"“{draft.title}”（{draft.day}）早于它前面的一次（{self.day}）"
            raise Problems([Problem(file=place, what=what, mend="请按生效日排序")])
        if draft.scheme != self.scheme:
            what = f"“{draft.title}”用的是代码体系 {draft.scheme}，这次装载的是 {self.scheme}"
            raise Problems([Problem(file=place, what=what, mend="请一个代码体系装载一次")])
        if not draft.entries:
            raise Problems([Problem(file=place, what=f"“{draft.title}”一行也没有", mend="请补上，或去掉它")])
        self.day = draft.day

    def _span(self, code: str) -> str:
        spans = "；".join(f"{start} 至 {end}" for start, end in self.borne.get(code, [])[:3])
        return f"（它在 {spans} 有效）" if spans else ""

    def _change(self, draft: DraftChange, counted: Mapping[str, int]) -> int:
        number = next(self.changes)
        self.numbers[draft.day] += 1
        self.day = draft.day
        self.spool.add(
            "divisions_change",
            number,
            draft.day,
            self.numbers[draft.day],
            draft.title,
            draft.document,
            draft.authority,
            "",
            draft.day_basis,
            draft.origin or Origin.OFFICIAL,
            Status.ENACTED,
            json.dumps(counted),
            draft.scheme,
            draft.note,
            self.at,
            self.by_name,
            self.at,
            "",
        )
        return number

    def _identities(self, made: Plan) -> dict[str, int]:
        ids = {target.key: target.id for target in made.kept if target.id is not None}
        for target in made.new:
            ids[target.key] = next(self.divisions)
            self.spool.add("divisions_division", ids[target.key], target.level)
        return ids

    def _write_versions(self, made: Plan, ids: Mapping[str, int], change: int) -> None:
        for division in made.ended:
            self._end_version(division, change)
        for target in made.targets.values():
            if writing.differs(target, self.map, ids):
                parent = ids[target.parent] if isinstance(target.parent, str) else target.parent
                self._begin(ids[target.key], (target.name, target.official_name, target.form, parent), change)
        for child, upper in made.followers.items():
            unit = self.map.units[child]
            parent = ids[upper] if isinstance(upper, str) else upper
            self._begin(child, (unit.name, unit.official_name, unit.form, parent), change)

    def _begin(self, division: int, says: tuple[object, ...], change: int) -> None:
        if division in self.map.units:
            self._end_version(division, change)
        self.versions[division] = _Row(says, self.day, change)

    def _end_version(self, division: int, change: int) -> None:
        row = self._own(self.versions, division)
        self._version(division, row, None, row.change, retracted_by=change)
        if row.since < self.day:
            self._version(division, row, self.day, change)

    def _own(self, rows: dict[int, _Row], division: int) -> _Row:
        if division not in rows:
            unit = self.map.units[division]
            what = f"“{unit.name}”（{unit.code}）原来就在登记里，成批装载不改原有的单位"
            raise Problems(
                [Problem(file=self.file, what=what, mend="请把涉及它的调整另用“houban divisions apply”登记")]
            )
        return rows.pop(division)

    def _write_codes(self, made: Plan, ids: Mapping[str, int], change: int) -> None:
        for division in made.ended:
            self._end_code(division, change)
        recoded = [t for t in made.targets.values() if t.code and self._gets_code(t)]
        for target in recoded:
            if target.id is not None and self.map.units[target.id].code:
                self._end_code(target.id, change)
        for target in recoded:
            says = (words.scheme_of(target.level, self.scheme), target.code)
            self.codes[ids[target.key]] = _Row(says, self.day, change)

    def _gets_code(self, target: Target) -> bool:
        return target.id is None or self.map.units[target.id].code != target.code

    def _end_code(self, division: int, change: int) -> None:
        if not self.map.units[division].code:
            return
        row = self._own(self.codes, division)
        self._code(division, row, None, row.change, retracted_by=change)
        if row.since < self.day:
            self._code(division, row, self.day, change)
            self.borne.setdefault(str(row.says[1]), []).append((row.since, self.day))

    def _version(
        self, division: int, row: _Row, until: date | None, written_by: int, *, retracted_by: int | None = None
    ) -> None:
        self._dated("divisions_divisionversion", division, row, until, written_by, retracted_by)

    def _code(
        self, division: int, row: _Row, until: date | None, written_by: int, *, retracted_by: int | None = None
    ) -> None:
        self._dated("divisions_divisioncode", division, row, until, written_by, retracted_by)

    def _dated(
        self, table: str, division: int, row: _Row, until: date | None, written_by: int, retracted_by: int | None
    ) -> None:
        during = f"[{row.since},{until or ''})"
        gone = self.at if retracted_by else None
        self.spool.add(table, division, *row.says, during, row.change, self.at, written_by, gone, retracted_by)

    def _flow(self, entry: Entry, draft: DraftChange, change: int, made: Plan, ids: Mapping[str, int]) -> None:
        source, key = made.ends[entry.number]
        clue = draft.clues.get(entry.number)
        note = draft.notes.get(entry.number, "")
        if key is None and entry.certainty == Certainty.DECLARED and not note:
            note = WITHOUT_HEIR
        self.spool.add(
            "divisions_flow",
            change,
            entry.number,
            source,
            ids[key] if key is not None else None,
            entry.source_code,
            entry.source_name,
            entry.target_code,
            entry.target_name,
            entry.target_official_name,
            entry.target_form,
            entry.target_parent_code,
            entry.part,
            "、".join(entry.groups),
            json.dumps(entry.shares),
            entry.certainty,
            clue.text if clue else "",
            clue.score if clue else None,
            note,
        )

    def finish(self) -> None:
        """Note what is in force after the last act."""
        for division, row in self.versions.items():
            self._version(division, row, None, row.change)
        for division, row in self.codes.items():
            self._code(division, row, None, row.change)
