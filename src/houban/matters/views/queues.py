"""The queue, a matter, and what is done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houban.core import clock
from houban.core.spreadsheets import xlsx_response
from houban.matters import (
    actions,
    evidence,
    forms,
    hands,
    moments,
    notices,
    office,
    pages,
    places,
    queues,
    routing,
    tables,
)
from houban.matters.actions import Report, Wish
from houban.matters.models import Evidence, Matter
from houban.matters.refusals import RefusedError
from houban.matters.rules import table
from houban.matters.words import Channel, Verb
from houban.organisation.powers import Power
from houban.ui.pages import StaffRequest, page

WITH = Matter.objects.select_related("type", "rule", "holder", "receiver", "handler", "reporter", "parent", "twin")
NOBODY = "没有机构受理这里的事项。请在权责清单里给全县指定受理和办理的机构。"


@page
def queue(request: StaffRequest) -> HttpResponse:
    """List what waits, fifty a page; the address holds every filter."""
    want, units = asked(request)
    counted = queues.counts(now=request.moment)
    total = None if want.narrowed else counted[want.tab]
    shown = queues.page(want, request.GET.get("page"), units=units, now=request.moment, total=total)
    return render(request, "matters/queue.html", listed(request, want, shown, counted))


def asked(request: StaffRequest) -> tuple[queues.Asked, list[int] | None]:
    """Return what the address asks for, and the divisions of the place it names."""
    want = queues.asked(request.GET)
    return want, places.inside(want.unit, request.today) if want.unit else None


def listed(request: StaffRequest, want: queues.Asked, shown: Any, counted: dict[str, int]) -> dict[str, Any]:
    """Return what tabs, filters and rows show."""
    hours, rows = office.current(), list(shown)
    names = places.names({one.unit_id for one in rows}, request.today)
    return {
        "want": want,
        "tabs": [(tab, counted[tab.key]) for tab in queues.TABS],
        "matters": shown,
        "rows": [(one, moments.face(one, hours, request.moment), names.get(one.unit_id, "")) for one in rows],
        "towns": places.towns(request.today),
        "types": forms.types(request.today),
        "channels": Channel.choices,
        "kinds": [(one.name, one.label) for one in table.kinds()],
        "ticks": request.user.may(Power.DISPATCH),
    }


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send all of what the queue's address asks for, as .xlsx."""
    want, now = queues.asked(request.GET), request.moment
    units = places.inside(want.unit, request.today) if want.unit else None
    found = list(queues.matters(want, units=units, now=now)[: tables.MOST + 1])
    if len(found) > tables.MOST:
        messages.error(request, _("超过 %(most)s 件，一次导不完。请先筛选，再导出。") % {"most": tables.MOST})
        return redirect(f"{reverse('matters:queue')}?{request.GET.urlencode()}")
    sheet = tables.of(found, office.current(), now=now)
    return xlsx_response([sheet], filename=f"{sheet.name}.xlsx")


