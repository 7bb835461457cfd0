"""The towns and villages that the register knows, stretch by stretch: each with one name under one town."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from houban.demo.people.days import FIRST
from houban.divisions.models import DivisionVersion, Flow

TOWN_FORMS = ("street", "town", "township")
VILLAGE_FORMS = ("village", "community")
GROUP_FORMS = ("village_group", "community_group")


@dataclass(frozen=True)
class Stretch:
    """A division while its name and what it lies in stay the same."""

    place: int
    name: str
    form: str
    above: int
    start: date
    until: date | None
    town: str = ""

    @property
    def is_village(self) -> bool:
        """Tell a village from a community."""
        return self.form == "village"

    def covers(self, day: date) -> bool:
        """Tell whether it is so on a day."""
        return self.start <= day and (self.until is None or day < self.until)


def towns(county: int) -> list[Stretch]:
    """Return the towns and streets of a county, past ones included, in the order of their codes and days."""
    return sorted(_stretches(TOWN_FORMS, {county}), key=lambda one: (one.start, one.place))


def villages(towns: list[Stretch]) -> list[Stretch]:
    """Return the villages and communities of some towns, cut where the town itself changes."""
    over: dict[int, list[Stretch]] = defaultdict(list)
    for town in towns:
        over[town.place].append(town)
    cut = [
        part
        for village in _stretches(VILLAGE_FORMS, set(over))
        for town in over[village.above]
        if (part := _within(village, town))
    ]
    return sorted(cut, key=lambda one: (one.start, one.place))


def groups(villages: set[int], day: date) -> dict[int, list[Stretch]]:
    """Return the groups of each village on a day, in the order of their numbers."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    for group in _stretches(GROUP_FORMS, villages):
        if group.covers(day):
            found[group.above].append(group)
    return {village: sorted(rows, key=lambda one: int(one.name[:-1])) for village, rows in found.items()}


def sources() -> dict[tuple[int, date], list[int]]:
    """Return which villages went into a village on a day."""
    flows = Flow.objects.filter(change__status="enacted", source__level="village", target__level="village")
    into: dict[tuple[int, date], list[int]] = defaultdict(list)
    for source, target, day in flows.order_by("change", "number").values_list(
        "source", "target", "change__effective_on"
    ):
        if source != target:
            into[target, day].append(source)
    return into


def _stretches(forms: tuple[str, ...], above: set[int]) -> list[Stretch]:
    """Read versions and join those that differ in nothing that is asked here."""
    versions = DivisionVersion.objects.live().filter(form__in=forms, parent__in=above)
    rows = versions.order_by("division", "during").values_list("division", "name", "form", "parent", "during")
    joined: list[Stretch] = []
    for place, name, form, parent, during in rows:
        last = joined[-1] if joined else None
        if last and (last.place, last.name, last.form, last.above, last.until) == (
            place, name, form, parent, during.lower,
        ):  # fmt: skip
            joined[-1] = Stretch(place, name, form, parent, last.start, during.upper)
        else:
            joined.append(Stretch(place, name, form, parent, max(during.lower, FIRST), during.upper))
    return joined


def _within(village: Stretch, town: Stretch) -> Stretch | None:
    start = max(village.start, town.start)
    until = min(filter(None, (village.until, town.until)), default=None)
    if until is not None and start >= until:
        return None
    return Stretch(village.place, village.name, village.form, village.above, start, until, town.name)
