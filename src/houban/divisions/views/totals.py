"""What an act says of itself, entered and taken away on its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.divisions import actions
from houban.divisions.forms import TotalForm
from houban.divisions.models import Change, ControlTotal
from houban.ui.pages import StaffRequest, page, stay_on


@require_POST
@page(power="register")
def state(request: StaffRequest, pk: int) -> HttpResponse:
    """Enter a total."""
    change, form = get_object_or_404(Change, pk=pk), TotalForm(request.POST)
    if form.is_valid():
        total = actions.state_total(change, **form.cleaned_data, by=actor(request), at=clock.now())
        messages.success(request, _("已登记%(label)s的总数。") % {"label": total.label})
    else:
        wrong = "；".join(f"{form.fields[name].label}：{error}" for name, (error, *_rest) in form.errors.items())
        messages.error(request, _("没有登记总数：%(wrong)s") % {"wrong": wrong})
    return redirect(stay_on(request, "divisions:change", pk))


@require_POST
@page(power="register")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a total away."""
    total = get_object_or_404(ControlTotal.objects.select_related("change"), pk=pk)
    change = total.change_id
    actions.remove_total(total, by=actor(request), at=clock.now())
    messages.success(request, _("已删去%(label)s的总数，留痕保留。") % {"label": total.label})
    return redirect(stay_on(request, "divisions:change", change))
