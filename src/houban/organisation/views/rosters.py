"""Rosters: out as a workbook of a day, in by way of a preview."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock, keeping
from houban.core.keeping import Kept
from houban.core.problems import Problems
from houban.core.spreadsheets import xlsx_response
from houban.divisions import register
from houban.organisation import towns
from houban.organisation.actions import rosters
from houban.organisation.forms.rosters import RosterForm
from houban.organisation.rosters import export, reading
from houban.organisation.rosters.plan import Plan
from houban.organisation.rosters.sheets import NOTES, SHEETS
from houban.ui.pages import StaffRequest, page, stay_on

SLOT = "roster"
INDEX, PREVIEW = "organisation/rosters.html", "organisation/roster_preview.html"
WRITERS = ("organise", "appoint")


@page
def index(request: StaffRequest) -> HttpResponse:
    """Say what rosters are for; offer the template, the export of the day and the upload."""
    return _index(request, RosterForm())


def _index(request: StaffRequest, form: RosterForm, problems: Problems | None = None) -> HttpResponse:
    county = register.county()
    context = {
        "form": form,
        "problems": problems,
        "sheets": SHEETS,
        "notes": NOTES,
        "towns": towns.of(county, request.as_of),
        "may_import": any(request.user.may(power) for power in WRITERS),
        "result": request.session.pop("roster_result", None) if request.method == "GET" else None,
    }
    return render(request, INDEX, context, status=422 if request.method == "POST" else 200)


@page
def template(request: StaffRequest) -> HttpResponse:
    """Send the empty roster with two example rows on each sheet."""
    return xlsx_response(export.template(request.today), filename=_("花名册模板.xlsx"))


@page
def workbook(request: StaffRequest) -> HttpResponse:
    """Send the roster of the day, of the county or of one town."""
    town = towns.named(towns.of(register.county(), request.as_of), request.GET.get("town", ""))
    tables = export.tables(request.as_of, town=town.division_id if town else None)
    name = _("%(place)s花名册 %(day)s.xlsx") % {"place": town.name if town else "", "day": request.as_of}
    return xlsx_response(tables, filename=name)


@require_POST
@page
def upload(request: StaffRequest) -> HttpResponse:
    """Look an uploaded roster through and show what it would do; nothing is written."""
    _let_writers_in(request)
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _index(request, form)
    file = form.cleaned_data["file"]
    kept = keeping.keep(request.session, SLOT, file.read(), name=file.name, at=clock.now())
    try:
        return _preview(request, _planned(request, kept), kept)
    except Problems as problems:
        keeping.forget(request.session, SLOT)
        return _index(request, RosterForm(), problems)


def _let_writers_in(request: StaffRequest) -> None:
    power = next((power for power in WRITERS if request.user.may(power)), None)
    if power is None:
        raise PermissionDenied(_("您今天的岗位没有这项职权。谁能办，可查“谁能办什么”。"))
    request.power = power  # type: ignore[attr-defined]  # the post by which the import is recorded


def _planned(request: StaffRequest, kept: Kept) -> Plan:
    content = kept.content()
    if content is None:
        raise Problems([rosters.GONE])
    return reading.plan(BytesIO(content), name=kept.name, on=request.today)


def _preview(request: StaffRequest, plan: Plan, kept: Kept, *, stale: bool = False) -> HttpResponse:
    context: dict[str, Any] = {"plan": plan, "kept": kept, "stale": stale}
    return render(request, PREVIEW, context, status=409 if stale else 200)


@require_POST
@page
def application(request: StaffRequest) -> HttpResponse:
    """Apply the roster that was looked through; show it again where it would no longer do what was shown."""
    _let_writers_in(request)
    kept = keeping.kept(request.session, SLOT)
    try:
        if kept is None:
            raise Problems([rosters.GONE])
        plan = _planned(request, kept)
        if plan.digest != request.POST.get("digest"):
            return _preview(request, plan, kept, stale=True)
        rosters.apply(plan, by=actor(request), at=clock.now())
    except Problems as problems:
        return _index(request, RosterForm(), problems)
    keeping.forget(request.session, SLOT)
    counts = [[one.sheet, one.new, one.changed, one.unchanged] for one in plan.counts]
    request.session["roster_result"] = {"file": kept.name, "counts": counts}
    messages.success(request, _("已导入“%(file)s”。") % {"file": kept.name})
    return redirect(stay_on(request, "organisation:rosters"))
