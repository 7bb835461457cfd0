"""Forms of organisations, their posts and their quotas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from houban.core.identifiers import credit_problem, plain
from houban.organisation.forms.fields import DatedForm, PickField, choice, day, text
from houban.organisation.powers import PostKind
from houban.organisation.words import OrganisationKind, QuotaNature

FIRST_DAY_WITHOUT = _("当天起不再算数。")


class CorrectionForm(DatedForm):
    """How an organisation was entered."""

    name = text(_("名称"), most=80, required=True)
    kind = choice(_("类型"), OrganisationKind.choices)
    parent = PickField("organisation", label=_("上级机构"), required=False, help_text=_("没有上级就留空。"))
    credit_code = text(
        _("统一社会信用代码"), most=24, hint=_("18 位，末位校验；没有就留空，如内设机构、村（居）民小组。")
    )
    basis = text(_("设立依据"), hint=_("文号，如 大委编〔2021〕3号。"))
    differentiated = forms.BooleanField(
        label=_("差异化设置"), required=False, help_text=_("本地按实际设的机构，上级没有对口单位。")
    )
    headcount = forms.IntegerField(
        label=_("队伍人数"), required=False, min_value=0, help_text=_("志愿服务队、管家队等按队伍登记，不逐人登记。")
    )

    def clean_credit_code(self) -> str:
        """Demand a code whose check character is right."""
        code = plain(self.cleaned_data["credit_code"])
        if code and (wrong := credit_problem(code)):
            raise ValidationError(wrong)
        return code


class FoundingForm(CorrectionForm):
    """A new organisation."""

    division = PickField(
        "division", label=_("所在区划"), required=False, help_text=_("县级机构选本县（区），镇街机构选乡镇，村级选村。")
    )
    start = day(_("设立日"))
    follows = PickField(
        "organisation", label=_("前身"), required=False, help_text=_("由哪个机构改设、更名而来；没有就留空。")
    )
    field_order = ["name", "kind", "parent", "division", "start", "basis", "credit_code", "follows"]


class ClosingForm(DatedForm):
    """The end of an organisation."""

    on_day = day(_("撤销日"), hint=_("当天起不再存在。"))
    basis = text(_("撤销依据"), required=True, hint=_("文号，如 大委编〔2021〕3号。"))


class PostForm(DatedForm):
    """A new post."""

    title = text(_("岗位名称"), most=60, required=True)
    kind = choice(_("岗位类型"), PostKind.choices, hint=_("职权由类型定：见“谁能办什么”。"))
    seats = forms.IntegerField(label=_("职数"), min_value=1, max_value=999, initial=1)
    start = day(_("设立日"))
    division = PickField(
        "division", label=_("管辖区划"), required=False, help_text=_("职权管到哪里；留空就是机构所在的区划。")
    )


class PostCorrectionForm(DatedForm):
    """The name and the seats of a post."""

    title = text(_("岗位名称"), most=60, required=True)
    seats = forms.IntegerField(
        label=_("职数"), min_value=1, max_value=999, help_text=_("减职数前，先让超出的席位空出来。")
    )


class DayForm(DatedForm):
    """The first day without something."""

    on_day = day(_("从哪天起"), hint=FIRST_DAY_WITHOUT)


class AllotForm(DatedForm):
    """An allotment of quota places."""

    nature = choice(_("编制性质"), QuotaNature.choices)
    number = forms.IntegerField(label=_("核定数"), min_value=0, help_text=_("核定后一共几名，不是增减几名。"))
    document = text(_("文号"), required=True)
    start = day(_("从哪天起"), hint=_("这一性质原来的核定到前一天为止。"))


class MoveQuotaForm(DatedForm):
    """Quota places that move to another organisation."""

    target = PickField("organisation", label=_("划给哪个机构"))
    nature = choice(_("编制性质"), QuotaNature.choices)
    number = forms.IntegerField(label=_("划几名"), min_value=1)
    document = text(_("文号"), required=True)
    start = day(_("从哪天起"))


class JoinForm(DatedForm):
    """A new member of a group."""

    member = PickField("organisation", label=_("成员单位"))
    start = day(_("从哪天起"))
    basis = text(_("依据"))


def correction_of(organisation: Any) -> dict[str, Any]:
    """Return an organisation as the form of its correction begins."""
    fields = ("name", "kind", "parent", "credit_code", "basis", "differentiated", "headcount")
    return {name: getattr(organisation, name) for name in fields}
