"""Keep official lists of towns as lists of their days, beside the register and without founding anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.divisions.actions import writing
from houban.divisions.actions.adopting import Adopted
from houban.divisions.actions.bulk import entries, guards
from houban.divisions.adapters.towns import TownList
from houban.divisions.models import OfficialList
from houban.divisions.rules import names
from houban.divisions.words import Level, Scheme

SOURCE = "国家统计局统计用区划代码（乡级）"


@transaction.atomic
def adopt_towns(
    lists: Sequence[TownList], *, by: Actor, at: datetime, tell: Callable[[str], object] = lambda _: None
) -> Adopted:
    """Keep each list once, as an extract: it names no county, so it founds nothing and is not compared whole."""
    guards.demand_owner(entries.TABLE)
    writing.take_turn()
    fresh = [one for one in lists if not _known(one)]
    for one in fresh:
        _keep(one, by=by, at=at)
        tell(str(one.day))
    return Adopted(len(fresh), sum(len(one.names) for one in fresh), again=not fresh)


def _known(one: TownList) -> bool:
    return OfficialList.objects.filter(scheme=Scheme.NBS, as_of=one.day, sha256=one.sha256).exists()


def _keep(one: TownList, *, by: Actor, at: datetime) -> None:
    official = OfficialList.objects.create(
        name=f"全国乡级 {one.day} 名录",
        source=SOURCE,
        scheme=Scheme.NBS,
        as_of=one.day,
        extract=True,
        sha256=one.sha256,
        imported_at=at,
        imported_by_name=by.name,
    )
    entries.copy((official.pk, code, name, Level.TOWN, names.parent_code(code)) for code, name in one.names.items())
    record("divisions.list.imported", official, by=by, at=at, after={"rows": len(one.names)})
