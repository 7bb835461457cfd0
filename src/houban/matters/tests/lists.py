"""A platform's list as the tests of taking over bring it, and the way it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from houban.core import clock
from houban.core.record import COMMAND_LINE
from houban.core.spreadsheets import Table, write_xlsx
from houban.matters.importing import acts, fields, running
from houban.matters.models import Intake

AT = datetime(2021, 7, 9, 4, 0, tzinfo=UTC)
HEADER = ["序号", "工单编号", "事件标题", "问题描述", "联系电话", "所属街道", "所属社区", "事发地址", "经度", "纬度",
          "事件小类", "上报时间", "立案时间", "办结时间", "办理状态", "处置部门", "处理结果", "满意度"]  # fmt: skip
COLUMNS = fields.guess(HEADER, {})


def row(number: str, **said: Any) -> list[Any]:
    """Return a line of the platform's list."""
    whole = {
        "序号": 1, "工单编号": number, "事件标题": "路灯不亮",
        "问题描述": "村口第二盏，来电 13812345678", "联系电话": "13800000000",
        "所属街道": "何市镇", "所属社区": "龙凼村", "事发地址": "村口", "经度": "", "纬度": "", "事件小类": "井盖",
        "上报时间": "2021-07-05 09:00", "立案时间": "2021/7/5 10:00", "办结时间": "", "办理状态": "处理中",
        "处置部门": "执法队", "处理结果": "", "满意度": "",
    } | said  # fmt: skip
    return [whole[name] for name in HEADER]


def closed(number: str, **said: Any) -> list[Any]:
    """Return a line of something that has ended."""
    return row(number, 办理状态="已办结", 办结时间="2021-07-06 15:30", 处理结果="已换灯泡", **said)


def book(*rows: Sequence[Any]) -> bytes:
    """Return the platform's list as a workbook."""
    return write_xlsx([Table("工单", HEADER, rows, frozenset(HEADER))])


def taken(content: bytes, *, at: datetime = AT, columns: Any = COLUMNS, words: Any = None) -> Intake:
    """Take a file in up to its dry run."""
    intake = acts.upload("工单.xlsx", content, "12345热线", by=COMMAND_LINE, at=clock.now())
    acts.match(intake, columns, by=COMMAND_LINE, at=clock.now())
    running.check(intake.pk, intake.attempt, now=clock.now, moment=at)
    intake.refresh_from_db()
    if words:
        acts.settle(intake, words, by=COMMAND_LINE, at=at)
        running.check(intake.pk, intake.attempt, now=clock.now, moment=at)
        intake.refresh_from_db()
    return intake


def written(content: bytes, *, at: datetime = AT, **more: Any) -> Intake:
    """Take a file in and write it."""
    intake = taken(content, at=at, **more)
    acts.confirm(intake, at=clock.now())
    running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=at)
    intake.refresh_from_db()
    return intake
