"""Measured values of divisions: what there is by measure and day, entering a table, withdrawing one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Max, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.divisions import actions, tablefile
from houban.divisions.forms import SizedFileField
from houban.divisions.models import Measurement
from houban.divisions.words import Measure
from houban.ui.pages import StaffRequest, page, stay_on


class MeasureForm(forms.Form):
    """A table of measured values, of which day and from where."""

    file = SizedFileField(
        label=gettext_lazy("度量表（.xlsx 或 .csv）"),
        error_messages={"required": gettext_lazy("请选一个文件。"), "empty": gettext_lazy("文件是空的，请核对。")},
    )
    day = forms.DateField(
        label=gettext_lazy("统计日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
        error_messages={"required": gettext_lazy("请填日期。"), "invalid": gettext_lazy("请写成 2019-10-31 这样。")},
    )
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=120, widget=forms.TextInput(attrs={"class": "input"})
    )


class WithdrawForm(forms.Form):
    """Which values are withdrawn, and why."""

    measure = forms.ChoiceField(choices=Measure.choices)
    day = forms.DateField()
    because = forms.CharField(max_length=200, min_length=2)


@page
def index(request: StaffRequest) -> HttpResponse:
    """List what is measured, by measure and day."""
    return _index(request, MeasureForm())


def _index(request: StaffRequest, form: MeasureForm, problems: Problems | None = None) -> HttpResponse:
    groups = (
        Measurement.objects.filter(withdrawn_at=None)
        .values("measure", "day")
        .annotate(n=Count("pk"), total=Sum("value"), source=Max("source"), by=Max("recorded_by_name"))
        .order_by("-day", "measure")
    )
    rows = [row | {"label": Measure(row["measure"]).label} for row in groups]
    context: dict[str, Any] = {"form": form, "rows": rows, "problems": problems}
    bad = problems is not None or bool(form.errors)
    return render(request, "divisions/measurements.html", context, status=422 if bad else 200)


@require_POST
@page(power="register")
def entry(request: StaffRequest) -> HttpResponse:
    """Enter a table of measured values."""
    form = MeasureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _index(request, form)
    file, day, source = (form.cleaned_data[name] for name in ("file", "day", "source"))
    try:
        table = tablefile.read(file, name=file.name)
        done = actions.measure(table, on=day, source=source, by=actor(request), at=clock.now(), name=file.name)
    except Problems as problems:
        return _index(request, form, problems)
    told = _("已登记：新增 %(new)s 个数，替换 %(replaced)s 个，%(same)s 个没有变。")
    messages.success(request, told % {"new": done.new, "replaced": done.replaced, "same": done.same})
    return redirect(stay_on(request, "divisions:measurements"))


@require_POST
@page(power="register")
def withdrawal(request: StaffRequest) -> HttpResponse:
    """Withdraw the values of a measure and a day."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤回：请写明撤回原因。"))
        return redirect(stay_on(request, "divisions:measurements"))
    chosen = form.cleaned_data
    n = actions.withdraw_measurements(
        chosen["measure"], on=chosen["day"], because=chosen["because"], by=actor(request), at=clock.now()
    )
    messages.success(request, _("已撤回 %(n)s 个数，记录保留。") % {"n": n})
    return redirect(stay_on(request, "divisions:measurements"))
