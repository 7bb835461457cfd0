"""The rule book on pages: types with their rules, who answers for what where, and office hours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock, keeping
from houban.core.keeping import Kept
from houban.core.problems import Problem, Problems
from houban.core.spreadsheets import xlsx_response
from houban.matters import places
from houban.matters.actions import ruling
from houban.matters.models import DutyRule, FilingRule, MatterType, OfficeSeason, Standard
from houban.matters.refusals import RefusedError
from houban.matters.rulebook import export, reading
from houban.matters.rulebook.book import Outcome, RuleBook
from houban.matters.rulebook.forms import FORMS, BookFileForm, EndForm, PartForm, initial
from houban.matters.rulebook.reading import Plan
from houban.matters.rulebook.sheets import BY_SLUG, HOURS, PARTS, RULES, SAME, TYPES, Part
from houban.matters.words import Duty
from houban.ui.pages import StaffRequest, page, stay_on

A_PAGE = 50
SLOT = "rulebook"
LISTS = {
    "standards": "rules",
    "types": "rules",
    "rules": "rules",
    "same": "rules",
    "duties": "duties",
    "hours": "hours",
}
GONE = Problem(what="上传的文件已经不在，或不再是预览时的那一份", mend="请重新选择文件上传")


@page
def types(request: StaffRequest) -> HttpResponse:
    """List types with their filing rules, by standard and name."""
    day, query = request.as_of, request.GET.get("q", "").strip()[:40]
    standards = list(Standard.objects.on(day))
    standard = next((one for one in standards if str(one.pk) == request.GET.get("standard")), None)
    rows = MatterType.objects.on(day).select_related("standard", "parent").order_by("standard__code", "code")
    if standard is not None:
        rows = rows.filter(standard=standard)
    if query:
        rows = rows.filter(Q(name__contains=query) | Q(code__startswith=query))
    in_force = Prefetch("rules", FilingRule.objects.on(day).order_by("number"), to_attr="in_force")
    context = {
        "tab": "types",
        "standards": standards,
        "standard": standard,
        "query": query,
        "types": Paginator(rows.prefetch_related(in_force), A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "matters/rules/types.html", context)


@page
def duties(request: StaffRequest) -> HttpResponse:
    """List who receives and who handles what where, by place, type and organisation."""
    day, query = request.as_of, request.GET.get("q", "").strip()[:40]
    duty, unit = request.GET.get("duty", ""), request.GET.get("unit", "")
    rows = DutyRule.objects.on(day).select_related("type__standard", "organisation")
    if duty in Duty.values:
        rows = rows.filter(duty=duty)
    if unit.isdecimal() and len(unit) < 18:
        rows = rows.filter(division__in=places.inside(int(unit), day))
    if query:
        rows = rows.filter(Q(organisation__name__contains=query) | Q(type__name__contains=query))
    shown = Paginator(rows.order_by("division__level", "division", "duty", "type__code"), A_PAGE).get_page(
        request.GET.get("page")
    )
    names = places.names({one.division_id for one in shown}, day)
    context = {
        "tab": "duties",
        "duties": shown,
        "rows": [(one, names.get(one.division_id, "")) for one in shown],
        "query": query,
        "duty": duty,
        "unit": int(unit) if unit.isdecimal() else None,
        "kinds": Duty.choices,
        "towns": places.towns(day),
    }
    return render(request, "matters/rules/duties.html", context)


@page
def hours(request: StaffRequest) -> HttpResponse:
    """List the office hours, the latest first."""
    rows = OfficeSeason.objects.order_by("-during")
    return render(request, "matters/rules/hours.html", {"tab": "hours", "rows": rows})


@page
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a type with every version of its rules, and who handles it where."""
    found = get_object_or_404(MatterType.objects.select_related("standard", "parent"), pk=pk)
    duties = list(DutyRule.objects.filter(type=found).select_related("organisation").order_by("division", "-during"))
    names = places.names({one.division_id for one in duties}, request.as_of)
    context = {
        "tab": "types",
        "type": found,
        "rules": FilingRule.objects.filter(type=found).order_by("number", "-during"),
        "finer": MatterType.objects.on(request.as_of).filter(parent=found).order_by("code"),
        "duties": [(one, names.get(one.division_id, "")) for one in duties],
        "elsewhere": found.elsewhere.select_related("other__standard"),
    }
    return render(request, "matters/rules/type.html", context)


@page(power="rules")
def new(request: StaffRequest, part: str) -> HttpResponse:
    """Enter a row of a part."""
    of = _part(part)
    started = {"since": request.today, "photos_before": 0, "photos_after": 1, "recheck_percent": 0}
    started |= {name: request.GET[name] for name in ("type", "standard", "duty") if name in request.GET}
    form = FORMS[part](request.POST or None, on=request.today, initial=started)
    return _put(request, of, form, None)


@page(power="rules")
def edit(request: StaffRequest, part: str, pk: int) -> HttpResponse:
    """Change a row of a part; what is versioned holds from a day on."""
    of = _part(part)
    row = get_object_or_404(of.model._default_manager.all(), pk=pk)
    more = {"of": row.standard.code} if of is TYPES else {}  # type: ignore[attr-defined]
    form = FORMS[part](request.POST or None, on=request.today, initial=initial(of, row, request.today), **more)
    form.fix()
    return _put(request, of, form, row)


