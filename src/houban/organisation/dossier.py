"""Everything the system holds of one person, as the person may ask for it (《个人信息保护法》第四十五条)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from houban.accounts.models import SignInFailure
from houban.core import seals
from houban.core.keyring import KeyringError
from houban.core.models import RecordEntry
from houban.core.spreadsheets import Table, write_xlsx
from houban.divisions import register
from houban.organisation import keys, retention
from houban.organisation.actions import personal
from houban.organisation.models import Appointment, Kinship, Person

Cells = tuple[Any, ...]


@dataclass(frozen=True)
class Part:
    """One sheet of a dossier."""

    name: str
    header: tuple[str, ...]
    rows: list[Cells]


@dataclass(frozen=True)
class Dossier:
    """What is held of one person, at a moment."""

    person: str
    at: datetime
    parts: list[Part]

    def as_xlsx(self) -> bytes:
        """Write a workbook with a sheet for each part."""
        return write_xlsx(Table(part.name, part.header, part.rows) for part in self.parts)

    def as_json(self) -> bytes:
        """Write JSON: each part a list of objects."""
        parts = {part.name: [dict(zip(part.header, row, strict=True)) for row in part.rows] for part in self.parts}
        text = json.dumps(
            {_("姓名"): self.person, _("导出时间"): self.at} | parts,
            cls=DjangoJSONEncoder, ensure_ascii=False, indent=2,
        )  # fmt: skip
        return text.encode()


def collect(person: Person, *, on: date, at: datetime) -> Dossier:
    """Gather everything; the claim must reach all of it, and whoever asks must have been allowed before."""
    parts = [
        _basics(person, on),
        _values(person),
        _appointments(person),
        _charges(person),
        _places(person),
        _kin(person),
        _entries(person),
    ]
    return Dossier(person.name, at, parts)


def _basics(person: Person, on: date) -> Part:
    account = person.account
    path = register.path(person.unit_id, on) if person.unit_id else []
    rows: list[Cells] = [
        (_("姓名"), person.name),
        (_("编号"), str(person.uid)),
        (_("区分同名"), person.distinction),
        (_("所属区划"), "".join(version.name for version in path)),
        (_("登记时间"), person.entered_at),
        (_("用户名"), account.username if account else ""),
        (_("账号建立时间"), account.joined_at if account else ""),
        (_("上次登录"), account.last_login if account else ""),
        (_("近 90 天登录失败次数"), SignInFailure.objects.filter(username=account.username).count() if account else 0),
    ]
    return Part(_("基本情况"), (_("项目"), _("内容")), rows)


def _values(person: Person) -> Part:
    header = (_("栏目"), _("内容"), _("用途"), _("保存到"), _("登记时间"), _("登记人"))
    values = list(person.personal_values.order_by("field"))
    ends = retention.ends([person.pk])
    rows = [(str(v.kind.label), _plain(v), v.purpose, ends.until(v), v.entered_at, v.entered_by_name) for v in values]
    return Part(_("个人信息"), header, rows)


def _plain(value: Any) -> str:
    try:
        return personal.opened(value, keys.ring())
    except (seals.SealError, KeyringError) as error:
        return str(error)


def _appointments(person: Person) -> Part:
    header = (
        _("机构"),
        _("岗位"),
        _("任职性质"),
        _("产生方式"),
        _("起"),
        _("止"),
        _("依据"),
        _("登记时间"),
        _("撤回原因"),
    )
    held = person.appointments.select_related("post__organisation").order_by("during")
    rows = [
        (
            one.post.organisation.name,
            one.post.title,
            one.get_nature_display(),
            one.get_chosen_display(),
            one.during.lower,
            one.during.upper,
            one.basis,
            one.entered_at,
            one.withdrawn_because,
        )
        for one in held
    ]
    return Part(_("任职"), header, rows)


def _charges(person: Person) -> Part:
    header = (_("分工"), _("内容"), _("起"), _("止"))
    charges = [
        charge
        for one in Appointment.objects.filter(person=person).prefetch_related("charges")
        for charge in one.charges.all()
    ]
    rows = [(one.get_kind_display(), one.subject, one.during.lower, one.during.upper) for one in charges]
    return Part(_("分工"), header, rows)


def _places(person: Person) -> Part:
    header = (_("机构"), _("编制性质"), _("起"), _("止"), _("依据"))
    places = person.places.select_related("organisation").order_by("during")
    rows = [
        (one.organisation.name, one.get_nature_display(), one.during.lower, one.during.upper, one.basis)
        for one in places
    ]
    return Part(_("占编"), header, rows)


def _kin(person: Person) -> Part:
    header = (_("申报人"), _("近亲属"), _("关系"), _("申报时间"), _("撤回原因"))
    declared = Kinship.objects.filter(Q(one=person) | Q(other=person)).select_related("one", "other")
    rows = [
        (kin.one.name, kin.other.name, kin.get_relation_display(), kin.declared_at, kin.withdrawn_because)
        for kin in declared.order_by("declared_at")
    ]
    return Part(_("近亲属申报"), header, rows)


def _entries(person: Person) -> Part:
    """Count the record's entries about the person and by the person; it is the auditors who read them."""
    header = (_("范围"), _("行为"), _("条数"))
    held = [str(pk) for pk in person.appointments.values_list("pk", flat=True)]
    about = Q(subject_type="organisation.person", subject_id=str(person.pk))
    about |= Q(subject_type="organisation.appointment", subject_id__in=held)
    by = Q(actor_id=person.account_id) if person.account_id else Q(pk__in=[])
    rows = [(_("关于本人"), *row) for row in _counted(about)] + [(_("本人所为"), *row) for row in _counted(by)]
    return Part(_("留痕条数"), header, rows)


def _counted(chosen: Q) -> Iterable[Cells]:
    entries = RecordEntry.objects.filter(chosen).order_by("verb")
    return entries.values_list("verb").annotate(Count("pk"))
