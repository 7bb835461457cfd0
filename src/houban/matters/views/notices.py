"""What one is told: the list, and all of it read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from houban.core import clock
from houban.matters import notices, office
from houban.ui.pages import StaffRequest, page

ALL = "all"


@page
def index(request: StaffRequest) -> HttpResponse:
    """List what one is told, unread or all, fifty a page."""
    tab = request.GET.get("tab", "")
    shown = notices.page(request.GET.get("page"), unread=tab != ALL)
    context = {
        "tab": ALL if tab == ALL else "unread",
        "unread": notices.unread_count(),
        "notices": shown,
        "lines": notices.lines(shown, office.current(), now=request.moment),
    }
    return render(request, "matters/notices.html", context)


@page
def read(request: StaffRequest) -> HttpResponse:
    """Mark all of it as read."""
    me = request.user.standing.person
    if request.method == "POST" and me is not None:
        notices.read(me, at=clock.now())
        messages.success(request, _("已全部标为已读。"))
    return redirect("matters:notices")
