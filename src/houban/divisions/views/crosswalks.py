"""The crosswalk between two days on a page and as a sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from houban.core.spreadsheets import xlsx_response
from houban.divisions import crosswalk_book, histories
from houban.divisions.crosswalks import Crosswalk, crosswalk_between
from houban.divisions.forms_of_days import WayForm
from houban.divisions.rules.history import LEVELS
from houban.divisions.words import Level, Measure
from houban.ui.pages import StaffRequest, page

SHOWN = 100


@page
def crosswalk(request: StaffRequest) -> HttpResponse:
    """Show which divisions of one day became which of another, with shares, bounds and stable zones."""
    walk, depth = _asked(request)
    rows = crosswalk_book.rows(walk, depth)
    changed = [row for row in rows if row[:2] != row[2:4] or row[4] != "100%"]
    shown = rows if request.GET.get("all") else changed
    context = {
        "walk": walk,
        "levels": [(level.value, level.label) for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GROUP)],
        "level": LEVELS[depth],
        "way": WayForm({"start": walk.day_a, "end": walk.day_b, "measure": walk.measure}),
        "rows": Paginator(shown, SHOWN).get_page(request.GET.get("page")),
        "changed": len(changed),
        "count": len(rows),
        "zone_count": len({row[7] for row in rows}),
        "everything": bool(request.GET.get("all")),
    }
    return render(request, "divisions/crosswalk.html", context)


@page
def crosswalk_export(request: StaffRequest) -> HttpResponse:
    """Send the crosswalk as .xlsx."""
    walk, depth = _asked(request)
    name = _("对照表 %(start)s 至 %(end)s") % {"start": walk.day_a, "end": walk.day_b}
    return xlsx_response([crosswalk_book.table(walk, depth, name=name)], filename=f"{name}.xlsx")


def _asked(request: StaffRequest) -> tuple[Crosswalk, int]:
    history = histories.of_county()
    days = sorted({*history.versions.start.tolist()})
    earliest = date.fromordinal(days[0]) if days else request.today
    first: dict[str, Any] = {"start": earliest, "end": request.as_of, "measure": Measure.POPULATION.value}
    form = WayForm({name: request.GET.get(name) or value for name, value in first.items()})
    level = request.GET.get("level", "")
    depth = LEVELS.index(level if level in LEVELS else Level.VILLAGE.value)
    asked = form.cleaned_data if form.is_valid() else first
    return crosswalk_between(asked["start"], asked["end"], measure=asked["measure"], history=history), depth
