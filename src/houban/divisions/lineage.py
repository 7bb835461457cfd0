"""Predecessors and successors, and the picture of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q

from houban.divisions import memory
from houban.divisions.models import DivisionVersion, Flow
from houban.divisions.rules.lineage import Link, Stream, trace, upstream
from houban.divisions.rules.parts import EVERYTHING
from houban.divisions.words import Certainty, Part


def streams(after: date, until: date) -> list[Stream]:
    """Return the flows between divisions that took effect after one day and on or before another."""
    flows = (
        Flow.objects.filter(change__status="enacted", change__effective_on__gt=after, change__effective_on__lte=until)
        .exclude(source=None)
        .exclude(source__level="group")
        .select_related("change")
        .only("source_id", "target_id", "part", "groups", "shares", "certainty", "change__effective_on")
        .order_by("change__effective_on", "change__sequence", "change_id")
    )
    order = {pk: n for n, pk in enumerate(dict.fromkeys(flow.change_id for flow in flows))}
    sizes = _sizes([flow for flow in flows if flow.part == Part.GROUPS])
    sharers = Counter((flow.source_id, flow.change_id) for flow in flows if flow.part == Part.SOME)
    return [_stream(flow, order[flow.change_id], sizes, sharers) for flow in flows]


def _stream(
    flow: Flow, when: int, sizes: dict[tuple[int, int], int], sharers: Counter[tuple[int | None, int]]
) -> Stream:
    """Return a flow with its share; where nobody says how much, equal parts are drawn and called unknown."""
    if flow.part == Part.SOME:
        equal = Fraction(1, sharers[flow.source_id, flow.change_id])
        return Stream(when, flow.source_id or 0, flow.target_id, equal, Certainty.UNKNOWN)
    share = Fraction(1)
    if flow.part == Part.SHARE:
        share = Fraction(flow.shares.get(EVERYTHING) or flow.shares.get("population") or min(flow.shares.values()))
    elif flow.part == Part.GROUPS:
        named = len(list(filter(None, flow.groups.split("、"))))
        share = Fraction(named, max(named, sizes.get((flow.source_id or 0, flow.change_id), named)))
    return Stream(when, flow.source_id or 0, flow.target_id, share, flow.certainty)


def _sizes(flows: list[Flow]) -> dict[tuple[int, int], int]:
    """Count the groups of each source on the day before its change."""
    sizes = {}
    for flow in flows:
        key = (flow.source_id or 0, flow.change_id)
        if key not in sizes:
            before = Q(during__startswith__lt=flow.change.effective_on) & (
                Q(during__endswith__gte=flow.change.effective_on) | Q(during__upper_inf=True)
            )
            sizes[key] = DivisionVersion.objects.live().filter(before, parent=flow.source_id).count()
    return sizes


def between(day_a: date, day_b: date, divisions: Iterable[int]) -> list[Link]:
    """Trace divisions of day A to day B, which may not lie before it."""
    return trace(divisions, streams(day_a, day_b))


def into(day_a: date, day_b: date, targets: Iterable[int], *, within: Iterable[int]) -> list[Link]:
    """Return the links from divisions of day A, among `within`, that end in one of the targets on day B."""
    wanted, flowed = set(targets), streams(day_a, day_b)
    reach = upstream(wanted, flowed)
    near = [stream for stream in flowed if stream.source in reach]
    return [link for link in trace(reach.intersection(within), near) if link.target in wanted]


def predecessors(division: int, on: date) -> list[Flow]:
    """Return the flows of other divisions into this one, on or before a day."""
    flows = _flows(on).filter(target=division).exclude(source=division)
    return list(flows.order_by("change__effective_on", "number"))


def successors(division: int, on: date) -> list[Flow]:
    """Return the flows out of this division into others, on or before a day."""
    flows = _flows(on).filter(source=division).exclude(target=division)
    return list(flows.order_by("change__effective_on", "number"))


def _flows(on: date) -> Any:
    return Flow.objects.filter(change__status="enacted", change__effective_on__lte=on).select_related(
        "change", "source", "target"
    )


def predecessor_counts(on: date) -> dict[int, int]:
    """Return how many other divisions flowed into each one, on or before a day."""
    return memory.recall(("predecessors", on), lambda: _predecessor_counts(on))


def _predecessor_counts(on: date) -> dict[int, int]:
    flows = _flows(on).exclude(source=None).exclude(target=None).exclude(source__level="group")
    rows = flows.values("target").annotate(n=Count("source", distinct=True, filter=~Q(source=F("target"))))
    return {row["target"]: row["n"] for row in rows if row["n"]}


def group_counts(divisions: Iterable[int], on: date) -> dict[int, int]:
    """Count the residents' groups of divisions on a day."""
    groups = DivisionVersion.objects.on(on).filter(parent__in=list(divisions), form__endswith="_group")
    return dict(groups.values_list("parent").annotate(Count("pk")))
