"""What reports show outside their own pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.reports import opening
from houban.reports.models import Report
from houban.ui.search import Hit
from houban.warehouse import figures
from houban.warehouse.measures import measure

KEY = ("village_reduction_rate", "community_reduction_rate", "group_reduction_rate")


def panel(request: HttpRequest) -> dict[str, Any]:
    """Return the key figures, those that differ from what is stated elsewhere, and the newest reports."""
    on: date = request.as_of  # type: ignore[attr-defined]
    stated = [figure for figure in figures.figures() if opening.live_statements(figure.id).exists()]
    return {
        "figures": [measure(figures.get(name), on) for name in KEY],
        "differing": [figure for figure in stated if opening.differs(figure.id, measure(figure, on).value)],
        "reports": Report.objects.all()[:5],
    }


def find(query: str, on: date) -> list[Hit]:
    """Find figures by name or code name."""
    wanted = query.lower()
    hits = [figure for figure in figures.figures() if wanted in str(figure.label).lower() or wanted in figure.id]
    return [
        Hit(str(figure.label), _("数据点 · %(section)s") % {"section": figure.section}, f"{_url(figure.id)}?on={on}")
        for figure in hits
    ]


def _url(name: str) -> str:
    return reverse("reports:figure", args=[name])
