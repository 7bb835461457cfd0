"""Forms of what is taken from one day's map to another's."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from houban.divisions.forms import SizedFileField
from houban.divisions.words import Measure


class TableForm(forms.Form):
    """A table of values under codes."""

    file = SizedFileField(
        label=gettext_lazy("带区划代码的数据表（.xlsx 或 .csv）"),
        error_messages={"required": gettext_lazy("请选一个文件。"), "empty": gettext_lazy("文件是空的，请核对。")},
    )


class WayForm(forms.Form):
    """From which day's map to which, and by what a divided value is shared out."""

    start = forms.DateField(
        label=gettext_lazy("数据所在日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
    )
    end = forms.DateField(
        label=gettext_lazy("换算到"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
    )
    measure = forms.ChoiceField(label=gettext_lazy("分摊依据"), choices=Measure.choices)
