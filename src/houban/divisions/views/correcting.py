"""Corrections: an act or a value recorded wrongly; and what was believed at a moment about a day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, xlsx_response
from houban.divisions import actions, believing, register
from houban.divisions.actions import correcting
from houban.divisions.actions.changes import LaterChangesError, NotADraftError
from houban.divisions.actions.correcting import NothingToCorrectError, Outcome, Value
from houban.divisions.forms import CorrectionForm, ValueForm
from houban.divisions.models import Change, Division, DivisionCode, DivisionVersion
from houban.divisions.words import Form, Scheme
from houban.ui.pages import StaffRequest, page, stay_on

MOST = 200


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the corrections, newest first."""
    rows = correcting.corrected()
    context = {"corrections": Paginator(rows, 50).get_page(request.GET.get("page"))}
    return render(request, "divisions/corrections.html", context)


@page
def export(_request: StaffRequest) -> HttpResponse:
    """Send the corrections as .xlsx."""
    header = [_("更正时间"), _("登记人"), _("调整"), _("生效日"), _("更正原因"), _("状态")]
    rows = [
        [one.enacted_at, one.recorded_by_name, one.title, one.effective_on, one.corrected_because or one.note,
         one.get_status_display()]
        for one in correcting.corrected()
    ]  # fmt: skip
    return xlsx_response([Table(_("更正"), header, rows)], filename=_("更正.xlsx"))


@page(power="register")
def begin(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask why an act is corrected, and open its copy to be corrected."""
    change = get_object_or_404(Change, pk=pk)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.begin_correction(
                change, because=form.cleaned_data["because"], by=actor(request), at=clock.now()
            )
        except NotADraftError:
            messages.error(request, _("“%(title)s”不在生效状态，不能更正。") % {"title": change.title})
            return redirect(stay_on(request, "divisions:change", pk))
        return redirect(stay_on(request, "divisions:edit-change", draft.pk))
    status = 422 if request.method == "POST" else 200
    return render(request, "divisions/correction_new.html", {"change": change, "form": form}, status=status)


def foreseen(request: StaffRequest, draft: Change) -> dict[str, Any]:
    """Return what a correction would do: what differs, and which acts are replayed; or what stands against it."""
    try:
        outcome = correcting.foresee(draft, by=actor(request), at=clock.now())
    except Problems as problems:
        return {"correction_refused": [str(problem) for problem in problems.shown]}
    except LaterChangesError as error:
        return {"correction_refused": [str(error)]}
    except NotADraftError:
        return {"correction_refused": [_("原来的调整已不在生效状态。")]}
    return {"outcome": outcome, "differences": said(outcome)[:MOST]}


def said(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return what differs in words: which division, what was, what will be."""
    rows: dict[int, tuple[list[str], list[str]]] = {}
    for side, lines in enumerate((outcome.gone, outcome.come)):
        for line in lines:
            rows.setdefault(line[0], ([], []))[side].append(_row(line))
    names = dict(DivisionVersion.objects.filter(division__in=rows).order_by("pk").values_list("division_id", "name"))
    return [(names.get(key, ""), "；".join(was), "；".join(now)) for key, (was, now) in rows.items()]


def _row(line: correcting.Row) -> str:
    _division, name, official, form, _parent, since, until = line
    period = f"{since} {_('至')} {until or _('今')}"
    if not name:
        return f"{Scheme(official).label} {form} {period}"
    return f"{name}（{Form(form).label}）{period}"


@require_POST
@page(power="register")
def enactment(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a correction take effect."""
    draft = get_object_or_404(Change, pk=pk, corrects__isnull=False)
    try:
        outcome = actions.correct(draft, by=actor(request), at=clock.now())
    except NotADraftError:
        messages.error(request, _("“%(title)s”已由别人处理，这里没有改动。") % {"title": draft.title})
    except (Problems, LaterChangesError) as problems:
        messages.error(request, str(problems))
    else:
        words = {"n": len({row[0] for row in [*outcome.gone, *outcome.come]}), "again": len(outcome.replayed)}
        messages.success(request, _("已更正，动了 %(n)s 个单位，重放后面的调整 %(again)s 次。") % words)
    return redirect(stay_on(request, "divisions:change", pk))


@page(power="register")
def value(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct a name or a code that was recorded wrongly, wherever the division bears it."""
    division = get_object_or_404(Division, pk=pk)
    versions = list(DivisionVersion.objects.live().filter(division=pk).order_by("-during"))
    if not versions:
        raise Http404(_("登记里没有这个单位。"))
    codes = list(DivisionCode.objects.live().filter(division=pk).order_by("-during"))
    form = ValueForm(request.POST or None, versions=versions, codes=codes)
    if request.method == "POST" and form.is_valid():
        field, was = form.cleaned_data["what"].split("|", 1)
        wanted = Value(division.pk, field, was, form.cleaned_data["now"])
        try:
            actions.correct_value(wanted, because=form.cleaned_data["because"], by=actor(request), at=clock.now())
        except NothingToCorrectError:
            form.add_error("what", _("登记里已经不是这样，请刷新再看。"))
        else:
            messages.success(request, _("已更正：%(was)s → %(now)s。") % {"was": was, "now": wanted.now})
            return redirect(stay_on(request, "divisions:division", pk))
    context = {"division": division, "shown": versions[0], "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "divisions/value_correction.html", context, status=status)


@page
def belief(request: StaffRequest) -> HttpResponse:
    """Show what was believed at the end of a day about the as-of day, beside what is believed now."""
    county = register.county()
    moments = believing.moments()
    asked = _day(request.GET.get("believed", ""))
    default = timezone.localtime(moments[0]).date() if moments else request.today
    day = asked or default
    at = datetime.combine(day, time(23, 59, 59, 999999), timezone.get_default_timezone())
    lines = believing.compare(county, request.as_of, at=at, now=clock.now()) if county else []
    different = [line for line in lines if not line.is_same]
    shown = lines if request.GET.get("all") else different
    context = {
        "believed": day,
        "lines": Paginator(shown, 100).get_page(request.GET.get("page")),
        "different": len(different),
        "counted": len(lines),
        "all": bool(request.GET.get("all")),
        "days": sorted({timezone.localtime(moment).date() for moment in moments}, reverse=True)[:30],
    }
    return render(request, "divisions/belief.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
