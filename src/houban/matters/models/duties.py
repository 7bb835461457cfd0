"""Who receives and who handles what where, and when the offices are open."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce, Concat

from houban.core.periods import TextKey, no_overlap, not_empty
from houban.divisions.models import Division
from houban.matters.models.standards import MatterType
from houban.matters.querysets import DatedQuerySet
from houban.matters.words import Duty
from houban.organisation.models import Organisation


class DutyRule(models.Model):
    """In a division and all below it, an organisation receives or handles a type; without a type, every type."""

    duty = models.CharField("职责", max_length=8, choices=Duty)
    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="duties")
    type = models.ForeignKey(
        MatterType, models.PROTECT, verbose_name="类型", related_name="duties", null=True, blank=True
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构", related_name="duties")
    during = DateRangeField("起止")
    basis = models.CharField("依据", max_length=120, blank=True)
    key = models.GeneratedField(
        expression=TextKey(Concat(F("duty"), Cast(Coalesce(F("type"), 0), models.TextField()))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "权责清单"
        constraints = [
            not_empty("duty_has_a_day"),
            no_overlap("duty_once_a_day", "division", "key"),
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="duty_known"),
        ]
        indexes = [models.Index(fields=["division"], name="duty_division")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_duty_display()}"


class OfficeSeason(models.Model):
    """Office hours from a day until a day: the morning, and the afternoon where there is one."""

    name = models.CharField("名称", max_length=20)
    during = DateRangeField("起止")
    opens = models.TimeField("上午上班")
    pauses = models.TimeField("上午下班")
    resumes = models.TimeField("下午上班")
    closes = models.TimeField("下午下班")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "办公时间"
        ordering = ["during"]
        constraints = [
            not_empty("season_has_a_day"),
            ExclusionConstraint(name="season_one_a_day", expressions=[("during", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                condition=Q(opens__lt=F("pauses"), pauses__lte=F("resumes"), resumes__lt=F("closes")),
                name="season_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name
