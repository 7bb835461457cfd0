"""Which types of matters there are by which standard, and when one of them is filed within which limit."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from houban.core.periods import TextKey, no_overlap, not_empty
from houban.matters.querysets import DatedQuerySet
from houban.matters.rules.clocks import Limit, Unit

UNITS = [
    ("urgent_hour", "紧急工作时"),
    ("working_hour", "工作时"),
    ("working_day", "工作日"),
    ("natural_day", "自然日"),
]


class Standard(models.Model):
    """A classification of matters, national or the county's own, in force from a day until a day."""

    code = models.CharField("标准号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    during = DateRangeField("施行期")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "分类标准"
        ordering = ["code"]
        constraints = [
            not_empty("standard_has_a_day"),
            models.CheckConstraint(condition=~Q(code=""), name="standard_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MatterType(models.Model):
    """A type of a standard; a type with a parent is a finer one of it."""

    standard = models.ForeignKey(Standard, models.PROTECT, verbose_name="标准", related_name="types")
    code = models.CharField("类型代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级类型", related_name="finer", null=True, blank=True
    )
    during = DateRangeField("有效期")
    code_key = models.GeneratedField(
        expression=TextKey(F("code")), output_field=models.BigIntegerField(), db_persist=True
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "事项类型"
        ordering = ["standard", "code"]
        constraints = [
            not_empty("type_has_a_day"),
            no_overlap("type_code_once_a_day", "standard", "code_key"),
            models.CheckConstraint(condition=~Q(name=""), name="type_has_a_name"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="type_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class SameType(models.Model):
    """A type of one standard goes into another's ledger under that one's type, so that nobody types twice."""

    type = models.ForeignKey(MatterType, models.PROTECT, verbose_name="类型", related_name="elsewhere")
    other = models.ForeignKey(MatterType, models.PROTECT, verbose_name="另一标准的类型", related_name="+")

    class Meta:
        verbose_name = "类型对照"
        constraints = [
            models.UniqueConstraint(fields=["type", "other"], name="same_type_once"),
            models.CheckConstraint(condition=~Q(type=F("other")), name="same_type_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.type} = {self.other}"


class FilingRule(models.Model):
    """A condition under which a matter of a type is filed, its limit, and what has to be shown."""

    type = models.ForeignKey(MatterType, models.PROTECT, verbose_name="类型", related_name="rules")
    number = models.PositiveSmallIntegerField("序号", default=1)
    condition = models.CharField("立案条件", max_length=200)
    limit_amount = models.PositiveSmallIntegerField("时限")
    limit_unit = models.CharField("时限单位", max_length=12, choices=UNITS)
    photos_before = models.PositiveSmallIntegerField("处置前照片", default=0)
    photos_after = models.PositiveSmallIntegerField("处置后照片", default=0)
    closing = models.CharField("结案条件", max_length=200, blank=True)
    recheck_percent = models.PositiveSmallIntegerField("抽查比例（%）", default=0)
    during = DateRangeField("有效期")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "立案规则"
        ordering = ["type", "number"]
        constraints = [
            not_empty("rule_has_a_day"),
            no_overlap("rule_number_once_a_day", "type", "number"),
            models.CheckConstraint(condition=Q(limit_amount__gte=1), name="rule_has_a_limit"),
            models.CheckConstraint(condition=Q(limit_unit__in=[unit.value for unit in Unit]), name="rule_unit_known"),
            models.CheckConstraint(condition=Q(recheck_percent__lte=100), name="rule_percent_is_one"),
            models.CheckConstraint(condition=~Q(condition=""), name="rule_has_a_condition"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.condition}"

    @property
    def limit(self) -> Limit:
        """Return the limit as the rules of clocks read it."""
        return Limit(self.limit_amount, Unit(self.limit_unit))
