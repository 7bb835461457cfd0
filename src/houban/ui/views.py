"""The first page, the search, the theme, and whether the program is well."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from houban.ui import home as homes
from houban.ui import search as searching
from houban.ui.pages import READ, SIGNED_IN, StaffRequest, page, public

YEAR = 365 * 24 * 3600


@page(power=SIGNED_IN)
def home(request: StaffRequest) -> HttpResponse:
    """Show what each room has to say today; to somebody without a post, only that there is none."""
    shown = homes.panels() if request.user.may(READ) else []
    panels = [(panel.template, panel.context(request)) for panel in shown]
    return render(request, "ui/home.html", {"panels": panels})


@page
def search(request: StaffRequest) -> HttpResponse:
    """Show what was found: as a list under the search field, or as a page."""
    query = request.GET.get("q", "")
    hits = searching.find(query, request.as_of)[:50]
    template = "ui/hits.html" if getattr(request, "htmx", False) else "ui/search.html"
    return render(request, template, {"hits": hits, "search_query": query})


@require_POST
@public
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    chosen = request.POST.get("theme", "")
    response.set_cookie("theme", chosen if chosen in ("light", "dark") else "", max_age=YEAR, samesite="Lax")
    return response


@public
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer ok when the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@page
def kit(request: StaffRequest) -> HttpResponse:
    """Show every component, as a living reference."""
    return render(request, "ui/kit.html", {})


@page
def kit_map(_request: StaffRequest) -> HttpResponse:
    """Give the reference page's map something to draw: one square, labelled a sketch."""
    square = [[[104.8, 29.35], [105.1, 29.35], [105.1, 29.45], [104.8, 29.45], [104.8, 29.35]]]
    geometry = {"type": "Polygon", "coordinates": square}
    return JsonResponse({"type": "Feature", "properties": {"name": "示意"}, "geometry": geometry})
