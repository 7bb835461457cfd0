"""A day's divisions as files for other programs: GeoJSON, and a table for CSV and Parquet; codes are text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import shapely
from pyarrow import parquet

from houban.divisions import places, register
from houban.divisions.register import Node

SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("official_name", pa.string()),
        ("form", pa.string()),
        ("parent_code", pa.string()),
        ("parent", pa.string()),
        ("since", pa.date32()),
        ("villages", pa.int32()),
        ("communities", pa.int32()),
    ]
)
AT_ONCE = 100
DIGITS = 6


def nodes(on: date, *, scheme: str = "nbs", root: int | None = None) -> list[Node]:
    """Return the county's divisions of a day down to villages, upper ones first; or those below another root."""
    top = root if root is not None else register.county()
    tree = register.tree(top, on, scheme=scheme) if top else None
    return tree.walk() if tree else []


def rows(found: Iterable[Node]) -> Iterator[dict[str, Any]]:
    """Return each division as plain values; counts only where something lies below."""
    listed = list(found)
    by_id = {node.id: node for node in listed}
    for node in listed:
        above = by_id.get(node.parent or 0)
        yield {
            "code": node.code,
            "name": node.name,
            "official_name": node.official_name,
            "form": node.form_label,
            "parent_code": above.code if above else "",
            "parent": above.name if above else "",
            "since": node.since,
            "villages": node.villages if node.children else None,
            "communities": node.communities if node.children else None,
        }


def table(on: date, *, scheme: str = "nbs", root: int | None = None) -> pa.Table:
    """Return a day's divisions as an Arrow table."""
    return pa.Table.from_pylist(list(rows(nodes(on, scheme=scheme, root=root))), schema=SCHEMA)


def as_csv(given: pa.Table) -> bytes:
    """Write a table as CSV that Excel opens in UTF-8; every text is quoted, so that codes stay text for programs."""
    from pyarrow import csv

    file = io.BytesIO(b"\xef\xbb\xbf")
    file.seek(0, io.SEEK_END)
    csv.write_csv(given, file, csv.WriteOptions(quoting_style="needed"))
    return file.getvalue()


def as_parquet(given: pa.Table) -> bytes:
    """Write a table as Parquet."""
    file = io.BytesIO()
    parquet.write_table(given, file, compression="zstd")
    return file.getvalue()


def geojson(on: date, *, scheme: str = "nbs", root: int | None = None) -> Iterator[bytes]:
    """Return a day's divisions as GeoJSON, piece by piece; the register is asked before the first piece leaves."""
    listed = nodes(on, scheme=scheme, root=root)
    known = places.shapes(on)
    return _pieces(list(zip(listed, rows(listed), strict=True)), known, on)


def _pieces(listed: list[tuple[Node, dict[str, Any]]], known: dict[int, places.Shape], on: date) -> Iterator[bytes]:
    head = {"type": "FeatureCollection", "as_of": on.isoformat(), "coordinates": "CGCS2000"}
    yield (json.dumps(head)[:-1] + ', "features": [\n').encode()
    for start in range(0, len(listed), AT_ONCE):
        part = [_feature(node, row, known.get(node.id)) for node, row in listed[start : start + AT_ONCE]]
        yield ((",\n" if start else "") + ",\n".join(part)).encode()
    yield b"\n]}\n"


def _feature(node: Node, row: dict[str, Any], shape: places.Shape | None) -> str:
    properties = row | {"since": row["since"].isoformat(), "form_code": node.form}
    if shape is not None:
        properties |= {"area": shape.area, "derived": shape.derived}
    lines = _coordinates(shape) if shape is not None else "null"
    return f'{{"type": "Feature", "properties": {json.dumps(properties, ensure_ascii=False)}, "geometry": {lines}}}'


def _coordinates(shape: places.Shape) -> str:
    rounded = shapely.transform(shape.geometry, lambda points: points.round(DIGITS))
    return str(shapely.to_geojson(rounded))
