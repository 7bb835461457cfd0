"""Write the rule book of a day as a workbook, in the form in which it can come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.db.models import Q

from houban.core.spreadsheets import Table
from houban.divisions.models import DivisionCode, DivisionVersion
from houban.matters.models import DutyRule, FilingRule, MatterType, OfficeSeason, SameType, Standard
from houban.matters.rulebook.book import NUMBER_OF_CODES
from houban.matters.rulebook.sheets import DUTIES, HOURS, PARTS, RULES, SAME, STANDARDS, TYPES, LimitUnit, Part
from houban.matters.words import Duty
from houban.organisation.rosters.cells import label

NOTES = (
    ("怎么用", "改好后原样导回；导入时选一个起用日，改动的规则和权责从那天起施行，以前的仍在册。"),
    ("空格", "已登记的行，空着的格不改原值。没有写到的行不动。"),
    ("停用", "要停用的行，“停用”写“是”。停用类型，它的立案规则和权责一并停用。"),
    ("时限单位", "紧急工作时（昼夜连续）、工作时、工作日、自然日。"),
    ("权责清单", "类型空着就是所有类型；最近的区划、最细的类型先用。"),
)


def template() -> list[Table]:
    """Return the empty book with example rows."""
    return [_notes(), *(_table(part, part.spec.examples) for part in PARTS)]


def tables(on: date) -> list[Table]:
    """Return the book of a day."""
    rows = {
        STANDARDS: ((one.code, one.name) for one in Standard.objects.on(on)),
        TYPES: _types(on),
        SAME: _same(),
        RULES: _rules(on),
        DUTIES: _duties(on),
        HOURS: _hours(on),
    }
    return [_notes(), *(_table(part, rows[part]) for part in PARTS)]


def _notes() -> Table:
    return Table("说明", ["项目", "说明"], NOTES)


def _table(part: Part, rows: Iterable[Any]) -> Table:
    columns = part.spec.columns
    codes = {one.title for one in columns if one.name in ("standard", "type", "parent", "other_standard", "other_type")}
    return Table(part.spec.title, part.spec.header, rows, part.spec.texts | codes)


def _types(on: date) -> Iterable[Any]:
    rows = MatterType.objects.on(on).select_related("standard", "parent").order_by("standard__code", "code")
    return ((one.standard.code, one.code, one.name, one.parent.code if one.parent else "") for one in rows)


def _same() -> Iterable[Any]:
    rows = SameType.objects.select_related("type__standard", "other__standard").order_by("pk")
    return ((one.type.standard.code, one.type.code, one.other.standard.code, one.other.code) for one in rows)


def _rules(on: date) -> Iterable[Any]:
    rows = FilingRule.objects.on(on).select_related("type__standard")
    for one in rows.order_by("type__standard__code", "type__code", "number"):
        yield (
            one.type.standard.code, one.type.code, one.type.name, one.number, one.condition, one.limit_amount,
            label(LimitUnit, one.limit_unit), one.photos_before, one.photos_after, one.closing, one.recheck_percent,
        )  # fmt: skip


def _duties(on: date) -> Iterable[Any]:
    codes = dict(DivisionCode.objects.on(on).filter(scheme=NUMBER_OF_CODES).values_list("division_id", "code"))
    names = dict(DivisionVersion.objects.on(on).values_list("division_id", "name"))
    rows = DutyRule.objects.on(on).select_related("type__standard", "organisation")
    for one in sorted(
        rows, key=lambda one: (codes.get(one.division_id, ""), one.duty, one.type.code if one.type else "")
    ):
        of_type = (one.type.standard.code, one.type.code, one.type.name) if one.type else ("", "", "")
        yield (
            label(Duty, one.duty), codes.get(one.division_id, ""), names.get(one.division_id, ""), *of_type,
            one.organisation.name, codes.get(one.organisation.division_id or 0, ""), one.basis,
        )  # fmt: skip


def _hours(on: date) -> Iterable[Any]:
    rows = OfficeSeason.objects.filter(Q(during__contains=on) | Q(during__startswith__gt=on)).order_by("during")
    return (
        (one.during.lower, one.name, *(_said(t) for t in (one.opens, one.pauses, one.resumes, one.closes)))
        for one in rows
    )


def _said(at: time) -> str:
    return f"{at:%H:%M}"
