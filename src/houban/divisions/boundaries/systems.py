"""Bring coordinates to CGCS2000, longitude first, and recognise those that can't be what they are said to be."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from houban.divisions.boundaries.pieces import unreadable
from houban.divisions.rules import coordinates
from houban.divisions.rules.coordinates import Degrees

TARGET = "EPSG:4490"
PLAIN = {"cgcs2000": "CGCS2000", "wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}
SHIFTED = {"gcj02": coordinates.from_gcj02, "bd09": coordinates.from_baidu}
OLD_DATUMS = ("Xian", "Beijing")
NAMES_A_FILE = re.compile(r"EXTENSION|PARAMETERFILE|\+")  # a description may not send PROJ looking for files
CODE = re.compile(r"(?:EPSG|epsg)[:/]{1,2}(?:[\d.]*:|[\d.]*/)?(\d{4,6})$")


@dataclass(frozen=True)
class Placed:
    """Geometries in CGCS2000, and how they got there in words."""

    geometries: list[BaseGeometry]
    system: str


def place(shapes: list[BaseGeometry], *, asked: str, declared: str, swapped: bool, name: str) -> Placed:
    """Bring shapes to CGCS2000 from the system a person chose, or else the one the file names."""
    points = shapely.get_coordinates(shapes)
    if not np.isfinite(points).all():
        raise unreadable(name, "有的坐标不是数", "请重新导出")
    if swapped:
        points = points[:, ::-1]
    label, moved = _moved(points, asked or declared, name)
    if len(moved) and (
        np.abs(moved[:, 0]).max() > 180 or np.abs(moved[:, 1]).max() > 90 or not np.isfinite(moved).all()
    ):
        raise unreadable(name, f"按 {label} 换算后不在地球上", "请核对坐标系")
    return Placed(list(shapely.set_coordinates(np.array(shapes, dtype=object), moved)), label)


def _moved(points: Degrees, system: str, name: str) -> tuple[str, Degrees]:
    if system in PLAIN:
        _check_degrees(points, name)
        turn = SHIFTED.get(system)
        return PLAIN[system], turn(points) if turn else points
    if not system:
        _check_degrees(points, name)
        return "CGCS2000（文件没有写，按经纬度）", points
    crs = _crs(system, name)
    if crs.is_geographic:
        _check_degrees(points, name)
    return _label(crs), _transformed(points, crs, name)


def _check_degrees(points: Degrees, name: str) -> None:
    if not len(points):
        return
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        if 3 <= west <= east <= 54 and 73 <= south <= north <= 136:
            raise _turned(name)
        raise unreadable(name, "坐标是以米计的投影坐标，文件没有写是哪一带", _zone(west, east))
    if 3 <= west <= east <= 54 and 73 <= south <= north <= 90:
        raise _turned(name)


def _turned(name: str) -> Exception:
    return unreadable(name, "坐标是纬度在前、经度在后", "请勾选“纬度在前”再导入，或改成经度在前")


def _zone(west: float, east: float) -> str:
    """Say which zone of CGCS2000 easterly numbers with eight digits belong to."""
    zone = int(west // 1_000_000)
    if zone == int(east // 1_000_000) and 25 <= zone <= 45:
        return f"请在坐标系里填 EPSG:{4513 + zone - 25}（CGCS2000 三度带第 {zone} 带）"
    return "请附上 .prj 文件，或在坐标系里填 EPSG 编号，例如 EPSG:4543"


def _crs(system: str, name: str) -> pyproj.CRS:
    found = CODE.search(system)
    try:
        if system.upper().endswith("CRS84"):
            crs = pyproj.CRS.from_authority("OGC", "CRS84")
        elif found:
            crs = pyproj.CRS.from_epsg(int(found[1]))
        else:
            crs = pyproj.CRS.from_wkt("" if NAMES_A_FILE.search(system) else system)
    except CRSError:
        raise unreadable(name, f"认不出坐标系“{system[:60]}”", "请填 EPSG 编号，例如 EPSG:4490") from None
    datum = crs.datum.name if crs.datum else ""
    if any(word in datum for word in OLD_DATUMS):
        mend = "这两套坐标没有公开的转换参数，请先由测绘部门转成国家 2000"
        raise unreadable(name, f"坐标系是西安 80 或北京 54（{datum}）", mend)
    if not (crs.is_geographic or crs.is_projected):
        raise unreadable(name, f"坐标系“{system[:60]}”不是平面或经纬度坐标", "请填 EPSG 编号，例如 EPSG:4490")
    return crs


def _label(crs: pyproj.CRS) -> str:
    authority = crs.to_authority()
    return f"{authority[0]}:{authority[1]} {crs.name}"[:40] if authority else crs.name[:40]


def _transformed(points: Degrees, crs: pyproj.CRS, name: str) -> Degrees:
    try:
        turn = pyproj.Transformer.from_crs(crs, TARGET, always_xy=True)
        x, y = turn.transform(points[:, 0], points[:, 1])
    except ProjError:
        raise unreadable(name, f"不能从 {_label(crs)} 换算成国家 2000", "请核对坐标系") from None
    return np.column_stack([x, y])
