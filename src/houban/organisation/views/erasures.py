"""What protecting personal values takes: who is due, export, erasure, the master key."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.keyring import KeyringError
from houban.organisation import authority, retention
from houban.organisation.actions import erasure, rotation
from houban.organisation.actions.export import export as export_of
from houban.organisation.models import Appointment, Person
from houban.organisation.personal_forms import PersonForm
from houban.organisation.powers import Power
from houban.organisation.refusals import Refused
from houban.organisation.rules import personal
from houban.ui.pages import StaffRequest, page, stay_on

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@page(power="protect")
def index(request: StaffRequest) -> HttpResponse:
    """List whose time is over, what is kept and why, and find the person whose data is asked for."""
    form = PersonForm(request.GET or None)
    name = form.cleaned_data["name"].strip() if form.is_valid() else ""
    people = Person.objects.filter(name=name).select_related("unit").order_by("pk") if name else None
    context = {
        "due": retention.due_for_erasure(request.today),
        "fields": personal.TABLE,
        "form": form,
        "people": people,
        "masters": rotation.counts() if authority.covers(0, Power.PROTECT) else None,
        "tab": "personal-data",
    }
    return render(request, "organisation/personal_data.html", context)


@never_cache
@page(power="protect")
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what can be done with one person's data: nothing of it is shown here, not even masked."""
    return _one(request, get_object_or_404(Person, pk=pk))


def _one(request: StaffRequest, person: Person, *, problem: str = "") -> HttpResponse:
    context = {
        "person": person,
        "fields": [value.kind.label for value in person.personal_values.order_by("field")],
        "held": Appointment.objects.on(request.today).filter(person=person).select_related("post__organisation"),
        "problem": problem,
        "tab": "personal-data",
    }
    return render(request, "organisation/person_data.html", context, status=422 if problem else 200)


@never_cache
@require_POST
@page(power="protect")
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """Send everything that is held of a person, as .xlsx or .json."""
    person = get_object_or_404(Person, pk=pk)
    try:
        reason = request.POST.get("reason", "")
        found = export_of(person, reason=reason, on=request.today, by=actor(request), at=clock.now())
    except Refused as refused:
        return _one(request, person, problem=str(refused))
    is_json = request.POST.get("form") == "json"
    content, kind, ending = (
        (found.as_json(), "application/json", "json") if is_json else (found.as_xlsx(), XLSX, "xlsx")
    )
    response = HttpResponse(content, content_type=kind)
    name = quote(_("%(name)s的资料") % {"name": person.name})
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.{ending}"
    return response


@require_POST
@page(power="protect")
def erase(request: StaffRequest, pk: int) -> HttpResponse:
    """Destroy a person's key, once the name has been typed again."""
    person = get_object_or_404(Person, pk=pk)
    if request.POST.get("name", "").strip() != person.name:
        return _one(request, person, problem=_("没有销毁：再写一遍的姓名与此人不符。"))
    try:
        reason = request.POST.get("reason", "")
        is_done = erasure.erase(person, reason=reason, by=actor(request), at=clock.now())
    except Refused as refused:
        return _one(request, person, problem=str(refused))
    done, nothing = _("已销毁%(name)s的密钥，封存的内容不能再打开。"), _("%(name)s没有封存的个人信息，没有改动。")
    messages.success(request, (done if is_done else nothing) % {"name": person.name})
    return redirect(stay_on(request, "organisation:person-data", pk))


@require_POST
@page(power="protect")
def rotate(request: StaffRequest) -> HttpResponse:
    """Rotate the master key."""
    try:
        done = rotation.rotate(by=actor(request), at=clock.now())
    except (Refused, KeyringError) as refused:
        messages.error(request, str(refused))
        return redirect(stay_on(request, "organisation:personal-data"))
    said = _("现用第 %(version)s 版主密钥，换包 %(n)s 把个人密钥。请备份新的密钥文件。")
    messages.success(request, said % {"version": done.version, "n": done.moved})
    if done.broken:
        messages.error(
            request, _("有 %(n)s 把个人密钥打不开，没有动，请从备份恢复原来的主密钥。") % {"n": len(done.broken)}
        )
    return redirect(stay_on(request, "organisation:personal-data"))
