"""What a person fills in: a new matter, and what a verb needs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core import identifiers
from houban.matters import evidence, places
from houban.matters.actions.parties import Named
from houban.matters.models import Evidence, FilingRule, Matter, MatterType
from houban.matters.rules import table
from houban.matters.rules.table import Row
from houban.matters.words import Channel, Grade, Result, Verb, Wish
from houban.organisation.forms.fields import DatedForm, PickField, choice, text

WITH_PHOTOS = (
    Verb.RESOLVE,
    Verb.SUBMIT,
    Verb.SEND_BACK,
    Verb.RETURN,
    Verb.VERIFY,
    Verb.REOPEN,
    Verb.APPEAL,
    Verb.ASK,
    Verb.FOLLOW,
)
REQUIRED = {"required": gettext_lazy("请填写这一项。")}
MOST_PEOPLE = 20
LONG = forms.Textarea(attrs={"rows": 3})


class PhotosInput(forms.ClearableFileInput):
    """Lets a person choose several photos at once, or take one."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos or PDFs, taken in when the form is right."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "multiple": True})

    def clean(self, value: Any, _initial: Any = None) -> list[Evidence]:
        """Check and keep each file; one sentence where one is wrong."""
        uploads = [one for one in (value if isinstance(value, list) else [value]) if one]
        if self.required and not uploads:
            raise forms.ValidationError(_("请附上照片。"))
        try:
            return evidence.take_in(uploads)
        except evidence.BadFileError as error:
            raise forms.ValidationError(str(error)) from None


class PeopleField(forms.CharField):
    """Who is in a dispute, one a line: name, and a telephone number where there is one."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})

    def clean(self, value: Any) -> tuple[Named, ...]:
        """Read one person a line; the sentence names the line that is wrong."""
        text = super().clean(value) or ""
        lines = [line.split() for line in text.replace("，", " ").replace("、", " ").splitlines() if line.strip()]
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(_("至多写 %(n)s 人。") % {"n": MOST_PEOPLE})
        return tuple(_named(words, number) for number, words in enumerate(lines, start=1))


def _named(words: list[str], line: int) -> Named:
    phone = words[-1] if len(words) > 1 else ""
    name = " ".join(words[:-1] if phone else words)
    wrong = identifiers.phone_problem(phone) if phone else None
    if wrong or any(one.isdigit() for one in name) or len(name) > 40:
        why = wrong or _("写成“姓名 电话”")
        raise forms.ValidationError(_("第 %(line)s 行：%(why)s") % {"line": line, "why": why})
    return Named(name, identifiers.phone(phone) if phone else "")


class PartiesForm(forms.Form):
    """Who is in a dispute."""

    people = PeopleField(
        label=gettext_lazy("当事人"), max_length=2000, error_messages=REQUIRED,
        help_text=gettext_lazy("一行一人：姓名，空一格，电话（可不写）；第一行是申请人"),
    )  # fmt: skip


class ReportForm(forms.Form):
    """A new matter, as somebody at a desk takes it in."""

    kind = choice(gettext_lazy("类别"), ())
    title = text(gettext_lazy("标题"), most=80, required=True)
    unit = forms.TypedChoiceField(label=gettext_lazy("村（社区）"), coerce=int, error_messages=REQUIRED)
    place = text(gettext_lazy("地点"), hint=gettext_lazy("路口、门牌或旁边的东西"))
    type = forms.TypedChoiceField(
        label=gettext_lazy("类型"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("不清楚可以不选"),
    )
    channel = choice(gettext_lazy("来源"), Channel.choices)
    text = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=2000, widget=LONG)
    people = PeopleField(
        label=gettext_lazy("当事人（只有矛盾纠纷填）"), max_length=2000, required=False,
        help_text=gettext_lazy("一行一人：姓名，空一格，电话（可不写）；第一行是申请人。封存，只有受理和承办的人能看；标题和说明里不要写姓名"),
    )  # fmt: skip
    photos = PhotosField(label=gettext_lazy("照片"), required=False, help_text=gettext_lazy("至多 9 张，也可附 PDF"))
    urgent = forms.BooleanField(label=gettext_lazy("加急"), required=False)

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [(one.name, one.label) for one in table.kinds() if one.at_desk]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("请选择")), *places.villages(on)]  # type: ignore[attr-defined]
        self.fields["type"].choices = [("", _("请选择")), *types(on)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse names with a kind that does not seal them."""
        given = super().clean() or self.cleaned_data
        kind = given.get("kind")
        if given.get("people") and kind and not table.kind(kind).confidential:
            self.add_error("people", _("只有矛盾纠纷才登记当事人；请改类别，或删去姓名。"))
        return given


def types(on: date) -> list[tuple[int, str]]:
    """Return the types in force on a day, finer ones after the coarser one they belong to."""
    rows = MatterType.objects.on(on).order_by("standard", "code").values_list("pk", "name", "parent__name")
    return [(pk, f"{above} · {name}" if above else name) for pk, name, above in rows]


