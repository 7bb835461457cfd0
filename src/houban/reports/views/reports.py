"""Produced reports: the list, a new one, one opened, its file."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock
from houban.reports import actions
from houban.reports.forms import ReportForm
from houban.reports.models import Report, ReportFigure
from houban.reports.word.filling import TemplateFaulty
from houban.reports.word.template import STANDARD
from houban.ui.pages import StaffRequest, page
from houban.warehouse import figures
from houban.warehouse.figures import FigureUnknown
from houban.warehouse.measures import measure

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the produced reports, newest first."""
    reports = Paginator(Report.objects.all(), 50).get_page(request.GET.get("page"))
    return render(request, "reports/reports.html", {"reports": reports})


@page(power="report")
def new(request: StaffRequest) -> HttpResponse:
    """Produce a report of a day."""
    form = ReportForm(request.POST or None, request.FILES or None, initial={"on": request.as_of})
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            report = _build(request, form)
        except TemplateFaulty as error:
            faults = error.sentences
        else:
            messages.success(request, _("报告已生成，%(n)s 个数据点。") % {"n": report.figures.count()})
            return redirect("reports:report", report.pk)
    missing = [one for one in (measure(figure, request.as_of) for figure in figures.figures()) if one.value is None]
    context = {"form": form, "faults": faults, "missing": missing}
    return render(request, "reports/report_new.html", context, status=422 if faults or form.errors else 200)


def _build(request: StaffRequest, form: ReportForm) -> Report:
    own = form.cleaned_data["template"]
    template = {"template": own.read(), "template_name": own.name[:120]} if own else {}
    on, address = form.cleaned_data["on"], _address(request)
    return actions.build(on, address=address, by=actor(request), at=clock.now(), **template)


def _address(request: StaffRequest) -> str:
    """Return where links lead: as set, else as this page was reached."""
    return settings.HOUBAN_URL if settings.HOUBAN_URL_IS_SET else f"{request.scheme}://{request.get_host()}"


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a report: what each figure was then, and what it is now on the same day."""
    report = get_object_or_404(Report, pk=pk)
    rows = [(kept, _now(kept, report)) for kept in report.figures.all()]
    return render(request, "reports/report.html", {"report": report, "rows": rows})


def _now(kept: ReportFigure, report: Report) -> str:
    """Tell whether the figure would be the same today: `same`, `rows` that differ, `value` that differs, `gone`."""
    try:
        one = measure(figures.get(kept.figure), report.on)
    except FigureUnknown:
        return "gone"
    if one.value != kept.value:
        return "value"
    return "same" if one.hash == kept.hash else "rows"


@page
def file(_request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send the report's Word document."""
    report = get_object_or_404(Report, pk=pk)
    try:
        opened = report.file.open("rb")
    except FileNotFoundError:
        raise Http404(_("报告的文件不在了，请从备份恢复 files 文件夹，或重新生成。")) from None
    name = f"{report.title}（{report.on.isoformat()}）.docx"
    return FileResponse(opened, as_attachment=True, filename=name, content_type=WORD)


@page
def template(_request: StaffRequest) -> HttpResponseBase:
    """Send the standard template, to be edited in Word."""
    return FileResponse(STANDARD.open("rb"), as_attachment=True, filename=_("报告模板.docx"), content_type=WORD)
