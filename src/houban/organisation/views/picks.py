"""What matches a name that is being typed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from houban.organisation.picking import SOURCES
from houban.ui.pages import StaffRequest, page


@page
def pick(request: StaffRequest, source: str) -> HttpResponse:
    """Show the first few that match, to choose one of."""
    if source not in SOURCES:
        raise Http404
    name = request.GET.get("name", "")
    typed = request.GET.get(f"{name}_text", "").strip()
    found = SOURCES[source]
    context = {
        "name": name,
        "typed": typed,
        "choices": found.choices(typed, request.as_of),
        "more": found.has_more(typed, request.as_of),
    }
    return render(request, "organisation/pick_choices.html", context)
