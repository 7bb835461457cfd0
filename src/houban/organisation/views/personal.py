"""The personal values of one person: masked, uncovered one at a time, put, found by, removed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.keyring import KeyringError
from houban.core.seals import SealError
from houban.organisation import personal_sheet
from houban.organisation.actions import personal as actions
from houban.organisation.models import Person, PersonalValue
from houban.organisation.personal_forms import FindForm, PutForm
from houban.organisation.refusals import Refused
from houban.organisation.rules import personal
from houban.ui.pages import StaffRequest, page, stay_on

Shown = tuple[PersonalValue, str]


@never_cache
@page(power="personal")
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a person's values masked: as a part of the person's page for htmx, else as a page."""
    return _answer(request, get_object_or_404(Person, pk=pk))


def _answer(
    request: StaffRequest, person: Person, *, plain: Shown | None = None, form: PutForm | None = None, problem: str = ""
) -> HttpResponse:
    sheet = personal_sheet.of(person, plain=plain)
    if sheet is None:
        raise PermissionDenied(_("“%(name)s”不在您岗位的范围内。") % {"name": person.name})
    sheet.form, sheet.problem = form or sheet.form, problem
    template = "organisation/personal.html" if getattr(request, "htmx", False) else "organisation/personal_page.html"
    context = {"personal": sheet, "person": person}
    return render(request, template, context, status=422 if problem or (form and form.errors) else 200)


@sensitive_post_parameters("text")
@never_cache
@page(power="personal")
def put(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a value in; what is wrong with it is said on the page itself and kept nowhere."""
    if request.method != "POST":
        return redirect(stay_on(request, "organisation:personal", pk))
    person, form = get_object_or_404(Person, pk=pk), PutForm(request.POST)
    if form.is_valid():
        field, text = form.cleaned_data["field"], form.cleaned_data["text"]
        try:
            actions.put(person, field, text, on=request.today, by=actor(request), at=clock.now())
        except Refused as refused:
            form.add_error("text", str(refused))
        except KeyringError as error:
            return _answer(request, person, problem=str(error))
        else:
            said = _("已登记%(name)s的%(field)s，此后只显示一部分。")
            messages.success(request, said % {"name": person.name, "field": personal.FIELDS[field].label})
            return redirect(stay_on(request, "organisation:personal", pk))
    return _answer(request, person, form=form)


@never_cache
@page(power="personal")
def uncover(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one value in plain in this one answer, for a reason that is recorded; whoever reloads sees it masked."""
    value = get_object_or_404(PersonalValue.objects.select_related("person"), pk=pk)
    if request.method != "POST":
        return redirect(stay_on(request, "organisation:personal", value.person_id))
    reason = request.POST.get("reason", "")
    try:
        plain = actions.uncover(value, reason=reason, by=actor(request), at=clock.now())
    except (Refused, SealError, KeyringError) as error:
        return _answer(request, value.person, problem=str(error))
    return _answer(request, value.person, plain=(value, plain))


@require_POST
@page(power="personal")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove one value."""
    value = get_object_or_404(PersonalValue.objects.select_related("person"), pk=pk)
    try:
        actions.remove(value, by=actor(request), at=clock.now())
    except Refused as refused:
        return _answer(request, value.person, problem=str(refused))
    said = _("已删去%(name)s的%(field)s，留痕保留。")
    messages.success(request, said % {"name": value.person.name, "field": value.kind.label})
    return redirect(stay_on(request, "organisation:personal", value.person_id))


@sensitive_post_parameters("text")
@never_cache
@page(power="personal")
def find(request: StaffRequest) -> HttpResponse:
    """Find people by a whole number; it travels in the body of the form, never in an address."""
    form, found = FindForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            found = actions.find(
                asked["field"],
                asked["text"],
                reason=asked["reason"],
                on=request.today,
                by=actor(request),
                at=clock.now(),
            )
        except (Refused, KeyringError) as refused:
            form.add_error("text", str(refused))
    context = {"form": form, "found": found, "tab": "personal"}
    return render(request, "organisation/personal_search.html", context, status=422 if form.errors else 200)
