"""The map of matters over the demonstration: the same filters as the queue, points, villages, and nothing hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houban.matters.models import Matter
from houban.matters.words import OPEN

pytestmark = pytest.mark.usefixtures("daan")


def points(client: Client, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(reverse("matters:points"), asked).json()["features"]
    return found


def test_the_points_are_the_open_matters_soonest_due_first(signed_in: Callable[[str], Client]) -> None:
    found = points(signed_in("宋可"), tab="all")

    rows = Matter.objects.filter(state__in=OPEN, longitude__isnull=False).order_by("due", "pk")
    assert [one["id"] for one in found] == [str(one.pk) for one in rows]
    assert [one["properties"]["number"] for one in found] == [one.number for one in rows]
    assert found[0]["geometry"]["coordinates"] == [float(rows[0].longitude), float(rows[0].latitude)]  # type: ignore[arg-type]


def test_what_is_late_is_marked_and_the_tab_of_the_late_holds_that_alone(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("宋可")

    late = {one["id"] for one in points(client, tab="all") if one["properties"]["late"]}

    assert late
    assert late == {one["id"] for one in points(client, tab="overdue")}


def test_a_town_sees_its_own_points_alone(signed_in: Callable[[str], Client]) -> None:
    own = {one["id"] for one in points(signed_in("罗强"), tab="all")}
    county = {one["id"] for one in points(signed_in("宋可"), tab="all")}

    assert own < county


@pytest.mark.parametrize("look", ["", "points", "villages", "x"])
def test_the_page_shows_map_and_list_with_the_filters_of_the_queue(
    look: str, signed_in: Callable[[str], Client]
) -> None:
    shown = signed_in("宋可").get(reverse("matters:map"), {"tab": "all", "look": look, "channel": "grid"})

    page = shown.content.decode()
    assert shown.status_code == 200
    assert shown.context["counted"].total == Matter.objects.filter(state__in=OPEN, channel="grid").count()
    assert ("houban-marks" in page) is (look != "villages")
    assert ("houban-tiles" in page) is (look == "villages")
    assert str(shown.context["rows"][0][0].number) in page


def test_villages_are_shaded_by_how_many_they_have(signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("宋可").get(reverse("matters:map"), {"tab": "all", "look": "villages"})

    of = shown.context["counted"].of
    shades = {tile.id: tile.shade for tile in shown.context["tile_map"].tiles}
    assert sum(of.values()) == shown.context["counted"].total
    assert {unit for unit, shade in shades.items() if shade} == set(of) & set(shades)


def test_nothing_to_show_is_said(signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("宋可").get(reverse("matters:map"), {"tab": "all", "q": "没有这样的事"})

    assert "这里没有事项" in shown.content.decode()
    assert points(signed_in("宋可"), tab="all", q="没有这样的事") == []
