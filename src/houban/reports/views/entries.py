"""Enter and withdraw what units report and documents state."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.reports import actions
from houban.reports.forms import ValueForm, WithdrawForm
from houban.reports.models import ReportedValue, StatedValue
from houban.ui.pages import StaffRequest, page, stay_on
from houban.warehouse import figures
from houban.warehouse.figures import Basis, Figure, FigureUnknown


@page(power="report")
def report(request: StaffRequest, name: str) -> HttpResponse:
    """Enter a reported value with its day and source."""
    figure = _get(name)
    if figure.basis != Basis.REPORTED:
        raise Http404(_("这个数据点由登记计算，不用填报。"))
    form = ValueForm(request.POST or None, initial={"as_of": request.as_of})
    if request.method == "POST" and form.is_valid():
        actions.report_value(name, **form.cleaned_data, by=actor(request), at=clock.now())
        messages.success(request, _("已填报%(label)s %(value)s%(unit)s。") % _words(figure, form))
        return redirect(stay_on(request, "reports:figure", name))
    context = {"form": form, "figure": figure, "is_reported": True}
    return render(request, "reports/entry.html", context, status=422 if form.errors else 200)


@page(power="report")
def state(request: StaffRequest, name: str) -> HttpResponse:
    """Note what a document states."""
    figure = _get(name)
    form = ValueForm(request.POST or None, initial={"as_of": request.as_of})
    if request.method == "POST" and form.is_valid():
        actions.state_value(name, **form.cleaned_data, by=actor(request), at=clock.now())
        messages.success(request, _("已记下别处写的%(label)s %(value)s%(unit)s。") % _words(figure, form))
        return redirect(stay_on(request, "reports:figure", name))
    context = {"form": form, "figure": figure, "is_reported": False}
    return render(request, "reports/entry.html", context, status=422 if form.errors else 200)


def _get(name: str) -> Figure:
    try:
        return figures.get(name)
    except FigureUnknown:
        raise Http404(_("没有这个数据点。")) from None


def _words(figure: Figure, form: ValueForm) -> dict[str, object]:
    return {"label": figure.label, "value": form.cleaned_data["value"], "unit": figure.unit}


@require_POST
@page(power="report")
def withdraw_reported(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a reported value back."""
    return _withdraw(request, get_object_or_404(ReportedValue, pk=pk))


@require_POST
@page(power="report")
def withdraw_stated(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a stated value back."""
    return _withdraw(request, get_object_or_404(StatedValue, pk=pk))


def _withdraw(request: StaffRequest, entered: ReportedValue | StatedValue) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤回：请写原因。"))
        return redirect(stay_on(request, "reports:figure", entered.figure))
    try:
        actions.withdraw(entered, because=form.cleaned_data["because"], by=actor(request), at=clock.now())
        messages.success(request, _("已撤回 %(day)s 的 %(value)s。") % {"day": entered.as_of, "value": entered.value})
    except actions.AlreadyWithdrawnError:
        messages.warning(request, _("这个数已由别人撤回。"))
    return redirect(stay_on(request, "reports:figure", entered.figure))
