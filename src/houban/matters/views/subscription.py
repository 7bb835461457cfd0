"""How one is told outside these pages, chosen by oneself."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core import clock
from houban.matters import actions, hands
from houban.matters.models import Delivery, Subscription
from houban.matters.notifying import channels
from houban.matters.words import ByWhat, Often
from houban.ui.pages import StaffRequest, page

SHOWN = 5


class SubscriptionForm(forms.Form):
    """When and by what; a digest goes to a person and not to a group."""

    often = forms.ChoiceField(label=gettext_lazy("何时"), choices=Often.choices)
    channel = forms.ChoiceField(label=gettext_lazy("方式"), required=False)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        given = [(one.value, one.label) for one in channels.names()]
        self.fields["channel"].choices = [("", _("请选择")), *given]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Ask for a way out where one is needed."""
        fields = super().clean() or {}
        often, channel = fields.get("often"), fields.get("channel")
        if often in (Often.AT_ONCE, Often.DAILY) and "channel" not in self.errors and not channel:
            self.add_error("channel", _("请选用什么方式通知。"))
        if often == Often.DAILY and channel in channels.GROUPS:
            self.add_error("channel", _("每天一次只能用邮件或短信；群里只发随时的提醒。"))
        return fields


@page
def choose(request: StaffRequest) -> HttpResponse:
    """Show and change how one is told."""
    hand = hands.of(request)
    known = Subscription.objects.filter(person=hand.person).first()
    sent = request.POST if request.method == "POST" else None
    first = {"often": known.often, "channel": known.channel} if known else {"often": Often.NEVER}
    form = SubscriptionForm(sent, initial=first)
    if sent is not None and form.is_valid() and hand.person is not None:
        actions.subscribe(hand.person, by=hand.actor, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("已改提醒方式，从现在起照办。"))
        return redirect("matters:subscription")
    context = {
        "form": form,
        "set_up": channels.names(),
        "deliveries": Delivery.objects.filter(person=hand.person).order_by("-made_at")[:SHOWN],
        "by_mail": ByWhat.MAIL,
    }
    return render(request, "matters/subscription.html", context, status=422 if sent is not None else 200)
