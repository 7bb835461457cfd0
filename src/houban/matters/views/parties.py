"""The parties of a dispute: shown once, for a reason that is recorded, to those who receive or handle it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from houban.core import clock
from houban.core.seals import SealError
from houban.matters import forms, hands
from houban.matters.actions import parties
from houban.matters.models import Matter
from houban.matters.refusals import RefusedError
from houban.organisation.refusals import Refused
from houban.ui.pages import StaffRequest, page


@page
def show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Ask for a reason, then show the parties once; the answer is not stored by the browser."""
    matter = get_object_or_404(Matter, pk=pk, kind="dispute")
    context: dict[str, object] = {"matter": matter, "form": forms.PartiesForm()}
    status = 200
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")
            context["people"] = parties.uncover(matter, reason=reason, by=hands.of(request), at=clock.now())
        except (RefusedError, Refused, SealError) as error:
            context["why"], status = str(error), 422
    answer = render(request, "matters/parties.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@page
def correct(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Put others in place of the parties."""
    matter = get_object_or_404(Matter, pk=pk, kind="dispute")
    form = forms.PartiesForm(request.POST or None)
    why = ""
    if form.is_valid():
        try:
            parties.correct(matter, form.cleaned_data["people"], hands.of(request), at=clock.now())
        except RefusedError as error:
            why = str(error)
        else:
            messages.success(request, _("当事人已更正，原来的已销毁。"))
            return redirect("matters:matter", pk=pk)
    answer = render(request, "matters/parties.html", {"matter": matter, "form": form, "why": why}, status=422)
    answer["Cache-Control"] = "no-store"
    return answer
