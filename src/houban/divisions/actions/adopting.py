"""Adopt the registers of others: yearly lists with their differences, published acts, another country's register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from houban.core.periods import between
from houban.core.record import Actor, record
from houban.divisions.actions import changes, writing
from houban.divisions.adapters import areacodes, swiss
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, Division, DivisionCode, DivisionVersion, Flow
from houban.divisions.rules.state import Entry
from houban.divisions.words import Certainty, DayBasis, Form, Level, Part, Scheme, Shape, Status

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Adopted:
    """What came of it: how many acts, and how many rows; nothing when it is there already."""

    acts: int
    rows: int
    again: bool = False


@transaction.atomic
def adopt_events(acts: Sequence[DraftChange], *, by: Actor, at: datetime) -> Adopted:
    """Keep published acts as drafts, each once by its document and title; nothing takes effect by itself."""
    known = set(Change.objects.values_list("document", "title"))
    fresh = [act for act in acts if (act.document, act.title) not in known]
    changes.draft(fresh, by=by, at=at)
    return Adopted(len(fresh), sum(len(act.entries) for act in fresh), again=not fresh)


@transaction.atomic
def adopt_lists(
    tables: Sequence[tuple[int, areacodes.Table]],
    differences: Sequence[list[areacodes.Line]],
    *,
    by: Actor,
    at: datetime,
    tell: Tell,
) -> Adopted:
    """Found the map of the first year's list, and enact each year's difference on its last day."""
    first, last = tables[0][0], tables[-1][0]
    title = f"{first} 年县级以上区划代码"
    if Change.objects.enacted().filter(title=title, scheme=Scheme.GB2260).exists():
        return Adopted(0, 0, again=True)
    acts = [_founding(tables[0][1], first, title)]
    for (_year, old), (year, new), lines in zip(tables, tables[1:], differences, strict=False):
        rows = areacodes.entries(lines, old, new)
        acts.append(_draft(date(year, 12, 31), f"{year} 年县级以上区划变动", rows))
    for act in acts:
        changes.enact(changes.draft([act], by=by, at=at)[0], by=by, at=at)
        tell(act.title)
    after = {"first": first, "last": last, "acts": len(acts)}
    record("divisions.history.adopted", "divisions.change", by=by, at=at, after=after)
    return Adopted(len(acts), sum(len(act.entries) for act in acts))


def _founding(table: areacodes.Table, year: int, title: str) -> DraftChange:
    order = sorted(table.by_code.values(), key=lambda record: (len(areacodes.short(record.code)), record.code))
    return _draft(date(year, 12, 31), title, areacodes.founding(order, table))


def _draft(day: date, title: str, rows: list[Entry]) -> DraftChange:
    return DraftChange(day, title, day_basis=DayBasis.ASSUMED, scheme=Scheme.GB2260, entries=rows)


@transaction.atomic
def adopt_swiss(versions: list[swiss.Version], *, by: Actor, at: datetime) -> Adopted:
    """Write the Swiss register of municipalities: cantons, a division for each version, a change for each mutation."""
    title = "瑞士市镇登记（联邦统计局）"
    if Change.objects.filter(title=title).exists():
        return Adopted(0, 0, again=True)
    writing.take_turn()
    first = min(version.start for version in versions)
    founding = _change(first, title, 1, shape=Shape.FOUND, number=len(versions), by=by, at=at)
    cantons = _cantons(sorted({version.canton for version in versions}), founding, first, at)
    found = swiss.mutations(versions)
    by_number = {mutation.number: mutation for mutation in found}
    acts = {
        mutation.number: _change(mutation.day, f"变更 {mutation.number}", place, by=by, at=at)
        for place, mutation in enumerate(found, start=2)
    }
    Change.objects.bulk_create(acts.values(), batch_size=2000)
    days = {mutation.number: mutation.day for mutation in found}
    of = _municipalities(versions, cantons, acts, days, founding, at)
    flows = _flows(found, acts, of, {version.number: version for version in versions})
    Flow.objects.bulk_create(flows, batch_size=5000)  # while their acts are drafts; afterwards they stay
    _take_effect(list(acts.values()))
    writing.refresh_statistics(len(versions))
    writing.check_now()
    record(
        "divisions.history.adopted", founding, by=by, at=at, after={"versions": len(versions), "acts": len(by_number)}
    )
    return Adopted(len(found), len(versions))


def _take_effect(acts: list[Change]) -> None:
    for act in acts:
        act.status, act.enacted_at = Status.ENACTED, act.recorded_at
    Change.objects.bulk_update(acts, ["status", "enacted_at"], batch_size=1000)


def _change(day: date, title: str, place: int, *, by: Actor, at: datetime, shape: str = "", number: int = 0) -> Change:
    made = Change(
        effective_on=day, sequence=place % 32000 + 1, title=title, authority="Bundesamt für Statistik",
        scheme=Scheme.BFS,        recorded_at=at, recorded_by_name=by.name, shapes={shape: number} if shape else {},
    )  # fmt: skip
    if shape:
        made.status, made.enacted_at = Status.ENACTED, at
        made.save()
    return made


def _cantons(names: list[str], change: Change, first: date, at: datetime) -> dict[str, int]:
    made = Division.objects.bulk_create([Division(level=Level.PROVINCE) for _ in names])
    DivisionVersion.objects.bulk_create(
        [
            _version(division.pk, name, Form.CANTON, None, (first, None), change, at)
            for name, division in zip(names, made, strict=True)
        ]
    )
    return {name: division.pk for name, division in zip(names, made, strict=True)}


def _municipalities(
    versions: list[swiss.Version], cantons: dict[str, int], acts: dict[int, Change], acts_on: dict[int, date],
    founding: Change, at: datetime,
) -> dict[int, int]:  # fmt: skip
    made = Division.objects.bulk_create([Division(level=Level.TOWN) for _ in versions], batch_size=5000)
    pairs = list(zip(versions, made, strict=True))
    rows, codes, none = [], [], swiss.placeholders(versions, acts_on)
    for version, division in pairs:
        life = swiss.life(version, acts_on)
        if life[0] == life[1]:
            continue  # came and went on one day: a step on the way, which was never there
        change = acts.get(version.admitted_by, founding)
        form = Form.MUNICIPALITY if version.mode == swiss.MUNICIPALITY else Form.UNINCORPORATED
        rows.append(_version(division.pk, version.name, form, cantons[version.canton], life, change, at))
        if version.code in none:
            continue
        codes.append(
            DivisionCode(
                division_id=division.pk, scheme=Scheme.BFS, code=version.code, during=between(*life), change=change,
                written_by=change, recorded_at=at,
            )
        )  # fmt: skip
    DivisionVersion.objects.bulk_create(rows, batch_size=5000)
    DivisionCode.objects.bulk_create(codes, batch_size=5000)
    return {version.number: division.pk for version, division in pairs}


def _version(
    division: int,
    name: str,
    form: str,
    parent: int | None,
    life: tuple[date, date | None],
    change: Change,
    at: datetime,
) -> DivisionVersion:
    return DivisionVersion(
        division_id=division, name=name, official_name=name, form=form, parent_id=parent, during=between(*life),
        change=change, written_by=change, recorded_at=at,
    )  # fmt: skip


def _flows(
    found: list[swiss.Mutation], acts: dict[int, Change], of: dict[int, int], known: dict[int, swiss.Version]
) -> list[Flow]:
    """Return every pair of a mutation; where several became several, nobody says which part went where."""
    flows = []
    for mutation in found:
        pairs = [(source, target) for source in mutation.sources for target in mutation.targets]
        for number, (source, target) in enumerate(pairs, start=1):
            flows.append(
                Flow(
                    change=acts[mutation.number], number=number, source_id=of[source], target_id=of[target],
                    source_code=known[source].code, source_name=known[source].name[:80],
                    target_code=known[target].code, target_name=known[target].name[:80],
                    part=Part.WHOLE if len(mutation.targets) == 1 else Part.SOME, certainty=Certainty.DECLARED,
                )
            )  # fmt: skip
    return flows
