"""One organisation on a day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from houban.divisions import register
from houban.organisation import ledger, scope
from houban.organisation.models import Organisation
from houban.ui.pages import StaffRequest, page


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an organisation as of the day: posts and holders, places, groups, and all of it through time."""
    rows = Organisation.objects.select_related("parent", "follows", "division")
    organisation = get_object_or_404(rows, pk=pk)
    on, today = request.as_of, request.today
    placed = ledger.placed(organisation, on)
    memberships = list(ledger.groups(organisation, on))
    context = {
        "organisation": organisation,
        "exists": on in organisation.during,
        "path": ledger.path(organisation),
        "place": register.path(organisation.division_id, on) if organisation.division_id else [],
        "posts": ledger.posts(organisation, on),
        "quotas": ledger.quotas(organisation, on, [one.place for one in placed if one.place]),
        "quota_history": organisation.quotas.order_by("nature", "-during"),
        "placed": placed,
        "borrowed": ledger.borrowed(organisation, on),
        "members": [one for one in memberships if one.group_id == organisation.pk],
        "groups": [one for one in memberships if one.member_id == organisation.pk],
        "children": organisation.children.on(on).order_by("kind", "name"),
        "followers": organisation.followers.order_by("during"),
        "picture": ledger.over_time(organisation, today=today, on=on),
        "chart": ledger.quota_chart(organisation, today=today),
        "may": scope.over(request, organisation.division_id),
        "tab": "index",
    }
    return render(request, "organisation/organisation.html", context)
