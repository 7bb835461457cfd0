"""The parts of the rule book: each is a sheet of the workbook, a form and a table of the database at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houban.matters.models import DutyRule, FilingRule, MatterType, OfficeSeason, SameType, Standard
from houban.matters.words import Duty
from houban.organisation.rosters.sheets import Column, Kind, SheetSpec


class LimitUnit(TextChoices):
    """The units of a limit, as the sheet writes them."""

    URGENT_HOUR = "urgent_hour", _("紧急工作时")
    WORKING_HOUR = "working_hour", _("工作时")
    WORKING_DAY = "working_day", _("工作日")
    NATURAL_DAY = "natural_day", _("自然日")


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the book: what tells its rows apart, what they say, and whether a change begins a new version."""

    slug: str
    title: str | Promise
    model: type[models.Model]
    keys: tuple[str, ...]
    values: tuple[str, ...]
    spec: SheetSpec
    versioned: bool = False
    blanks: dict[str, Any] = field(default_factory=dict)


ENDS = Column("停用", "ends", Kind.YES)


def _must(title: str, name: str, most: int = 80) -> Column:
    return Column(title, name, required=True, most=most)


def _number(title: str, name: str) -> Column:
    return Column(title, name, Kind.NUMBER)


STANDARD = _must("标准号", "standard", 40)
TYPE = _must("类型代码", "type", 20)

STANDARDS = Part(
    "standards", _("标准"), Standard, ("standard",), ("name",),
    SheetSpec("标准", (STANDARD, Column("名称", "name", most=80), ENDS), (("县级 2026", "本县网格事项分类"),)),
)  # fmt: skip
TYPES = Part(
    "types", _("类型"), MatterType, ("standard", "type"), ("name", "parent"),
    SheetSpec(
        "类型", (STANDARD, TYPE, Column("名称", "name", most=60), Column("上级代码", "parent", most=20), ENDS),
        (("县级 2026", "01", "公用设施"), ("县级 2026", "0101", "雨水井盖", "01")),
    ),
)  # fmt: skip
SAME = Part(
    "same", _("类型对照"), SameType, ("standard", "type", "other_standard", "other_type"), (),
    SheetSpec(
        "类型对照", (STANDARD, TYPE, _must("另一标准号", "other_standard", 40), _must("另一类型代码", "other_type", 20),
                ENDS), (),
    ),
)  # fmt: skip
RULES = Part(
    "rules", _("立案规则"), FilingRule, ("standard", "type", "number"),
    ("condition", "limit_amount", "limit_unit", "photos_before", "photos_after", "closing", "recheck_percent"),
    SheetSpec(
        "立案规则",
        (STANDARD, TYPE, Column("类型", "type_name", most=60), _number("序号", "number"),
         Column("立案条件", "condition", most=200), _number("时限", "limit_amount"),
         Column("时限单位", "limit_unit", words=LimitUnit), _number("处置前照片", "photos_before"),
         _number("处置后照片", "photos_after"), Column("结案条件", "closing", most=200),
         _number("抽查比例", "recheck_percent"), ENDS),
        (("县级 2026", "0101", "雨水井盖", 1, "破损、缺失，影响通行", 4, "工作时", 1, 1, "恢复原状", 5),),
    ),
    versioned=True,
    blanks={"photos_before": 0, "photos_after": 0, "closing": "", "recheck_percent": 0},
)  # fmt: skip
DUTIES = Part(
    "duties", _("权责清单"), DutyRule, ("duty", "division", "standard", "type"), ("organisation", "basis"),
    SheetSpec(
        "权责清单",
        (Column("职责", "duty", required=True, words=Duty), Column("区划代码", "division", Kind.CODE, required=True),
         Column("区划", "division_name", most=60), Column("标准号", "standard", most=40),
         Column("类型代码", "type", most=20), Column("类型", "type_name", most=60),
         Column("机构", "organisation", most=80), Column("机构区划代码", "organisation_code", Kind.CODE),
         Column("依据", "basis", most=120), ENDS),
        (("办理", "510304", "大安区", "县级 2026", "0101", "雨水井盖", "区住房和城乡建设局", "510304", "三定规定"),),
    ),
    versioned=True,
    blanks={"basis": ""},
)  # fmt: skip
HOURS = Part(
    "hours", _("办公时间"), OfficeSeason, (), ("name", "opens", "pauses", "resumes", "closes"),
    SheetSpec(
        "办公时间",
        (Column("起用日", "since", Kind.DAY, required=True), _must("名称", "name", 20), _must("上午上班", "opens"),
         _must("上午下班", "pauses"), _must("下午上班", "resumes"), _must("下午下班", "closes")),
        (("2026-05-01", "夏季", "09:00", "12:00", "14:30", "18:30"),),
    ),
    versioned=True,
)  # fmt: skip
PARTS = (STANDARDS, TYPES, SAME, RULES, DUTIES, HOURS)
BY_SLUG = {part.slug: part for part in PARTS}
