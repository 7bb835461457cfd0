"""What the database refused, in one Chinese sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

INSUFFICIENT = "42501"
BACKWARDS = "22000"  # a range whose end lies before its beginning
UNTOUCHED = "did not affect any rows"  # what Django says when a policy hides the row that was to be changed
OUTSIDE = _("这不在您岗位的范围内，或轮到您自己：自己的任免要由别人办。")
SENTENCES: dict[str, str | Promise] = {
    "seat_one_a_day": _("这个席位在这段时间已有人任职。请换一个席位，或先办免职、交接。"),
    "appointment_once_a_day": _("此人在这段时间已担任这个岗位。"),
    "appointment_within_post": _("任期超出了岗位的起止。请核对日期，或先延长岗位。"),
    "appointment_within_term": _("任期不在这一届之内。请核对届次和日期。"),
    "appointment_seat_exists": _("席位号超出了岗位的职数。"),
    "appointment_has_a_day": _("任期至少要有一天：止日要晚于起日。"),
    "appointment_stays": _("任职登记后不能改写，只能免职或撤回。"),
    "charge_within_appointment": _("分工超出了任期。请先结束分工。"),
    "charge_one_of_a_kind_a_day": _("同一天已有同类分工。请先结束原来的。"),
    "post_within_organisation": _("岗位的起止超出了机构的存续期。"),
    "post_title_once_a_day": _("本机构已有同名岗位。"),
    "quota_one_a_day": _("同一性质的编制在这段时间已核定过。请先结束原来的一条。"),
    "quota_within_organisation": _("编制的起止超出了机构的存续期。"),
    "part_within_organisation": _("机构在那天之后还有岗位、编制或成员。请先结束它们。"),
    "place_within_organisation": _("占编的起止超出了机构的存续期。"),
    "place_one_a_person_a_day": _("此人在这段时间已占一个编制。请先结束原来的。"),
    "term_one_a_day": _("任期与另一届重叠。"),
    "term_number_once": _("这一届已经登记过。"),
    "term_within_organisation": _("任期超出了机构的存续期。"),
    "membership_once_a_day": _("这个单位已是成员。"),
    "membership_within_organisation": _("成员关系超出了机构的存续期。"),
    "membership_has_a_day": _("止日要晚于起日。"),
    "membership_of_another": _("成员单位要是另一个机构。"),
    "place_has_a_day": _("止日要晚于起日。"),
    "charge_has_a_day": _("分工至少要有一天：止日要晚于起日。"),
    "post_has_a_day": _("撤销日要晚于岗位的设立日。"),
    "quota_has_a_day": _("编制至少要有一天：止日要晚于起日。"),
    "organisation_not_own_parent": _("机构不能是自己的上级。"),
    "organisation_code_one_a_day": _("这个统一社会信用代码已有别的机构在用。"),
    "organisation_not_above_itself": _("机构不能隶属于自己的下级。"),
    "organisation_has_a_day": _("存续期至少要有一天：止日要晚于起日。"),
    "kin_declared_once": _("这两人的近亲属关系已经申报。"),
    "kin_of_another": _("近亲属要是另一个人。"),
    "appointment_compatible": _("两个岗位不得兼任。"),
    "organisation_appointment_uid_key": _("这个编号已登记过另一条任职。请换一个编号重发。"),
    "organisation_person_uid_key": _("这个编号已登记过另一个人。请换一个编号重发。"),
    "organisation_person_account_id_key": _("这个账号已属于另一人。"),
    "personal_value_once": _("这一栏刚由别人登记过。请刷新后再看。"),
    "personal_value_has_a_key": _("此人的密钥刚被销毁，没有登记。请刷新后再试。"),
}


class Refused(Exception):
    """The database refused; the message says what is wrong and how to mend it."""


class OutsideJurisdiction(Refused):
    """The one who acts has no such power over this place."""


@contextmanager
def explained() -> Iterator[None]:
    """Run a block in a savepoint, check every constraint at its end, and say in a sentence what was refused."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        raise _refusal(error) from error


def backwards() -> Refused:
    """Return the refusal of days that are the wrong way round."""
    return Refused(_("日期前后不对：止日要晚于起日，也不能超出岗位、机构的起止。"))


def _refusal(error: DatabaseError) -> Exception:
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return OutsideJurisdiction(OUTSIDE) if UNTOUCHED in str(error) else error
    name = cause.diag.constraint_name or ""
    if cause.diag.sqlstate == INSUFFICIENT:
        return OutsideJurisdiction(OUTSIDE)
    if cause.diag.sqlstate == BACKWARDS:
        return backwards()
    if name == "appointment_compatible":
        return Refused(
            _("不得兼任。%(article)s。") % {"article": (cause.diag.message_primary or "").partition(": ")[2]}
        )
    sentence = SENTENCES.get(name)
    return Refused(str(sentence)) if sentence else error
