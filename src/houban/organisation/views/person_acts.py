"""Acts on a person: quota place, kin, charges, account."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from houban.accounts import actions as accounts
from houban.accounts.models import User
from houban.accounts.who import actor
from houban.core import clock
from houban.organisation import scope
from houban.organisation.actions import administrators, appointments
from houban.organisation.actions import people as actions
from houban.organisation.forms import people as forms
from houban.organisation.forms.bodies import DayForm
from houban.organisation.forms.fields import DatedForm
from houban.organisation.models import Appointment, Charge, Kinship, Person, QuotaPlace
from houban.organisation.powers import PostKind
from houban.organisation.refusals import Refused
from houban.organisation.views.people import known, where
from houban.organisation.views.sheets import Sheet, fill, sent
from houban.ui.pages import StaffRequest, page


def _sheet(title: str, person: Person, *ends: str, about: str = "", warn: bool = False) -> Sheet:
    return Sheet(title, about or person.name, title, where(person), list(ends), warn=warn, tab="people")


@page(power="appoint")
def occupy(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person occupy a quota place."""
    person = get_object_or_404(Person, pk=pk)
    form = forms.OccupyForm(sent(request), initial={"start": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        made = actions.occupy(person, by=actor(request), at=clock.now(), **fields)
        said = _("%(name)s占“%(organisation)s”%(nature)s一名。") % {
            "name": person.name, "organisation": made.organisation.name, "nature": made.get_nature_display(),
        }  # fmt: skip
        return said, where(person)

    return fill(request, _sheet(_("占编"), person), form, act)


@page(power="appoint")
def vacate(request: StaffRequest, pk: int) -> HttpResponse:
    """End a quota place."""
    place = get_object_or_404(QuotaPlace.objects.select_related("person", "organisation"), pk=pk)
    scope.demand(request, place.organisation.division_id)
    form = forms.VacateForm(sent(request), initial={"on_day": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.vacate(place, on=fields["on_day"], by=actor(request), at=clock.now())
        return _("%(name)s不再占“%(organisation)s”的编制。") % {
            "name": place.person.name, "organisation": place.organisation.name,
        }, where(place.person)  # fmt: skip

    about = f"{place.person.name} · {place.organisation.name} {place.get_nature_display()}"
    return fill(request, _sheet(_("出编"), place.person, about=about, warn=True), form, act)


@page(power="appoint")
def declare_kin(request: StaffRequest, pk: int) -> HttpResponse:
    """Enter what somebody declared of their kin."""
    person = known(request, pk)
    form = forms.KinForm(sent(request), on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.declare_kin(person, fields["other"], fields["relation"], by=actor(request), at=clock.now())
        return _("已登记%(name)s的申报；不能并任的岗位标为“应回避”。") % {"name": person.name}, where(person)

    ends = [_("申报只给办任免的人看，用来提示应回避的岗位；不作别用，也从不由系统去查。")]
    return fill(request, _sheet(_("登记近亲属申报"), person, *ends), form, act)


@page(power="appoint")
def withdraw_kin(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a declaration."""
    kinship = get_object_or_404(Kinship.objects.select_related("one", "other"), pk=pk)
    scope.demand(request, kinship.unit_id)
    form = forms.ReasonForm(sent(request), on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        actions.withdraw_kin(kinship, because=fields["because"], by=actor(request), at=clock.now())
        return _("申报已撤回。"), where(kinship.one)

    about = f"{kinship.one.name} · {kinship.other.name} · {kinship.get_relation_display()}"
    return fill(request, _sheet(_("撤回近亲属申报"), kinship.one, about=about, warn=True), form, act)


@page(power="appoint")
def charge(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the holder of a post a segment, a sector or a town."""
    person = get_object_or_404(Person, pk=pk)
    held = Appointment.objects.on(request.today).filter(person=person).select_related("post__organisation")
    first = {"start": request.today, "appointment": held.first()}
    form = forms.ChargeForm(sent(request), initial=first, on=request.today, appointments=held)
    form.fields["appointment"].label_from_instance = lambda one: str(one.post)  # type: ignore[attr-defined]

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        division = fields.pop("division")
        made = appointments.charge(
            fields.pop("appointment"), fields.pop("kind"), fields.pop("subject"),
            division=division and division.pk, by=actor(request), at=clock.now(), **fields,
        )  # fmt: skip
        said = _("%(name)s：%(kind)s“%(subject)s”已登记。") % {
            "name": person.name, "kind": made.get_kind_display(), "subject": made.subject,
        }  # fmt: skip
        return said, where(person)

    return fill(request, _sheet(_("登记分工"), person), form, act)


@page(power="appoint")
def end_charge(request: StaffRequest, pk: int) -> HttpResponse:
    """End a charge."""
    found = get_object_or_404(Charge.objects.select_related("appointment__person", "appointment__post"), pk=pk)
    scope.demand(request, found.appointment.post.division_id)
    person = found.appointment.person
    form = DayForm(sent(request), initial={"on_day": request.today}, on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        appointments.end_charge(found, on=fields["on_day"], by=actor(request), at=clock.now())
        return _("“%(subject)s”的分工已结束。") % {"subject": found.subject}, where(person)

    about = f"{person.name} · {found.get_kind_display()} {found.subject}"
    return fill(request, _sheet(_("结束分工"), person, about=about, warn=True), form, act)


APART = (PostKind.SECURITY_ADMINISTRATOR, PostKind.AUDIT_ADMINISTRATOR)  # 三员分立: nobody signs in as one of them


@page(power="accounts")
def open_account(request: StaffRequest, pk: int) -> HttpResponse:
    """Open an account for a person."""
    person = get_object_or_404(Person, pk=pk)
    form = forms.AccountForm(sent(request), on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        if person.account_id is not None:
            raise Refused(_("%(name)s已经有账号，请重设密码。") % {"name": person.name})
        by, at = actor(request), clock.now()
        try:
            user = accounts.create(fields["username"], name=person.name, password=fields["password"], by=by, at=at)
        except accounts.NameTakenError:
            raise Refused(_("用户名“%(name)s”已有人用，请换一个。") % {"name": fields["username"]}) from None
        except ValidationError as error:
            raise Refused(forms.passed_on(error)) from None
        administrators.give_account(person, user)
        return _("已为%(name)s开通账号“%(username)s”。") % {"name": person.name, "username": user.username}, where(
            person
        )

    ends = [_("账号只管登录；能办什么，仍由当天的任职决定。")]
    return fill(request, _sheet(_("开通账号"), person, *ends), form, act)


def _account(pk: int) -> tuple[Person, User]:
    person = get_object_or_404(Person.objects.select_related("account"), pk=pk)
    user = person.account
    if user is None:
        raise Http404
    return person, user


@page(power="accounts")
def reset_account(request: StaffRequest, pk: int) -> HttpResponse:
    """Set a new password for a person."""
    person, user = _account(pk)
    form = forms.PasswordForm(sent(request), on=request.today)

    def act(fields: dict[str, Any]) -> tuple[str, str]:
        if Person.objects.holding(request.today, *APART).filter(pk=pk).exists():
            raise Refused(_("安全管理员、审计管理员的密码由本人修改；忘了时用命令 houban admin reset-password 重设。"))
        try:
            accounts.set_password(user, fields["password"], by=actor(request), at=clock.now())
        except ValidationError as error:
            raise Refused(forms.passed_on(error)) from None
        return _("已重设%(name)s的密码，原来的登录随即失效。") % {"name": person.name}, where(person)

    return fill(request, _sheet(_("重设密码"), person, about=f"{person.name} · {user.username}"), form, act)


@page(power="accounts")
def switch_account(request: StaffRequest, pk: int) -> HttpResponse:
    """Disable a person's account, or enable it again."""
    person, user = _account(pk)
    was_active = user.is_active
    form = DatedForm(sent(request), on=request.today)

    def act(_fields: dict[str, Any]) -> tuple[str, str]:
        if was_active and user.pk == request.user.pk:
            raise Refused(_("不能停用自己正在用的账号，请由另一位系统管理员办理。"))
        change = accounts.disable if was_active else accounts.enable
        change(user, by=actor(request), at=clock.now())
        said = _("账号“%(username)s”已停用。") if was_active else _("账号“%(username)s”已重新启用。")
        return said % {"username": user.username}, where(person)

    about = f"{person.name} · {user.username}"
    if was_active:
        ends = [_("不能再登录，正在用的页面随即退出；任职不变。")]
        return fill(request, _sheet(_("停用账号"), person, *ends, about=about, warn=True), form, act)
    return fill(request, _sheet(_("启用账号"), person, about=about), form, act)
