"""Fields of this room's forms: a day, and something chosen by typing a part of its name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.organisation.picking import SOURCES, Choice

Label = Any  # a text, perhaps translated only when it is shown


def day(label: Label, *, required: bool = True, hint: Label = "") -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("请填日期。"), "invalid": gettext_lazy("请写成 2020-06-30 这样。")},
    )


def text(label: Label, *, most: int = 120, required: bool = False, hint: Label = "") -> forms.CharField:
    """Return a field for a line of text."""
    missing = gettext_lazy("请填写这一项。")
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, error_messages={"required": missing}
    )


def choice(label: Label, choices: Any, *, required: bool = True, hint: Label = "") -> forms.ChoiceField:
    """Return a field for one of a few."""
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text=hint)


class PickWidget(forms.Widget):
    """A text field with what matches below it; without scripts the server offers the matches after sending."""

    source: str
    on: date

    def id_for_label(self, id_: str) -> str:
        """Let the label point to the text field."""
        return id_

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> tuple[str, str]:
        """Return what was typed and what was chosen."""
        return (data.get(f"{name}_text", "").strip(), data.get(name, ""))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """Write the field and its matches."""
        typed, chosen, choices = self._shown(value)
        given = self.build_attrs(self.attrs, attrs)
        context = {"name": name, "typed": typed, "chosen": chosen, "choices": choices, "source": self.source}
        return render_to_string("organisation/pick.html", context | {"attrs": given, "id": given.get("id", name)})

    def _shown(self, value: Any) -> tuple[str, int | None, list[Choice]]:
        source = SOURCES[self.source]
        if isinstance(value, Model):
            shown = source.show(value, self.on)
            return shown.label, shown.pk, [shown]
        typed, chosen = value or ("", "")
        row = source.get(chosen, self.on)
        choices = source.choices(typed, self.on)
        if row is not None and row.pk not in {one.pk for one in choices}:
            choices = [source.show(row, self.on), *choices]
        return typed, row.pk if row is not None else None, choices


class PickField(forms.Field):
    """Something that exists, chosen by a part of its name; with `fresh` a name that nobody has yet may stand."""

    widget = PickWidget
    fresh = False

    def __init__(self, source: str, **more: Any) -> None:
        super().__init__(**more)
        self.source = self.widget.source = source
        self.on = date.min

    def of_day(self, on: date) -> None:
        """Look for what exists on a day."""
        self.on = self.widget.on = on

    def clean(self, value: Any) -> Any:
        """Return the row, None, or the fresh name."""
        typed, chosen = value or ("", "")
        source = SOURCES[self.source]
        row = source.get(chosen, self.on)
        if row is not None and not self.fresh:
            return row
        if not typed:
            if self.required:
                raise ValidationError(_("请输入名称，从下面选一个。"))
            return None
        return typed if self.fresh else self._named(typed, source.choices(typed, self.on))

    def _named(self, typed: str, choices: list[Choice]) -> Any:
        exact = [one for one in choices if one.label == typed] or choices
        if len(exact) == 1:
            return SOURCES[self.source].get(str(exact[0].pk), self.on)
        if not exact:
            raise ValidationError(_("没有找到“%(text)s”，请核对写法，或只写一部分。") % {"text": typed})
        raise ValidationError(_("有 %(n)s 个相符，请在下面选一个。") % {"n": len(exact)})


class DatedForm(forms.Form):
    """A form whose choices are those of a day."""

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.on = on
        for one in self.fields.values():
            if isinstance(one, PickField):
                one.of_day(on)
