"""A form on a page of its own: shown, refused with a sentence, or done and gone on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from houban.organisation.refusals import Refused
from houban.ui.pages import StaffRequest

FORM = "organisation/form.html"


@dataclass(frozen=True)
class Sheet:
    """What stands around the fields: the act's name, whom it is about, its verb, and what will come of it."""

    title: str
    about: str
    verb: str
    back: str
    consequences: list[str] = field(default_factory=list)
    warn: bool = False
    tab: str = "index"


def sent(request: StaffRequest) -> QueryDict | None:
    """Return what was filled in, or None while the form is only shown."""
    return request.POST if request.method == "POST" else None


def fill(
    request: StaffRequest, sheet: Sheet, form: forms.Form, act: Callable[[dict[str, Any]], tuple[str, str]]
) -> HttpResponse:
    """Show a form; when it is sent and right, let `act` happen, which returns what to say and where to go on."""
    context = {"sheet": sheet, "form": form, "tab": sheet.tab}
    if not request.is_today:
        return render(request, FORM, context, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return render(request, FORM, context)
    if form.is_valid():
        try:
            said, onward = act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, _("没有办理：%(why)s") % {"why": refusal})
        else:
            messages.success(request, said)
            return redirect(onward)
    return render(request, FORM, context, status=422)
