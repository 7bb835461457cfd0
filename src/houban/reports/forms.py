"""Forms of figures and reports."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 20 * 1024 * 1024
LARGEST = Decimal("99999999999999")


class ValueForm(forms.Form):
    """A number with its day and source."""

    value = forms.DecimalField(
        label=_("数值"),
        max_digits=18,
        decimal_places=4,
        min_value=-LARGEST,
        max_value=LARGEST,
        error_messages={"required": _("请填数值。"), "invalid": _("请只填数字，单位不用写。")},
    )
    as_of = forms.DateField(
        label=_("所属日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请选这个数说的是哪一天。"), "invalid": _("日期写成 2021-06-30 这样。")},
    )
    source = forms.CharField(label=_("来源"), max_length=200, error_messages={"required": _("请写来源文件或单位。")})


class WithdrawForm(forms.Form):
    """Why a value is taken back."""

    because = forms.CharField(label=_("为什么撤回"), max_length=200, error_messages={"required": _("请写原因。")})


class ReportForm(forms.Form):
    """The day of a report, and perhaps the county's own template."""

    on = forms.DateField(
        label=_("截至"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请选一天。"), "invalid": _("日期写成 2021-06-30 这样。")},
    )
    template = forms.FileField(label=_("自己的模板（.docx，可不选）"), required=False)

    def clean_template(self) -> object:
        """Refuse a template that is too large."""
        file = self.cleaned_data.get("template")
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("模板超过 20 MB，请去掉里面的大图。"))
        return file
