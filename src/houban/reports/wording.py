"""The words that stand for placeholders in a report: each figure, its day and its source, with a link to open it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from houban.core.models import Installation
from houban.core.record import anchors
from houban.reports.word.placeholders import Filling
from houban.warehouse.figures import Basis
from houban.warehouse.measures import Measured

MISSING = "（缺）"


def title() -> str:
    """Return the report's title."""
    installation = Installation.current()
    return f"{installation.county_name if installation else ''}两项改革“后半篇”文章情况报告"


def fillings(measured: Iterable[Measured], *, on: date, address: str) -> dict[str, Filling]:
    """Return what stands for every placeholder."""
    installation = Installation.current()
    words = {
        "county": Filling(installation.county_name if installation else ""),
        "on": Filling(long_day(on)),
        "record_anchor": Filling(_anchor()),
        "demonstration": Filling("示范数据：人员和业务均为虚构" if installation and installation.demonstration else ""),
    }
    for one in measured:
        words |= _of_figure(one, on, address)
    return words


def _anchor() -> str:
    """Return the newest anchor of the record: on paper it keeps whoever owns the database from changing the past."""
    anchor = anchors.latest()
    return str(anchor) if anchor else "尚未下锚"


def _of_figure(one: Measured, on: date, address: str) -> dict[str, Filling]:
    path = reverse("reports:figure", args=[one.figure.id])
    link = f"{address.rstrip('/')}{path}?{urlencode({'on': on.isoformat()})}"
    hint = f"{one.figure.label} {one.text or '没有数'}{one.figure.unit}，{long_day(one.day)}，{one.rows} 行，点开看来历"
    name = one.figure.id
    return {
        name: Filling(one.text or MISSING, link=link, hint=hint),
        f"{name}.day": Filling(long_day(one.day)),
        f"{name}.source": Filling(_source(one)),
    }


def _source(one: Measured) -> str:
    if one.value is None:
        return str(one.note) or "没有数"
    return str(one.note) if one.figure.basis == Basis.REPORTED else str(one.figure.source) or "区划登记"


def long_day(day: date) -> str:
    """Write a day as official documents do."""
    return f"{day.year}年{day.month}月{day.day}日"
