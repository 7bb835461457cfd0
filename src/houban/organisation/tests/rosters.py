"""Small rosters for tests."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from houban.core.problems import Problems
from houban.core.spreadsheets import Table, read_table, write_xlsx
from houban.organisation.actions import rosters
from houban.organisation.rosters import export, reading
from houban.organisation.rosters.plan import Plan
from houban.organisation.rosters.sheets import BY_TITLE
from houban.organisation.tests import make
from houban.organisation.tests.make import TODAY, TOWN, VILLAGE

SINCE = "2020-01-01"
COMMITTEE = {"机构名称": "龙凼村村民委员会", "类型": "村（居）民委员会", "区划代码": VILLAGE, "设立日": SINCE}
DIRECTOR = {"机构": "龙凼村村民委员会", "岗位名称": "主任", "岗位类型": "村（居）委会主任", "起日": SINCE}
HOLDS = {"姓名": "甲", "机构": "龙凼村村民委员会", "岗位": "主任", "起日": SINCE}
SMALL = {"机构": [COMMITTEE], "岗位": [DIRECTOR], "人员": [{"姓名": "甲", "所属区划代码": VILLAGE}], "任职": [HOLDS]}
Row = dict[str, Any]
Sheets = dict[str, list[Row]]


def workbook(sheets: Sheets) -> BytesIO:
    """Write sheets of rows by column; columns that no row has are left out unless they are needed."""
    tables = []
    for title, rows in sheets.items():
        spec = BY_TITLE[title]
        used = [name for name in spec.header if name in spec.required or any(name in row for row in rows)]
        strange = [name for row in rows for name in row if name not in spec.header]
        tables.append(Table(title, [*used, *strange], [[row.get(c, "") for c in [*used, *strange]] for row in rows]))
    return BytesIO(write_xlsx(tables))


def planned(sheets: Sheets) -> Plan:
    return reading.plan(workbook(sheets), name="花名册.xlsx", on=TODAY)


def imported(sheets: Sheets) -> Plan:
    return rosters.apply(planned(sheets), by=make.CLERK, at=make.NOON)


def wrongs(sheets: Sheets) -> list[str]:
    with pytest.raises(Problems) as caught:
        imported(sheets)
    return [str(problem) for problem in caught.value.shown]


def counted(plan: Plan) -> dict[str, tuple[int, int, int]]:
    return {one.sheet: (one.new, one.changed, one.unchanged) for one in plan.counts}


def varied() -> Sheets:
    """A roster that uses every sheet and most columns."""
    group = {"机构名称": "领导小组", "类型": "领导小组", "区划代码": "510304", "设立日": SINCE}
    town = {"机构名称": "何市镇人民政府", "类型": "乡镇（街道）机关", "区划代码": TOWN, "设立日": SINCE}
    return {
        "机构": [
            COMMITTEE | {"上级机构": "何市镇人民政府", "设立依据": "示例〔2020〕1号"},
            group,
            town | {"差异化设置": "是", "统一社会信用代码": "11510304008601234X"},
        ],
        "届次": [{"机构": "龙凼村村民委员会", "届次": 11, "选举日": "2021-01-10", "当选公告": "1 号"}],
        "岗位": [DIRECTOR, DIRECTOR | {"岗位名称": "委员", "岗位类型": "村（居）委会委员", "职数": 3}],
        "编制": [
            {"机构": "何市镇人民政府", "编制性质": "行政编制", "核定数": 28, "文号": "编〔2020〕5号", "起日": SINCE}
        ],
        "人员": [
            {"姓名": "甲", "所属区划代码": VILLAGE},
            {"姓名": "乙", "区分同名": "一组", "所属区划代码": VILLAGE},
            {"姓名": "乙", "区分同名": "二组", "所属区划代码": VILLAGE}
            | {"编制所在机构": "何市镇人民政府", "编制性质": "行政编制", "占编起日": SINCE, "占编依据": "=1+1"},
        ],
        "任职": [
            HOLDS | {"产生方式": "选举", "届次": 11, "起日": "2021-01-10"},
            HOLDS | {"姓名": "乙", "区分同名": "一组", "岗位": "委员", "任职性质": "兼职"},
            HOLDS | {"姓名": "乙", "区分同名": "二组", "岗位": "委员", "任职依据": "任〔2020〕1号"},
            HOLDS
            | {"姓名": "乙", "区分同名": "二组", "岗位": "主任", "任职性质": "代理（AB 岗）", "止日": "2021-12-31"},
        ],
        "成员单位": [{"领导小组": "领导小组", "成员单位": "何市镇人民政府", "起日": SINCE, "依据": "示例"}],
    }


def exported(on: date = TODAY, town: int | None = None) -> bytes:
    return write_xlsx(export.tables(on, town=town))


def rows_of(content: bytes) -> dict[str, list[dict[str, str]]]:
    return {sheet.name: [row.cells for row in sheet.rows] for sheet in read_table(BytesIO(content), name="x")}
