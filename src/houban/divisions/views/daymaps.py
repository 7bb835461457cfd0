"""The day's villages as a table or as a picture, in place of the tree."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from houban.divisions import places, tilemap
from houban.divisions.register import Node
from houban.divisions.tilemap import Paint
from houban.ui.pages import StaffRequest

VIEWS = (("tree", _("树")), ("table", _("表")), ("map", _("图")))
COLUMNS = (
    ("name", _("名称")),
    ("town", _("乡镇（街道）")),
    ("form", _("形式")),
    ("code", _("代码")),
    ("since", _("自何日起")),
)


def context(request: StaffRequest, root: Node) -> dict[str, Any]:
    """Return what the chosen view shows; nothing more for the tree."""
    asked = request.GET.get("view", "")
    view = asked if asked in dict(VIEWS) else "tree"
    shown: dict[str, Any] = {"view": view, "views": VIEWS}
    if view == "table":
        return shown | _table(request, root)
    return shown | (_map(request, root) if view == "map" else {})


def _table(request: StaffRequest, root: Node) -> dict[str, Any]:
    asked = request.GET.get("sort", "code")
    sort, descending = asked.lstrip("-"), asked.startswith("-")
    if sort not in dict(COLUMNS):
        sort, descending = "code", False
    query = request.GET.get("q", "").strip()
    rows = [row for row in tilemap.homes(root).values() if not query or _fits(row[0], query)]

    def key(row: tuple[Node, Node]) -> tuple[str, str]:
        village, town = row
        of = {"town": town.code or town.name, "since": village.since.isoformat(), "form": village.form}
        return of.get(sort) or str(getattr(village, sort)), village.code

    rows.sort(key=key, reverse=descending)
    return {"rows": rows, "columns": COLUMNS, "sort": sort, "descending": descending}


def _fits(node: Node, query: str) -> bool:
    return query in node.name or node.code.startswith(query)


def _map(request: StaffRequest, root: Node) -> dict[str, Any]:
    query = request.GET.get("q", "").strip()
    found = [key for key, (village, _town) in tilemap.homes(root).items() if query and _fits(village, query)]
    picture = tilemap.build(root, request.as_of, paint=Paint(chosen=frozenset(found)))
    bounds = "" if picture is None or picture.schematic else _bounds(request)
    return {
        "tile_map": picture,
        "zoomable": bounds,
        "zoom": request.GET.get("zoom") == "1",
        "base_map": settings.HOUBAN_BASE_MAP,
        "base_map_approval": settings.HOUBAN_BASE_MAP_APPROVAL,
    }


def _bounds(request: StaffRequest) -> str:
    lines = [shape.geometry for shape in places.shapes(request.as_of).values()]
    west, south, east, north = shapely.total_bounds(lines).tolist()
    return json.dumps([[west, south], [east, north]])
