"""Official lists: which are in, importing one, where the register differs, signing."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.core.spreadsheets import xlsx_response
from houban.divisions import actions, comparison, reconciling
from houban.divisions.actions.lists import Imported
from houban.divisions.forms import ListForm, SettlingFileForm, SignForm
from houban.divisions.models import ListDifference, OfficialList
from houban.divisions.reconciling import KINDS
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
    """Show a list's differences, the open ones first, filtered as the address says."""
    official = get_object_or_404(OfficialList.objects.select_related("comparison"), pk=pk)
    rows = _filtered(official, request.GET)
    shown = Paginator(rows.order_by(F("signed_at").asc(nulls_first=True), "code", "kind"), 100)
    here = shown.get_page(request.GET.get("page"))
    hints = comparison.explained(((one.code, one.ours) for one in here), official.as_of, scheme=official.scheme)
    counted = Counter(official.differences.filter(signed_at=None).values_list("kind", flat=True))
    context = {
        "list": official,
        "rows": official.entries.count(),
        "differences": here,
        "lines": [(one, hints.get(one.code) or hints.get(one.ours, "")) for one in here],
        "open_count": sum(counted.values()),
        "all_count": official.differences.count(),
        "kinds": [(kind, label, counted[kind]) for kind, label in KINDS.items() if counted[kind]],
        "asked": {name: request.GET.get(name, "") for name in ("kind", "state", "q")},
        "reasons_given": official.differences.exclude(reason="").values_list("reason", flat=True).distinct()[:20],
        "sign_form": SignForm(),
        "file_form": SettlingFileForm(),
    }
    return render(request, "divisions/list.html", context)


def _filtered(official: OfficialList, asked: Any) -> QuerySet[ListDifference]:
    """Return the differences an address or a form asks for."""
    rows = official.differences.all()
    if asked.get("kind") in KINDS:
        rows = rows.filter(kind=asked["kind"])
    if asked.get("state") in ("open", "signed"):
        rows = rows.filter(signed_at__isnull=asked["state"] == "open")
    text = asked.get("q", "").strip()
    if text:
        rows = rows.filter(Q(code__startswith=text) | Q(ours__contains=text) | Q(theirs__contains=text))
    return rows


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


@require_POST
@page(power="register")
def signatures(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign the chosen differences, or all that the filter shows, by one reason; or take signatures back."""
    official = get_object_or_404(OfficialList, pk=pk)
    post = request.POST
    chosen = [int(key) for key in post.getlist("difference") if key.isdecimal()]
    rows = (
        _filtered(official, post)
        if post.get("what") in ("all", "all-back")
        else official.differences.filter(pk__in=chosen)
    )
    if post.get("what", "").endswith("back"):
        n = actions.unsign(official, rows, by=actor(request), at=clock.now())
        messages.success(request, _("已撤回 %(n)s 条签认。") % {"n": n})
        return redirect(stay_on(request, "divisions:list", pk))
    form = SignForm(post)
    if not form.is_valid():
        messages.error(request, _("没有签认：请写明差异的原因。"))
    elif not rows.exists():
        messages.warning(request, _("没有签认：先勾选差异。"))
    else:
        n = actions.sign(official, rows, reason=form.cleaned_data["reason"], by=actor(request), at=clock.now())
        messages.success(request, _("已签认 %(n)s 条。") % {"n": n})
    return redirect(stay_on(request, "divisions:list", pk))


@page
def differences(_request: StaffRequest, pk: int) -> HttpResponse:
    """Send a list's differences as .xlsx, with a column for the reasons."""
    official = get_object_or_404(OfficialList, pk=pk)
    name = _("名录差异 %(day)s.xlsx") % {"day": official.as_of}
    return xlsx_response([reconciling.of_list(official)], filename=name)


@require_POST
@page(power="register")
def reasons(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign what a filled-in workbook gives reasons for; wrong rows are all named and nothing is signed."""
    official = get_object_or_404(OfficialList, pk=pk)
    form = SettlingFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("没有导入：请选一个 .xlsx 文件。"))
        return redirect(stay_on(request, "divisions:list", pk))
    upload = form.cleaned_data["file"]
    try:
        given = reconciling.read_reasons(upload, name=upload.name, official=official)
    except Problems as problems:
        context = {"list": official, "problems": problems}
        return render(request, "divisions/list_problems.html", context, status=422)
    n = actions.sign_each(official, given, by=actor(request), at=clock.now())
    messages.success(request, _("已签认 %(n)s 条。") % {"n": n})
    return redirect(stay_on(request, "divisions:list", pk))
