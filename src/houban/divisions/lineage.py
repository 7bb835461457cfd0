"""Predecessors and successors, and the picture of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count, F, Q

from houban.divisions import histories, memory
from houban.divisions.crosswalks import Crosswalk, crosswalk_between
from houban.divisions.models import DivisionVersion, Flow
from houban.divisions.rules.history import CERTAINTIES, Flags, History
from houban.divisions.words import Measure


@dataclass(frozen=True, slots=True)
class Link:
    """How much of a division of the first day lies in one of the second; `target` None: ended, or nobody knows.

    Where nobody says how much, equal parts are drawn and called unknown.
    """

    source: int
    target: int | None
    share: float
    certainty: str

    @property
    def percent(self) -> str:
        """Return the share as people read it."""
        return f"{100 * self.share:.4g}%"


def between(day_a: date, day_b: date, divisions: Iterable[int]) -> list[Link]:
    """Return where divisions of day A lie on day B."""
    wanted = list(divisions)
    walk = crosswalk_between(day_a, day_b, measure=Measure.GROUPS, history=_history(wanted))
    return _links(walk, np.isin(walk.history.ids[walk.pairs.source], wanted))


def into(day_a: date, day_b: date, targets: Iterable[int]) -> list[Link]:
    """Return the links from divisions of day A that end in one of the targets on day B."""
    wanted = list(targets)
    walk = crosswalk_between(day_a, day_b, measure=Measure.GROUPS, history=_history(wanted))
    target = walk.pairs.target
    reached = (target >= 0) & np.isin(walk.history.ids[np.maximum(target, 0)], wanted)
    sources = walk.pairs.source[reached]
    return [link for link in _links(walk, np.isin(walk.pairs.source, sources)) if link.target in set(wanted)]


def _history(divisions: list[int]) -> History:
    """Return the county's history, or that of divisions which it does not know."""
    own = histories.of_county()
    return own if np.isin(divisions, own.ids).all() else histories.of(divisions)


def _links(walk: Crosswalk, chosen: Flags) -> list[Link]:
    pairs, ids = walk.pairs.only(np.flatnonzero(chosen)), walk.history.ids
    drawn = pairs.drawn_shares()
    return [
        Link(int(ids[source]), int(ids[target]) if target >= 0 else None, share, CERTAINTIES[certainty])
        for source, target, share, certainty in zip(
            pairs.source.tolist(), pairs.target.tolist(), drawn.tolist(), pairs.certainty.tolist(), strict=True
        )
        if share > 0
    ]


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
