"""Forms of the pages of elections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from houban.organisation.words import Nature

DAY = {"required": _("请填日期。"), "invalid": _("请写成 2021-01-10 这样。")}

SEATED = [choice for choice in Nature.choices if choice[0] != Nature.ACTING]


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget, error_messages=DAY)


class TermForm(forms.Form):
    """Which term, elected when, until when."""

    number = forms.IntegerField(
        label=_("届次"), min_value=1, max_value=999, error_messages={"required": _("请填第几届。")}
    )
    on = _day(_("选举日"))
    until = _day(_("任期届满日"), required=False)
    document = forms.CharField(label=_("当选公告"), max_length=120, required=False)


class ElectedForm(forms.Form):
    """Who was elected to one seat; empty where nobody was."""

    post = forms.CharField(widget=forms.HiddenInput, max_length=60)
    seat = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    distinction = forms.CharField(label=_("区分同名"), max_length=40, required=False)
    nature = forms.ChoiceField(label=_("性质"), choices=SEATED, initial=Nature.FULL_TIME, required=False)
    new = forms.BooleanField(label=_("新登记"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "distinction", "nature", "new"):
            self.fields[name].widget.attrs["aria-label"] = f"{self.initial.get('title', '')} {self.fields[name].label}"
        self.fields["name"].widget.attrs |= {"class": "input", "list": "candidates", "autocomplete": "off", "size": 8}
        self.fields["distinction"].widget.attrs |= {"class": "input", "size": 6}
        self.fields["nature"].widget.attrs["class"] = "input"


ElectedFormSet = forms.formset_factory(ElectedForm, extra=0, max_num=200)
