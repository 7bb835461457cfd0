"""One post through time, and the acts on it: set up, change, abolish, appoint, end, withdraw."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock
from houban.core.periods import since
from houban.divisions import register
from houban.organisation import bars, ledger, powers, scope
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.appointments import Terms
from houban.organisation.forms import bodies as body_forms
from houban.organisation.forms import people as forms
from houban.organisation.models import Appointment, Organisation, Post
from houban.organisation.rules import incompatible
from houban.organisation.views.sheets import Sheet, fill, sent
from houban.ui.pages import StaffRequest, page

POSTS = Post.objects.select_related("organisation", "division")


def where(post: Post) -> str:
    """Return the address of a post."""
    return reverse("organisation:post", args=[post.pk])


def _known(request: StaffRequest, pk: int) -> Post:
    post = get_object_or_404(POSTS, pk=pk)
    scope.demand(request, post.division_id)
    return post


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a post: who held each seat when, what it lets its holder do, and over what."""
    post = get_object_or_404(POSTS, pk=pk)
    on = request.as_of
    held = list(post.appointments.select_related("person", "term").order_by("-during", "seat"))
    seated = [one for one in held if one.withdrawn_at is None and one.seat and on in one.during]
    standing = [one for one in reversed(held) if one.withdrawn_at is None]
    context = {
        "post": post,
        "exists": on in post.during,
        "appointments": held,
        "free": post.seats - len(seated),
        "powers": powers.said_of(post.kind),
        "place": register.path(post.division_id, on)[1:] if post.division_id else [],
        "excluded": sorted({rule.article for rule in incompatible.against(post.kind)}),
        "picture": bars.draw(ledger.post_spans(post, standing), today=request.today, on=on),
        "may": scope.over(request, post.division_id),
        "tab": "index",
    }
    return render(request, "organisation/post.html", context)


@page(power="organise")
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Set up a post of an organisation."""
    organisation = get_object_or_404(Organisation.objects.select_related("division"), pk=pk)
    scope.demand(request, organisation.division_id)
    first = {"start": request.today, "seats": 1, "division": organisation.division}
    form = body_forms.PostForm(sent(request), initial=first, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        division = fields.pop("division")
        made = organisations.establish_post(
            organisation,
            fields.pop("kind"),
            division=division and division.pk,
            by=actor(request),
            at=clock.now(),
            **fields,
        )
        return _("已设立岗位“%(title)s”，职数 %(n)s。") % {"title": made.title, "n": made.seats}, where(made)

    back = reverse("organisation:organisation", args=[pk])
    return fill(request, Sheet(_("设立岗位"), organisation.name, _("设立岗位"), back), form, act)


@page(power="organise")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename a post, or change how many may hold it."""
    post = _known(request, pk)
    form = body_forms.PostCorrectionForm(
        sent(request), initial={"title": post.title, "seats": post.seats}, on=request.today
    )

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        organisations.change_post(post, by=actor(request), at=clock.now(), **fields)
        return _("岗位“%(title)s”的登记已改。") % {"title": fields["title"]}, where(post)

    return fill(request, Sheet(_("更改岗位"), str(post), _("更改岗位"), where(post)), form, act)


@page(power="organise")
def abolish(request: StaffRequest, pk: int) -> HttpResponse:
    """End a post that nobody holds any more."""
    post = _known(request, pk)
    form = body_forms.DayForm(sent(request), initial={"on_day": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        organisations.abolish_post(post, on=fields["on_day"], by=actor(request), at=clock.now())
        return _("岗位“%(title)s”已撤销。") % {"title": post.title}, where(post)

    held = post.appointments.standing().filter(during__overlap=since(request.today)).select_related("person")
    names = "、".join(one.person.name for one in held)
    ends = (
        [_("还有人在任，要先免职或交接：%(names)s。") % {"names": names}]
        if names
        else [_("岗位没有人在任，可以撤销。")]
    )
    return fill(request, Sheet(_("撤销岗位"), str(post), _("撤销岗位"), where(post), ends, warn=True), form, act)


@page(power="appoint")
def appoint(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody take the post; a person not known yet is entered in the same act."""
    post = _known(request, pk)
    form = forms.AppointForm(sent(request), initial={"start": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        by, at = actor(request), clock.now()
        person, distinction = fields.pop("person"), fields.pop("distinction")
        if fields.pop("fresh"):
            person = people.enter(person, unit=post.division_id, distinction=distinction, by=by, at=at)
        made = appointments.appoint(person, post, Terms(**fields), by=by, at=at)
        seat = _("席位 %(n)s") % {"n": made.seat} if made.seat else _("代理")
        said = _("%(name)s自 %(day)s 任“%(title)s”，%(seat)s。") % {
            "name": person.name, "day": made.during.lower, "title": post.title, "seat": seat,
        }  # fmt: skip
        return said, where(post)

    return fill(request, Sheet(_("任职"), str(post), _("登记任职"), where(post)), form, act)


def _appointment(request: StaffRequest, pk: int) -> Appointment:
    rows = Appointment.objects.select_related("post__organisation", "person")
    appointment = get_object_or_404(rows, pk=pk)
    scope.demand(request, appointment.post.division_id)
    return appointment


@page(power="appoint")
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """End an appointment."""
    appointment = _appointment(request, pk)
    form = forms.EndForm(sent(request), initial={"on_day": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        appointments.end(appointment, on=fields["on_day"], basis=fields["basis"], by=actor(request), at=clock.now())
        said = _("%(name)s自 %(day)s 起不再任“%(title)s”。") % {
            "name": appointment.person.name, "day": fields["on_day"], "title": appointment.post.title,
        }  # fmt: skip
        return said, where(appointment.post)

    ends = [_("“%(title)s”的职权当天停止；分工随之结束；席位空出。") % {"title": appointment.post.title}]
    about = f"{appointment.person.name} · {appointment.post}"
    return fill(request, Sheet(_("免职"), about, _("登记免职"), where(appointment.post), ends, warn=True), form, act)


@page(power="appoint")
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back an appointment that was entered by mistake; it stays visible as withdrawn."""
    appointment = _appointment(request, pk)
    form = forms.ReasonForm(sent(request), on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        appointments.withdraw(appointment, because=fields["because"], by=actor(request), at=clock.now())
        said = _("%(name)s的这次任职已撤回，仍列在历任里。") % {"name": appointment.person.name}
        return said, where(appointment.post)

    ends = [_("这次任职视为从未有过，职权一并停止；登记留在历任里，标明谁、何时、为什么撤回。")]
    about = f"{appointment.person.name} · {appointment.post}"
    return fill(
        request, Sheet(_("撤回任职"), about, _("撤回任职"), where(appointment.post), ends, warn=True), form, act
    )
