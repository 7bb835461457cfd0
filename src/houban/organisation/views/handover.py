"""One act in which people leave and take posts and quota places move; what will happen is said before."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.accounts.who import actor
from houban.core import clock
from houban.organisation.actions import appointments
from houban.organisation.actions.appointments import HandOver, PlaceMove
from houban.organisation.forms.handover import MOST, PARTS, HandOverForm
from houban.organisation.models import Appointment, Person, Post, QuotaPlace
from houban.organisation.refusals import Refused
from houban.ui.pages import StaffRequest, page

PAGE = "organisation/hand_over.html"
PRESETS = {
    "change": (gettext_lazy("交接"), {"leaves": 1, "takes": 1, "moves": 0}),
    "down": (gettext_lazy("减区补镇"), {"leaves": 1, "takes": 1, "moves": 1}),
    "sent": (gettext_lazy("区派镇管"), {"leaves": 0, "takes": 1, "moves": 0}),
}
MEANING = {
    "change": gettext_lazy("一人离任，一人接任同一岗位。"),
    "down": gettext_lazy("人离开县级机构的岗位，到乡镇（街道）任职，编制和核定数一并划到乡镇（街道）。"),
    "sent": gettext_lazy("人到乡镇（街道）任职，由乡镇（街道）管；编制仍留在县级机构。"),
}


@page(power="appoint")
def hand_over(request: StaffRequest) -> HttpResponse:
    """Fill the rows in, read what will happen, and let it happen: all of it or nothing."""
    preset = request.GET.get("preset", "")
    preset = preset if preset in PRESETS else "change"
    if request.method != "POST":
        counts = dict(PRESETS[preset][1])
        form = HandOverForm(initial=_first(request, preset), counts=counts, on=request.today)
        return _answer(request, form, preset)
    if not request.is_today:
        return _answer(request, HandOverForm(counts=dict(PRESETS[preset][1]), on=request.today), preset, status=409)
    counts = {part: min(_number(request.POST.get(part, "")), MOST) for part in PARTS}
    if request.POST.get("more") in PARTS:
        return _answer(request, _longer(request, counts), preset)
    return _sent(request, HandOverForm(request.POST, counts=counts, on=request.today), preset)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _first(request: StaffRequest, preset: str) -> dict[str, Any]:
    """Begin with the post, or the appointment, from which one comes."""
    first: dict[str, Any] = {"on_day": request.today, "quota_0": True}
    asked = request.GET.get("post", "")
    post = Post.objects.select_related("organisation").filter(pk=asked).first() if asked.isdigit() else None
    if post is not None:
        held = post.appointments.on(request.today).select_related("person", "post__organisation")
        first |= {"post_0": post, "leave_0": held.first() if preset == "change" else None}
    leaving = request.GET.get("leave", "")
    if leaving.isdigit():
        rows = Appointment.objects.on(request.today).select_related("person", "post__organisation")
        if one := rows.filter(pk=leaving).first():
            first |= {"leave_0": one, "taker_0": one.person, "mover_0": one.person}
    return first


def _longer(request: StaffRequest, counts: dict[str, int]) -> HandOverForm:
    """Keep what was filled in, and add a row."""
    asked = HandOverForm(counts=counts, on=request.today)
    kept = {
        name: field.widget.value_from_datadict(request.POST, request.FILES, name)
        for name, field in asked.fields.items()
    }
    part = request.POST["more"]
    return HandOverForm(initial=kept, counts=counts | {part: min(counts[part] + 1, MOST)}, on=request.today)


def _sent(request: StaffRequest, form: HandOverForm, preset: str) -> HttpResponse:
    if not form.is_valid():
        return _answer(request, form, preset, status=422)
    act = form.act()
    said = told(act)
    seen = hashlib.sha256("\n".join(said).encode()).hexdigest()
    if request.POST.get("seen") != seen:
        steps = len(act.leaves) + len(act.takes) + len(act.moves)
        return _answer(request, form, preset, said=said, seen=seen, steps=steps)
    try:
        appointments.hand_over(act, by=actor(request), at=clock.now())
    except Refused as refusal:
        form.add_error(None, _("没有办理，一项也没有改动：%(why)s") % {"why": refusal})
        return _answer(request, form, preset, status=422)
    messages.success(request, _("交接已办理：%(said)s") % {"said": " ".join(said)})
    first = act.takes[0][1] if act.takes else act.leaves[0].post if act.leaves else None
    if first is not None:
        return redirect(reverse("organisation:post", args=[first.pk]))
    return redirect(reverse("organisation:person", args=[act.moves[0].person.pk]))


def _answer(
    request: StaffRequest,
    form: HandOverForm,
    preset: str,
    *,
    status: int = 200,
    said: Any = (),
    seen: str = "",
    steps: int = 0,
) -> HttpResponse:
    context = {
        "form": form,
        "preset": preset,
        "presets": [(key, words) for key, (words, _counts) in PRESETS.items()],
        "meaning": MEANING[preset],
        "said": said,
        "seen": seen,
        "steps": steps,
        "counts": [(part, form.counts[part]) for part in PARTS],
        "tab": "index",
    }
    return render(request, PAGE, context, status=status)


def told(act: HandOver) -> list[str]:
    """Say in words what an act will do, and what stays."""
    lines = [
        _("%(name)s自 %(day)s 起不再任“%(post)s”，职权当天停止。")
        % {"name": one.person.name, "day": act.on, "post": one.post}
        for one in act.leaves
    ]
    lines += [
        _("%(name)s自 %(day)s 起任“%(post)s”。") % {"name": person.name, "day": act.on, "post": post}
        for person, post in act.takes
    ]
    lines += [_told_of_move(move, act) for move in act.moves]
    moving = {move.person.pk for move in act.moves}
    return lines + [
        line for person, post in act.takes if person.pk not in moving if (line := _stays(person, post, act))
    ]


def _told_of_move(move: PlaceMove, act: HandOver) -> str:
    left = QuotaPlace.objects.on(act.on).filter(person=move.person).select_related("organisation").first()
    known = {
        "name": move.person.name,
        "day": act.on,
        "left": left.organisation.name if left else _("（原来没有占编）"),
        "target": move.organisation.name,
    }
    if move.with_quota:
        return _("%(name)s的编制自 %(day)s 起由“%(left)s”划到“%(target)s”，核定数随之划转 1 名，总数不变。") % known
    return _("%(name)s的编制自 %(day)s 起由“%(left)s”转到“%(target)s”，两边核定数不动。") % known


def _stays(person: Person, post: Post, act: HandOver) -> str:
    place = QuotaPlace.objects.on(act.on).filter(person=person).select_related("organisation").first()
    if place is None or place.organisation_id == post.organisation_id:
        return ""
    return _("%(name)s的编制仍在“%(organisation)s”。") % {"name": person.name, "organisation": place.organisation.name}
