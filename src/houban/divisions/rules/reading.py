"""Find whom the rows of an act mean, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from houban.divisions.rules import parts
from houban.divisions.rules.state import Entry, Snapshot, Unit, Wrong
from houban.divisions.words import DEPTH, Part

if TYPE_CHECKING:
    from houban.divisions.rules.plan import Target


def target_keys(entries: Iterable[Entry], found: dict[int, Unit]) -> dict[int, str]:
    """Return for each row what tells its target from others: its code, else its name and upper code.

    Several divisions that each keep their own name and code on the way, such as the 5组 of two villages that go
    to a third, stay apart.
    """
    keys = {e.number: e.target_code or f"{e.target_name}@{e.target_parent_code}" for e in entries if e.has_target}
    keepers: dict[str, dict[int, int]] = {}
    for entry in entries:
        unit = found.get(entry.number)
        if unit is not None and not entry.target_code and is_same(unit, entry):
            keepers.setdefault(keys[entry.number], {})[entry.number] = unit.id
    for key, rows in keepers.items():
        if len(set(rows.values())) > 1:
            keys |= {number: f"{key}#{unit}" for number, unit in rows.items()}
    return keys


def by_target(entries: Iterable[Entry], keys: dict[int, str]) -> dict[str, list[Entry]]:
    """Group the rows by the division they lead to."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.has_target:
            groups.setdefault(keys[entry.number], []).append(entry)
    return groups


def is_same(unit: Unit, entry: Entry) -> bool:
    """Tell whether a row leaves a division its code and its name."""
    code_kept = entry.target_code in ("", unit.code)
    return code_kept and entry.target_name in ("", unit.name, unit.official_name) and entry.has_target


def only(units: list[Unit]) -> Unit | None:
    """Return the single unit, or None where there are none or several."""
    distinct = {unit.id: unit for unit in units}
    return next(iter(distinct.values())) if len(distinct) == 1 else None


def sources(
    before: Snapshot, entries: list[Entry], history: Callable[[str], str], wrongs: list[Wrong]
) -> dict[int, Unit]:
    """Return the source of each row that has one; what can't be found goes to `wrongs`."""
    found = {}
    for entry in entries:
        if not entry.has_source:
            if not entry.has_target:
                wrongs.append(Wrong(entry.number, "原代码", "原单位和新单位都空着", "至少填一个"))
            continue
        unit = _source(before, entry)
        if unit is None:
            wrongs.append(_not_found(before, entry, history))
        else:
            found[entry.number] = unit
    return found


def _source(before: Snapshot, entry: Entry) -> Unit | None:
    if not entry.source_code:
        return only(before.by_name.get(entry.source_name, []))
    unit = before.by_code.get(entry.source_code)
    if unit and entry.source_name not in ("", unit.name, unit.official_name):
        return None
    return unit


def _not_found(before: Snapshot, entry: Entry, history: Callable[[str], str]) -> Wrong:
    unit = before.by_code.get(entry.source_code)
    if unit is not None:
        what = f"代码 {entry.source_code} 当日是“{unit.name}”，不是“{entry.source_name}”"
        return Wrong(entry.number, "原名称", what, "请核对代码和名称")
    if entry.source_code:
        why = history(entry.source_code)
        what = f"生效日没有代码 {entry.source_code}{why}"
        return Wrong(entry.number, "原代码", what, "请核对代码和生效日")
    homonyms = len(before.by_name.get(entry.source_name, []))
    if homonyms:
        return Wrong(entry.number, "原名称", f"“{entry.source_name}”当日有 {homonyms} 个", "请填原代码")
    return Wrong(entry.number, "原名称", f"生效日没有“{entry.source_name}”", "请核对名称和生效日")


def check_shares(entries: list[Entry], found: dict[int, Unit]) -> list[Wrong]:
    """Demand that the shares of one source add up to 1, that a whole goes once, that a part is not all there is."""
    rows: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.number in found:
            rows.setdefault(found[entry.number].id, []).append(entry)
    wrongs = []
    for of_source in rows.values():
        wrongs += _check_source(of_source, found[of_source[0].number])
    return wrongs


def _check_source(rows: list[Entry], unit: Unit) -> list[Wrong]:
    kinds = {row.part for row in rows}
    last = rows[-1].number
    if Part.WHOLE in kinds and len(rows) > 1 and kinds != {Part.WHOLE, Part.GROUPS}:
        return [Wrong(last, "部分", f"“{unit.name}”已整体划出，又写了 {len(rows) - 1} 行", "改成比例，或只留一行")]
    if kinds == {Part.WHOLE, Part.GROUPS} and sum(row.part == Part.WHOLE for row in rows) > 1:
        return [Wrong(last, "部分", f"“{unit.name}”写了不止一行整体", "只留一行")]
    unsaid = _check_unsaid(rows, unit)
    if unsaid:
        return [unsaid]
    totals = parts.sums(row.shares for row in rows if row.part == Part.SHARE)
    bad = {measure: total for measure, total in totals.items() if total != 1}
    if bad:
        total = float(next(iter(bad.values())))
        return [Wrong(last, "部分", f"“{unit.name}”的各份加起来是 {total:g}，不是 1", "改到合计为 1")]
    return []


