"""Turn the rows of an act into what happens to the map: who ends, who goes on, who is new.

Identity rule: a target continues the source that keeps both its code and its name; else the division
that already bears code and name and does not itself go elsewhere (it absorbs); else its only source, when
that one comes wholly (rename, recode, upgrade, transfer). Otherwise the target is a new division.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from houban.divisions.rules import names, reading
from houban.divisions.rules.state import Entry, Snapshot, Unit, Wrong
from houban.divisions.words import LEVEL_OF_FORM, Form, Level, Part


@dataclass(slots=True)
class Target:
    """A division as it stands after the act; `id` is None for a new one."""

    key: str
    entries: list[Entry]
    sources: list[Unit]
    id: int | None = None
    code: str = ""
    name: str = ""
    official_name: str = ""
    form: str = ""
    level: str = ""
    parent: int | str | None = None


@dataclass(slots=True)
class Plan:
    """What an act does: `parent` values and flow ends are ids, or keys of new targets; `keys` are by row."""

    targets: dict[str, Target] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    heirs: dict[int, Target] = field(default_factory=dict)
    ended: dict[int, Unit] = field(default_factory=dict)
    followers: dict[int, str | int] = field(default_factory=dict)
    ends: dict[int, tuple[int | None, str | None]] = field(default_factory=dict)
    wrongs: list[Wrong] = field(default_factory=list)

    @property
    def new(self) -> list[Target]:
        """Return the divisions the act makes, upper levels first."""
        made = [target for target in self.targets.values() if target.id is None]
        order = list(Level.values)
        return sorted(made, key=lambda target: order.index(target.level))

    @property
    def kept(self) -> list[Target]:
        """Return the divisions that go on, perhaps changed."""
        return [target for target in self.targets.values() if target.id is not None]


History = Callable[[str], str]


def make(before: Snapshot, entries: list[Entry], *, history: History = lambda _: "") -> Plan:
    """Plan an act on the map of its day; `history` says why a code is not on it."""
    plan = Plan()
    found = reading.sources(before, entries, history, plan.wrongs)
    if plan.wrongs:
        return plan
    plan.wrongs += reading.check_shares(entries, found)
    leaving = _leaving(before, entries, found)
    plan.keys = reading.target_keys(entries, found)
    for key, rows in reading.by_target(entries, plan.keys).items():
        sources = [found[row.number] for row in rows if row.number in found]
        target = Target(key, rows, sources, id=_continued(before, rows, sources, leaving))
        plan.targets[key] = target
        for source in sources:
            plan.heirs.setdefault(source.id, target)
    kept = {target.id for target in plan.targets.values()}
    plan.ended = {unit: before.units[unit] for unit in leaving - kept}
    _describe(plan, before)
    _follow(plan, before, entries, found)
    plan.ends = {e.number: (_id(found, e), plan.keys.get(e.number)) for e in entries}
    _check(plan, before)
    return plan


def _id(found: dict[int, Unit], entry: Entry) -> int | None:
    unit = found.get(entry.number)
    return unit.id if unit else None


def _leaving(before: Snapshot, entries: list[Entry], found: dict[int, Unit]) -> set[int]:
    """Return who gives up its code or name: a source that neither a row nor a remaining group keeps in place."""
    rows: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.number in found:
            rows.setdefault(found[entry.number].id, []).append(entry)
    return {unit for unit, of_unit in rows.items() if not _stays(before, before.units[unit], of_unit)}


def _stays(before: Snapshot, unit: Unit, rows: list[Entry]) -> bool:
    if any(reading.is_same(unit, row) for row in rows):
        return True
    if any(row.part != Part.GROUPS for row in rows):
        return False
    named = {name for row in rows for name in row.groups}
    return any(child.name not in named for child in before.children(unit.id))


def _continued(before: Snapshot, rows: list[Entry], sources: list[Unit], leaving: set[int]) -> int | None:
    first = rows[0]
    same = [unit for unit in sources if reading.is_same(unit, first)]
    if same:
        return same[0].id
    holder = before.by_code.get(first.target_code) if first.target_code else None
    if holder is None and not first.target_code:
        holder = reading.only(before.by_name.get(first.target_name, []))
    if holder is not None and holder.id not in leaving and reading.is_same(holder, first):
        return holder.id
    whole = len(sources) == 1 and len(rows) == 1 and first.part == Part.WHOLE
    return sources[0].id if whole else None


def _describe(plan: Plan, before: Snapshot) -> None:
    for target in plan.targets.values():
        old = before.units.get(target.id) if target.id is not None else None
        _name(target, old)
    codes = {target.code: target for target in plan.targets.values() if target.code}
    for target in plan.targets.values():
        target.parent = _parent(target, plan, before, codes)


def _name(target: Target, old: Unit | None) -> None:
    first = target.entries[0]
    target.code = first.target_code or (old.code if old else "")
    target.level = _level(target, old)
    stated = next((e.target_form for e in target.entries if e.target_form), "")
    same_name = old is not None and first.target_name in ("", old.name, old.official_name)
    target.form = stated or _form(target, first.target_name, old, same_name=same_name)
    given = next((e.target_official_name for e in target.entries if e.target_official_name), "")
    if old is not None and same_name:
        target.name, target.official_name = old.name, given or old.official_name
        return
    target.name = names.short(first.target_name, target.form)
    is_full = target.name != first.target_name
    target.official_name = given or (first.target_name if is_full else names.official(target.name, target.form))


def _level(target: Target, old: Unit | None) -> str:
    if old is not None:
        return old.level
    form = next((e.target_form for e in target.entries if e.target_form), "")
    if form:
        return LEVEL_OF_FORM[Form(form)]
    by_code = names.level_of(target.code)
    return by_code or (target.sources[0].level if target.sources else Level.VILLAGE)


def _form(target: Target, name: str, old: Unit | None, *, same_name: bool) -> str:
    if old is not None and same_name:
        return old.form
    return names.form_of(target.code, name, target.level)


def _parent(target: Target, plan: Plan, before: Snapshot, codes: dict[str, Target]) -> int | str | None:
    stated = next((e.target_parent_code for e in target.entries if e.target_parent_code), "")
    old = before.units.get(target.id) if target.id is not None else None
    speaks = names.tells_parent(target.code, target.level) and (old is None or target.code != old.code)
    by_code = stated or (names.parent_code(target.code) if speaks else "")
    if by_code in codes:
        parent = codes[by_code]
        return parent.id if parent.id is not None else parent.key
    if by_code in before.by_code and before.by_code[by_code].id not in plan.ended:
        return before.by_code[by_code].id
    if stated:
        plan.wrongs.append(reading.no_parent(target.entries[0], stated))
    origin = old or (target.sources[0] if target.sources else None)
    return _heir(plan, origin.parent) if origin else None


def _heir(plan: Plan, unit: int | None) -> int | str | None:
    """Return who stands for an upper division after the act: itself, or where it wholly went."""
    if unit is None or unit not in plan.ended:
        return unit
    heir = plan.heirs.get(unit)
    if heir is None:
        return unit
    return heir.id if heir.id is not None else heir.key


def _follow(plan: Plan, before: Snapshot, entries: list[Entry], found: dict[int, Unit]) -> None:
    """Let the children that no row names go where their parent, or the row that names them as groups, goes."""
    named = {unit.id for unit in found.values()} | {t.id for t in plan.targets.values() if t.id is not None}
    for entry in sorted(entries, key=lambda entry: entry.part != Part.GROUPS):
        unit = found.get(entry.number)
        for child in before.children(unit.id) if unit else []:
            is_free = child.id not in named and child.id not in plan.followers
            if unit and is_free and _goes_along(entry, child, unit, plan):
                _take(plan, child, entry, unit)


def _goes_along(entry: Entry, child: Unit, unit: Unit, plan: Plan) -> bool:
    if entry.part == Part.GROUPS:
        return child.name in entry.groups
    return unit.id in plan.ended


def _take(plan: Plan, child: Unit, entry: Entry, unit: Unit) -> None:
    if not entry.has_target:
        if child.level == Level.GROUP:
            plan.ended[child.id] = child
        else:
            plan.wrongs.append(reading.orphans(entry, unit, child))
        return
    if entry.part in (Part.SHARE, Part.SOME):
        plan.wrongs.append(reading.orphans(entry, unit, child))
        return
    target = plan.targets[plan.keys[entry.number]]
    plan.followers[child.id] = target.id if target.id is not None else target.key


def _check(plan: Plan, before: Snapshot) -> None:
    plan.wrongs += reading.check_agreement(plan.targets.values())
    plan.wrongs += reading.check_levels(plan.targets, before)
    plan.wrongs += reading.check_cycles(plan.targets, plan.ended, before)
    plan.wrongs += reading.check_codes(plan.targets, plan.ended, before)
    plan.wrongs += reading.check_later(plan.targets, plan.ended, plan.followers, before)
    plan.wrongs = list(dict.fromkeys(plan.wrongs))
    plan.wrongs.sort(key=lambda wrong: wrong.number)
