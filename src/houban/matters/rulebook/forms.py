"""What a person fills in of the rule book: one form for each part, and the day from which it holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.divisions.forms import SizedFileField
from houban.matters.models import MatterType, Standard
from houban.matters.rulebook.book import Key
from houban.matters.rulebook.sheets import DUTIES, HOURS, RULES, STANDARDS, TYPES, LimitUnit, Part
from houban.matters.words import Duty
from houban.organisation.forms.fields import DatedForm, PickField, choice, day, text

SINCE = gettext_lazy("从这一天起施行；以前的仍在册")
MISSING = {"required": gettext_lazy("请选一个文件。"), "empty": gettext_lazy("文件是空的，请核对。")}
NUMBER = {"required": gettext_lazy("请填数字。"), "invalid": gettext_lazy("请填整数。"),
          "min_value": gettext_lazy("至少是 %(limit_value)s。"),
          "max_value": gettext_lazy("至多是 %(limit_value)s。")}  # fmt: skip
TIME = {"required": gettext_lazy("请填时间。"), "invalid": gettext_lazy("请写成 09:00 这样。")}


def _number(label: Any, *, least: int = 0, most: int = 999, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint, error_messages=NUMBER)


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, error_messages=TIME)


def _types(on: date) -> list[tuple[str, str]]:
    """Return the types of a day by standard and code; the code comes after the last slash."""
    rows = MatterType.objects.on(on).order_by("standard__code", "code")
    found = rows.values_list("standard__code", "code", "name")
    return [(f"{standard}/{code}", f"{code} {name}") for standard, code, name in found]


class BookFileForm(forms.Form):
    """A rule book to look through before it is applied, and from when it holds."""

    file = SizedFileField(label=gettext_lazy("规则簿（.xlsx 或 .csv）"), error_messages=MISSING)
    since = day(gettext_lazy("起用日"), hint=SINCE)


class EndForm(forms.Form):
    """From when a row is out of use."""

    since = day(gettext_lazy("从哪天起停用"), hint=gettext_lazy("前一天仍照旧；已立案的事项不受影响"))


class PartForm(DatedForm):
    """A part's form: `key()` tells the row apart, `said()` is what it says."""

    def key(self) -> Key:
        """Return what tells the row apart."""
        return ()

    def said(self) -> dict[str, Any]:
        """Return what the row says."""
        return {}

    def fix(self) -> None:
        """Leave out what tells the row apart: that is decided already."""


class StandardForm(PartForm):
    """A standard."""

    code = text(gettext_lazy("标准号"), most=40, required=True)
    name = text(gettext_lazy("名称"), most=80, required=True)
    since = day(gettext_lazy("施行日"))

    def key(self) -> Key:
        """Return the code."""
        return (self.cleaned_data["code"],)

    def said(self) -> dict[str, Any]:
        """Return the name."""
        return {"name": self.cleaned_data["name"]}

    def fix(self) -> None:
        """A standard keeps its code and its day."""
        del self.fields["code"], self.fields["since"]


