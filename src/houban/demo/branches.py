"""What-ifs of the demonstration, and made-up sizes of villages that add up to the published totals of the district."""

from __future__ import annotations

import random
from datetime import date, datetime

from houban.core.record import Actor
from houban.divisions import actions, register
from houban.divisions.changefile import DraftChange
from houban.divisions.models import DivisionVersion, Measurement
from houban.divisions.rules.state import Entry
from houban.divisions.words import Form, Level

SEED = 411600
PEOPLE, HOUSEHOLDS, AREA = (
    411_600,
    148_200,
    397_500_000,
)  # the district's report: 41.16 万人, 397.5 km²; households made up
COUNTED = date(2020, 12, 31)
SOURCE = "示范数据，合计与公布数一致"


def load(today: date, *, by: Actor, at: datetime) -> None:
    """Write the sizes of villages and two plans for one town."""
    _sizes(today, by=by, at=at)
    _plans(today, by=by, at=at)


def _sizes(today: date, *, by: Actor, at: datetime) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same sizes every time
    villages = list(DivisionVersion.objects.on(today).filter(division__level=Level.VILLAGE).order_by("pk"))
    inside = {node.id for node in register.rows([register.county() or 0], today)}
    villages = [one for one in villages if one.division_id in inside]
    weights = [chance.lognormvariate(0.0, 0.35) * (2.6 if one.form == Form.COMMUNITY else 1) for one in villages]
    land = [chance.lognormvariate(0.0, 0.4) * (0.25 if one.form == Form.COMMUNITY else 1) for one in villages]
    for measure, total, by_weight in (
        ("population", PEOPLE, weights), ("households", HOUSEHOLDS, weights), ("area", AREA, land),
    ):  # fmt: skip
        Measurement.objects.bulk_create(
            [
                Measurement(
                    division_id=one.division_id, measure=measure, day=COUNTED, value=value, source=SOURCE,
                    recorded_at=at, recorded_by_name=by.name,
                )
                for one, value in zip(villages, _apportioned(total, by_weight), strict=True)
            ]
        )  # fmt: skip


def _apportioned(total: int, weights: list[float]) -> list[int]:
    """Share a total out by weights, to the last unit (largest remainder)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(one) for one in exact]
    rest = sorted(range(len(exact)), key=lambda n: shares[n] - exact[n])[: total - sum(shares)]
    return [share + (n in rest) for n, share in enumerate(shares)]


def _plans(today: date, *, by: Actor, at: datetime) -> None:
    """Draft two ways of merging small villages of one town."""
    town = next(iter(register.find("牛佛镇", today)))
    sizes = dict(
        Measurement.objects.filter(measure="population", withdrawn_at=None).values_list("division_id", "value")
    )
    villages = [one for one in register.children(town.division_id, today) if one.form == Form.VILLAGE]
    small = sorted(villages, key=lambda one: sizes.get(one.division_id, 0))[:6]
    small.sort(key=lambda one: one.code or "")  # type: ignore[attr-defined]
    one = actions.open_branch(
        "牛佛镇并村方案一：并小村", purpose="人口最少的六个村两两合并（示范）", day=today, by=by, at=at
    )
    actions.add(
        one, [_merging("两两合并", today, [(a, b) for a, b in zip(small[::2], small[1::2], strict=True)])], by=by, at=at
    )
    two = actions.open_branch(
        "牛佛镇并村方案二：只并最小的两个", purpose="动得最少的一种（示范）", day=today, by=by, at=at
    )
    least = sorted(small, key=lambda one: sizes.get(one.division_id, 0))[:2]
    actions.add(two, [_merging("合并最小的两个村", today, [(least[0], least[1])])], by=by, at=at)


def _merging(title: str, day: date, pairs: list[tuple[DivisionVersion, DivisionVersion]]) -> DraftChange:
    """Draft pairs of villages merging into the second of each."""
    entries: list[Entry] = []
    for gone, stays in pairs:
        for source in (gone, stays):
            entries.append(
                Entry(
                    len(entries) + 2,
                    source.code, source.name, stays.code, stays.name,  # type: ignore[attr-defined]
                )
            )  # fmt: skip
    return DraftChange(day, title, day_basis="assumed", origin="demonstration", entries=entries)
