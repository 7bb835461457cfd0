"""The figures of a day, and one figure opened."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table, xlsx_response
from houban.reports import opening
from houban.reports.forms import ValueForm, WithdrawForm
from houban.ui.pages import StaffRequest, page
from houban.warehouse import figures as declared
from houban.warehouse.figures import Basis, Figure, FigureUnknown
from houban.warehouse.measures import Measured, measure
from houban.warehouse.rows import Rows

PER_PAGE = 50


@page
def index(request: StaffRequest) -> HttpResponse:
    """List every figure on the as-of day."""
    measured = [measure(figure, request.as_of) for figure in declared.figures()]
    sections: dict[str, list[tuple[Measured, bool]]] = {}
    for one in measured:
        differs = opening.differs(one.figure.id, one.value)
        sections.setdefault(str(one.figure.section), []).append((one, differs))
    missing = sum(one.value is None for one in measured)
    context = {"sections": list(sections.items()), "total": len(measured), "missing": missing}
    return render(request, "reports/figures.html", context)


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send every figure of the as-of day as .xlsx."""
    header = [_("数据点"), _("名称"), _("数值"), _("计量单位"), _("所在日"), _("依据"), _("行数"), _("说明")]
    rows = [_line(measure(figure, request.as_of)) for figure in declared.figures()]
    name = _("数据点 %(day)s") % {"day": request.as_of.isoformat()}
    return xlsx_response([Table(name, header, rows)], filename=f"{name}.xlsx")


def _line(one: Measured) -> list[object]:
    figure = one.figure
    basis = basis_label(figure)
    return [figure.id, str(figure.label), one.value, str(figure.unit), one.day, basis, one.rows, str(one.note)]


def basis_label(figure: Figure) -> str:
    """Return where a figure comes from, in the reader's language."""
    return _("填报数") if figure.basis == Basis.REPORTED else _("计算")


@page
def show(request: StaffRequest, name: str) -> HttpResponse:
    """Open one figure: value, definition, rows, other days, what others state, what reports said."""
    figure = _get(name)
    used = measure(figure, request.as_of)
    days = opening.other_days(figure, request.as_of, used)
    previous, following = opening.neighbours(figure)
    context = {
        "figure": figure,
        "used": used,
        "days": days,
        "chart": _chart(figure, days),
        "statements": opening.statements(figure, days, value=used.value),
        "entries": opening.entries(name) if figure.basis == Basis.REPORTED else None,
        "uses": opening.uses(name)[:12],
        "previous": previous,
        "following": following,
        "basis": basis_label(figure),
        "withdraw_form": WithdrawForm(),
        "value_form": ValueForm(initial={"as_of": request.as_of}),
    }
    return render(request, "reports/figure.html", context | _rows(request, used))


def _get(name: str) -> Figure:
    try:
        return declared.get(name)
    except FigureUnknown:
        raise Http404(_("没有这个数据点。")) from None


def _rows(request: StaffRequest, used: Measured) -> dict[str, Any]:
    """Return one page of one of the lists behind the value; a ratio has two."""
    lists = opening.opened(used, request.as_of)
    place = _number(request.GET.get("list"), most=len(lists))
    if not lists:
        return {"lists": [], "list_number": 0, "rows": None}
    chosen = lists[place]
    paginator = Paginator(range(chosen.count()), PER_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    start = max(shown.start_index() - 1, 0)
    cells = chosen.between(start, start + PER_PAGE)
    return {"lists": lists, "list_number": place, "rows": chosen, "row_page": shown, "cells": _marked(chosen, cells)}


def _number(text: str | None, *, most: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) < most else 0


def _marked(rows: Rows, cells: list[tuple[object, ...]]) -> list[tuple[bool, list[tuple[Any, object]]]]:
    """Put each cell beside its column, and tell which rows stand out."""
    marks = [place for place, column in enumerate(rows.columns) if column.mark]
    return [(any(row[m] for m in marks), list(zip(rows.columns, row, strict=True))) for row in cells]


def _chart(figure: Figure, days: list[opening.OnDay]) -> dict[str, object] | None:
    points = [[one.day.isoformat(), float(one.measured.value)] for one in days if one.measured.value is not None]
    if len(points) < 2:
        return None
    return {
        "grid": {"left": 56, "right": 24, "top": 36, "bottom": 28},
        "tooltip": {"trigger": "axis"},
        "legend": {"show": False},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "name": str(figure.unit), "scale": True},
        "series": [{"name": str(figure.label), "type": "line", "step": "end", "symbolSize": 7, "data": points}],
    }


@page
def rows(request: StaffRequest, name: str) -> HttpResponse:
    """Send the rows behind a figure as .xlsx, one sheet for each list."""
    figure = _get(name)
    lists = opening.opened(measure(figure, request.as_of), request.as_of)
    tables = [_sheet(number, one) for number, one in enumerate(lists, 1)]
    filename = f"{figure.label} {request.as_of.isoformat()}.xlsx"
    return xlsx_response(tables or [Table(str(figure.label), [_("没有行")], [])], filename=filename)


def _sheet(number: int, one: Rows) -> Table:
    header = [f"{column.label}（{column.unit}）" if column.unit else str(column.label) for column in one.columns]
    return Table(f"{number} {one.title}"[:31], header, [list(row) for row in one.every()])