class TypeForm(PartForm):
    """A type of a standard."""

    standard = forms.ChoiceField(label=gettext_lazy("标准"))
    code = text(gettext_lazy("类型代码"), most=20, required=True)
    name = text(gettext_lazy("名称"), most=60, required=True)
    parent = forms.ChoiceField(label=gettext_lazy("上级类型"), required=False)
    since = day(gettext_lazy("起用日"))

    def __init__(self, *args: Any, of: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        codes = Standard.objects.on(self.on).values_list("code", "name")
        self.fields["standard"].choices = [(code, f"{code} {name}") for code, name in codes]  # type: ignore[attr-defined]
        types = MatterType.objects.on(self.on).order_by("standard__code", "code")
        if of:
            types = types.filter(standard__code=of)
        rows = types.values_list("standard__code", "code", "name")
        found = [(code if of else f"{standard}/{code}", f"{code} {name}") for standard, code, name in rows]
        self.fields["parent"].choices = [("", _("没有上级")), *found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Let the type above be of the same standard."""
        cleaned = super().clean() or self.cleaned_data
        standard, slash, code = cleaned.get("parent", "").partition("/")
        if slash:
            if standard != cleaned.get("standard"):
                self.add_error("parent", _("上级类型要在同一个标准里。"))
            cleaned["parent"] = code
        return cleaned

    def key(self) -> Key:
        """Return standard and code."""
        return (self.cleaned_data["standard"], self.cleaned_data["code"])

    def said(self) -> dict[str, Any]:
        """Return name and the type above."""
        return {"name": self.cleaned_data["name"], "parent": self.cleaned_data["parent"]}

    def fix(self) -> None:
        """A type keeps its code and its day."""
        del self.fields["standard"], self.fields["code"], self.fields["since"]


class RuleForm(PartForm):
    """A filing rule of a type."""

    type = forms.ChoiceField(label=gettext_lazy("类型"))
    condition = text(gettext_lazy("立案条件"), most=200, required=True)
    limit_amount = _number(gettext_lazy("时限"), least=1)
    limit_unit = choice(gettext_lazy("时限单位"), LimitUnit.choices)
    photos_before = _number(gettext_lazy("处置前照片"), most=9, hint=gettext_lazy("至少几张"))
    photos_after = _number(gettext_lazy("处置后照片"), most=9, hint=gettext_lazy("至少几张"))
    closing = text(gettext_lazy("结案条件"), most=200)
    recheck_percent = _number(
        gettext_lazy("抽查比例（%）"), most=100, hint=gettext_lazy("村级、现场办结的，由上级抽查几成")
    )
    since = day(gettext_lazy("起用日"), hint=SINCE)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["type"].choices = _types(self.on)  # type: ignore[attr-defined]

    def key(self) -> Key:
        """Return standard, type, and 0 for the next free number."""
        standard, _slash, code = self.cleaned_data["type"].rpartition("/")
        return (standard, code, 0)

    def said(self) -> dict[str, Any]:
        """Return what the rule says."""
        return {name: self.cleaned_data[name] for name in RULES.values}

    def fix(self) -> None:
        """A rule keeps its type."""
        del self.fields["type"]


class DutyForm(PartForm):
    """Who receives or handles what where."""

    duty = choice(gettext_lazy("职责"), Duty.choices)
    division = PickField("division", label=gettext_lazy("区划"), required=True,
                         help_text=gettext_lazy("在这里和它以下都管"))  # fmt: skip
    type = forms.ChoiceField(label=gettext_lazy("类型"), required=False)
    organisation = PickField("organisation", label=gettext_lazy("机构"), required=True)
    basis = text(gettext_lazy("依据"))
    since = day(gettext_lazy("起用日"), hint=SINCE)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["type"].choices = [("", _("所有类型")), *_types(self.on)]  # type: ignore[attr-defined]

    def key(self) -> Key:
        """Return duty, division and type."""
        standard, _slash, code = self.cleaned_data["type"].rpartition("/")
        return (self.cleaned_data["duty"], self.cleaned_data["division"].pk, standard, code)

    def said(self) -> dict[str, Any]:
        """Return who does it, and on which basis."""
        return {"organisation": self.cleaned_data["organisation"].pk, "basis": self.cleaned_data["basis"]}

    def fix(self) -> None:
        """A duty keeps its place and type."""
        for name in ("duty", "division", "type"):
            del self.fields[name]


class HoursForm(PartForm):
    """Office hours from a day on."""

    name = text(gettext_lazy("名称"), most=20, required=True, hint=gettext_lazy("如：夏季"))
    opens = _time(gettext_lazy("上午上班"))
    pauses = _time(gettext_lazy("上午下班"))
    resumes = _time(gettext_lazy("下午上班"))
    closes = _time(gettext_lazy("下午下班"))
    since = day(gettext_lazy("起用日"), hint=gettext_lazy("到下一条的起用日为止；已算出的到期时间不变"))

    def said(self) -> dict[str, Any]:
        """Return the hours."""
        return {name: self.cleaned_data[name] for name in HOURS.values}


FORMS: dict[str, type[PartForm]] = {
    STANDARDS.slug: StandardForm,
    TYPES.slug: TypeForm,
    RULES.slug: RuleForm,
    DUTIES.slug: DutyForm,
    HOURS.slug: HoursForm,
}


def initial(part: Part, row: Any, since: date) -> dict[str, Any]:
    """Return what a form shows of a row in force."""
    shown = {name: getattr(row, name) for name in part.values}
    if part is TYPES:
        shown["parent"] = row.parent.code if row.parent else ""
    return shown | {"since": since}
