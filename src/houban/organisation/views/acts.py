"""Acts on organisations: found, correct, close, allot, move, join, leave."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock
from houban.core.periods import since
from houban.organisation import authority, scope
from houban.organisation.actions import organisations as actions
from houban.organisation.forms import bodies as forms
from houban.organisation.models import Appointment, Membership, Organisation
from houban.organisation.views.sheets import Sheet, fill, sent
from houban.ui.pages import StaffRequest, page


def where(organisation: Organisation) -> str:
    """Return the address of an organisation."""
    return reverse("organisation:organisation", args=[organisation.pk])


def _known(request: StaffRequest, pk: int) -> Organisation:
    organisation = get_object_or_404(Organisation, pk=pk)
    scope.demand(request, organisation.division_id)
    return organisation


@page(power="organise")
def new(request: StaffRequest) -> HttpResponse:
    """Found an organisation, perhaps below another."""
    asked = request.GET.get("parent", "")
    parent = Organisation.objects.filter(pk=asked).select_related("division").first() if asked.isdigit() else None
    first: dict[str, Any] = {"start": request.today, "parent": parent, "division": parent and parent.division}
    form = forms.FoundingForm(sent(request), initial=first, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        made = actions.found(**fields, by=actor(request), at=clock.now())
        return _("已设立“%(name)s”。") % {"name": made.name}, where(made)

    about = _("设在“%(name)s”之下") % {"name": parent.name} if parent else _("自设立日起列入机构名录")
    back = where(parent) if parent else reverse("organisation:index")
    return fill(request, Sheet(_("设立机构"), about, _("设立机构"), back), form, act)


@page(power="organise")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct how an organisation was entered."""
    organisation = _known(request, pk)
    form = forms.CorrectionForm(sent(request), initial=forms.correction_of(organisation), on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.correct(organisation, actions.Details(**fields), by=actor(request), at=clock.now())
        return _("“%(name)s”的登记已更正。") % {"name": fields["name"]}, where(organisation)

    about = _("更正登记时写错的；真的更名、改设，请设立新机构并写明前身。")
    return fill(request, Sheet(_("更正登记"), about, _("更正登记"), where(organisation)), form, act)


@page(power="organise")
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """End an organisation with its basis; what ends with it is said before."""
    organisation = _known(request, pk)
    form = forms.ClosingForm(sent(request), initial={"on_day": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.close(organisation, on=fields["on_day"], basis=fields["basis"], by=actor(request), at=clock.now())
        return _("“%(name)s”已撤销。") % {"name": organisation.name}, where(organisation)

    title = _("撤销“%(name)s”") % {"name": organisation.name}
    about = _("撤销后仍可按当时的日子查看。")
    ends = _endings(organisation, request)
    return fill(request, Sheet(title, about, _("撤销机构"), where(organisation), ends, warn=True), form, act)


def _endings(organisation: Organisation, request: StaffRequest) -> list[str]:
    beyond = since(request.today)
    held = Appointment.objects.standing().filter(post__organisation=organisation, during__overlap=beyond)
    counted = (
        (_("岗位 %(n)s 个"), organisation.posts.filter(during__overlap=beyond).count()),
        (_("任职 %(n)s 人次，职权同时停止"), held.count()),
        (_("编制核定 %(n)s 条"), organisation.quotas.filter(during__overlap=beyond).count()),
        (_("占编 %(n)s 名"), organisation.places.filter(during__overlap=beyond).count()),
    )
    lines = [_("随之终止：%(what)s。") % {"what": words % {"n": n}} for words, n in counted if n]
    if held and not authority.covers(organisation.division_id or 0, "appoint"):
        lines.append(_("您的岗位不办任免：请组织人事岗先免职或交接，再来撤销。"))
    below = organisation.children.on(request.today).count()
    if below:
        lines.append(_("下级机构 %(n)s 个不会随之撤销，请另行改挂或撤销。") % {"n": below})
    return lines or [_("没有岗位、任职和编制挂在它下面。")]


@page(power="organise")
def allot(request: StaffRequest, pk: int) -> HttpResponse:
    """Allot quota places."""
    organisation = _known(request, pk)
    form = forms.AllotForm(sent(request), initial={"start": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        made = actions.allot(organisation, by=actor(request), at=clock.now(), **fields)
        said = _("已核定%(nature)s %(n)s 名。") % {"nature": made.get_nature_display(), "n": made.number}
        return said, where(organisation)

    return fill(request, Sheet(_("核定编制"), organisation.name, _("核定编制"), where(organisation)), form, act)


@page(power="organise")
def move_quota(request: StaffRequest, pk: int) -> HttpResponse:
    """Move quota places to another organisation; the total stays."""
    organisation = _known(request, pk)
    form = forms.MoveQuotaForm(sent(request), initial={"start": request.today, "number": 1}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        target = fields.pop("target")
        actions.move_quota(organisation, target, by=actor(request), at=clock.now(), **fields)
        said = _("已划给“%(name)s”%(n)s 名编制，总数不变。") % {"name": target.name, "n": fields["number"]}
        return said, where(organisation)

    ends = [_("两边的核定数同一天一减一增，总数不变；人不随之调动，要连人划转请用“交接”。")]
    sheet = Sheet(_("划转编制（减区补镇）"), organisation.name, _("划转编制"), where(organisation), ends)
    return fill(request, sheet, form, act)


@page(power="organise")
def join(request: StaffRequest, pk: int) -> HttpResponse:
    """Make an organisation a member of a group."""
    group = _known(request, pk)
    form = forms.JoinForm(sent(request), initial={"start": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.join(
            group, fields["member"], start=fields["start"], basis=fields["basis"], by=actor(request), at=clock.now()
        )
        return _("“%(name)s”已是成员单位。") % {"name": fields["member"].name}, where(group)

    return fill(request, Sheet(_("加入成员单位"), group.name, _("加入成员单位"), where(group)), form, act)


@page(power="organise")
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """End a membership."""
    membership = get_object_or_404(Membership.objects.select_related("group", "member"), pk=pk)
    scope.demand(request, membership.group.division_id)
    form = forms.DayForm(sent(request), initial={"on_day": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.leave(membership, on=fields["on_day"], by=actor(request), at=clock.now())
        return _("“%(name)s”不再是成员单位。") % {"name": membership.member.name}, where(membership.group)

    about = f"{membership.group.name} · {membership.member.name}"
    sheet = Sheet(_("退出成员单位"), about, _("退出成员单位"), where(membership.group), warn=True)
    return fill(request, sheet, form, act)