def _check_unsaid(rows: list[Entry], unit: Unit) -> Wrong | None:
    """Demand that parts of unstated size name everybody who got one, the source itself where it stays."""
    kinds = {row.part for row in rows}
    if Part.SOME not in kinds:
        return None
    if Part.SHARE in kinds:
        what = f"“{unit.name}”有的行写了比例，有的行份额不详"
        return Wrong(rows[-1].number, "部分", what, "都写比例，或都写部分")
    if len({(row.target_code, row.target_name) for row in rows}) == 1:
        what = f"“{unit.name}”只写了一行“部分”，其余去了哪里没有写"
        return Wrong(rows[-1].number, "部分", what, "其余仍归它自己的，再写一行到它自己；全部划出的，写整体")
    return None


def no_parent(entry: Entry, code: str) -> Wrong:
    """Say that the stated upper code is on no map."""
    return Wrong(entry.number, "新上级代码", f"生效日没有上级代码 {code}", "请核对，或在同一次调整里设立它")


def orphans(entry: Entry, unit: Unit, child: Unit) -> Wrong:
    """Say that a child of what ends is left without a parent."""
    what = f"“{unit.name}”的下级“{child.name}”没有写明去向"
    return Wrong(entry.number, "部分", what, "请给它单独写一行")


def check_agreement(targets: Iterable[Target]) -> list[Wrong]:
    """Demand that the rows of one target agree on its name and form, and that a new one has a name."""
    wrongs = []
    for target in targets:
        names = {entry.target_name for entry in target.entries if entry.target_name}
        last = target.entries[-1].number
        if len(names) > 1:
            what = f"代码 {target.key} 写了 {len(names)} 个名称：{'、'.join(sorted(names))}"
            wrongs.append(Wrong(last, "新名称", what, "请改成同一个"))
        if not target.name:
            wrongs.append(Wrong(last, "新名称", f"新设的 {target.key} 没有名称", "请填新名称"))
    return wrongs


def check_levels(targets: dict[str, Target], before: Snapshot) -> list[Wrong]:
    """Demand that a parent lies above: so no chain of parents can close into a cycle."""
    wrongs = []
    for target in targets.values():
        parent = _level_of(target.parent, targets, before)
        if parent is not None and DEPTH[parent] >= DEPTH[target.level]:
            what = f"“{target.name}”的上级与它同级或比它低，成了循环"
            wrongs.append(Wrong(target.entries[0].number, "新上级代码", what, "请填更高一级的代码"))
    return wrongs


def _level_of(parent: int | str | None, targets: dict[str, Target], before: Snapshot) -> str | None:
    if isinstance(parent, str):
        return targets[parent].level
    return before.units[parent].level if parent is not None else None


def check_cycles(targets: dict[str, Target], ended: dict[int, Unit], before: Snapshot) -> list[Wrong]:
    """Refuse A → B while B itself goes elsewhere the same day, a circle of such rows above all."""
    wrongs = []
    going = {unit.code for unit in ended.values()}
    for target in targets.values():
        moving = {source.code for source in target.sources if source.id == target.id and source.code != target.code}
        holder = before.by_code.get(target.code)
        first = target.entries[0]
        same_name = holder is not None and first.target_name in (holder.name, holder.official_name)
        if holder and same_name and (holder.code in going or _moves(holder, targets)) and holder.id != target.id:
            what = f"“{holder.name}”在同一次调整里既接收别人又去了别处，成了循环"
            wrongs.append(Wrong(first.number, "新代码", what, "请直接写最后的去向"))
        going |= moving
    return wrongs


def _moves(holder: Unit, targets: dict[str, Target]) -> bool:
    return any(target.id == holder.id and target.code != holder.code for target in targets.values())


def check_codes(targets: dict[str, Target], ended: dict[int, Unit], before: Snapshot) -> list[Wrong]:
    """Refuse a code that somebody else still bears after the act."""
    wrongs = []
    moved = {target.id for target in targets.values()}
    for target in targets.values():
        holder = before.by_code.get(target.code)
        if holder is None or holder.id == target.id or holder.id in ended or holder.id in moved:
            continue
        what = f"代码 {target.code} 当日属于“{holder.name}”"
        wrongs.append(Wrong(target.entries[0].number, "新代码", what, "请核对；并入它时名称也要写成它的"))
    return wrongs


def check_later(
    targets: dict[str, Target], ended: dict[int, Unit], followers: dict[int, str | int], before: Snapshot
) -> list[Wrong]:
    """Refuse to change what a later act has already changed."""
    lines = [(unit, target.entries[0].number) for target in targets.values() for unit in target.sources]
    lines += [(before.units[t.id], t.entries[0].number) for t in targets.values() if t.id is not None]
    lines += [(unit, 0) for unit in ended.values()] + [(before.units[child], 0) for child in followers]
    wrongs: dict[int, Wrong] = {}
    for unit, number in lines:
        if unit.until is not None:
            what = f"“{unit.name}”在 {unit.until:%Y-%m-%d} 已有后来的调整"
            wrongs.setdefault(unit.id, Wrong(number, "生效日", what, "先撤销后来的调整，再登记这一次"))
    return list(wrongs.values())
