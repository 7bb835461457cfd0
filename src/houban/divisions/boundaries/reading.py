"""Read a file of boundaries whole: its shapes mended and in CGCS2000, each with the code or name it bears."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from houban.core.problems import Collector
from houban.divisions.boundaries import geojson, shapefiles, systems
from houban.divisions.boundaries.pieces import MOST_BYTES, MOST_POINTS, Raw, RawFile, unreadable
from houban.divisions.rules import outlines

ZIP = b"PK\x03\x04"
CODES = ("code", "代码", "区划代码", "行政区划代码", "统计用区划代码", "xzqdm", "zldwdm", "adcode", "pac")
NAMES = ("name", "名称", "区划名称", "行政区名称", "村名", "村社区", "xzqmc", "zldwmc")
UPPERS = ("parent", "upper", "上级", "上级名称", "乡镇", "乡镇名称", "乡镇街道", "xzmc", "town")


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape ready to be matched; `mended` says what had to be made valid."""

    number: int
    code: str
    name: str
    upper: str
    geometry: BaseGeometry
    mended: str

    @property
    def label(self) -> str:
        """Return how a person finds it in the file."""
        return " ".join(filter(None, [self.upper, self.name, self.code])) or f"第 {self.number} 个图形"


@dataclass(frozen=True)
class Reading:
    """The outlines of a file, the system they were in, and the digest of its bytes."""

    name: str
    outlines: list[Outline]
    system: str
    sha256: str


def read(content: bytes, *, name: str, system: str = "", swapped: bool = False) -> Reading:
    """Read GeoJSON or a zipped shapefile, told apart by the content; raise `Problems` with all that is wrong."""
    if not content.strip():
        raise unreadable(name, "文件是空的", "请核对文件")
    if len(content) > MOST_BYTES:
        raise unreadable(name, f"文件超过 {MOST_BYTES // 2**20} MB", "请按乡镇或县分成几份")
    raw = (shapefiles if content.startswith(ZIP) else geojson).read(content, name=name)
    whole = _areas(raw, name)
    geometries = [shape.geometry for shape in whole if shape.geometry is not None]
    if shapely.get_num_coordinates(geometries).sum() > MOST_POINTS:
        raise unreadable(name, f"界址点超过 {MOST_POINTS:,} 个", "请先抽稀，或分成几份")
    placed = systems.place(geometries, asked=system, declared=raw.system, swapped=swapped, name=name)
    columns = _columns(whole, name)
    mended = outlines.mend(placed.geometries)
    return Reading(name, _outlines(whole, mended, columns, name), placed.system, hashlib.sha256(content).hexdigest())


def _areas(raw: RawFile, name: str) -> list[Raw]:
    """Return the shapes that enclose something; complain of all others."""
    problems = Collector(file=name)
    for shape in raw.shapes:
        if shape.geometry is None or shape.geometry.is_empty:
            problems.add(what=f"第 {shape.number} 个图形没有界线", mend="请补上或删去")
        elif shape.geometry.geom_type not in ("Polygon", "MultiPolygon"):
            what = f"第 {shape.number} 个图形是 {shape.geometry.geom_type}，不是面"
            problems.add(what=what, mend="请只导出面状的界线")
    if not raw.shapes:
        problems.add(what="没有一个图形", mend="请核对文件")
    problems.raise_any()
    return raw.shapes


def _columns(shapes: list[Raw], name: str) -> tuple[str, str, str]:
    headers = list(dict.fromkeys(key for shape in shapes for key in shape.attributes))
    code, title, upper = (_column(headers, known) for known in (CODES, NAMES, UPPERS))
    if not code and not title:
        seen = "、".join(headers[:12]) or "没有任何字段"
        raise unreadable(name, f"认不出代码或名称的字段（文件里有：{seen}）", "请把字段名改成 code 和 name")
    return code, title, upper


def _column(headers: list[str], known: tuple[str, ...]) -> str:
    by_lower = {header.lower(): header for header in reversed(headers)}
    return next((by_lower[word] for word in known if word in by_lower), "")


def _outlines(
    shapes: list[Raw], mended: list[tuple[BaseGeometry, str]], columns: tuple[str, str, str], name: str
) -> list[Outline]:
    problems = Collector(file=name)
    made = []
    for shape, (geometry, why) in zip(shapes, mended, strict=True):
        code, title, upper = (shape.attributes.get(column, "") for column in columns)
        if geometry.is_empty:
            problems.add(what=f"第 {shape.number} 个图形（{title or code}）围不成面：{why}", mend="请重画这一个")
        elif not code and not title:
            problems.add(what=f"第 {shape.number} 个图形既没有代码也没有名称", mend="请补上")
        made.append(Outline(shape.number, code, title, upper, geometry, why))
    problems.raise_any()
    return made
