"""Matters as a table: what the queue shows, whole, for Excel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table
from houban.matters import moments, places
from houban.matters.models import Matter
from houban.matters.rules import table
from houban.matters.rules.clocks import OfficeTime

MOST = 20_000
TIMES = ("reported_at", "filed_at", "due", "ended_at")
COUNTS = ("returns", "reworks", "reopenings", "extensions", "rating")


def of(matters: list[Matter], hours: OfficeTime, *, now: datetime) -> Table:
    """Return matters as a sheet, in their order; times are the county's, to the minute."""
    names = places.names({one.unit_id for one in matters}, localtime(now).date())
    header = [
        _("编号"), _("类别"), _("标题"), _("类型"), _("来源"), _("区划"), _("地点"),
        _("状态"), _("层级"), _("受理机构"), _("承办机构"),
        _("报告时间"), _("立案时间"), _("到期"), _("办结时间"), _("时限情况"),
        _("退回次数"), _("返工次数"), _("重开次数"), _("延期次数"), _("满意度"),
    ]  # fmt: skip
    name = _("事项 %(day)s") % {"day": localtime(now).date()}
    return Table(name, header, [_row(one, names, moments.face(one, hours, now).words) for one in matters])


def _row(matter: Matter, names: dict[int, str], clock: str) -> list[Any]:
    said = [
        matter.number, table.kind(matter.kind).label, matter.title, matter.type and matter.type.name,
        matter.get_channel_display(), names.get(matter.unit_id, ""), matter.place,
        matter.get_state_display(), matter.get_level_display(), matter.receiver, matter.holder,
    ]  # fmt: skip
    times = [at and localtime(at).replace(tzinfo=None) for at in (getattr(matter, name) for name in TIMES)]
    return [*said, *times, clock, *(getattr(matter, name) for name in COUNTS)]
