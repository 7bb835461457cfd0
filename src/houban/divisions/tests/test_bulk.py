"""A history loaded at once leaves what acting it out one by one leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from houban.core.problems import Problems
from houban.divisions import actions, register
from houban.divisions.actions import bulk
from houban.divisions.actions.bulk import Founding, guards, loading
from houban.divisions.actions.bulk.spool import TABLES, Spool
from houban.divisions.changefile import Clue, DraftChange
from houban.divisions.models import Change, Division, DivisionCode, DivisionVersion, Flow
from houban.divisions.rules import names
from houban.divisions.rules.state import Entry
from houban.divisions.tests import make
from houban.divisions.tests.test_applying import ACTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("owner")]
STILL_LATER = date(2021, 6, 30)
BACK = [make.row(2, "104206", "104205", "龙凼村")]
GUARDS = """
SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[])
UNION ALL SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE tablename = ANY(%(tables)s)
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text, tgenabled::text FROM pg_trigger
    WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal
ORDER BY 1, 2, 3
"""


def founding(rows: dict[str, str] = make.COUNTY) -> list[Founding]:
    levels = {code: str(names.level_of(code)) for code in rows}
    return [Founding(code, name, levels[code], names.parent_code(code)) for code, name in rows.items()]


def load(drafts: Iterable[DraftChange], rows: Sequence[Founding] | None = None) -> bulk.Loaded:
    return bulk.load(
        founding() if rows is None else rows,
        drafts,
        day=make.FIRST,
        scheme="nbs",
        title="建立",
        by=make.CLERK,
        at=make.NOON,
    )


def draft(entries: list[Entry], day: date = make.LATER, **more: Any) -> DraftChange:
    return DraftChange(day, "试", entries=entries, **more)


def share(number: int, target: str, name: str, value: str) -> Entry:
    return replace(make.row(number, "104205", target, name, part="share"), shares={"all": value})


def rows_by_value() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows, retracted ones included, with the code first borne in place of an identity."""
    first = dict(DivisionCode.objects.order_by("-during").values_list("division_id", "code"))
    turns = {change.pk: n for n, change in enumerate(Change.objects.order_by("pk"))}
    versions = DivisionVersion.objects.values_list(
        "division_id", "parent_id", "name", "official_name", "form", "during", "change", "written_by", "retracted_by"
    )
    codes = DivisionCode.objects.values_list(
        "division_id", "scheme", "code", "during", "change", "written_by", "retracted_by"
    )
    return {
        "versions": _sorted((first.get(v[0]), first.get(v[1] or 0), *v[2:6], *_turns(v[6:], turns)) for v in versions),
        "codes": _sorted((first[c[0]], *c[1:4], *_turns(c[4:], turns)) for c in codes),
        "flows": _sorted(
            (turns[f.change_id], f.number, first.get(f.source_id or 0), first.get(f.target_id or 0), *_said(f))
            for f in Flow.objects.all()
        ),
        "changes": _sorted(
            (c.effective_on, c.sequence, c.status, sorted(c.shapes.items()), c.enacted_at, c.scheme, c.day_basis)
            for c in Change.objects.all()
        ),
        "divisions": _sorted((first.get(d.pk), d.level) for d in Division.objects.all()),
    }


