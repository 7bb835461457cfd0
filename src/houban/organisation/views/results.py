"""Results of elections of many bodies at once: looked through, then carried out."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock, keeping
from houban.core.keeping import Kept
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, xlsx_response
from houban.organisation.actions import rosters
from houban.organisation.elections import carrying, results
from houban.organisation.elections.results import RESULTS, Plan
from houban.organisation.forms.rosters import ResultsForm
from houban.ui.pages import StaffRequest, page, stay_on

SLOT = "results"
UPLOAD, PREVIEW = "organisation/election_results.html", "organisation/results_preview.html"


@page
def template(_request: StaffRequest) -> HttpResponse:
    """Send the empty table of results with two example rows."""
    return xlsx_response(
        [Table(RESULTS.title, RESULTS.header, RESULTS.examples, RESULTS.texts)], filename=_("换届结果模板.xlsx")
    )


@page(power="appoint")
def upload(request: StaffRequest) -> HttpResponse:
    """Take a file of results in and show what it would do; nothing is written."""
    form = ResultsForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, UPLOAD, {"form": form, "columns": RESULTS.columns})
    if not form.is_valid():
        return _refused(request, form)
    file = form.cleaned_data["file"]
    kept = keeping.keep(request.session, SLOT, file.read(), name=file.name, at=clock.now())
    try:
        return _preview(request, _rehearsed(request, kept), kept)
    except Problems as problems:
        keeping.forget(request.session, SLOT)
        return _refused(request, ResultsForm(), problems)


def _refused(request: StaffRequest, form: ResultsForm, problems: Problems | None = None) -> HttpResponse:
    context = {"form": form, "columns": RESULTS.columns, "problems": problems}
    return render(request, UPLOAD, context, status=422)


def _rehearsed(request: StaffRequest, kept: Kept | None) -> Plan:
    return carrying.rehearse(_read(request, kept), by=actor(request), at=clock.now())


def _read(request: StaffRequest, kept: Kept | None) -> Plan:
    content = kept.content() if kept else None
    if kept is None or content is None:
        raise Problems([rosters.GONE])
    return results.read(BytesIO(content), name=kept.name, on=request.today)


def _preview(request: StaffRequest, plan: Plan, kept: Kept, *, stale: bool = False) -> HttpResponse:
    return render(request, PREVIEW, {"plan": plan, "kept": kept, "stale": stale}, status=409 if stale else 200)


@require_POST
@page(power="appoint")
def application(request: StaffRequest) -> HttpResponse:
    """Carry out the results that were looked through; show them again where they would no longer do the same."""
    kept = keeping.kept(request.session, SLOT)
    try:
        rehearsed = _rehearsed(request, kept)
        if kept is not None and rehearsed.digest != request.POST.get("digest"):
            return _preview(request, rehearsed, kept, stale=True)
        plan = carrying.carry_out(_read(request, kept), by=actor(request), at=clock.now())
    except Problems as problems:
        return _refused(request, ResultsForm(), problems)
    keeping.forget(request.session, SLOT)
    known = {"bodies": len(plan.active), "people": plan.begun}
    messages.success(request, _("已登记 %(bodies)s 个机构的换届，当选 %(people)s 人。") % known)
    return redirect(stay_on(request, "organisation:elections"))
