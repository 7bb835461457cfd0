"""Forms for asking who may, and for settling successors."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.organisation.heirs import Unclear
from houban.organisation.powers import MEANING, Power


class WhoForm(forms.Form):
    """A place by name or code, and a power."""

    place = forms.CharField(
        label=gettext_lazy("哪个单位（名称或代码）"),
        max_length=80,
        error_messages={"required": gettext_lazy("请填一个单位的名称或代码。")},
    )
    power = forms.ChoiceField(
        label=gettext_lazy("办什么"), choices=[(power.value, meaning) for power, meaning in MEANING.items()]
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.found: list[DivisionVersion] = []

    def clean_place(self) -> str:
        """Find the place on the day, or any day when it has none then."""
        place: str = self.cleaned_data["place"].strip()
        self.found = register.find(place, self.on) or _ever(place)
        if not self.found:
            raise forms.ValidationError(_("没有找到“%(place)s”。请核对名称或代码。") % {"place": place})
        return place

    def clean_power(self) -> Power:
        """Return the power asked for."""
        return Power(self.cleaned_data["power"])


def _ever(place: str) -> list[DivisionVersion]:
    versions = DivisionVersion.objects.live()
    known = versions.filter(division__codes__code=place) if place.isdigit() else versions.filter(name=place)
    latest = {version.division_id: version for version in known.order_by("during")}
    return list(latest.values())


class SettleForm(forms.Form):
    """Which successor, and why."""

    heir = forms.TypedChoiceField(label=gettext_lazy("归谁"), coerce=int)
    reason = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写依据，如户籍底册、会议纪要。")},
    )

    def __init__(self, *args: Any, one: Unclear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(successor.division, successor.name) for successor in one.successors]
        self.fields["heir"].choices = choices  # type: ignore[attr-defined]
