"""What the register shows outside its own pages: the badge, search hits, and the panel of the first page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.divisions import register
from houban.divisions.models import Change, DivisionCode, DivisionVersion, ListDifference
from houban.divisions.words import Form
from houban.ui.search import Hit

MOST = 20
SHOWN = ("town", "street", "township", "village", "community", "village_group", "community_group")


def drafts() -> int:
    """Count the drafts that wait for a decision."""
    return Change.objects.drafts().count()


def find(query: str, on: date) -> list[Hit]:
    """Find divisions by name or code: on the day first, then those that bore it at another time."""
    bearers = DivisionCode.objects.live().filter(code__startswith=query).values("division")
    matching = Q(division__in=bearers) if query.isdigit() else Q(name__contains=query)
    versions = DivisionVersion.objects.live().filter(matching)
    now = When(during__contains=on, then=Value(0))
    group = When(division__level="group", then=Value(1))
    ranked = versions.annotate(
        past=Case(now, default=Value(1), output_field=IntegerField()),
        fine=Case(group, default=Value(0), output_field=IntegerField()),
    )
    ordered = ranked.order_by("past", "fine", "name", "-during").select_related("division")[: MOST * 3]
    latest: dict[tuple[int, str], DivisionVersion] = {}
    for version in ordered:
        latest.setdefault((version.division_id, version.name), version)
    return [_hit(version, on) for version in list(latest.values())[:MOST]]


def _hit(version: DivisionVersion, on: date) -> Hit:
    url = reverse("divisions:division", args=[version.division_id])
    form = str(Form(version.form).label)
    above = DivisionVersion.objects.live().filter(division=version.parent_id, during__overlap=version.during).first()
    place = f"{above.name} · {form}" if above else form
    if on in version.during:
        return Hit(version.name, place, f"{url}?on={on}")
    last = version.during.upper
    when = _("%(since)s 至 %(until)s") % {"since": version.during.lower, "until": last or _("今")}
    return Hit(version.name, f"{place} · {when}", f"{url}?on={version.during.lower}")


def panel(request: HttpRequest) -> dict[str, Any]:
    """Return the county's counts of the day, what waits, and the newest changes."""
    county = register.county()
    on = request.as_of  # type: ignore[attr-defined]
    counted = register.counts(county, on) if county else {}
    return {
        "counts": [(str(Form(form).label), counted[form]) for form in SHOWN if counted.get(form)],
        "drafts": Change.objects.drafts().order_by("-recorded_at")[:5],
        "open_differences": ListDifference.objects.filter(signed_at=None).count(),
        "changes": Change.objects.enacted().exclude(flows=None).distinct().order_by("-effective_on", "-sequence")[:6],
        "day": on,
    }
