"""What the county has: every count of the report's people and bodies, on any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table, xlsx_response
from houban.organisation.facts import DECLARED
from houban.ui.pages import StaffRequest, page
from houban.warehouse import figures
from houban.warehouse.figures import Figure
from houban.warehouse.measures import rounded
from houban.warehouse.rows import Text


@dataclass(frozen=True)
class Line:
    """A figure on the day shown and, where that is another day, today."""

    figure: Figure
    value: Decimal | None
    today: Decimal | None
    note: Text


def _line(figure: Figure, on: date, today: date) -> Line:
    outcome = figure.compute(on)
    value = rounded(outcome.value, decimals=figure.decimals)
    now = value if on == today else rounded(figure.compute(today).value, decimals=figure.decimals)
    return Line(figure, value, now, outcome.note)


def _lines(request: StaffRequest) -> list[Line]:
    return [_line(figures.get(name), request.as_of, request.today) for name in DECLARED]


@page
def counts(request: StaffRequest) -> HttpResponse:
    """List the counts by section; each opens to the people or bodies behind it."""
    sections: dict[str, list[Line]] = {}
    for line in _lines(request):
        sections.setdefault(str(line.figure.section), []).append(line)
    return render(request, "organisation/counts.html", {"sections": sections})


@page
def counts_export(request: StaffRequest) -> HttpResponse:
    """Send the counts of the day as .xlsx."""
    header = [_("分类"), _("名称"), _("数值"), _("单位"), _("口径")]
    rows = [
        [str(x.figure.section), str(x.figure.label), x.value, str(x.figure.unit), str(x.figure.definition)]
        for x in _lines(request)
    ]
    name = _("清点 %(day)s") % {"day": request.as_of}
    return xlsx_response([Table(name, header, rows)], filename=f"{name}.xlsx")
