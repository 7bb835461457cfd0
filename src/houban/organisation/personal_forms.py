"""Forms of the pages of personal values."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from houban.organisation.actions.personal import SHORTEST_REASON
from houban.organisation.rules import personal

TYPED = {"autocomplete": "off", "spellcheck": "false"}


class ReasonForm(forms.Form):
    """Why somebody looks, exports or erases."""

    reason = forms.CharField(
        label=_("原因"),
        min_length=SHORTEST_REASON,
        max_length=200,
        error_messages={"required": _("请写明原因。"), "min_length": _("原因太短，请写明为什么。")},
    )


class PutForm(forms.Form):
    """A value for a field of a person."""

    field = forms.ChoiceField(label=_("栏目"))
    text = forms.CharField(
        label=_("内容"),
        max_length=60,
        widget=forms.TextInput(attrs=TYPED),
        error_messages={"required": _("请填号码。")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["field"].choices = [(field.name, field.label) for field in personal.TABLE]  # type: ignore[attr-defined]


class FindForm(ReasonForm):
    """A value to find its person by."""

    field = forms.ChoiceField(label=_("按什么找"))
    text = forms.CharField(
        label=_("完整的号码"),
        max_length=60,
        widget=forms.TextInput(attrs=TYPED),
        error_messages={"required": _("请填号码。")},
    )
    field_order = ["field", "text", "reason"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["field"].choices = [(field.name, field.label) for field in personal.found_by()]  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Whose data is asked for."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
