"""Counts by form over the years, and the day "before" means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock
from houban.divisions import actions, register, timeline
from houban.divisions.forms import BaselineForm
from houban.divisions.models import Baseline, Change
from houban.divisions.words import Counted, Form
from houban.ui.pages import StaffRequest, page, stay_on

SMALL = ("street", "town", "township")


@page
def counts(request: StaffRequest) -> HttpResponse:
    """Show how many divisions of each form there were, on each list's and each change's day."""
    county = register.county()
    days = _days(request.today)
    table = sorted(register.counts_on(county, days).items()) if county else []
    forms = [form for form in Form if form.value != "district" and any(row[form.value] for _day, row in table)]
    rows = [(day, [row[form.value] for form in forms]) for day, row in table]
    context = {
        "forms": forms,
        "rows": rows,
        "villages": _chart(table, ("village", "community")),
        "towns": _chart(table, SMALL),
        "baselines": Baseline.objects.order_by("measure"),
    }
    return render(request, "divisions/counts.html", context)


def _days(today: date) -> list[date]:
    changed = Change.objects.enacted().exclude(flows=None).values_list("effective_on", flat=True)
    return sorted({*timeline.list_days(), *changed, today})


def _chart(table: Sequence[tuple[date, Counter[str]]], forms: tuple[str, ...]) -> dict[str, object]:
    shown = [form for form in forms if any(row[form] for _day, row in table)]
    return {
        "legend": {"top": 0, "right": 0},
        "grid": {"left": 48, "right": 16, "top": 36, "bottom": 28},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "name": _("个"), "minInterval": 1},
        "series": [
            {
                "name": str(Form(form).label),
                "type": "line",
                "step": "end",
                "symbolSize": 6,
                "data": [[day.isoformat(), row[form]] for day, row in table],
            }
            for form in shown
        ],
    }


@page(power="register")
def baseline(request: StaffRequest, measure: str) -> HttpResponse:
    """Set the day a measure is compared with."""
    if measure not in Counted.values:
        raise Http404(_("没有这样的比较对象。"))
    old = Baseline.objects.filter(measure=measure).first()
    first = {"day": old.day, "reason": old.reason} if old else None
    form = BaselineForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        day, reason = form.cleaned_data["day"], form.cleaned_data["reason"]
        actions.set_baseline(measure, day=day, reason=reason, by=actor(request), at=clock.now())
        messages.success(request, _("调整前口径已改为 %(day)s。") % {"day": day})
        return redirect(stay_on(request, "divisions:counts"))
    county = register.county()
    days = sorted(register.counts_on(county, timeline.list_days()).items()) if county else []
    context = {"form": form, "label": Counted(measure).label, "baseline": old, "days": days}
    return render(request, "divisions/baseline.html", context, status=422 if form.errors else 200)
