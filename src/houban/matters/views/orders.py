"""Supervision orders: the list, one as it is printed, a new one, and putting right what one says."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core import clock
from houban.core.spreadsheets import xlsx_response
from houban.divisions import register
from houban.divisions.models import Division
from houban.matters import actions, hands, moments, office, orders, pages, places
from houban.matters.actions import Report
from houban.matters.actions.opening import ORDERED, SUPERVISION
from houban.matters.forms import LONG, REQUIRED
from houban.matters.models import Order
from houban.matters.refusals import RefusedError
from houban.matters.rules import table
from houban.matters.views.queues import WITH
from houban.matters.words import Channel, Grade, Level, State
from houban.organisation import authority
from houban.organisation.forms.fields import DatedForm, PickField, choice, text
from houban.organisation.powers import Power
from houban.ui.pages import StaffRequest, page


class SaidForm(DatedForm):
    """What an order says."""

    grade = choice(gettext_lazy("督办级别"), Grade.choices)
    basis = text(gettext_lazy("督办依据"), most=200, hint=gettext_lazy("会议纪要、批示或文件号，没有可不填"))
    demand = forms.CharField(label=gettext_lazy("要求"), max_length=500, widget=LONG, error_messages=REQUIRED)


class OrderForm(SaidForm):
    """A new order: what, to whom, where and by when."""

    kind = choice(gettext_lazy("类别"), ())
    title = text(gettext_lazy("标题"), most=80, required=True)
    holder = PickField("organisation", label=gettext_lazy("承办机构"))
    unit = forms.TypedChoiceField(label=gettext_lazy("区划"), coerce=int, error_messages=REQUIRED)
    due = forms.DateTimeField(
        label=gettext_lazy("要求何时回复"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=REQUIRED,
    )
    field_order = ("kind", "title", "holder", "unit", "grade", "basis", "demand", "due")

    def __init__(self, *args: Any, on: date, now: Any, **more: Any) -> None:
        super().__init__(*args, on=on, **more)
        self.now = now
        self.fields["unit"].choices = units(on)  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(one, table.kind(one).label) for one in ORDERED]  # type: ignore[attr-defined]

    def clean_due(self) -> Any:
        """Ask for a time to come."""
        if self.cleaned_data["due"] <= self.now:
            raise forms.ValidationError(_("要求回复的时间已经过了，请改成以后。"))
        return self.cleaned_data["due"]


def units(on: date) -> list[tuple[int, str]]:
    """Return the county and towns over which the one who asks may order, the county first."""
    county = register.county()
    offered = [*([(county, _("全县"))] if county is not None else []), *places.towns(on)]
    within = Division.objects.filter(pk__in=authority.scope(Power.SUPERVISE))
    mine = set(within.filter(pk__in=[pk for pk, _name in offered]).values_list("pk", flat=True))
    return [one for one in offered if one[0] in mine]


@page
def index(request: StaffRequest) -> HttpResponse:
    """List orders, fifty a page; the address holds every filter."""
    want, hand, hours = orders.asked(request.GET), hands.of(request), office.current()
    counted = orders.counts(person=hand.person, now=request.moment)
    found = orders.rows(want, person=hand.person, now=request.moment)
    shown = Paginator(found, orders.A_PAGE).get_page(request.GET.get("page"))
    context = {
        "want": want,
        "tabs": [(key, label, counted[key]) for key, label in orders.TABS.items()],
        "orders": shown,
        "rows": [(one, moments.face(one.matter, hours, request.moment)) for one in shown],
        "bodies": orders.bodies(),
        "grades": Grade.choices,
    }
    return render(request, "matters/orders/list.html", context)


@page
def export(request: StaffRequest) -> HttpResponse:
    """Send what the list's address asks for, as .xlsx."""
    want, person = orders.asked(request.GET), hands.of(request).person
    found = list(orders.rows(want, person=person, now=request.moment)[: orders.MOST])
    sheet = orders.sheet(found, office.current(), now=request.moment)
    return xlsx_response([sheet], filename=f"{sheet.name}.xlsx")


@page
def show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Show an order as it is printed, with its reply and how that was judged."""
    get_object_or_404(Order, pk=pk)
    matter, hand = get_object_or_404(WITH, pk=pk), hands.of(request)
    context = pages.of(matter, hand, request.moment) | {
        "may_correct": matter.state == State.DISPATCHED and matter.reporter_id == hand.person is not None,
        "reply": orders.reply(matter),
        "checked": orders.checked(matter),
    }
    return render(request, "matters/orders/order.html", context)


@page(power="supervise")
def new(request: StaffRequest) -> HttpResponse:
    """Issue an order that is about no matter in particular."""
    sent = request.POST if request.method == "POST" else None
    form = OrderForm(sent, on=request.today, now=request.moment, initial={"grade": Grade.ORDINARY, "kind": SUPERVISION})
    if sent is not None and form.is_valid():
        said = form.cleaned_data
        report = Report(
            said["kind"], said["title"], said["unit"], text=said["demand"], channel=Channel.INTERNAL,
            level=Level.COUNTY if said["unit"] == register.county() else Level.TOWN,
            holder=said["holder"].pk, due=said["due"], grade=said["grade"], basis=said["basis"],
        )  # fmt: skip
        try:
            made = actions.open_matter(report, hands.of(request), happened_at=request.moment, at=clock.now())
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已签发 %(number)s。") % {"number": made.number})
            return redirect("matters:order", pk=made.pk)
    return render(request, "matters/orders/form.html", {"form": form}, status=422 if sent is not None else 200)


@page
def edit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Put right what an order says, as long as it has not been accepted."""
    order, sent = get_object_or_404(Order.objects.select_related("matter"), pk=pk), None
    if request.method == "POST":
        sent = request.POST
    first = {"grade": order.grade, "basis": order.basis, "demand": order.demand}
    form = SaidForm(sent, on=request.today, initial=first)
    if sent is not None and form.is_valid():
        try:
            actions.correct(pk, by=hands.of(request), at=clock.now(), **form.cleaned_data)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已更正 %(number)s。") % {"number": order.matter.number})
            return redirect("matters:order", pk=pk)
    context = {"form": form, "order": order}
    return render(request, "matters/orders/form.html", context, status=422 if sent is not None else 200)
