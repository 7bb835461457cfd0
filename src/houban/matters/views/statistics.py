"""A month of the loop in figures, by organisation, type or town, as a page and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.spreadsheets import Table, xlsx_response
from houban.matters import statistics
from houban.matters.statistics import By, Line, Map, Statistics
from houban.ui.pages import StaffRequest, page

TABS: tuple[tuple[By, str | Promise], ...] = (
    (By.ORGANISATION, gettext_lazy("按机构")),
    (By.TYPE, gettext_lazy("按类型")),
    (By.DIVISION, gettext_lazy("按乡镇")),
)
FILTER = {By.ORGANISATION: "holder", By.TYPE: "type", By.DIVISION: "unit"}
HOW = (
    (gettext_lazy("按时办结率"), gettext_lazy("按时办结 ÷（办结 + 超时未结）。")),
    (gettext_lazy("有效上报率"), gettext_lazy("（立案 + 现场办结）÷（两者 + 不予立案）。上报多少只列出，不打分。")),
    (gettext_lazy("返工率、重开率"), gettext_lazy("办结的事项里，返过工的、重开过的各占多少。")),
    (gettext_lazy("满意度"), gettext_lazy("报告人评的一至五分的平均数，括号里是评了几件。")),
    (gettext_lazy("立案用时、办结用时"), gettext_lazy("从报告起按钟点算，含夜间假日；中位数，括号里是九成不超过的。")),
    (gettext_lazy("并入别件的"), gettext_lazy("不单独计，随它并入的那一件。分母为零的写“—”。")),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which month, by what, on which map."""

    first: date
    by: By
    map: Map

    @property
    def until(self) -> date:
        """Return the first day of the next month."""
        return _month(self.first, 1)

    @property
    def before(self) -> date:
        """Return the first day of the month before."""
        return _month(self.first, -1)


def _month(first: date, step: int) -> date:
    months = first.year * 12 + first.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)


def _asked(request: StaffRequest) -> Asked:
    given = request.GET
    try:
        first = date.fromisoformat(f"{given.get('month', '')}-01")
    except ValueError:
        first = request.as_of.replace(day=1)
    if not 2000 <= first.year <= 2100:
        first = request.as_of.replace(day=1)
    by = By(given["by"]) if given.get("by") in list(By) else By.ORGANISATION
    return Asked(first, by, Map.THEN if given.get("map") == Map.THEN else Map.NOW)


def _counted(request: StaffRequest, asked: Asked) -> Statistics:
    return statistics.of(
        asked.by, _midnight(asked.first), _midnight(asked.until), now=request.moment, map_=asked.map
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


@page
def show(request: StaffRequest) -> HttpResponse:
    """Show a month."""
    asked = _asked(request)
    counted = _counted(request, asked)
    context = {
        "asked": asked,
        "tabs": TABS,
        "lines": [(line, _shown(line)) for line in counted.lines],
        "total": _shown(counted.total),
        "columns": _columns(),
        "how": HOW,
        "filter": FILTER[asked.by],
        "later": asked.until <= request.today,
    }
    return render(request, "matters/statistics.html", context)


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send the month as a workbook."""
    asked = _asked(request)
    counted = _counted(request, asked)
    rows = [[line.name, *_numbers(line)] for line in counted.lines]
    rows.append([_("合计"), *_numbers(counted.total)])
    said = dict(TABS)[asked.by]
    name = _("事项统计 %(month)s %(by)s") % {"month": f"{asked.first:%Y-%m}", "by": said}
    header = [_("名称"), *_columns()[:-2], _("评价件数"), *(
        _("%(what)s（小时）") % {"what": what}
        for what in (_("立案用时中位数"), _("立案用时九成"), _("办结用时中位数"), _("办结用时九成"))
    )]  # fmt: skip
    notes = Table(_("怎么算"), [_("指标"), _("算法")], [(str(what), str(how)) for what, how in HOW])
    return xlsx_response([Table(f"{asked.first:%Y-%m}", header, rows), notes], filename=f"{name}.xlsx")


def _columns() -> list[str]:
    return [
        _("上报"), _("立案"), _("不予立案"), _("办结"), _("按时办结"), _("在办"), _("超时未结"), _("按时办结率（%）"),
        _("有效上报率（%）"), _("返工率（%）"), _("重开率（%）"), _("满意度"),
        _("立案用时（小时）"), _("办结用时（小时）"),
    ]  # fmt: skip


def _counts(line: Line) -> list[int]:
    return [line.reported, line.filed, line.rejected, line.closed, line.on_time, line.open, line.overdue]


def _rates(line: Line) -> list[float | None]:
    return [line.on_time_rate, line.valid_rate, line.rework_rate, line.reopen_rate]


def _shown(line: Line) -> list[str]:
    rating = "—" if line.rating is None else f"{line.rating:.1f}（{line.rated}）"
    return [
        *(f"{number:,}" for number in _counts(line)),
        *("—" if rate is None else f"{rate:.1f}" for rate in _rates(line)),
        rating,
        *("—" if span is None else f"{span[0]:.1f}（{span[1]:.1f}）" for span in (line.to_filing, line.to_closing)),
    ]


def _numbers(line: Line) -> list[Any]:
    rates = [None if rate is None else round(rate, 1) for rate in _rates(line)]
    rating = None if line.rating is None else round(line.rating, 1)
    spans = [span or (None, None) for span in (line.to_filing, line.to_closing)]
    hours = [None if one is None else round(one, 1) for span in spans for one in span]
    return [*_counts(line), *rates, rating, line.rated, *hours]
