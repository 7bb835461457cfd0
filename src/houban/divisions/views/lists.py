"""Official lists: which are in, importing one, where the register differs, signing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.divisions import actions
from houban.divisions.actions.lists import Imported
from houban.divisions.forms import ListForm, SignForm
from houban.divisions.models import ListDifference, OfficialList
from houban.ui.pages import StaffRequest, page, stay_on


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the official lists with their differences."""
    open_ones = Count("differences", filter=Q(differences__signed_at=None), distinct=True)
    signed = Count("differences", filter=Q(differences__signed_at__isnull=False), distinct=True)
    lists = OfficialList.objects.annotate(open_count=open_ones, signed_count=signed)
    rows = dict(OfficialList.objects.values_list("pk").annotate(Count("entries")))
    return render(request, "divisions/lists.html", {"lists": [(one, rows[one.pk]) for one in lists]})


@page(power="register")
def new(request: StaffRequest) -> HttpResponse:
    """Import a list: the first founds the tree, a later one is compared and nothing is applied."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            imported = _import(request, form.cleaned_data)
        except Problems as problems:
            return render(request, "divisions/list_new.html", {"form": form, "problems": problems}, status=422)
        messages.success(request, _told(imported))
        return redirect(stay_on(request, "divisions:list", imported.list.pk))
    status = 422 if request.method == "POST" else 200
    return render(request, "divisions/list_new.html", {"form": form}, status=status)


def _import(request: StaffRequest, cleaned: dict[str, Any]) -> Imported:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, upload in enumerate(cleaned["lists"]):
            path = Path(folder) / str(number) / Path(upload.name).name
            path.parent.mkdir()
            path.write_bytes(upload.read())
            paths.append(path)
        return actions.import_list(
            paths,
            as_of=cleaned["as_of"],
            scheme=cleaned["scheme"],
            name=cleaned["name"],
            source=cleaned["source"],
            by=actor(request),
            at=clock.now(),
        )


def _told(imported: Imported) -> str:
    if imported.again:
        return _("这份名录已经导入过，没有改动。")
    if imported.founded:
        return _("按首期名录建立了 %(n)s 个单位。") % {"n": imported.founded}
    return _("已与登记比对，差异 %(n)s 条；没有任何一条生效。") % {"n": len(imported.differences)}


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a list's differences, the open ones first."""
    official = get_object_or_404(OfficialList.objects.select_related("comparison"), pk=pk)
    differences = official.differences.order_by("signed_at", "code").reverse().order_by("signed_at", "code")
    context = {
        "list": official,
        "rows": official.entries.count(),
        "differences": Paginator(differences, 100).get_page(request.GET.get("page")),
        "open_count": differences.filter(signed_at=None).count(),
        "sign_form": SignForm(),
    }
    return render(request, "divisions/list.html", context)


@require_POST
@page(power="register")
def reconciliation(request: StaffRequest, pk: int) -> HttpResponse:
    """Compare the register with a list again."""
    official = get_object_or_404(OfficialList, pk=pk)
    differences = actions.reconcile(official)
    messages.success(request, _("已重新比对，差异 %(n)s 条。") % {"n": len(differences)})
    return redirect(stay_on(request, "divisions:list", pk))


@require_POST
@page(power="register")
def signature(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a difference with its reason."""
    difference = get_object_or_404(ListDifference, pk=pk)
    form = SignForm(request.POST)
    if form.is_valid():
        actions.sign_difference(difference, reason=form.cleaned_data["reason"], by=actor(request), at=clock.now())
        messages.success(request, _("已签认 %(code)s 的差异。") % {"code": difference.code})
    else:
        messages.error(request, _("没有签认：请写明差异的原因。"))
    return redirect(stay_on(request, "divisions:list", difference.list_id))