def _put(request: StaffRequest, part: Part, form: PartForm, row: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        book = RuleBook()
        since = form.cleaned_data.get("since") or (row.during.lower if row else request.today)
        key = book.key(part, row) if row is not None else form.key()
        if part is RULES and row is None:
            key = (*key[:2], 1 + max((k[2] for k in book.rows["rules"] if k[:2] == key[:2]), default=0))
        item = book.item(part, key, form.said(), since=since)
        if row is None and item.row is not None and (part is not HOURS or item.row.during.lower == since):
            form.add_error(None, _("这一条已经登记过。请在列表里改它，或换一个代码。"))
        else:
            try:
                ruling.put(item, book, by=actor(request), at=clock.now())
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                said = _("没有改动。") if item.outcome == Outcome.UNCHANGED else _("已登记，从 %(day)s 起施行。")
                messages.success(request, said % {"day": since})
                return redirect(_list_of(request, part))
    context = {"form": form, "part": part, "row": row, "back": _list_of(request, part)}
    return render(request, "matters/rules/form.html", context, status=422 if request.method == "POST" else 200)


@page(power="rules")
def end(request: StaffRequest, part: str, pk: int) -> HttpResponse:
    """Let a row be out of use from a day on."""
    of = _part(part)
    row = get_object_or_404(of.model._default_manager.all(), pk=pk)
    if of is HOURS:
        raise Http404
    form = EndForm(request.POST or None, initial={"since": request.today})
    if request.method == "POST" and form.is_valid():
        book, since = RuleBook(), form.cleaned_data["since"]
        item = book.item(of, book.key(of, row), {}, since=since, ends=True)
        try:
            ruling.put(item, book, by=actor(request), at=clock.now())
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(row)s”从 %(day)s 起停用。") % {"row": row, "day": since})
            return redirect(_list_of(request, of))
    context = {"form": form, "part": of, "row": row, "back": _list_of(request, of), "ends": True}
    return render(request, "matters/rules/form.html", context, status=422 if request.method == "POST" else 200)


def _part(slug: str) -> Part:
    part = BY_SLUG.get(slug)
    if part is None or part is SAME:
        raise Http404
    return part


def _list_of(request: StaffRequest, part: Part) -> str:
    return stay_on(request, f"matters:{LISTS[part.slug]}")


@page
def file(request: StaffRequest) -> HttpResponse:
    """Offer the book out and in."""
    return _file(request, BookFileForm(initial={"since": request.today}))


def _file(request: StaffRequest, form: BookFileForm, problems: Problems | None = None) -> HttpResponse:
    context = {"tab": "file", "form": form, "problems": problems, "parts": PARTS, "notes": export.NOTES}
    return render(request, "matters/rules/file.html", context, status=422 if request.method == "POST" else 200)


@page
def workbook(request: StaffRequest) -> HttpResponse:
    """Send the rule book of the day; `?empty` the form to fill in."""
    if "empty" in request.GET:
        return xlsx_response(export.template(), filename=_("规则簿模板.xlsx"))
    name = _("规则簿 %(day)s.xlsx") % {"day": request.as_of}
    return xlsx_response(export.tables(request.as_of), filename=name)


@require_POST
@page(power="rules")
def preview(request: StaffRequest) -> HttpResponse:
    """Look an uploaded book through and show what it would do; nothing is written."""
    form = BookFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file(request, form)
    upload = form.cleaned_data["file"]
    kept = keeping.keep(request.session, SLOT, upload.read(), name=upload.name, at=clock.now())
    since = form.cleaned_data["since"]
    request.session[f"{SLOT}.since"] = since.isoformat()
    try:
        made = reading.plan(kept.content() or b"", name=kept.name, since=since)
    except Problems as problems:
        keeping.forget(request.session, SLOT)
        return _file(request, BookFileForm(initial={"since": since}), problems)
    return _preview(request, made, kept)


def _preview(request: StaffRequest, made: Plan, kept: Kept, *, stale: bool = False) -> HttpResponse:
    said = [
        (title, counted, [(one, reading.says(one)) for one in first], more)
        for title, counted, first, more in made.counts
    ]
    context = {"plan": made, "kept": kept, "stale": stale, "sheets": said, "tab": "file"}
    return render(request, "matters/rules/preview.html", context, status=409 if stale else 200)


@require_POST
@page(power="rules")
def application(request: StaffRequest) -> HttpResponse:
    """Apply the book that was looked through; show it again where it would no longer do what was shown."""
    kept = keeping.kept(request.session, SLOT)
    content = kept.content() if kept else None
    try:
        if kept is None or content is None:
            raise Problems([GONE])
        since = clock.today().fromisoformat(request.session[f"{SLOT}.since"])
        made = reading.plan(content, name=kept.name, since=since)
        if made.digest != request.POST.get("digest"):
            return _preview(request, made, kept, stale=True)
        done = ruling.put_all(made.items, made.book, name=kept.name, by=actor(request), at=clock.now())
    except Problems as problems:
        return _file(request, BookFileForm(initial={"since": request.today}), problems)
    except RefusedError as refusal:
        refused = Problems([Problem(what=str(refusal).rstrip("。"), file=kept.name if kept else "")])
        return _file(request, BookFileForm(initial={"since": request.today}), refused)
    keeping.forget(request.session, SLOT)
    said = _("已导入规则簿：新增 %(new)s 行，改动 %(changed)s 行，停用 %(ended)s 行。")
    counts = {name.value: done[name] for name in Outcome}
    messages.success(request, said % counts)
    return redirect("matters:rules")
