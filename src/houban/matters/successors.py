"""Where the matters of a division go that is no longer on the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from houban.divisions.models import DivisionVersion, Flow
from houban.organisation.models import Heir


@dataclass(frozen=True)
class Successor:
    """The division that took over, and by which act; several when nobody can tell which."""

    divisions: tuple[int, ...]
    act: str


def of(gone: Iterable[int], on: date) -> dict[int, Successor]:
    """Return for each division that has ended by a day who took it over, through as many acts as there were."""
    flows = (
        Flow.objects.filter(change__status="enacted", change__effective_on__lte=on, target__isnull=False)
        .exclude(source=None)
        .select_related("change")
        .order_by("change__effective_on", "change__sequence", "number")
    )
    went: dict[int, list[Flow]] = {}
    for flow in flows:
        if flow.source_id is not None and flow.source_id != flow.target_id:
            went.setdefault(flow.source_id, []).append(flow)
    heirs = dict(Heir.objects.values_list("former_id", "heir_id"))
    return {one: _followed(one, went, heirs) for one in set(gone) if one in went}


def _followed(start: int, went: dict[int, list[Flow]], heirs: dict[int, int]) -> Successor:
    now, act, seen = {start}, "", set[int]()
    while now - seen:
        one = (now - seen).pop()
        seen.add(one)
        if one not in went:
            continue
        act = went[one][-1].change.document or went[one][-1].change.title
        targets = {heirs[one]} if one in heirs else {flow.target_id for flow in went[one] if flow.target_id}
        now = (now - {one}) | targets
    return Successor(tuple(sorted(now)), act)


def gone(units: Iterable[int], on: date) -> set[int]:
    """Return those of some divisions that are not on the map of a day."""
    wanted = set(units)
    return wanted - set(DivisionVersion.objects.on(on).filter(division__in=wanted).values_list("division", flat=True))


def parent(division: int, on: date) -> int | None:
    """Return the division above one on a day."""
    found = DivisionVersion.objects.on(on).filter(division=division).values_list("parent", flat=True).first()
    return int(found) if found is not None else None
