"""Changes of the map: the list, one change, entering from a file, enacting, annulling."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, xlsx_response
from houban.divisions import actions, changefile, register
from houban.divisions.actions.changes import LaterChangesError, NotADraftError
from houban.divisions.actions.changes import preview as preview_of
from houban.divisions.forms import AnnulForm, ChangeFileForm, DocumentForm, TotalForm
from houban.divisions.models import Change, Flow
from houban.divisions.preview import TotalCheck, check_totals, foresee_totals, form_counts
from houban.divisions.prospect import branches
from houban.divisions.views.correcting import foreseen
from houban.ui.pages import StaffRequest, page, stay_on

FLOWS_A_PAGE = 100


@page
def index(request: StaffRequest) -> HttpResponse:
    """List drafts first, then the changes in force, newest first."""
    changes = Change.objects.of_the_register().annotate(flow_count=Count("flows")).prefetch_related("control_totals")
    status = request.GET.get("status", "")
    shown = changes.filter(status=status) if status in ("draft", "enacted", "annulled") else changes
    pages = Paginator(shown.order_by("-effective_on", "-sequence", "-pk"), 50)
    context = {
        "changes": pages.get_page(request.GET.get("page")),
        "status": status,
        "draft_count": Change.objects.drafts().count(),
        "all_count": Change.objects.of_the_register().count(),
    }
    return render(request, "divisions/changes.html", context)


@page(power="register")
def new(request: StaffRequest) -> HttpResponse:
    """Take a file of changes in as drafts; a bad file changes nothing."""
    form = ChangeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            drafts = changefile.read(upload, name=upload.name)
            made = actions.draft(drafts, by=actor(request), at=clock.now())
        except Problems as problems:
            return render(request, "divisions/change_new.html", {"form": form, "problems": problems}, status=422)
        messages.success(request, _("已存为 %(n)s 份草稿，逐份核对后生效。") % {"n": len(made)})
        if len(made) == 1:
            return redirect(stay_on(request, "divisions:change", made[0].pk))
        return redirect(stay_on(request, "divisions:changes") + "?status=draft")
    status = 422 if request.method == "POST" else 200
    return render(request, "divisions/change_new.html", {"form": form}, status=status)


@page
def template(_request: StaffRequest) -> HttpResponse:
    """Send an empty .xlsx of changes with its headers and two example rows."""
    header = list(changefile.COLUMNS)
    table = Table(_("区划调整"), header, changefile.EXAMPLES)
    return xlsx_response([table], filename=_("区划调整模板.xlsx"))


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a change: for a draft what it would do, for an enacted one what it did."""
    change = get_object_or_404(Change, pk=pk)
    flows = change.flows.select_related("source", "target")
    totals = check_totals(change.control_totals.select_related("change"), register.county())
    context = {
        "change": change,
        "flows": Paginator(flows, FLOWS_A_PAGE).get_page(request.GET.get("page")),
        "certainties": dict(flows.order_by().values_list("certainty").annotate(Count("pk"))),
        "totals": totals,
        "total_form": TotalForm(initial={"before_on": change.effective_on, "after_on": change.effective_on}),
        "annul_form": AnnulForm(),
        "document_form": DocumentForm(),
    }
    if change.status == "draft" and change.corrects_id:
        context |= foreseen(request, change)
    elif change.status == "draft" and change.branch_id:
        return redirect("divisions:edit-change", pk=pk)
    elif change.status == "draft":
        context |= _outlook(change, totals)
    context["corrected_by"] = change.corrections.exclude(status="draft").order_by("-pk").first()
    return render(request, "divisions/change.html", context)


def _outlook(change: Change, totals: list[TotalCheck]) -> dict[str, object]:
    seen = preview_of(change)
    if seen.plan.wrongs:
        return {"wrongs": seen.plan.wrongs[:100], "wrong_count": len(seen.plan.wrongs)}
    kinds: dict[str, int] = {}
    for part in seen.components:
        kinds[str(part.shape.label)] = kinds.get(str(part.shape.label), 0) + 1
    counts = form_counts(seen.before, seen.plan, register.county())
    return {
        "counts": counts,
        "totals": foresee_totals(totals, counts),
        "kinds": kinds,
        "branches": branches(seen.before, seen.plan),
    }


@page
def export(_request: StaffRequest, pk: int) -> HttpResponse:
    """Send a change's flows as .xlsx, in the form in which they can come back."""
    change = get_object_or_404(Change, pk=pk)
    rows = [changefile.row(change, flow) for flow in change.flows.order_by("number")]
    return xlsx_response([Table(_("区划调整"), list(changefile.COLUMNS), rows)], filename=f"{change.title}.xlsx")


@require_POST
@page(power="register")
def enactment(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a draft take effect."""
    change = get_object_or_404(Change, pk=pk, corrects=None, branch=None)
    try:
        actions.enact(change, by=actor(request), at=clock.now())
    except NotADraftError:
        messages.error(request, _("“%(title)s”已由别人处理，这里没有改动。") % {"title": change.title})
    except Problems as problems:
        messages.error(request, str(problems))
    else:
        n = Flow.objects.filter(change=change).count()
        messages.success(request, ngettext("已生效 %(n)s 条承接关系。", "已生效 %(n)s 条承接关系。", n) % {"n": n})
    return redirect(stay_on(request, "divisions:change", pk))


@require_POST
@page(power="register")
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    change = get_object_or_404(Change, pk=pk)
    try:
        actions.discard(change, by=actor(request), at=clock.now())
    except NotADraftError:
        messages.error(request, _("“%(title)s”已经生效，不能删除，只能撤销。") % {"title": change.title})
        return redirect(stay_on(request, "divisions:change", pk))
    messages.success(request, _("草稿“%(title)s”已删除，留痕保留。") % {"title": change.title})
    return redirect(stay_on(request, "divisions:changes"))


@require_POST
@page(power="register")
def annulment(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an enacted change back, with the reason."""
    change = get_object_or_404(Change, pk=pk)
    form = AnnulForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤销：请写明撤销原因。"))
        return redirect(stay_on(request, "divisions:change", pk))
    try:
        actions.annul(change, because=form.cleaned_data["because"], by=actor(request), at=clock.now())
    except NotADraftError:
        messages.error(request, _("“%(title)s”不在生效状态，没有改动。") % {"title": change.title})
    except LaterChangesError as error:
        messages.error(request, _("没有撤销：%(why)s") % {"why": error})
    else:
        messages.success(request, _("已撤销“%(title)s”，区划回到它之前的样子。") % {"title": change.title})
    return redirect(stay_on(request, "divisions:change", pk))


@page
def document(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Open the scanned document of a change; with POST, attach one."""
    change = get_object_or_404(Change, pk=pk)
    if request.method == "POST":
        return _attach(request, change)
    if not change.file:
        raise Http404(_("这次调整没有附批文。"))
    return FileResponse(change.file.open(), as_attachment=True, filename=Path(str(change.file.name)).name)


@page(power="register")
def _attach(request: StaffRequest, change: Change) -> HttpResponse:
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        actions.attach(change, form.cleaned_data["file"], by=actor(request), at=clock.now())
        messages.success(request, _("批文已附上。"))
    else:
        messages.error(request, " ".join(str(error) for error in form.errors.get("file", [])))
    return redirect(stay_on(request, "divisions:change", change.pk))