def _sorted(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted(rows, key=repr)


def _turns(numbers: Iterable[int | None], turns: dict[int, int]) -> list[int | None]:
    return [turns[number] if number is not None else None for number in numbers]


def _said(flow: Flow) -> tuple[object, ...]:
    ends = (flow.source_code, flow.source_name, flow.target_code, flow.target_name, flow.target_form)
    return (
        *ends,
        flow.part,
        flow.groups,
        sorted(flow.shares.items()),
        flow.certainty,
        flow.clue,
        flow.score,
        flow.note,
    )


def acted_out(folder: Path, drafts: list[DraftChange]) -> dict[str, list[tuple[object, ...]]]:
    """Act a history out one by one on a savepoint, and take it back."""
    savepoint = connection.savepoint()
    assert savepoint is not None
    make.county(folder)
    actions.draft_and_enact(drafts, by=make.CLERK, at=make.NOON)
    rows = rows_by_value()
    connection.savepoint_rollback(savepoint)
    return rows


def guarding() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(GUARDS, {"tables": list(TABLES)})
        return list(cursor.fetchall())


@pytest.fixture
def as_if_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take constraints and indexes down too, as for a load of a country."""
    monkeypatch.setattr(loading, "MANY", 0)


HISTORIES = {name: [draft(entries)] for name, entries in ACTS.items()} | {
    "two acts in turn": [draft(ACTS["a merger"]), draft([make.row(2, "104210", "104211", "新龙晏村")], STILL_LATER)],
    "two acts on a day": [draft(ACTS["a rename"]), draft(ACTS["a merger"])],
    "a code borne again": [draft(ACTS["an absorption"]), draft(BACK, STILL_LATER)],
    "a suggestion": [draft([make.row(2, "104205", "104206", "晏家村", certainty="suggested")])],
    "nothing known": [draft([make.row(2, "104205", "", certainty="unknown")])],
    "shares": [draft([share(2, "104206", "晏家村", "0.4"), share(3, "104211", "新龙村", "0.6")])],
    "a new village": [draft([make.row(2, "", "104212", "新村村委会")])],
}


@pytest.mark.parametrize("drafts", HISTORIES.values(), ids=HISTORIES)
def test_loading_leaves_the_rows_that_enacting_leaves(tmp_path: Path, drafts: list[DraftChange]) -> None:
    expected = acted_out(tmp_path, drafts)

    load(drafts)

    assert rows_by_value() == expected


@pytest.mark.usefixtures("as_if_many")
def test_all_guards_stand_again_after_a_load() -> None:
    before = guarding()

    load([make.merger()])

    assert guarding() == before
    assert Division.objects.count() == len(make.COUNTY) + 1


def test_a_suggestion_keeps_its_clue_and_its_score() -> None:
    entry = make.row(2, "104205", "104206", "晏家村", certainty="suggested")

    loaded = load([draft([entry], clues={2: Clue("名称相近", 0.4)})])

    flow = Flow.objects.get(change=loaded.last)
    assert (flow.certainty, flow.clue, float(flow.score or 0)) == ("suggested", "名称相近", 0.4)


def test_a_loaded_change_can_be_annulled() -> None:
    loaded = load([make.merger()])

    actions.annul(Change.objects.get(pk=loaded.last), because="试", by=make.CLERK, at=make.NOON)

    assert [version.name for version in register.find("510304104205", STILL_LATER)] == ["龙凼村"]


WRONG_DRAFTS = {
    "an unknown code": ([draft([make.row(2, "104299", "104206", "晏家村")])], "没有代码"),
    "days out of order": ([draft(ACTS["a rename"], STILL_LATER), make.merger()], "早于"),
    "another scheme": ([draft(ACTS["a rename"], scheme="mca")], "代码体系"),
    "an act without rows": ([draft([])], "一行也没有"),
    "a name that is too long": ([draft([make.row(2, "105", "105", "长" * 90)])], "数据库拒绝"),
}


@pytest.mark.usefixtures("as_if_many")
@pytest.mark.parametrize(("drafts", "why"), WRONG_DRAFTS.values(), ids=WRONG_DRAFTS)
def test_what_cannot_be_leaves_nothing(drafts: list[DraftChange], why: str) -> None:
    before = guarding()

    with pytest.raises(Problems, match=why):
        load(drafts)

    assert not Division.objects.exists()
    assert not Change.objects.exists()
    assert guarding() == before


WRONG_FOUNDINGS = {
    "a parent that is on no list": (
        [*founding(), Founding("510304999001", "某村", "village", "510304999")],
        "不在名录里",
    ),
    "a code given twice": ([*founding(), Founding("510304104", "何市镇", "town", "510304")], "已属于"),
}


@pytest.mark.parametrize(("rows", "why"), WRONG_FOUNDINGS.values(), ids=WRONG_FOUNDINGS)
def test_a_founding_that_contradicts_itself_leaves_nothing(rows: list[Founding], why: str) -> None:
    with pytest.raises(Problems, match=why):
        load([], rows)

    assert not Division.objects.exists()


def test_a_tree_the_register_knows_is_not_founded_twice() -> None:
    load([])

    with pytest.raises(Problems, match="登记里已经有了"):
        load([])

    assert Change.objects.count() == 1


EARLIER = "[2000-01-01,)"
BROKEN = {
    "a version outside its parent's life": ("divisions_divisionversion", "龙凼村", 5, EARLIER, "存续期"),
    "a code outside its division's life": ("divisions_divisioncode", "510304104205", 3, EARLIER, "存续期"),
    "a flow without its heir": ("divisions_flow", "龙晏村", 3, None, "没有落实"),
    "a code borne by two": ("divisions_divisioncode", "510304104205", 2, "510304104206", "数据库拒绝"),
    "a parent that is not there": ("divisions_divisionversion", "龙凼村", 4, 10**9, "数据库拒绝"),
}


@pytest.mark.usefixtures("as_if_many")
@pytest.mark.parametrize(("table", "row", "column", "becomes", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_is_refused_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, table: str, row: str, column: int, becomes: object, why: str
) -> None:
    add = Spool.add

    def spoilt(self: Spool, to: str, *values: object) -> None:
        cells = list(values)
        if to == table and row in cells:
            cells[column] = becomes
        add(self, to, *cells)

    before = guarding()
    monkeypatch.setattr(Spool, "add", spoilt)

    with pytest.raises(Problems, match=why):
        load([make.merger()])

    assert not Division.objects.exists()
    assert guarding() == before


def test_only_the_owner_loads() -> None:
    from django.conf import settings

    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{settings.APPLICATION_ROLE}"')

    with pytest.raises(guards.NotTheOwnerError):
        load([])
