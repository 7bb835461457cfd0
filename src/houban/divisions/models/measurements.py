"""How many people, households, square metres a division had on a day: what shares are worked out from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.divisions import words
from houban.divisions.models.divisions import Division


class Measurement(models.Model):
    """A number somebody measured of a division on a day; what was wrong is withdrawn and never altered."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="measurements")
    measure = models.CharField("度量", max_length=12, choices=words.Measure)
    day = models.DateField("统计日")
    value = models.BigIntegerField("数值")
    source = models.CharField("来源", max_length=120, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_name = models.CharField("登记人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "区划度量"
        constraints = [
            models.UniqueConstraint(
                fields=["division", "measure", "day"],
                condition=Q(withdrawn_at__isnull=True),
                name="measurement_once_a_day",
            ),
            models.CheckConstraint(condition=Q(measure__in=words.Measure.values), name="measurement_measure_known"),
            models.CheckConstraint(condition=Q(value__gte=0), name="measurement_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.value}"
