"""A map tried out in memory becomes what the database becomes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from houban.divisions import register
from houban.divisions.changefile import DraftChange
from houban.divisions.rules import applying
from houban.divisions.rules import plan as planning
from houban.divisions.rules.state import Entry, Snapshot, Unit
from houban.divisions.tests import make

pytestmark = pytest.mark.django_db

ACTS = {
    "a merger": [make.row(2, "104205", "104210", "龙晏村"), make.row(3, "104206", "104210", "龙晏村")],
    "an absorption": [make.row(2, "104205", "104206", "晏家村")],
    "a town into another": [make.row(2, "105", "104", "何市镇")],
    "codes exchanged": [make.row(2, "104205", "104206", "龙凼村"), make.row(3, "104206", "104205", "晏家村")],
    "a rename": [make.row(2, "105", "105", "新店街道", target_form="street")],
    "an end": [make.row(2, "104205", "")],
}


def by_code(snapshot: Snapshot) -> dict[str, tuple[Unit, str]]:
    codes = {unit.id: unit.code for unit in snapshot.units.values()}
    plain = {
        u.code: (replace(u, id=0, parent=None, until=None), codes.get(u.parent or 0, ""))
        for u in snapshot.units.values()
    }
    assert len(plain) == len(snapshot.units)
    return plain


@pytest.mark.parametrize("entries", ACTS.values(), ids=ACTS)
def test_applying_in_memory_gives_the_map_that_enacting_gives(tmp_path: Path, entries: list[Entry]) -> None:
    make.county(tmp_path)
    before = register.snapshot(make.LATER)
    tried = before.copy()
    plan = planning.make(tried, entries)

    applying.apply(tried, plan, ids={target.key: -n for n, target in enumerate(plan.new, start=1)})
    make.enacted(DraftChange(make.LATER, "试", entries=entries))

    assert not plan.wrongs
    assert by_code(tried) == by_code(register.snapshot(make.LATER))
    assert by_code(before) != by_code(tried)
