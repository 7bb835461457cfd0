"""Read GeoJSON: a FeatureCollection of areas, with the old `crs` member where it has one."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from houban.divisions.boundaries.pieces import MOST_SHAPES, Raw, RawFile, shown, unreadable

MEND = "请导出为 GeoJSON 的 FeatureCollection"


def read(content: bytes, *, name: str) -> RawFile:
    """Read every feature; raise `Problems` where the file is not what it should be."""
    found = _parsed(content, name)
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise unreadable(name, "不是 GeoJSON 的 FeatureCollection", MEND)
    if len(features) > MOST_SHAPES:
        raise unreadable(name, f"图形超过 {MOST_SHAPES:,} 个", "请按乡镇或县分成几份")
    return RawFile([_raw(n, feature, name) for n, feature in enumerate(features, 1)], _system(found))


def _parsed(content: bytes, name: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise unreadable(name, "编码不是 UTF-8", "请把 GeoJSON 另存为 UTF-8") from None
    except (ValueError, RecursionError):
        raise unreadable(name, "不是 GeoJSON，读不出来", MEND) from None


def _refuse(word: str) -> None:
    raise ValueError(word)


def _system(found: dict[str, Any]) -> str:
    crs = found.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return shown(properties.get("name")) if isinstance(properties, dict) else ""


def _raw(number: int, feature: Any, name: str) -> Raw:
    if not isinstance(feature, dict):
        raise unreadable(name, f"第 {number} 个图形不是 Feature", MEND)
    properties = feature.get("properties")
    attributes = {str(key).strip(): shown(value) for key, value in (properties or {}).items()}
    return Raw(number, attributes, _geometry(number, feature.get("geometry"), name))


def _geometry(number: int, given: Any, name: str) -> BaseGeometry | None:
    if given is None:
        return None
    try:
        return shapely.force_2d(shape(given))
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        what = f"第 {number} 个图形的坐标读不出来"
        raise unreadable(name, what, "每个点应是两个数，面的第一点和最后一点相同") from None
