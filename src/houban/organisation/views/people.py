"""The list of people, one person, and who is entered."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock
from houban.core.spreadsheets import Table, xlsx_response
from houban.divisions import register
from houban.divisions.models import Division
from houban.organisation import bars, personal_sheet, powers, roll, scope
from houban.organisation.actions import people as actions
from houban.organisation.forms.people import PersonForm
from houban.organisation.models import Charge, Kinship, Person
from houban.organisation.powers import PostKind
from houban.organisation.tree import Places
from houban.organisation.views.sheets import Sheet, fill, sent
from houban.ui.pages import StaffRequest, page

A_PAGE = 50
MANY = "many"


def where(person: Person) -> str:
    """Return the address of a person."""
    return reverse("organisation:person", args=[person.pk])


def known(request: StaffRequest, pk: int) -> Person:
    """Return a person over whom the page's power reaches."""
    person = get_object_or_404(Person, pk=pk)
    scope.demand(request, person.unit_id)
    return person


def _asked(request: StaffRequest) -> dict[str, Any]:
    get = request.GET.get
    kind, town = get("kind", ""), get("town", "")
    return {
        "query": get("q", "").strip(),
        "town": int(town) if town.isdigit() else None,
        "kind": kind if kind in PostKind.values else "",
        "many": get("posts", "") == MANY,
    }


@page
def index(request: StaffRequest) -> HttpResponse:
    """List the people, fifty a page, with the posts and places of the day."""
    asked = _asked(request)
    shown = Paginator(roll.people(request.as_of, **asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "narrowed": any(asked.values()),
        "people": shown,
        "lines": roll.lines(shown, request.as_of),
        "many_count": roll.holding_many(request.as_of).count(),
        "kinds": PostKind.choices,
        "towns": [(town.id, town.name) for town in Places(register.county(), request.as_of).towns],
        "tab": "people",
    }
    return render(request, "organisation/people.html", context)


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send the people, filtered as on the page, as .xlsx: a row for each post."""
    header = [
        _("姓名"),
        _("区分同名"),
        _("机构"),
        _("岗位"),
        _("任职性质"),
        _("任职日"),
        _("编制所在机构"),
        _("编制性质"),
    ]
    rows = [
        row for line in roll.lines(roll.people(request.as_of, **_asked(request)), request.as_of) for row in _rows(line)
    ]
    name = _("人员 %(day)s") % {"day": request.as_of}
    return xlsx_response([Table(name, header, rows)], filename=f"{name}.xlsx")


def _rows(line: roll.PersonLine) -> list[list[Any]]:
    place = [line.place.organisation.name, line.place.get_nature_display()] if line.place else ["", ""]
    who = [line.person.name, line.person.distinction]
    held = [
        [one.post.organisation.name, one.post.title, one.get_nature_display(), one.during.lower] for one in line.held
    ]
    return [[*who, *post, *place] for post in held or [["", "", "", ""]]]


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a person: posts through time, place, charges; kin and account only to those who see to them."""
    person = get_object_or_404(Person.objects.select_related("account", "unit"), pk=pk)
    on = request.as_of
    held = list(person.appointments.select_related("post__organisation").order_by("-during", "pk"))
    standing = [one for one in held if one.withdrawn_at is None]
    lanes = [(one.post.title, [_span(one)]) for one in reversed(standing)]
    may = scope.over(request, person.unit_id)
    sees = may.appoint or (may.locked and request.user.may("appoint"))
    context = {
        "person": person,
        "appointments": held,
        "today_posts": [(one, powers.said_of(one.post.kind)) for one in standing if on in one.during],
        "places": person.places.select_related("organisation").order_by("-during"),
        "charges": Charge.objects.filter(appointment__in=standing)
        .order_by("-during")
        .select_related("appointment__post"),
        "unit": register.path(person.unit_id, on)[-1:] if person.unit_id else [],
        "picture": bars.draw(lanes, today=request.today, on=on),
        "may": may,
        "tab": "people",
        "personal": personal_sheet.of(person),
    }
    return render(request, "organisation/person.html", context | (_kin(person, request) if sees else {}))


def _span(one: Any) -> bars.Span:
    kind = "acting" if one.seat is None else "seat"
    label = f"{one.post.organisation.name} {one.post.title}"
    return bars.Span(one.during.lower, one.during.upper, label, kind, reverse("organisation:post", args=[one.post_id]))


def _kin(person: Person, request: StaffRequest) -> dict[str, Any]:
    rows = Kinship.objects.filter(Q(one=person) | Q(other=person)).select_related("one", "other")
    kin = list(rows.order_by("-declared_at"))
    return {"kin": kin, "clashes": roll.clashes(person, kin, request.as_of)}


@page(power="appoint")
def new(request: StaffRequest) -> HttpResponse:
    """Enter a person; a namesake is asked about first."""
    first = {"unit": _own_unit(request)}
    form = PersonForm(sent(request), initial=first, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        unit = fields["unit"]
        scope.demand(request, unit and unit.pk)
        made = actions.enter(
            fields["name"],
            unit=unit and unit.pk,
            distinction=fields["distinction"],
            by=actor(request),
            at=clock.now(),
        )
        return _("已登记“%(name)s”。") % {"name": made.name}, where(made)

    about = _("只登记姓名和所属；电话、证件号另由有权的人加密登记。")
    sheet = Sheet(_("登记人员"), about, _("登记人员"), reverse("organisation:people"), tab="people")
    return fill(request, sheet, form, act)


def _own_unit(request: StaffRequest) -> Division | None:
    post = request.user.standing.by("appoint")
    return Division.objects.filter(pk=post.unit).first() if post else None
