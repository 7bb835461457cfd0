"""Forms of the pages that take files in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from houban.divisions.forms import SizedFileField

MISSING = {"required": _("请选一个文件。"), "empty": _("文件是空的，请核对。")}


class RosterForm(forms.Form):
    """A roster to look through before it is applied."""

    file = SizedFileField(label=_("花名册（.xlsx 或 .csv）"), error_messages=MISSING)


class ResultsForm(forms.Form):
    """Results of elections to look through before they are applied."""

    file = SizedFileField(label=_("换届结果（.xlsx 或 .csv）"), error_messages=MISSING)
