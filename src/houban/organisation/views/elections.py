"""Elections: where each body stands, one term, holding the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problem, Problems
from houban.divisions import register
from houban.organisation import authority, towns
from houban.organisation.elections import carrying, listing, results
from houban.organisation.forms.elections import ElectedFormSet, TermForm
from houban.organisation.models import Appointment, Organisation, Person, Post, Term
from houban.organisation.rosters import world
from houban.organisation.rosters.cells import Line
from houban.organisation.rosters.export import Codes
from houban.organisation.rules import terms
from houban.ui.pages import StaffRequest, page, stay_on

BODIES_A_PAGE = 50
NEW = "organisation/term_new.html"
FIRST_ROW = 1


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the elected bodies with their terms: due when, complete or not."""
    every = towns.of(register.county(), request.as_of)
    town = towns.named(every, request.GET.get("town", ""))
    asked = request.GET.get("state", "")
    state = asked if asked in listing.STATES else ""
    place = town.division_id if town else None
    counts = listing.counts(request.as_of, town=place)
    pages = Paginator(listing.bodies(request.as_of, town=place, state=state), BODIES_A_PAGE)
    pages.count = counts[state or "every"]  # known already
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "pages": shown,
        "standings": listing.standings(shown.object_list, request.as_of),
        "counts": counts,
        "state": state,
        "town": town,
        "towns": every,
        "appoint": world.scope().appoint if request.is_today else frozenset(),
        "laws": dict.fromkeys(law.article for law in terms.LAWS.values()),
    }
    return render(request, "organisation/elections.html", context)


@dataclass(frozen=True)
class Place:
    """A post of a term with those who were elected to it, and the seats nobody was."""

    post: Post
    holders: list[Appointment]

    @property
    def vacant(self) -> range:
        """Return one for each seat that nobody was elected to."""
        return range(self.post.seats - sum(one.seat is not None for one in self.holders))


@page
def term(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a term: who was elected, who was before."""
    shown = get_object_or_404(Term.objects.select_related("organisation"), pk=pk)
    body = shown.organisation
    elected = list(_elected(shown))
    earlier = body.terms.filter(during__startswith__lt=shown.during.lower).order_by("during").last()
    before = list(_elected(earlier)) if earlier else []
    now, then = {one.person_id for one in elected}, {one.person_id for one in before}
    posts = Post.objects.filter(organisation=body, kind__in=terms.ELECTED, during__overlap=shown.during)
    context = {
        "term": shown,
        "terms": body.terms.order_by("-during"),
        "places": [Place(post, [one for one in elected if one.post_id == post.pk]) for post in posts.order_by("pk")],
        "again": then & now,
        "before": before,
        "earlier": earlier,
        "now": now,
        "law": terms.LAWS.get(body.kind),
        "due": terms.due(body.kind, shown.elected_on, shown.during.upper),
        "may_hold": request.user.may("appoint") and authority.covers(body.division_id or 0, "appoint"),
    }
    return render(request, "organisation/term.html", context)


def _elected(of: Term) -> QuerySet[Appointment]:
    held = of.appointments.standing().filter(chosen="elected")
    return held.select_related("person", "post").order_by("post", "seat", "during")


@page(power="appoint")
def new_term(request: StaffRequest, pk: int) -> HttpResponse:
    """Hold a term of one body: the number, the day, and who was elected to each seat."""
    body = get_object_or_404(Organisation, pk=pk)
    last = body.terms.order_by("during").last()
    form = TermForm(request.POST or None, initial={"number": last.number + 1 if last else 1})
    seats = _seats(body, request)
    rows = ElectedFormSet(request.POST or None, initial=seats)
    context = {"body": body, "form": form, "rows": rows, "last": last, "people": _candidates(body, request)}
    if request.method != "POST":
        return render(request, NEW, context)
    if not (form.is_valid() and rows.is_valid()):
        return render(request, NEW, context, status=422)
    try:
        made = _hold(request, body, form.cleaned_data, rows.cleaned_data)
    except Problems as problems:
        return render(request, NEW, context | {"wrongs": problems.shown}, status=422)
    known = {"name": body.name, "n": made.number, "people": len(made.new)}
    messages.success(request, _("已登记“%(name)s”第 %(n)s 届，当选 %(people)s 人。") % known)
    return redirect(stay_on(request, "organisation:term", made.held.term.pk if made.held else last.pk if last else 0))


def _seats(body: Organisation, request: StaffRequest) -> list[dict[str, Any]]:
    posts = body.posts.on(request.today).filter(kind__in=terms.ELECTED).order_by("pk")
    held = Appointment.objects.on(request.today).filter(post__in=posts).select_related("person")
    holders = {(one.post_id, one.seat): one.person.name for one in held}
    return [
        {
            "post": post.title,
            "seat": seat,
            "title": f"{post.title} {seat}" if post.seats > 1 else post.title,
            "holder": holders.get((post.pk, seat), ""),
        }
        for post in posts
        for seat in range(1, post.seats + 1)
    ]


def _candidates(body: Organisation, request: StaffRequest) -> QuerySet[Person]:
    near = Person.objects.filter(unit=body.division_id) if body.division_id else Person.objects.none()
    held = Person.objects.holding(request.today).filter(appointments__post__division=body.division_id)
    return (near | held).distinct().order_by("name")[:200] if body.division_id else near


def _hold(
    request: StaffRequest, body: Organisation, cleaned: dict[str, Any], rows: list[dict[str, Any]]
) -> results.Body:
    code = Codes(request.today)(body.division_id) or None
    shared = {"organisation": body.name, "organisation_code": code, **cleaned}
    lines = [
        Line(results.RESULTS, number, shared | {name: row[name] or None for name in row}, "")
        for number, row in enumerate(rows, start=FIRST_ROW)
        if row["name"].strip()
    ]
    if not lines:
        raise Problems([Problem(what=_("一个当选人也没有填"), mend=_("至少填一个席位的姓名"))])
    plan = results.of_lines(lines, on=request.today)
    carrying.carry_out(plan, by=actor(request), at=clock.now())
    return plan.bodies[0]
