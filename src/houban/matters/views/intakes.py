"""Matters of other platforms on pages: upload, match columns, try dry, settle words, confirm."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problem, Problems
from houban.core.spreadsheets import xlsx_response
from houban.divisions import register
from houban.matters.importing import acts, fields, files, report, settling
from houban.matters.models import Intake, Platform, Stage
from houban.organisation import authority
from houban.organisation.powers import Power
from houban.ui.pages import StaffRequest, page

A_PAGE = 30
NOT_YOURS = gettext_lazy("外部平台的清单由全县的平台调度岗转入。要转入哪份，请交给他们。")
MOST_BYTES = 100 * 1024 * 1024
MISSING = {"required": gettext_lazy("请选一个文件。"), "empty": gettext_lazy("文件是空的，请核对。")}
NAME = {"required": gettext_lazy("请写平台名称。"), "max_length": gettext_lazy("至多 20 字。")}


def county_page(view: Callable[..., HttpResponse]) -> Any:
    """Let in who keeps the rules of the whole county; a town's dispatcher keeps only the town's."""

    @wraps(view)
    def guard(request: StaffRequest, *args: Any, **given: Any) -> HttpResponse:
        if not authority.covers(register.county() or 0, Power.RULES):
            raise PermissionDenied(str(NOT_YOURS))
        return view(request, *args, **given)

    return page(power="rules")(guard)


class UploadForm(forms.Form):
    """A platform's list, and whose it is."""

    platform = forms.RegexField(
        r"^[^:：\s]+$", label=gettext_lazy("平台"), max_length=20,
        error_messages=NAME | {"invalid": gettext_lazy("平台名称里不能有空格和冒号。")},
        widget=forms.TextInput(attrs={"list": "platforms", "autocomplete": "off"}),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("平台导出的清单（.xlsx、.xls 或 .csv）"), error_messages=MISSING)

    def clean_file(self) -> Any:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 100 MB，请拆成几份。"))
        return file


@county_page
def index(request: StaffRequest) -> HttpResponse:
    """List the files that were taken in, the newest first, and take another."""
    form = UploadForm(request.POST or None, request.FILES or None)
    problems = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            intake = acts.upload(
                upload.name, upload.read(), form.cleaned_data["platform"], by=actor(request), at=clock.now()
            )
        except Problems as found:
            problems = found
        else:
            return redirect("matters:intake", pk=intake.pk)
    rows = Paginator(Intake.objects.select_related("platform"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "intakes",
        "form": form,
        "problems": problems,
        "intakes": rows,
        "platforms": Platform.objects.all(),
    }
    return render(request, "matters/intakes/index.html", context, status=422 if request.method == "POST" else 200)


@county_page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a file where it stands: its columns, how far a job is, what it would come to, or what came of it."""
    return _show(request, _intake(pk))


def _show(request: StaffRequest, intake: Intake, problems: str = "") -> HttpResponse:
    context = {
        "tab": "intakes",
        "intake": intake,
        "problems": problems,
        "is_there": files.is_there(intake),
        "is_lost": intake.is_lost(clock.now()),
        "counts": [(key, label, intake.counts.get(key, 0)) for key, label in report.counted()],
        "writes": intake.counts.get("new", 0) + intake.counts.get("moved", 0),
    }
    if intake.stage in (Stage.MATCHING, Stage.FAILED) or "columns" in request.GET:
        context |= _columns(intake) | {"matching": not intake.is_running and not intake.is_over}
    if intake.stage in (Stage.CHECKED, Stage.DONE):
        context |= {"reasons": report.reasons(intake.refused)[:20]}
    if intake.stage == Stage.CHECKED and "columns" not in request.GET:
        context |= settling.offered(intake, today=request.today)
    return render(request, "matters/intakes/show.html", context, status=422 if problems else 200)


def _columns(intake: Intake) -> dict[str, Any]:
    header = [(name, example) for name, example in intake.header]
    chosen = fields.guess([name for name, _example in header], intake.platform.columns)
    usable = [(name, example) for name, example in header if not fields.is_personal(name)]
    return {
        "fields": [(field, chosen.get(field.key, "")) for field in fields.FIELDS],
        "header": usable,
        "personal": [name for name, _example in header if fields.is_personal(name)],
    }


def _intake(pk: int) -> Intake:
    return get_object_or_404(Intake.objects.select_related("platform"), pk=pk)


@county_page
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Say how far a job is; once it is over the page is asked for anew."""
    intake = _intake(pk)
    context = {"intake": intake, "is_lost": intake.is_lost(clock.now())}
    answer = render(request, "matters/intakes/progress.html", context)
    if not intake.is_running:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@county_page
def act(request: StaffRequest, pk: int, word: str) -> HttpResponse:
    """Do what a button of the page says: match, settle, confirm, resume or drop."""
    intake, by, at = _intake(pk), actor(request), clock.now()
    try:
        if word == "match":
            acts.match(intake, {key: request.POST.get(key, "") for key in fields.BY_KEY}, by=by, at=at)
        elif word == "settle":
            acts.settle(intake, settling.said(request.POST, today=request.today), by=by, at=at)
        elif word == "confirm":
            acts.confirm(intake, at=at)
        elif word == "resume":
            acts.resume(intake, at=at)
        elif word == "drop":
            acts.drop(intake, by=by, at=at)
            messages.success(request, _("已删去上传的文件。转入的事项都还在。"))
            return redirect("matters:intakes")
        else:
            raise Problems([Problem(what=_("没有这个操作"))])
    except Problems as problems:
        return _show(request, _intake(pk), "\n".join(map(str, problems.shown)))
    return redirect("matters:intake", pk=pk)


@county_page
def refused(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the rows that can't be taken over, as they stood, with what stands against each."""
    intake = _intake(pk)
    try:
        rows = report.refused(intake)
    except Problems as problems:
        return _show(request, intake, "\n".join(map(str, problems.shown)))
    return xlsx_response([rows], filename=_("不能转入的行 %(name)s.xlsx") % {"name": intake.platform.name})
