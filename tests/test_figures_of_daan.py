"""The demonstration yields the figures of the district's report."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.usefixtures("daan")

IN_2021 = {
    "villages": 87,
    "communities": 34,
    "towns": 9,
    "streets": 6,
    "groups": 1360,
    "villages_before": 149,
    "communities_before": 42,
    "groups_before": 1847,
    "village_reduction_rate": 41.61,
    "community_reduction_rate": 19.05,
    "group_reduction_rate": 26.37,
    "groups_transferred_out_2018": 13,
    "pilot_reduction_2001": 27,
    "area": 397.5,
    "population": 41.16,
    "urbanisation_rate": 53.2,
    "collective_income_2020": 1586.35,
    "collective_income_per_village": 18.23,
    "leaders": 29,
    "member_units": 37,
    "cooperatives": 218,
    "institutions": 17,
    "enforcement_team_min": 7,
    "enforcement_team_max": 30,
    "grid_workers": 196,
    "grid_workers_full_time": 66,
    "dual_links": 29,
}


def figures(on: str) -> dict[str, object]:
    out = StringIO()
    call_command("figures", on=date.fromisoformat(on), format="json", stdout=out)
    return {row["id"]: row["value"] for row in json.loads(out.getvalue())}


def test_the_figures_of_2021_are_those_of_the_report() -> None:
    found = figures("2021-06-30")

    assert {name: found[name] for name in IN_2021} == IN_2021


@pytest.mark.parametrize(("on", "villages"), [("2019-10-31", 149), ("2020-06-30", 89), ("2016-07-31", 148)])
def test_villages_are_counted_on_the_map_of_the_day(on: str, villages: int) -> None:
    assert figures(on)["villages"] == villages
