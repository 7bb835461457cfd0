"""What the database refused of the rule book, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from houban.matters.refusals import RefusedError
from houban.organisation.refusals import INSUFFICIENT, UNTOUCHED

OUTSIDE = _("这不在您岗位的范围内：全县的规则由县级管，乡镇只管本地的权责。")
SENTENCES = {
    "season_runs_forward": _("时间前后不对：上午上班、上午下班、下午上班、下午下班要依次往后。"),
    "season_one_a_day": _("这段时间已有另一条办公时间。"),
    "rule_has_a_limit": _("时限至少是 1。"),
    "rule_percent_is_one": _("抽查比例在 0 到 100 之间。"),
    "rule_has_a_condition": _("请写明立案条件。"),
    "type_has_a_name": _("请写明类型的名称。"),
    "type_not_own_parent": _("类型不能放到自己的下级之下，请另选上级。"),
    "type_not_beneath_itself": _("类型不能放到自己的下级之下，请另选上级。"),
    "type_of_one_standard": _("上级类型要在同一个标准里。"),
    "same_type_of_another": _("对照的要是另一个标准的类型。"),
    "duty_once_a_day": _("这里的这类事项已指定过机构。"),
    "duty_has_a_last_resort": _("全县受理、办理各要有一个兜底机构，不能空缺一天。"),
}


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
        cause = error.__cause__
        if not isinstance(cause, psycopg.Error):
            if UNTOUCHED in str(error):
                raise RefusedError("outside", str(OUTSIDE)) from error
            raise
        if cause.diag.sqlstate == INSUFFICIENT:
            raise RefusedError("outside", str(OUTSIDE)) from error
        name = cause.diag.constraint_name or ""
        if name not in SENTENCES:
            raise
        raise RefusedError(name, str(SENTENCES[name])) from error
