"""Who may do what: the table of powers, the question of who could, and successors to be settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.divisions.models import DivisionVersion
from houban.organisation import authority, heirs
from houban.organisation.actions import heirs as actions
from houban.organisation.authority import Answer
from houban.organisation.forms.authority import SettleForm, WhoForm
from houban.organisation.powers import MEANING, PostKind, Power, kinds_with
from houban.organisation.refusals import Refused
from houban.organisation.rules import incompatible
from houban.ui.pages import StaffRequest, page, stay_on


@dataclass(frozen=True)
class Exclusion:
    """Posts that exclude others, for one reason."""

    ones: list[str]
    others: list[str]
    same_division: bool
    kin: bool
    article: str


def _exclusions() -> list[Exclusion]:
    found = []
    for article in dict.fromkeys(rule.article for rule in incompatible.RULES):
        rules = [rule for rule in incompatible.RULES if rule.article == article]
        first = [rule for rule in rules if (rule.one, rule.other) == (rules[0].one, rule.other)]
        others = {rule.other for rule in first}
        ones = [rule.one for rule in rules if rule.other in others and rule.one not in others] or [rules[0].one]
        found.append(Exclusion(_labels(ones), _labels(others), rules[0].same_division, rules[0].kin, article))
    return found


def _labels(kinds: Iterable[PostKind]) -> list[str]:
    return list(dict.fromkeys(str(kind.label) for kind in PostKind if kind in set(kinds)))


def _holders(power: Power) -> list[str]:
    return [str(_("每个岗位"))] if power is Power.READ else _labels(kinds_with(power))


@page
def powers(request: StaffRequest) -> HttpResponse:
    """Answer who could do something over a place on the day shown, and by which post; show the whole table."""
    form = WhoForm(request.GET if "place" in request.GET else None, on=request.as_of)
    asked: list[tuple[DivisionVersion, list[Answer]]] = []
    if form.is_bound and form.is_valid():
        power = form.cleaned_data["power"]
        asked = [(place, authority.who_could(place.division_id, power, request.as_of)) for place in form.found[:10]]
    context = {
        "form": form,
        "asked": asked,
        "kinds": dict(PostKind.choices),
        "meanings": [(MEANING[power], _holders(power)) for power in Power],
        "exclusions": _exclusions(),
        "unclear": [one for one in heirs.unclear(request.today) if one.settled is None],
    }
    return render(request, "organisation/powers.html", context, status=422 if form.errors else 200)


@page
def successors(request: StaffRequest) -> HttpResponse:
    """List the former divisions whose rows several successors see, with what has been settled."""
    found = [(one, SettleForm(one=one)) for one in heirs.unclear(request.today)]
    return render(request, "organisation/successors.html", {"found": found})


def _one(request: StaffRequest, pk: int) -> heirs.Unclear:
    one = next((one for one in heirs.unclear(request.today) if one.division == pk), None)
    if one is None:
        raise Http404(_("这个单位没有待认定的承接关系。"))
    return one


@require_POST
@page(power="register")
def settlement(request: StaffRequest, pk: int) -> HttpResponse:
    """Settle one former division."""
    one = _one(request, pk)
    form = SettleForm(request.POST, one=one)
    if not form.is_valid():
        found = [
            (other, form if other.division == pk else SettleForm(one=other)) for other in heirs.unclear(request.today)
        ]
        return render(request, "organisation/successors.html", {"found": found}, status=422)
    try:
        data = form.cleaned_data
        actions.settle(one, data["heir"], reason=data["reason"], by=actor(request), at=clock.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("已认定%(name)s的记录归谁，即时起只有它能看见。") % {"name": one.name})
    return redirect(stay_on(request, "organisation:successors"))


@require_POST
@page(power="register")
def unsettlement(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a settlement back."""
    one = _one(request, pk)
    if one.settled is not None:
        actions.unsettle(one.settled, by=actor(request), at=clock.now())
        messages.success(request, _("已收回认定，各承接单位又都能看见%(name)s的记录。") % {"name": one.name})
    return redirect(stay_on(request, "organisation:successors"))
