"""What if: branches, what they would change, and letting them take effect or giving them up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.core.spreadsheets import xlsx_response
from houban.divisions import actions, branch_book, changefile, impacts
from houban.divisions.actions.branches import EmptyError, NotOpenError
from houban.divisions.changefile import DraftChange
from houban.divisions.forms import BranchForm, ChangeFileForm, DiscardForm
from houban.divisions.models import Branch, Change
from houban.divisions.trying import Evaluation
from houban.ui.pages import StaffRequest, page

OFFERED = 60


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the branches, those that are open first."""
    rows = Branch.objects.annotate(number=Count("changes")).order_by("settled_at", "-pk")
    ordered = sorted(rows, key=lambda one: (one.status != "open", -one.pk))
    context = {"branches": Paginator(ordered, 50).get_page(request.GET.get("page"))}
    return render(request, "divisions/branches.html", context)


@page(power="register")
def new(request: StaffRequest) -> HttpResponse:
    """Begin a what-if."""
    form = BranchForm(request.POST or None, initial={"day": request.today})
    if request.method == "POST" and form.is_valid():
        made = actions.open_branch(**form.cleaned_data, by=actor(request), at=clock.now())
        messages.success(request, _("已建立推演方案“%(name)s”。下面加进要推演的调整。") % {"name": made.name})
        return redirect("divisions:branch", pk=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "divisions/branch_new.html", {"form": form}, status=status)


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a branch: its drafts, and base and branch side by side."""
    branch = get_object_or_404(Branch, pk=pk)
    context: dict[str, Any] = {
        "branch": branch,
        "acts": [(act, act.flows.count()) for act in branch.changes.in_order()],
        "file_form": ChangeFileForm(),
        "discard_form": DiscardForm(),
        "rename_form": BranchForm(initial={"name": branch.name, "purpose": branch.purpose, "day": branch.day}),
        "offered": Change.objects.of_the_register().exclude(flows=None).distinct().order_by("-pk")[:OFFERED],
    }
    if branch.status == "open" and context["acts"]:
        seen = Evaluation(branch)
        context |= {"seen": seen, "impacts": impacts.of(seen)}
    return render(request, "divisions/branch.html", context)


def _open(request: StaffRequest, pk: int) -> Branch | None:
    branch = get_object_or_404(Branch, pk=pk)
    if branch.status == "open":
        return branch
    messages.error(request, _("“%(name)s”已了结，没有改动。") % {"name": branch.name})
    return None


@require_POST
@page(power="register")
def addition(request: StaffRequest, pk: int) -> HttpResponse:
    """Put something on a branch: an empty act to be filled in, a copy of another, or a file of acts."""
    branch = _open(request, pk)
    if branch is None:
        return redirect("divisions:branch", pk=pk)
    by, at = actor(request), clock.now()
    wanted = request.POST.get("copy", "")
    if wanted.isdecimal():
        made = actions.add_copy(branch, get_object_or_404(Change, pk=int(wanted)), by=by, at=at)
        messages.success(request, _("已把“%(title)s”的副本放进方案。") % {"title": made.title})
        return redirect("divisions:branch", pk=pk)
    if request.FILES:
        return _from_file(request, branch)
    number = branch.changes.count() + 1
    title = _("%(name)s 第 %(n)s 次调整") % {"name": branch.name[:90], "n": number}
    (act,) = actions.add(branch, [DraftChange(branch.day, title, day_basis="assumed")], by=by, at=at)
    return redirect("divisions:edit-change", pk=act.pk)


def _from_file(request: StaffRequest, branch: Branch) -> HttpResponse:
    form = ChangeFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("没有加入：请选一个文件。"))
        return redirect("divisions:branch", pk=branch.pk)
    upload = form.cleaned_data["file"]
    try:
        drafts = changefile.read(upload, name=upload.name)
    except Problems as problems:
        context = {"branch": branch, "problems": problems}
        return render(request, "divisions/branch_problems.html", context, status=422)
    made = actions.add(branch, drafts, by=actor(request), at=clock.now())
    messages.success(request, _("已加入 %(n)s 次调整。") % {"n": len(made)})
    return redirect("divisions:branch", pk=branch.pk)


@require_POST
@page(power="register")
def renaming(request: StaffRequest, pk: int) -> HttpResponse:
    """Call a branch otherwise."""
    branch, form = _open(request, pk), BranchForm(request.POST)
    if branch is not None and form.is_valid():
        fields = form.cleaned_data
        actions.rename_branch(branch, fields["name"], purpose=fields["purpose"], by=actor(request), at=clock.now())
        messages.success(request, _("已改。"))
    elif branch is not None:
        messages.error(request, _("没有改：请填名称。"))
    return redirect("divisions:branch", pk=pk)


@require_POST
@page(power="register")
def copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Go on from a branch differently."""
    branch = get_object_or_404(Branch, pk=pk)
    name = _("%(name)s（另一种）") % {"name": branch.name[:50]}
    made = actions.copy_branch(branch, name, by=actor(request), at=clock.now())
    messages.success(request, _("已复制为“%(name)s”。") % {"name": made.name})
    return redirect("divisions:branch", pk=made.pk)


@require_POST
@page(power="register")
def enactment(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a branch take effect, all of it or nothing."""
    branch = get_object_or_404(Branch, pk=pk)
    try:
        enacted = actions.enact_branch(branch, by=actor(request), at=clock.now())
    except NotOpenError:
        messages.error(request, _("“%(name)s”已了结，没有改动。") % {"name": branch.name})
    except EmptyError:
        messages.error(request, _("方案里还没有调整，没有生效。"))
    except Problems as problems:
        messages.error(request, str(problems))
    else:
        messages.success(request, _("方案已生效，共 %(n)s 次调整。") % {"n": len(enacted)})
    return redirect("divisions:branch", pk=pk)


@require_POST
@page(power="register")
def discarding(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a branch up, with the reason."""
    branch, form = _open(request, pk), DiscardForm(request.POST)
    if branch is not None and form.is_valid():
        because = form.cleaned_data["because"]
        actions.discard_branch(branch, because=because, by=actor(request), at=clock.now())
        messages.success(request, _("已放弃“%(name)s”，里面的调整还能查看，不会生效。") % {"name": branch.name})
    elif branch is not None:
        messages.error(request, _("没有放弃：请写明原因。"))
    return redirect("divisions:branch", pk=pk)


@page
def export(_request: StaffRequest, pk: int) -> HttpResponse:
    """Send base and branch beside each other as .xlsx."""
    branch = get_object_or_404(Branch, pk=pk)
    return xlsx_response(branch_book.tables(Evaluation(branch)), filename=f"{branch.name}.xlsx")
