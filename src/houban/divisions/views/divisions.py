"""One division: its versions, codes, predecessors and successors, children then and now."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from houban.divisions import believing, lineage, picture, register, tilemap
from houban.divisions.models import Division, DivisionCode, DivisionVersion, Seat
from houban.ui.pages import StaffRequest, page


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a division as of the day, or as it last was."""
    division = Division.objects.filter(pk=pk).first()
    versions = list(DivisionVersion.objects.live().filter(division=pk).select_related("change").order_by("-during"))
    if division is None or not versions:
        raise Http404(_("登记里没有这个单位。"))
    current = next((v for v in versions if request.as_of in v.during), None)
    context = {
        "division": division,
        "current": current,
        "shown": current or versions[0],
        "versions": _with_parents(versions),
        "codes": DivisionCode.objects.live().filter(division=pk).order_by("scheme", "-during"),
        "path": register.path(pk, request.as_of),
        "predecessors": lineage.predecessors(pk, request.as_of),
        "successors": lineage.successors(pk, request.today),
        "is_group": division.level == "group",
        "believed_once": believing.retracted(pk),
    }
    return render(request, "divisions/division.html", context | _below(request, division) | _place(request, division))


def _place(request: StaffRequest, division: Division) -> dict[str, object]:
    """Return where the division lies: a village among its neighbours, a town in the county."""
    county = register.county()
    root = register.tree(county, request.as_of) if county and division.level in ("town", "village") else None
    seat = Seat.objects.filter(division=division, withdrawn_at=None, during__contains=request.as_of).first()
    if root is None:
        return {"seat": seat}
    if division.level == "village":
        return {"seat": seat, "place": tilemap.place_of(division.pk, root, request.as_of)}
    town = next((child for child in root.children if child.id == division.pk), None)
    drawn = tilemap.of_town(town, root, request.as_of) if town else None
    return {"seat": seat, "place": tilemap.Place(drawn, []) if drawn else None}


def _below(request: StaffRequest, division: Division) -> dict[str, object]:
    on, today = request.as_of, request.today
    then, now = register.children(division.pk, on), register.children(division.pk, today)
    is_village = division.level == "village"
    return {
        "children": then,
        "children_now": now,
        "gone_since": _names(then) - _names(now),
        "come_since": _names(now) - _names(then),
        "group_count": lineage.group_counts([division.pk], on).get(division.pk, 0),
        "picture": picture.of_village(division.pk, on) if is_village else _town_picture(division, on),
    }


def _town_picture(division: Division, on: object) -> picture.Picture | None:
    if division.level != "town":
        return None
    node = register.tree(division.pk, on)  # type: ignore[arg-type]
    return picture.of_town(node, on) if node else None  # type: ignore[arg-type]


def _names(versions: list[DivisionVersion]) -> set[str]:
    return {version.name for version in versions}


def _with_parents(versions: list[DivisionVersion]) -> list[tuple[DivisionVersion, DivisionVersion | None]]:
    """Put each version beside its parent as it was at the version's last day."""
    pairs = []
    for version in versions:
        parents = DivisionVersion.objects.live().filter(division=version.parent_id, during__overlap=version.during)
        pairs.append((version, parents.order_by("-during").first() if version.parent_id else None))
    return pairs
