"""Boundaries: the files that were taken in, taking one in by way of a preview, taking it back; the seats of offices."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock, keeping
from houban.core.keeping import Kept
from houban.core.problems import Problem, Problems
from houban.divisions import actions, places, register
from houban.divisions.actions.boundaries import AlreadyWithdrawnError, LaterBoundariesError
from houban.divisions.boundaries import outlook, reading
from houban.divisions.boundaries.outlook import SHOWN, Outlook
from houban.divisions.boundary_forms import BoundaryFileForm, SeatForm, WithdrawForm
from houban.divisions.models import BoundarySet, Division, Seat
from houban.divisions.rules import coordinates
from houban.ui.pages import StaffRequest, page, stay_on

SLOT, ASKED = "boundaries", "boundaries_asked"
NEW = "divisions/boundary_new.html"
TURNS = {
    "gcj02": coordinates.from_gcj02,
    "bd09": coordinates.from_baidu,
}


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the files of boundaries, and how many divisions of the day have one."""
    live = Q(boundaries__withdrawn_at=None)
    sets = BoundarySet.objects.annotate(n=Count("boundaries", filter=live), area=Sum("boundaries__area", filter=live))
    known = places.shapes(request.as_of)
    county = register.county()
    villages = register.counts(county, request.as_of) if county else {}
    context = {
        "sets": sets,
        "known": len(known),
        "derived": sum(shape.derived for shape in known.values()),
        "villages": villages.get("village", 0) + villages.get("community", 0),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "divisions/boundaries.html", context)


@page(power="register")
def new(request: StaffRequest) -> HttpResponse:
    """Ask for a file; show what taking it in would do. Nothing is written."""
    form = BoundaryFileForm(request.POST or None, request.FILES or None, initial={"on": request.today})
    if request.method != "POST" or not form.is_valid():
        return render(request, NEW, {"form": form}, status=422 if form.errors else 200)
    file = form.cleaned_data["file"]
    kept = keeping.keep(request.session, SLOT, file.read(), name=file.name, at=clock.now())
    asked = {"on": form.cleaned_data["on"].isoformat(), "system": form.system}
    asked |= {key: form.cleaned_data[key] for key in ("swapped", "only_known", "source", "licence")}
    request.session[ASKED] = asked
    try:
        return _preview(request, kept, asked)
    except Problems as problems:
        keeping.forget(request.session, SLOT)
        return render(request, NEW, {"form": form, "problems": problems}, status=422)


def _preview(request: StaffRequest, kept: Kept, asked: dict[str, Any]) -> HttpResponse:
    seen = _seen(kept, asked)
    blocked = not seen.matches or (bool(seen.unmatched) and not asked["only_known"])
    context = {"seen": seen, "asked": asked, "blocked": blocked, "most": SHOWN, "kinds": _kinds(seen)}
    return render(request, "divisions/boundary_preview.html", context)


def _kinds(seen: Outlook) -> list[tuple[str, str, list[outlook.Remark]]]:
    labels = (
        ("overlap", _("重叠"), _("相邻的界线盖住了同一块地")),
        ("gap", _("空隙"), _("相邻的界线之间，或上级界线之内，没有归属的地")),
        ("outside", _("超出上级"), _("越过了上级单位的界线")),
    )
    return [(label, hint, seen.of_kind(kind)) for kind, label, hint in labels]


def _seen(kept: Kept, asked: dict[str, Any]) -> Outlook:
    return outlook.outlook(_read(kept, asked), on=date.fromisoformat(asked["on"]))


def _read(kept: Kept | None, asked: dict[str, Any]) -> reading.Reading:
    content = kept.content() if kept else None
    if kept is None or content is None or not asked:
        raise Problems([Problem(what=_("上传的文件已经不在了"), mend=_("请重新选文件"))])
    return reading.read(content, name=kept.name, system=asked["system"], swapped=asked["swapped"])


@require_POST
@page(power="register")
def application(request: StaffRequest) -> HttpResponse:
    """Take in the file that was looked through."""
    kept, asked = keeping.kept(request.session, SLOT), request.session.get(ASKED) or {}
    try:
        read = _read(kept, asked)
        options = {key: asked[key] for key in ("only_known", "source", "licence")}
        day = date.fromisoformat(asked["on"])
        made = actions.import_boundaries(read, on=day, by=actor(request), at=clock.now(), **options)
    except Problems as problems:
        return render(request, NEW, {"form": BoundaryFileForm(), "problems": problems}, status=422)
    keeping.forget(request.session, SLOT)
    n = made.boundaries.filter(withdrawn_at=None).count()
    messages.success(request, _("已导入“%(file)s”的 %(n)s 条界线。") % {"file": made.name, "n": n})
    return redirect(stay_on(request, "divisions:boundaries"))


@require_POST
@page(power="register")
def withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the boundaries of a file back, with the reason."""
    made = get_object_or_404(BoundarySet, pk=pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤回：请写明撤回的原因。"))
        return redirect(stay_on(request, "divisions:boundaries"))
    try:
        actions.withdraw_boundaries(made, because=form.cleaned_data["because"], by=actor(request), at=clock.now())
    except AlreadyWithdrawnError:
        messages.error(request, _("“%(file)s”已由别人撤回，这里没有改动。") % {"file": made.name})
    except LaterBoundariesError as later:
        messages.error(request, _("没有撤回：后来的“%(file)s”接替了它的界线，先撤回那一份。") % {"file": later})
    else:
        messages.success(request, _("已撤回“%(file)s”，它接替的界线重新有效。") % {"file": made.name})
    return redirect(stay_on(request, "divisions:boundaries"))


@page(power="register")
def seat(request: StaffRequest, pk: int) -> HttpResponse:
    """Enter where the office of a division is."""
    division = get_object_or_404(Division, pk=pk)
    now = Seat.objects.filter(division=division, withdrawn_at=None, during__contains=request.today).first()
    form = SeatForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        point = np.array([[cleaned["longitude"], cleaned["latitude"]]])
        turn = TURNS.get(cleaned["datum"])
        x, y = (turn(point) if turn else point)[0].tolist()
        placed = actions.place_seat(
            division,
            on=cleaned["on"],
            longitude=x,
            latitude=y,
            accuracy=cleaned["accuracy"],
            given=cleaned["datum"],
            address=cleaned["address"],
            by=actor(request),
            at=clock.now(),
        )
        messages.success(request, _("驻地已登记在 %(place)s。") % {"place": placed})
        return redirect(stay_on(request, "divisions:division", pk))
    version = division.versions.filter(retracted_at=None).order_by("-during").first()
    context = {"form": form, "division": division, "version": version, "seat": now}
    return render(request, "divisions/seat_new.html", context, status=422 if form.errors else 200)