@page
def show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Show a matter, as the side panel of the queue for a script, else as a page; what one was told of it is read."""
    matter = get_object_or_404(WITH, pk=pk)
    hand = hands.of(request)
    if hand.person is not None:
        notices.read(hand.person, at=clock.now(), matter=pk)
    context = pages.of(matter, hand, request.moment)
    name = "matters/panel.html" if request.headers.get("HX-Request") else "matters/matter.html"
    return render(request, name, context)


@page(power="handle")
def new(request: StaffRequest) -> HttpResponse:
    """Take in a report at a desk."""
    sent = request.POST if request.method == "POST" else None
    form = forms.ReportForm(sent, request.FILES or None, on=request.today, initial={"channel": Channel.PHONE})
    if sent is not None and form.is_valid():
        fields = form.cleaned_data
        photos = fields.pop("photos")
        try:
            made = actions.open_matter(
                Report(**fields),
                hands.of(request),
                happened_at=request.moment,
                at=clock.now(),
                evidence=photos,
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        except routing.NobodyAnswersError:
            form.add_error(None, NOBODY)
        else:
            messages.success(
                request, _("已登记 %(number)s，由%(body)s受理。") % {"number": made.number, "body": made.receiver}
            )
            return redirect("matters:matter", pk=made.pk)
    answer = render(request, "matters/new.html", {"form": form}, status=422 if sent is not None else 200)
    answer["Cache-Control"] = "no-store"  # what was refused may name the parties of a dispute
    return answer


@page
def step(request: StaffRequest, pk: UUID, verb: str) -> HttpResponse:
    """Take a verb: what it needs is asked for, and refused with one sentence when it can't be."""
    matter = get_object_or_404(WITH, pk=pk)
    row = known_row(matter, verb)
    sent = request.POST if request.method == "POST" else None
    form = forms.StepForm(
        sent, request.FILES or None, row=row, matter=matter, on=request.today, initial={"seen": matter.steps_taken}
    )
    if sent is not None and form.is_valid():
        wish = Wish(**forms.wish_of(form.cleaned_data))
        try:
            taken = actions.take(
                pk, verb, wish, hands.of(request),
                happened_at=request.moment, at=clock.now(),
                evidence=form.cleaned_data.get("photos", ()), seen=form.cleaned_data["seen"],
            )  # fmt: skip
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(number)s 已%(verb)s，现在是“%(state)s”。")
            words = {"number": taken.number, "verb": row.verb.label, "state": taken.get_state_display()}
            messages.success(request, said % words)
            return redirect("matters:matter", pk=pk)
    context = {"form": form, "matter": matter, "row": row, "clock": moments.limit_words(matter)}
    return render(request, "matters/step.html", context, status=422 if sent is not None else 200)


def known_row(matter: Matter, verb: str) -> table.Row:
    """Return the row of a verb, or answer that there is no such page."""
    row = table.kind(matter.kind).by_verb.get(verb)
    if row is None or verb == Verb.REPORT:
        raise Http404
    return row


@page(power="dispatch")
def bulk(request: StaffRequest) -> HttpResponse:
    """Take one verb for several matters; each that can't be is named with its sentence, the others go on."""
    verb = request.POST.get("verb", "")
    chosen = Matter.objects.filter(pk__in=_chosen(request))
    done, refused = 0, []
    if verb in (Verb.DISPATCH, Verb.FILE, Verb.ACCEPT):
        for matter in chosen:
            try:
                actions.take(
                    matter.pk, verb, Wish(holder=None), hands.of(request), happened_at=request.moment, at=clock.now()
                )
                done += 1
            except RefusedError as refusal:
                refused.append(f"{matter.number} {refusal}")
    if done:
        messages.success(request, ngettext("已办 %(n)s 件。", "已办 %(n)s 件。", done) % {"n": done})
    for sentence in refused[:8]:
        messages.warning(request, sentence)
    if not done and not refused:
        messages.warning(request, _("没有选中事项。先在左边勾选，再办理。"))
    return redirect(_back(request))


def _chosen(request: StaffRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("matter")[:200]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _back(request: StaffRequest) -> str:
    query: Any = request.POST.get("back", "")
    return f"/matters/{query}" if query.startswith("?") and "\n" not in query else "/matters/"


@page
def photo(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send a photo or file of a step to those who see its matter; `?small` its thumbnail."""
    found = get_object_or_404(Evidence, pk=pk)
    small = "small" in request.GET and found.media_type == evidence.JPEG
    path = evidence.path_of(found.sha256, found.media_type, thumbnail=small)
    if not path.exists():
        raise Http404(_("文件不在了，请告诉管理员。"))
    is_photo = found.media_type == evidence.JPEG
    answer = FileResponse(
        path.open("rb"), content_type=found.media_type, as_attachment=not is_photo, filename=found.name
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
