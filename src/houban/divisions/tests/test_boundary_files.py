"""Files of boundaries: read, or refused with a sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pyproj
import pytest
import shapely

from houban.core.problems import Problems
from houban.divisions.boundaries import pieces, reading
from houban.divisions.rules import coordinates
from houban.divisions.tests import squares

ZONE_35 = pyproj.CRS.from_epsg(4523)
ESRI = ZONE_35.to_wkt("WKT1_ESRI")
XIAN = pyproj.CRS.from_epsg(2359).to_wkt("WKT1_ESRI")


def shifted(shape: shapely.Geometry, turn: Callable[[Any], Any]) -> shapely.Geometry:
    return shapely.transform(shape, turn)


def projected(shape: shapely.Geometry) -> shapely.Geometry:
    turn = pyproj.Transformer.from_crs(4490, ZONE_35, always_xy=True)
    return shapely.transform(shape, turn.transform, interleaved=False)


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(shapely.hausdorff_distance(one, other) < 1e-6)


def refused(content: bytes, said: str, **options: object) -> None:
    with pytest.raises(Problems, match=said):
        reading.read(content, name="村界", **options)  # type: ignore[arg-type]


def test_geojson_is_read_with_its_codes() -> None:
    read = reading.read(squares.geojson(), name="村界.geojson")

    assert [outline.code for outline in read.outlines] == list(squares.VILLAGES)
    assert read.outlines[0].geometry.equals(squares.square(0))


def test_a_projected_shapefile_with_a_gbk_table_becomes_degrees() -> None:
    content = squares.zipped({"龙凼村": projected(squares.square(1))}, prj=ESRI)

    read = reading.read(content, name="村界.zip")

    assert read.outlines[0].name == "龙凼村"
    assert same(read.outlines[0].geometry, squares.square(1))
    assert "4523" in read.system or "35" in read.system


@pytest.mark.parametrize("cpg", ["", "936", "CP936", "UTF-8"])
def test_the_encoding_is_said_or_found(cpg: str) -> None:
    read = reading.read(squares.zipped({"龙凼村": squares.square(1)}, cpg=cpg), name="村界.zip")

    assert read.outlines[0].name == "龙凼村"


def test_a_system_named_in_geojson_is_used() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4523"}}

    read = reading.read(squares.geojson({"1": projected(squares.square(1))}, crs=crs), name="村界.geojson")

    assert same(read.outlines[0].geometry, squares.square(1))


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_boundaries_off_chinese_maps_are_moved_back(system: str) -> None:
    def turn(points: coordinates.Degrees) -> coordinates.Degrees:
        shifted = coordinates.to_gcj02(points)
        return coordinates.to_bd09(shifted) if system == "bd09" else shifted

    content = squares.geojson({"1": shifted(squares.square(1), turn)})

    read = reading.read(content, name="村界.geojson", system=system)

    assert same(read.outlines[0].geometry, squares.square(1))


def test_latitude_first_is_noticed_and_can_be_chosen() -> None:
    content = squares.geojson({"1": shifted(squares.square(1), lambda points: points[:, ::-1])})

    refused(content, "坐标是纬度在前、经度在后，请勾选“纬度在前”")
    read = reading.read(content, name="村界.geojson", swapped=True)

    assert read.outlines[0].geometry.equals(squares.square(1))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b" ", "文件是空的"),
        (b"\xff\xfe\x00", "编码不是 UTF-8"),
        (b"[" * 100_000, "不是 GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "不是 GeoJSON"),
        (b"[]", "不是 GeoJSON 的 FeatureCollection"),
        (b'{"features": [3]}', "第 1 个图形不是 Feature"),
        (b'{"features": []}', "没有一个图形"),
        (b'{"features": [{"geometry": {"type": "Polygon", "coordinates": 7}}]}', "第 1 个图形的坐标读不出来"),
        (b'{"features": [{"geometry": {"type": "Oval"}}]}', "第 1 个图形的坐标读不出来"),
        (squares.geojson({"1": shapely.Point(104, 29)}), "第 1 个图形是 Point，不是面"),
        (squares.geojson({"": squares.square(1)}), "既没有代码也没有名称"),
        (squares.geojson(key="编号"), "认不出代码或名称的字段（文件里有：编号）"),
        (squares.geojson({"1": projected(squares.square(1))}), "请在坐标系里填 EPSG:4523"),
        (squares.zipped({"甲": squares.square(1)}, prj=XIAN), "西安 80 或北京 54"),
        (
            squares.zipped({"甲": squares.square(1)}, prj='GEOGCS["x",EXTENSION["PROJ4","+init=/etc/passwd"]]'),
            "认不出坐标系",
        ),
        (squares.zipped({"甲": squares.square(1)}, extra={"../../etc/cron": b"x"}), "指向包外"),
        (squares.zipped({"甲": squares.square(1)}, extra={"二.shp": b"x"}), "有 2 个 .shp 文件"),
        (squares.zipped({"甲": squares.square(1)})[:200], "压缩包已损坏"),
        (b"PK\x03\x04" + b"\0" * 100, "压缩包已损坏"),
    ],
    ids=lambda value: value[-30:] if isinstance(value, str) else "file",  # a zip's bytes hold the time
)
def test_a_wrong_file_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    refused(content, said)


@pytest.mark.parametrize("system", ["EPSG:999999", "EPSG:5773", "火星"])
def test_a_system_that_there_is_not_is_refused(system: str) -> None:
    refused(squares.geojson(), "坐标系", system=system)


def test_a_broken_shapefile_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("a.shp", b"nonsense" * 40)
        target.writestr("a.dbf", b"nonsense" * 40)

    refused(archive.getvalue(), "已损坏")


def test_a_zip_without_its_table_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("a.shp", b"x")

    refused(archive.getvalue(), "没有 .dbf")


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    content = squares.zipped({"甲": squares.square(1)}, extra={"村界.prj": b" " * 3_000_000})
    monkeypatch.setattr("houban.divisions.boundaries.shapefiles.MOST_UNPACKED", 2_000_000)

    refused(content, "解压后超过")


def test_a_large_file_is_refused_unread() -> None:
    refused(b"x" * (pieces.MOST_BYTES + 1), "文件超过 50 MB")


def test_lines_that_cross_themselves_are_made_valid_and_said() -> None:
    bow = shapely.Polygon([(104.8, 29.4), (104.81, 29.41), (104.81, 29.4), (104.8, 29.41)])

    read = reading.read(squares.geojson({"1": bow}), name="村界.geojson")

    assert read.outlines[0].geometry.is_valid
    assert "Self-intersection" in read.outlines[0].mended


def test_a_line_that_encloses_nothing_is_refused() -> None:
    flat = shapely.Polygon([(104.8, 29.4), (104.81, 29.4), (104.82, 29.4)])

    refused(squares.geojson({"1": flat}), "围不成面")


def test_json_with_a_mark_of_its_encoding_is_read() -> None:
    read = reading.read(b"\xef\xbb\xbf" + squares.geojson(), name="村界.geojson")

    assert len(read.outlines) == len(json.loads(squares.geojson())["features"])
