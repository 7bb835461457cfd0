"""Forms of people: what they hold, where they are placed, whom they declare, how they sign in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from houban.organisation.forms.fields import DatedForm, PickField, choice, day, text
from houban.organisation.models import Appointment, Person
from houban.organisation.words import ChargeKind, Chosen, Nature, QuotaNature, Relation


def _told_apart(form: forms.Form, name: str, distinction: str) -> None:
    if name and Person.objects.filter(name=name, distinction=distinction).exists():
        form.add_error("distinction", _now("已经登记过一位“%(name)s”。确是另一位，请写几个字区分。") % {"name": name})


class AppointForm(DatedForm):
    """Somebody takes a post; whoever is not known yet is entered in the same act."""

    person = PickField("person", label=_("姓名"), help_text=_("输入姓名，从下面选一位。"))
    fresh = forms.BooleanField(
        label=_("登记新人员"), required=False, help_text=_("名册里还没有这个人时勾选，按上面的姓名新登记一位。")
    )
    distinction = text(_("区分同名"), most=40, hint=_("只在登记新人员、又有同名时填，如“牛佛镇”。"))
    nature = choice(_("任职性质"), Nature.choices, hint=_("代理（AB 岗）不占席位。"))
    chosen = choice(_("产生方式"), Chosen.choices)
    start = day(_("任职日"))
    until = day(_("任至"), required=False, hint=_("当天起不再任职；没有期限就留空。"))
    seat = forms.IntegerField(label=_("席位"), required=False, min_value=1, help_text=_("留空就坐第一个空席位。"))
    basis = text(_("任职依据"), hint=_("文号或当选公告。"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].fresh = bool(self.data.get("fresh"))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Demand an end after the beginning."""
        cleaned = super().clean() or {}
        start, until = cleaned.get("start"), cleaned.get("until")
        if cleaned.get("fresh"):
            _told_apart(self, cleaned.get("person", ""), cleaned.get("distinction", ""))
        if start and until and until <= start:
            self.add_error("until", _now("要晚于任职日。"))
        return cleaned


class EndForm(DatedForm):
    """An appointment ends."""

    on_day = day(_("免职日"), hint=_("当天起不再任职，职权同时停止。"))
    basis = text(_("免职依据"), hint=_("文号。"))


class ReasonForm(DatedForm):
    """Why something that was entered by mistake is taken back."""

    because = text(_("撤回原因"), most=200, required=True)


class PersonForm(DatedForm):
    """A new person."""

    name = text(_("姓名"), most=40, required=True)
    distinction = text(_("区分同名"), most=40, hint=_("有同名时写几个字，如“牛佛镇”。"))
    unit = PickField("division", label=_("所属区划"), required=False, help_text=_("由哪里的组织岗管这份登记。"))

    def clean(self) -> dict[str, Any]:
        """Ask for a few words that tell a namesake apart."""
        cleaned = super().clean() or {}
        _told_apart(self, cleaned.get("name", ""), cleaned.get("distinction", ""))
        return cleaned


class OccupyForm(DatedForm):
    """A person takes a quota place."""

    organisation = PickField("organisation", label=_("编制所在机构"))
    nature = choice(_("编制性质"), QuotaNature.choices)
    start = day(_("从哪天起"), hint=_("原来所占的编制到前一天为止。"))
    basis = text(_("依据"), hint=_("文号。"))


class VacateForm(DatedForm):
    """A person leaves a quota place."""

    on_day = day(_("从哪天起"), hint=_("当天起不再占这个编制。"))


class KinForm(DatedForm):
    """A declaration of close kin."""

    other = PickField("person", label=_("近亲属"), help_text=_("只登记本人申报的；两人都要在名册里。"))
    relation = choice(_("关系"), Relation.choices)


class ChargeForm(DatedForm):
    """What the holder of a post answers for."""

    appointment: forms.ModelChoiceField[Appointment] = forms.ModelChoiceField(
        queryset=None, label=_("凭哪个任职"), empty_label=None, error_messages={"required": _("请选一个任职。")}
    )
    kind = choice(_("分工"), ChargeKind.choices, hint=_("同一任职、同类分工一天只有一个，原来的到前一天为止。"))
    subject = text(_("内容"), most=60, required=True, hint=_("如“东片区”“农业农村”“牛佛镇”。"))
    division = PickField("division", label=_("区划"), required=False, help_text=_("联系乡镇时选；其他留空。"))
    start = day(_("从哪天起"))

    def __init__(self, *args: Any, appointments: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["appointment"].queryset = appointments  # type: ignore[attr-defined]


class PasswordForm(DatedForm):
    """A first or a new password, told to the person by other means."""

    password = forms.CharField(
        label=_("密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 8 位，不要和姓名、用户名相近。当面交给本人，首次登录后由本人修改。"),
        error_messages={"required": _("请填密码。")},
    )


class AccountForm(PasswordForm):
    """A new account."""

    username = text(_("用户名"), most=40, required=True, hint=_("字母、数字和 . - _。"))
    field_order = ["username", "password"]


def passed_on(error: ValidationError) -> str:
    """Return what a password or a user name was refused for, as one sentence."""
    return " ".join(error.messages)
