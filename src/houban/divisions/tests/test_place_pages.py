"""The pages of maps and boundaries, and what leaves as files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from pyarrow import csv, parquet

from houban.accounts.models import User
from houban.divisions import exports, places, register, tilemap
from houban.divisions.models import Boundary, BoundarySet, Seat
from houban.divisions.tests import make, squares
from houban.divisions.tilemap import Paint

DAY = "2020-06-30"


@pytest.fixture
def clerk(daan: None) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="zhoumin"))
    return client


@pytest.fixture
def county(tmp_path: Path, db: None) -> int:
    return make.county(tmp_path)


def shapes(number: int = 3) -> dict[str, Any]:
    on = make.LATER
    codes = [node.code for node in exports.nodes(on) if node.form in ("village", "community")]
    return {code: squares.square(n) for n, code in enumerate(codes[:number])}


def upload(content: bytes, **more: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("村界.geojson", content), "on": DAY} | more


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("view", ["", "table", "map", "nonsense"])
def test_a_day_is_seen_as_a_tree_a_table_or_a_map(clerk: Client, view: str) -> None:
    page = clerk.get("/divisions/", {"on": DAY, "view": view})

    assert page.status_code == 200
    assert (text(page).count('class="tile"'), "示意图，不表示实际位置和边界" in text(page)) == (
        (123, True) if view == "map" else (0, False)
    )
    assert "on=2020-06-30" in text(page).split('class="segments"')[1].split("</nav>")[0]


@pytest.mark.parametrize(("sort", "first"), [("name", "七一社区"), ("-code", ""), ("wrong", ""), ("since", "")])
def test_the_table_can_be_sorted(clerk: Client, sort: str, first: str) -> None:
    page = clerk.get("/divisions/", {"on": DAY, "view": "table", "sort": sort})

    assert page.status_code == 200
    assert text(page).count("aria-sort") == 1
    assert len(page.context["rows"]) == 123


def test_whoever_goes_on_stands_where_it_stood(daan: None) -> None:
    root = register.county() or 0
    before, after = (tilemap.layout(root, day).cells for day in (make.FIRST, make.LATER))
    both = before.keys() & after.keys()

    assert len(both) > 80
    assert sum(before[key] == after[key] for key in both) > len(both) * 0.7


def test_a_room_can_colour_the_map(county: int) -> None:
    root = register.tree(county, make.FIRST)
    village = make.version("510304104205").division_id
    assert root is not None

    drawn = tilemap.build(root, make.FIRST, paint=Paint({village: 5}, {village: "95.8%"}, legend=[(5, "≥ 95")]))

    assert drawn is not None
    assert [(tile.name, tile.shade, tile.label) for tile in drawn.tiles if tile.shade] == [
        ("龙凼村", 5, "何市镇 龙凼村，95.8%")
    ]


def test_a_drafts_map_stands_beside_the_registers(county: int) -> None:
    root = register.tree(county, make.FIRST)
    assert root is not None
    base = tilemap.layout(county, make.FIRST).cells

    root.children[0].children.pop()
    cells = tilemap.follow(root, base)
    drawn = tilemap.build(root, make.FIRST, cells=cells)

    assert drawn is not None
    assert len(drawn.tiles) == len(cells) == len(base) - 1
    assert all(base[key] == cell for key, cell in cells.items())


def test_boundaries_are_drawn_instead_of_hexagons(county: int) -> None:
    squares.imported()
    root = register.tree(county, make.FIRST)
    assert root is not None

    drawn = tilemap.build(root, make.FIRST)
    place = tilemap.place_of(make.version("510304104205").division_id, root, make.FIRST)

    assert drawn is not None
    assert not drawn.schematic
    assert place is not None
    assert {node.name for node, _km in place.neighbours} == {"何家场社区", "晏家村"}


def test_a_file_is_looked_through_and_then_taken_in(clerk: Client) -> None:
    preview = clerk.post("/divisions/boundaries/new/", upload(squares.geojson(shapes()), licence="川S〔2020〕1号"))
    assert "导入 3 条界线" in text(preview)
    assert not Boundary.objects.exists()

    done = clerk.post("/divisions/boundaries/application/", follow=True)

    assert "已导入“村界.geojson”的 3 条界线" in text(done)
    assert len(places.shapes(make.LATER)) == 3
    again = clerk.post("/divisions/boundaries/application/")
    assert again.status_code == 422
    assert "上传的文件已经不在了" in text(again)


def test_a_file_that_does_not_fit_says_so_and_changes_nothing(clerk: Client) -> None:
    content = squares.geojson(shapes() | {"510304999999": squares.square(9)})

    preview = clerk.post("/divisions/boundaries/new/", upload(content))

    assert "有 1 个图形对不上当日的区划" in text(preview)
    assert clerk.post("/divisions/boundaries/application/").status_code == 422
    assert not Boundary.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epsg": "x"}, "请写成 EPSG:4543 这样"),
        ({"on": "soon"}, "请写成 2020-06-30 这样"),
        ({"datum": "mars"}, "datum"),
    ],
)
def test_a_wrong_form_is_said(clerk: Client, given: dict[str, str], said: str) -> None:
    page = clerk.post("/divisions/boundaries/new/", upload(squares.geojson(shapes()), **given))

    assert page.status_code == 422
    assert said in text(page)


def test_a_broken_file_is_said_on_the_page(clerk: Client) -> None:
    page = clerk.post("/divisions/boundaries/new/", upload(b"{}"))

    assert page.status_code == 422
    assert "不是 GeoJSON 的 FeatureCollection" in text(page)


def test_a_file_is_withdrawn_with_its_reason(clerk: Client) -> None:
    clerk.post("/divisions/boundaries/new/", upload(squares.geojson(shapes())))
    clerk.post("/divisions/boundaries/application/")
    address = f"/divisions/boundaries/{BoundarySet.objects.get().pk}/withdrawal/"

    assert "请写明撤回的原因" in text(clerk.post(address, {"because": ""}, follow=True))
    assert "已撤回" in text(clerk.post(address, {"because": "画错了"}, follow=True))
    assert "已由别人撤回" in text(clerk.post(address, {"because": "画错了"}, follow=True))
    assert places.shapes(make.LATER) == {}


def test_a_seat_read_off_a_chinese_map_is_moved_back(clerk: Client) -> None:
    village = exports.nodes(make.LATER)[-1].id
    given = {"longitude": "104°46′34″", "latitude": "北纬29.365612", "datum": "gcj02", "accuracy": "10", "on": DAY}

    done = clerk.post(f"/divisions/{village}/seat/", given, follow=True)

    assert "驻地已登记在 104.77" in text(done)
    assert float(Seat.objects.get().longitude) == pytest.approx(104.776111 - 0.0024, abs=0.001)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"longitude": "东边"}, "请写成 104.776071"),
        ({"longitude": "29.3", "latitude": "104.7"}, "像是写反了"),
        ({"longitude": "200", "latitude": "95"}, "不在地球上"),
    ],
)
def test_a_place_that_is_nowhere_is_refused(clerk: Client, given: dict[str, str], said: str) -> None:
    usual = {"longitude": "104.7", "latitude": "29.3", "datum": "cgcs2000", "accuracy": "0", "on": DAY}

    page = clerk.post(f"/divisions/{exports.nodes(make.LATER)[-1].id}/seat/", usual | given)

    assert said in text(page)
    assert not Seat.objects.exists()


def test_a_day_leaves_as_geojson_with_what_is_known(clerk: Client) -> None:
    clerk.post("/divisions/boundaries/new/", upload(squares.geojson(shapes())))
    clerk.post("/divisions/boundaries/application/")

    response: Any = clerk.get("/divisions/export.geojson", {"on": DAY})
    found = json.loads(b"".join(response.streaming_content))

    drawn = [one for one in found["features"] if one["geometry"]]
    assert len(drawn) == 3
    assert len(found["features"]) == 1 + 15 + 123
    assert set(drawn[0]["properties"]) >= {"code", "name", "form", "parent", "since"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_day_leaves_as_a_table_with_codes_as_text(clerk: Client, ending: str) -> None:
    content = io.BytesIO(clerk.get(f"/divisions/export.{ending}", {"on": DAY}).content)

    as_text = csv.ConvertOptions(column_types={"code": pa.string()})
    table = csv.read_csv(content, convert_options=as_text) if ending == "csv" else parquet.read_table(content)

    assert table.num_rows == 139
    assert "510304104" in table.column("code").to_pylist()
    assert table.column_names == exports.SCHEMA.names


def test_the_command_looks_through_and_takes_in(county: int, tmp_path: Path) -> None:
    path, said = tmp_path / "村界.geojson", io.StringIO()
    path.write_bytes(squares.geojson())
    words = ["divisions", "boundaries", "import", str(path), "--on", "2020-01-01", "--crs", "epsg:4490"]

    call_command(*words, "--preview", stdout=said)
    assert "对上 4，接替 0" in said.getvalue()
    assert not Boundary.objects.exists()
    call_command(*words, stdout=said)

    assert "已导入“村界.geojson”的 4 条界线，自 2020-01-01 起" in said.getvalue()
    with pytest.raises(CommandError, match="找不到文件"):
        call_command(*[word.replace("村界", "没有") for word in words])
