"""The map of matters: points and clusters, or villages shaded by how many they have; and the same as a list."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from houban.divisions import places as outlines
from houban.divisions import register, tilemap
from houban.matters import marks, queues
from houban.matters.marks import Counted
from houban.matters.views import queues as listing
from houban.ui.pages import StaffRequest, page

POINTS, VILLAGES = "points", "villages"


@page
def show(request: StaffRequest) -> HttpResponse:
    """Show what the queue's address asks for on the map, and below it as a list."""
    want, units = listing.asked(request)
    counted = marks.counted(want, units=units, now=request.moment)
    shown = queues.page(want, request.GET.get("page"), units=units, now=request.moment, total=counted.total)
    look = request.GET.get("look", "")
    look = look if look in (POINTS, VILLAGES) else (POINTS if counted.placed else VILLAGES)
    context = listing.listed(request, want, shown, queues.counts(now=request.moment))
    context |= {
        "ticks": False,
        "look": look,
        "counted": counted,
        "unplaced": counted.total - counted.placed,
        "most": marks.MOST,
    }
    context |= _villages(request, counted) if look == VILLAGES else _points(request)
    return render(request, "matters/map.html", context)


def _points(request: StaffRequest) -> dict[str, Any]:
    return {
        "has_outlines": bool(outlines.shapes(request.today)),
        "base_map": settings.HOUBAN_BASE_MAP,
        "base_map_approval": settings.HOUBAN_BASE_MAP_APPROVAL,
    }


def _villages(request: StaffRequest, counted: Counted) -> dict[str, Any]:
    county = register.county()
    root = register.tree(county, request.today) if county else None
    if root is None:
        return {}
    drawn = tilemap.build(root, request.today, paint=marks.paint(counted.of))
    in_villages = sum(counted.of.get(key, 0) for key in tilemap.homes(root))
    return {"tile_map": drawn, "above": counted.total - in_villages}


@page
def points(request: StaffRequest) -> HttpResponse:
    """Send the points of the map."""
    want, units = listing.asked(request)
    return HttpResponse(marks.geojson(want, units=units, now=request.moment), content_type="application/geo+json")
