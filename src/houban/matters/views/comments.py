"""What people say about a matter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from houban.core import clock
from houban.matters import actions, hands, pages
from houban.matters.models import Matter
from houban.matters.refusals import RefusedError
from houban.matters.views.queues import WITH
from houban.ui.pages import StaffRequest, page


@page
def comment(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Add a comment; the answer is the matter again, as side panel or page."""
    matter = get_object_or_404(WITH, pk=pk)
    if request.method != "POST":
        return redirect("matters:matter", pk=pk)
    hand, said = hands.of(request), request.POST.get("text", "")
    try:
        actions.comment(
            matter, said, hand, mentioned=_mentioned(request), happened_at=request.moment, at=clock.now()
        )  # fmt: skip
    except RefusedError as refusal:
        return _shown(request, matter, status=422, said=said, refused=str(refusal))
    if request.headers.get("HX-Request"):
        return _shown(request, matter, status=200)
    messages.success(request, _("已评论 %(number)s。") % {"number": matter.number})
    return redirect("matters:matter", pk=pk)


def _mentioned(request: StaffRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("mention")[:20] if text.isdecimal() and len(text) < 18]


def _shown(request: StaffRequest, matter: Matter, *, status: int, **more: str) -> HttpResponse:
    context = pages.of(matter, hands.of(request), request.moment)
    name = "matters/panel.html" if request.headers.get("HX-Request") else "matters/matter.html"
    return render(request, name, context | more, status=status)
