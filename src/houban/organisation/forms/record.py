"""The form that searches the record."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.models import RecordEntry
from houban.core.record import words


class RecordForm(forms.Form):
    """Who, what, to what, from which day until which."""

    who = forms.CharField(label=gettext_lazy("经办人"), max_length=40, required=False)
    verb = forms.ChoiceField(label=gettext_lazy("做了什么"), required=False)
    what = forms.CharField(label=gettext_lazy("对象"), max_length=80, required=False)
    since = forms.DateField(
        label=gettext_lazy("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(words.verbs().items(), key=lambda pair: pair[1])
        self.fields["verb"].choices = [("", _("全部")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Demand an order of the days."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("止日早于起日。请对调。"))
        return cleaned

    def entries(self) -> QuerySet[RecordEntry]:
        """Return what was asked for; the policy leaves out what lies outside one's scope."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        found = RecordEntry.objects.all()
        if asked.get("who"):
            found = found.filter(actor_name__contains=asked["who"])
        if asked.get("verb"):
            found = found.filter(verb=asked["verb"])
        if asked.get("what"):
            found = found.filter(Q(subject_label__contains=asked["what"]) | Q(subject_id=asked["what"]))
        zone = get_current_timezone()
        if asked.get("since"):
            found = found.filter(at__gte=datetime.combine(asked["since"], time.min, zone))
        if asked.get("until"):
            found = found.filter(at__lt=datetime.combine(asked["until"] + timedelta(days=1), time.min, zone))
        return found
