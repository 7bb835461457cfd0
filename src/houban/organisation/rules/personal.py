"""Which personal values of people in posts are kept, what for, until when, and how they are checked and shown.

Names of office-holders are public by their office and are not among them. What is not in this table is not kept.
The months are this project's choice, not a law's: the shortest time in which the purpose can still come up (《中华人民
共和国个人信息保护法》第十九条).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core import identifiers


@dataclass(frozen=True)
class Field:
    """One kind of personal value; `name` is what values are bound to when they are sealed, and never changes."""

    name: str
    label: str | Promise
    purpose: str | Promise
    months: int
    problem: Callable[[str, date], str | None]
    normal: Callable[[str], str]
    masked: Callable[[str], str]
    is_found_by: bool


def _identity_problem(text: str, on: date) -> str | None:
    return identifiers.identity_problem(text, on=on)


def _phone_problem(text: str, on: date) -> str | None:  # noqa: ARG001 - numbers of telephones know no day
    return identifiers.phone_problem(text)


def _mobile_problem(text: str, on: date) -> str | None:
    if wrong := _phone_problem(text, on):
        return wrong
    is_mobile = identifiers.MOBILE.fullmatch(identifiers.phone(text))
    return None if is_mobile else _("这是座机号码，请填 11 位的手机号码。")


TABLE: tuple[Field, ...] = (
    Field(
        name="people.person.mobile",
        label=gettext_lazy("手机号码"),
        purpose=gettext_lazy("在岗时联系本人办事，离岗后办理交接"),
        months=3,
        problem=_mobile_problem,
        normal=identifiers.phone,
        masked=identifiers.masked_phone,
        is_found_by=True,
    ),
    Field(
        name="people.person.identity",
        label=gettext_lazy("公民身份号码"),
        purpose=gettext_lazy("登记时区分同名的人，避免一人登记两次"),
        months=6,
        problem=_identity_problem,
        normal=identifiers.plain,
        masked=identifiers.masked_identity,
        is_found_by=True,
    ),
    Field(
        name="people.person.home_phone",
        label=gettext_lazy("住宅电话"),
        purpose=gettext_lazy("在岗期间手机打不通时联系本人"),
        months=0,
        problem=_phone_problem,
        normal=identifiers.phone,
        masked=identifiers.masked_phone,
        is_found_by=False,
    ),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in TABLE}


def found_by() -> list[Field]:
    """Return the fields that a person can be found by."""
    return [field for field in TABLE if field.is_found_by]


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def keep_until(field: Field, *, in_post_until: date | None) -> date | None:
    """Return the first day on which a value is not kept any more; none while the person's posts have no end."""
    return None if in_post_until is None else months_later(in_post_until, field.months)
