"""The crosswalk between two days on a page and as a sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.spreadsheets import Table, xlsx_response
from houban.divisions import histories
from houban.divisions.crosswalks import Crosswalk, crosswalk_between
from houban.divisions.forms_of_days import WayForm
from houban.divisions.restating import codes_on, names_on
from houban.divisions.rules.history import CERTAINTIES, LEVELS
from houban.divisions.words import Certainty, Level, Measure
from houban.ui.pages import StaffRequest, page

SHOWN = 100
HEADER = (
    gettext_lazy("原代码"),
    gettext_lazy("原名称"),
    gettext_lazy("新代码"),
    gettext_lazy("新名称"),
    gettext_lazy("份额"),
    gettext_lazy("区间"),
    gettext_lazy("确定程度"),
    gettext_lazy("可比区"),
)


@page
def crosswalk(request: StaffRequest) -> HttpResponse:
    """Show which divisions of one day became which of another, with shares, bounds and stable zones."""
    walk, depth = _asked(request)
    rows = rows_of(walk, depth)
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
    return xlsx_response([Table(name, [str(title) for title in HEADER], rows_of(walk, depth))], filename=f"{name}.xlsx")


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


def rows_of(walk: Crosswalk, depth: int) -> list[list[Any]]:
    """Return code, name, code, name, share, bounds, certainty, zone of each pair at a depth."""
    pairs = walk.pairs.only((walk.history.depths[walk.pairs.source] == depth).nonzero()[0])
    before_zone, _after = walk.zones(depth)
    codes_a, codes_b = codes_on(walk.history, walk.day_a), codes_on(walk.history, walk.day_b)
    names_a, names_b = names_on(walk.history, walk.day_a), names_on(walk.history, walk.day_b)
    nowhere = {-1: _("无承接"), -2: _("不详")}
    whole: dict[int, int] = {}
    for source, weight in zip(pairs.source.tolist(), pairs.weight.tolist(), strict=True):
        whole[source] = whole.get(source, 0) + weight
    rows = []
    columns = [getattr(pairs, n).tolist() for n in ("source", "target", "weight", "low", "high", "certainty")]
    for source, target, weight, low, high, certainty in zip(*columns, strict=True):
        bounds = "" if low == high else f"{low:.0%}–{high:.0%}"
        rows.append(
            [
                codes_a.get(source, ""),
                names_a.get(source, ""),
                codes_b.get(target, ""),
                names_b.get(target, "") or str(nowhere.get(target, "")),
                f"{100 * weight / whole[source]:.4g}%",
                bounds,
                str(Certainty(CERTAINTIES[certainty]).label),
                int(before_zone[source]) + 1,
            ]
        )
    return sorted(rows, key=lambda row: (row[0], row[2]))
