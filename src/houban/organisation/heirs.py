"""Former divisions whose successors can't be told apart, and what a clerk has settled about them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from houban.divisions.models import DivisionVersion, Flow
from houban.organisation.models import Heir


@dataclass(frozen=True)
class Successor:
    """One of the divisions that took over."""

    division: int
    name: str


@dataclass(frozen=True)
class Unclear:
    """A division that ended and went to several; its rows are seen by all of them until one is settled."""

    division: int
    name: str
    ended_on: date
    document: str
    successors: tuple[Successor, ...]
    settled: Heir | None


def unclear(on: date) -> list[Unclear]:
    """Return the divisions that had ended by a day and have more than one successor, the open ones first."""
    flows = Flow.objects.filter(
        change__status="enacted", change__effective_on__lte=on, source__isnull=False, target__isnull=False
    ).select_related("change")
    went: dict[int, list[Flow]] = defaultdict(list)
    for flow in flows.order_by("change__effective_on", "number"):
        if flow.source_id is not None and flow.source_id != flow.target_id:
            went[flow.source_id].append(flow)
    several = {source: rows for source, rows in went.items() if len({row.target_id for row in rows}) > 1}
    living = set(DivisionVersion.objects.on(on).filter(division__in=several).values_list("division", flat=True))
    settled = {heir.former_id: heir for heir in Heir.objects.filter(former__in=several).select_related("heir")}
    names = _names({row.target_id for rows in several.values() for row in rows} | set(several))
    found = [
        _unclear(source, rows, names, settled.get(source)) for source, rows in several.items() if source not in living
    ]
    return sorted(found, key=lambda one: (one.settled is not None, one.ended_on, one.name))


def _names(divisions: set[int | None]) -> dict[int | None, str]:
    """Return what each division was called last."""
    versions = DivisionVersion.objects.live().filter(division__in=divisions - {None}).order_by("during")
    return dict(versions.values_list("division", "name"))


def _unclear(source: int, rows: list[Flow], names: dict[int | None, str], settled: Heir | None) -> Unclear:
    change = rows[-1].change
    targets = sorted({row.target_id for row in rows if row.target_id is not None})
    successors = tuple(Successor(target, names.get(target, "")) for target in targets)
    document = change.document or change.title
    return Unclear(source, names.get(source, ""), change.effective_on, document, successors, settled)
