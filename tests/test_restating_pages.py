"""A clerk of Da'an takes a table of 2019 to the map of 2021 on a page."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houban.accounts.models import User
from houban.core.spreadsheets import read_table

DAYS = {"start": "2019-10-31", "end": "2021-06-30"}
TABLE = "代码,名称,人口\n510304103202,狮子村,700\n510304103219,三多寨村,5\n510304103201,芦家村,301\n999,没有的村,9\n"


@pytest.fixture
def clerk(daan: None, client: Client) -> Client:
    client.force_login(User.objects.get(username="zhoumin"))
    return client


def upload(client: Client, text: str) -> None:
    file = SimpleUploadedFile("人口.csv", text.encode())
    assert client.post("/divisions/restating/upload/", {"file": file}).status_code == 302


def test_a_table_is_restated_opened_and_taken_away(clerk: Client) -> None:
    upload(clerk, TABLE)

    page = clerk.get("/divisions/restating/", DAYS).content.decode()
    cell = clerk.get("/divisions/restating/cells/510304103219/", DAYS | {"value": "人口"}).content.decode()
    book = clerk.get("/divisions/restating/result.xlsx", DAYS)

    assert "起始日没有这个代码" in page
    assert "狮子村" in cell
    assert "大府发〔2021〕2号" in cell
    sheets = {sheet.name: sheet for sheet in read_table(BytesIO(book.content), name="x.xlsx")}
    values = [int(row.cells["人口"]) for row in sheets["换算结果"].rows]
    lost = [int(row.cells["数值"]) for row in sheets["未能换算"].rows]
    assert sum(values) + sum(lost) == 1015
    assert 9 in lost


def test_the_days_map_of_a_table_is_found_before_anything_is_restated(clerk: Client) -> None:
    upload(clerk, "代码,名称,人口\n510304103202,狮子村,7\n510304103201,芦家村,3\n")

    page = clerk.get("/divisions/restating/").content.decode()

    assert "2 个代码当日有效" in page


def test_a_bad_number_is_told_with_its_place_and_nothing_is_kept(clerk: Client) -> None:
    upload(clerk, "代码,人口\n510304103202,约12\n")

    shown = clerk.get("/divisions/restating/")

    assert shown.status_code == 422
    assert "第 2 行 人口 列" in shown.content.decode()
    assert "应为数字，现为“约12”" in shown.content.decode()
    assert clerk.get("/divisions/restating/").status_code == 200


def test_one_bad_cell_does_not_let_its_column_vanish(clerk: Client) -> None:
    upload(clerk, "代码,人口,户数,备注\n510304103202,7,2,甲\n510304103201,3,约12,\n510304103206,4,5,乙\n")

    shown = clerk.get("/divisions/restating/").content.decode()

    assert "第 3 行 户数 列" in shown


def test_columns_that_hold_no_numbers_are_named(clerk: Client) -> None:
    upload(clerk, "代码,人口,备注\n510304103202,7,甲\n510304103201,3,\n")

    assert "没有换算的列（不是数）：备注" in clerk.get("/divisions/restating/").content.decode()


def test_a_number_that_no_integer_holds_is_told(clerk: Client) -> None:
    upload(clerk, "代码,人口\n510304103202,9999999999999999999999\n510304103201,0.123456789\n")

    shown = clerk.get("/divisions/restating/")

    assert shown.status_code == 422
    assert "数太大" in shown.content.decode()


def test_the_crosswalk_page_lists_what_changed(clerk: Client) -> None:
    page = clerk.get("/divisions/crosswalk/", DAYS | {"level": "village"}).content.decode()
    book = clerk.get("/divisions/crosswalk/export.xlsx", DAYS | {"level": "village"})

    assert "狮子村" in page
    assert len(read_table(BytesIO(book.content), name="x.xlsx")[0].rows) > 180


KINDS = (
    "代码,名称,人口,参保,地形,去向\n"
    "510304103202,狮子村,700,350,丘陵,510304103201\n"
    "510304103201,芦家村,300,270,平坝,510304103202\n"
)


def test_rates_categories_and_flows_are_restated_on_the_page_and_in_the_workbook(clerk: Client) -> None:
    upload(clerk, KINDS)
    asked = DAYS | {
        "over": "参保", "under": "人口", "times": "100", "category": "地形", "rule": "mixed", "destination": "去向",
    }  # fmt: skip

    shown = clerk.get("/divisions/restating/", asked)
    book = clerk.get("/divisions/restating/result.xlsx", asked)

    extras = shown.context["extras"]
    assert [extra.title for extra in extras] == ["参保/人口（%）", "地形（不一致就写混合）"]
    ((line, ((rate, _bounds), (kind, _note))),) = [one for one in shown.context["table"] if one[0].name == "三多寨村"]
    assert (line.cells[0][1].value, rate, kind) == ("1000", "62", "混合")
    flow = next(one for one in shown.context["flows"] if one.origin_name == "三多寨村")
    assert (flow.destination_name, flow.values[0]) == ("三多寨村", "1000")
    sheets = {sheet.name: sheet for sheet in read_table(BytesIO(book.content), name="x.xlsx")}
    assert {row.cells["参保/人口（%）"] for row in sheets["换算结果"].rows} >= {"62"}
    assert sheets["流量"].rows[0].cells["人口"] == "1000"


def test_columns_that_do_not_fit_are_left_out(clerk: Client) -> None:
    upload(clerk, KINDS)

    shown = clerk.get(
        "/divisions/restating/", DAYS | {"over": "地形", "under": "人口", "times": "x", "category": "没有"}
    )

    assert shown.status_code == 200
    assert shown.context["extras"] == []


def test_the_lineage_picture_groups_what_is_the_same_ground(clerk: Client) -> None:
    shown = clerk.get("/divisions/", {"on": "2021-06-30"})

    picture = shown.context["picture"]
    zones = {zone.number for zone in picture.zones}
    assert zones
    assert {ribbon.zone for ribbon in picture.ribbons} >= zones
    left = {bar.name: bar.zone for bar in picture.left}
    for zone in picture.zones:
        assert {left[name] for name in zone.before} == {zone.number}
    assert "合起来前后是同一块地" in shown.content.decode()
