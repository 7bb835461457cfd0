"""What this room shows outside its own pages: the badge, the panel of the first page, and search hits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from houban.matters import moments, office, queues
from houban.matters.models import Matter
from houban.ui.search import Hit

MOST, SHOWN = 8, 6


def waiting() -> int:
    """Count what waits for the one who asks."""
    return queues.waiting_count()


def panel(request: HttpRequest) -> dict[str, Any]:
    """Return what waits for the one who asks, soonest due first."""
    now = request.moment  # type: ignore[attr-defined]
    want = queues.Asked(tab="mine")
    rows = list(queues.matters(want, units=None, now=now)[:SHOWN])
    hours = office.current()
    return {"rows": [(one, moments.face(one, hours, now)) for one in rows], "n": queues.waiting_count()}


def find(query: str, _on: date) -> list[Hit]:
    """Find matters by number or title, newest first."""
    serial = query.rsplit("-", 1)[-1]
    number = Q(serial=int(serial)) if serial.isdecimal() and len(serial) < 18 else Q(pk=None)
    rows = Matter.objects.filter(number | Q(title__contains=query)).select_related("unit").order_by("-pk")[:MOST]
    return [
        Hit(one.title, f"{one.number} · {one.get_state_display()}", reverse("matters:matter", args=[one.pk]))
        for one in rows
    ]