class StepForm(DatedForm):
    """What a verb needs, and only that."""

    text = forms.CharField(
        label=gettext_lazy("情况说明"), max_length=500, widget=LONG, required=False, error_messages=REQUIRED
    )
    rule = forms.TypedChoiceField(
        label=gettext_lazy("类型与立案条件"), coerce=int, required=False, empty_value=None, error_messages=REQUIRED
    )
    holder = PickField(
        "organisation", label=gettext_lazy("承办机构"), required=False,
        help_text=gettext_lazy("不填就按权责清单派"),
    )  # fmt: skip
    amount = forms.IntegerField(label=gettext_lazy("延长"), min_value=1, max_value=90, required=False)
    wish = forms.ChoiceField(label=gettext_lazy("申请"), choices=Wish.choices, required=False)
    twin = forms.CharField(label=gettext_lazy("并入哪一件"), max_length=20, required=False)
    rating = forms.TypedChoiceField(
        label=gettext_lazy("满意度"), coerce=int, required=False, empty_value=None,
        choices=[(5, gettext_lazy("很满意")), (4, gettext_lazy("满意")), (3, gettext_lazy("一般")),
                 (2, gettext_lazy("不满意")), (1, gettext_lazy("很不满意"))],
    )  # fmt: skip
    due = forms.DateTimeField(
        label=gettext_lazy("要求何时回复"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    result = forms.ChoiceField(label=gettext_lazy("调解结果"), choices=Result.choices, required=False)
    grade = choice(gettext_lazy("督办级别"), Grade.choices)
    basis = forms.CharField(
        label=gettext_lazy("督办依据"), max_length=200, required=False,
        help_text=gettext_lazy("会议纪要、批示或文件号，没有可不填"),
    )  # fmt: skip
    parts = forms.CharField(
        label=gettext_lazy("拆成哪几件"), required=False, widget=LONG, help_text=gettext_lazy("一行一件，至少两件")
    )
    photos = PhotosField(label=gettext_lazy("照片"), required=False, help_text=gettext_lazy("至多 9 张，也可附 PDF"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Row, matter: Matter, **more: Any) -> None:
        super().__init__(*args, **more)
        self.row = row
        for name in set(self.fields) - _fields_of(row) - {"seen"}:
            del self.fields[name]
        for name in {"amount", "wish", "twin", "rating", "result", "text"} & set(row.needs) & set(self.fields):
            self.fields[name].required = True
        if "rule" in self.fields:
            self.fields["rule"].choices = [("", _("请选择")), *rules(self.on, matter)]  # type: ignore[attr-defined]
            self.fields["rule"].required = True
        if "amount" in self.fields and matter.limit_unit:
            self.fields["amount"].help_text = str(matter.get_limit_unit_display())

    def clean_twin(self) -> Matter | None:
        """Find the matter that another is merged into, by its number."""
        number = self.cleaned_data["twin"].strip()
        serial = number.rsplit("-", 1)[-1]
        found = Matter.objects.filter(serial=int(serial)).first() if serial.isdecimal() and len(serial) < 18 else None
        if number and found is None:
            raise forms.ValidationError(_("没有编号“%(number)s”的事项，请核对。") % {"number": number})
        return found

    def clean_parts(self) -> tuple[str, ...]:
        """Read one part a line."""
        parts = tuple(line.strip()[:80] for line in self.cleaned_data["parts"].splitlines() if line.strip())
        if len(parts) < 2:
            raise forms.ValidationError(_("请写两行以上，一行一件。"))
        return parts


def _fields_of(row: Row) -> set[str]:
    """Return which fields a verb shows: what it needs, and a word of explanation always."""
    names = {"text"} | {name for name in row.needs if name not in (table.EVIDENCE, table.TYPE, table.TEXT)}
    if table.TYPE in row.needs:
        names.add("rule")
    if row.verb == Verb.SUPERVISE:
        names |= {"due", "holder", "grade", "basis"}
    if row.verb == Verb.SPLIT:
        names.add("parts")
    if row.verb in WITH_PHOTOS:
        names.add("photos")
    return names


def rules(on: date, matter: Matter) -> list[tuple[int, str]]:
    """Return the filing rules in force, those of the matter's own type first, each with its limit."""
    rows = list(FilingRule.objects.on(on).select_related("type").order_by("type__code", "number"))
    rows.sort(key=lambda rule: rule.type_id != matter.type_id)
    return [
        (one.pk, f"{one.type.name}：{one.condition}（{one.limit_amount} {one.get_limit_unit_display()}）")
        for one in rows
    ]


def wish_of(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return what was filled in as the words of `Wish`."""
    due: datetime | None = cleaned.get("due")
    holder, twin = cleaned.get("holder"), cleaned.get("twin")
    return {
        "text": cleaned.get("text", ""),
        "rule": cleaned.get("rule"),
        "holder": holder.pk if holder else None,
        "twin": twin.pk if twin else None,
        "amount": cleaned.get("amount") or 0,
        "wish": cleaned.get("wish", ""),
        "rating": cleaned.get("rating"),
        "result": cleaned.get("result", ""),
        "due": due,
        "parts": cleaned.get("parts", ()),
        "grade": cleaned.get("grade") or Grade.ORDINARY,
        "basis": cleaned.get("basis", ""),
    }
