"""Boundaries for tests: squares of a hundredth of a degree, as GeoJSON and as zipped shapefiles."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import shapefile
import shapely
from shapely.geometry.base import BaseGeometry

from houban.divisions import actions
from houban.divisions.boundaries import reading
from houban.divisions.models import BoundarySet
from houban.divisions.tests import make

SIDE = 0.01
WEST, SOUTH = 104.8, 29.4


def square(column: float, row: float = 0, *, width: float = 1, height: float = 1) -> BaseGeometry:
    """Return a square by its place on a board whose corner lies in Da'an."""
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(x, y, x + width * SIDE, y + height * SIDE)


def middle(column: float, row: float = 0) -> tuple[float, float]:
    """Return the middle of a square."""
    return WEST + (column + 0.5) * SIDE, SOUTH + (row + 0.5) * SIDE


VILLAGES = {
    "510304104001": square(0),
    "510304104205": square(1),
    "510304104206": square(2),
    "510304105201": square(3),
}


def geojson(shapes: Mapping[str, BaseGeometry] = VILLAGES, *, key: str = "code", **more: Any) -> bytes:
    """Write areas by their code, or by another column."""
    features = [
        {"type": "Feature", "properties": {key: value}, "geometry": shapely.geometry.mapping(shape)}
        for value, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


def zipped(
    shapes: Mapping[str, BaseGeometry],
    *,
    field: str = "村名",
    prj: str = "",
    cpg: str = "GBK",
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """Write areas by their name as a zipped shapefile with a GBK table."""
    shp, dbf = io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, dbf=dbf, shx=io.BytesIO(), shapeType=shapefile.POLYGON, encoding="gbk") as writer:
        writer.field(field, "C", 60)
        for name, shape in shapes.items():
            writer.record(name)
            writer.shape(shapely.geometry.mapping(shape))
    files = {"村界.shp": shp.getvalue(), "村界.dbf": dbf.getvalue()}
    files |= {"村界.prj": prj.encode()} if prj else {}
    files |= {"村界.cpg": cpg.encode()} if cpg else {}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in {**files, **(extra or {})}.items():
            target.writestr(name, content)
    return archive.getvalue()


def imported(
    shapes: Mapping[str, BaseGeometry] = VILLAGES, *, on: date = make.FIRST, name: str = "村界.geojson", **more: Any
) -> BoundarySet:
    """Take areas in from a day on."""
    read = reading.read(geojson(shapes), name=name)
    return actions.import_boundaries(read, on=on, by=make.CLERK, at=make.NOON, **more)
