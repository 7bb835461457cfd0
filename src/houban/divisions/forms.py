"""Forms of the register's pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from houban.divisions.words import HOME_SCHEMES, Counted, DayBasis

MOST_BYTES = 20 * 1024 * 1024


class SizedFileField(forms.FileField):
    """A file of at most 20 MB."""

    def clean(self, value: Any, initial: Any = None) -> Any:
        """Refuse a file that is too large."""
        file = super().clean(value, initial)
        if file is not None and getattr(file, "size", 0) > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 20 MB，请拆成几份。"))
        return file


class ManyFilesInput(forms.ClearableFileInput):
    """Lets a person choose several files at once."""

    allow_multiple_selected = True


class ManyFilesField(SizedFileField):
    """Several files, each cleaned alone."""

    widget = ManyFilesInput

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        """Clean each file."""
        one = super().clean
        values = value if isinstance(value, list | tuple) else [value]
        return [one(item, initial) for item in values or [None]]


class ChangeFileForm(forms.Form):
    """A file of changes."""

    file = SizedFileField(
        label=_("调整表（.xlsx 或 .csv）"),
        error_messages={"required": _("请选一个文件。"), "empty": _("文件是空的，请核对。")},
    )


class ListForm(forms.Form):
    """An official list to take in."""

    lists = ManyFilesField(
        label=_("名录文件（可选几个：县、乡、村各一）"),
        error_messages={"required": _("请选一个文件。"), "empty": _("文件是空的，请核对。")},
    )
    as_of = forms.DateField(
        label=_("名录截至日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填名录截至哪一天。"), "invalid": _("请写成 2020-06-30 这样。")},
    )
    scheme = forms.ChoiceField(label=_("代码体系"), choices=HOME_SCHEMES, initial="nbs")
    name = forms.CharField(label=_("名录名称"), max_length=120, required=False)
    source = forms.CharField(label=_("出处"), max_length=200, required=False)


class AnnulForm(forms.Form):
    """Why a change is taken back."""

    because = forms.CharField(label=_("撤销原因"), max_length=200, min_length=2)


class SignForm(forms.Form):
    """Why a difference from an official list is right."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, min_length=2, error_messages={"required": _("请写明差异的原因。")}
    )


class DocumentForm(forms.Form):
    """The scanned document of a change."""

    file = SizedFileField(
        label=_("批文（PDF、图片或 Word）"),
        validators=[FileExtensionValidator(["pdf", "jpg", "jpeg", "png", "docx", "doc", "ofd"])],
        error_messages={"required": _("请选一个文件。")},
    )


class BaselineForm(forms.Form):
    """The day "before" means."""

    day = forms.DateField(
        label=_("调整前口径日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填日期。"), "invalid": _("请写成 2019-10-31 这样。")},
    )
    reason = forms.CharField(
        label=_("为什么取这一天"), max_length=200, error_messages={"required": _("请写明为什么取这一天。")}
    )


class TotalForm(forms.Form):
    """What an act says of itself: so many before, so many after."""

    measure = forms.ChoiceField(label=_("计数对象"), choices=Counted.choices)
    before = forms.IntegerField(label=_("调整前"), min_value=0, error_messages={"required": _("请填批文写的个数。")})
    before_on = forms.DateField(
        label=_("调整前所在日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填日期。"), "invalid": _("请写成 2020-06-30 这样。")},
    )
    after = forms.IntegerField(label=_("调整后"), min_value=0, error_messages={"required": _("请填批文写的个数。")})
    after_on = forms.DateField(
        label=_("调整后所在日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填日期。"), "invalid": _("请写成 2020-06-30 这样。")},
    )


class SettlingFileForm(forms.Form):
    """The filled-in workbook of questions."""

    file = SizedFileField(label=_("填好的表（.xlsx）"), error_messages={"required": _("请选一个文件。")})


class ActForm(forms.Form):
    """Which act a comparison's answers belong to, and its text."""

    title = forms.CharField(label=_("标题"), max_length=120, error_messages={"required": _("请填标题。")})
    document = forms.CharField(label=_("文号"), max_length=80, required=False)
    authority = forms.CharField(label=_("发文机关"), max_length=80, required=False)
    day = forms.DateField(
        label=_("生效日"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填生效日。"), "invalid": _("请写成 2020-06-30 这样。")},
    )
    day_basis = forms.ChoiceField(label=_("日期依据"), choices=DayBasis.choices)
    text = forms.CharField(
        label=_("批文原文（粘贴，一句一个调整）"),
        max_length=40000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class CorrectionForm(forms.Form):
    """Why an act was recorded wrongly."""

    because = forms.CharField(
        label=_("哪里登记错了，为什么"),
        max_length=200,
        min_length=2,
        error_messages={"required": _("请写明哪里登记错了。"), "min_length": _("请写明哪里登记错了。")},
    )


class ValueForm(forms.Form):
    """A name or a code that was recorded wrongly, and what is right."""

    what = forms.ChoiceField(label=_("登记错的"))
    now = forms.CharField(label=_("应为"), max_length=60, error_messages={"required": _("请填写正确的内容。")})
    because = forms.CharField(
        label=_("更正原因"),
        max_length=200,
        min_length=2,
        error_messages={"required": _("请写明更正原因。"), "min_length": _("请写明更正原因。")},
    )

    def __init__(self, *args: Any, versions: Iterable[Any], codes: Iterable[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        found: dict[str, str] = {}
        for one in versions:
            found.setdefault(f"name|{one.name}", f"{_('名称')} {one.name}")
            found.setdefault(f"official_name|{one.official_name}", f"{_('全称')} {one.official_name}")
        for code in codes:
            found.setdefault(f"code|{code.code}", f"{_('代码')} {code.code}（{code.get_scheme_display()}）")
        self.fields["what"].choices = list(found.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a code that is none, and what changes nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        field, _bar, was = cleaned.get("what", "").partition("|")
        now = cleaned.get("now", "").strip()
        if now and now == was:
            self.add_error("now", _("与登记的一样，不用更正。"))
        if field == "code" and now and not now.isalnum():
            self.add_error("now", _("代码只能是数字和字母。"))
        return cleaned


class BranchForm(forms.Form):
    """A what-if: what it is called, what for, and on which day's map."""

    name = forms.CharField(label=_("名称"), max_length=60, error_messages={"required": _("请填名称。")})
    purpose = forms.CharField(label=_("要解决什么"), max_length=200, required=False)
    day = forms.DateField(
        label=_("推演哪一天的区划"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请填日期。"), "invalid": _("请写成 2020-06-30 这样。")},
    )


class DiscardForm(forms.Form):
    """Why a what-if is given up."""

    because = forms.CharField(label=_("放弃原因"), max_length=200, min_length=2)
