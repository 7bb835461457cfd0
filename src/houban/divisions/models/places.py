"""Where divisions lie: boundaries with the files they came from, and the seats of their offices."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from houban.core.periods import no_overlap, not_empty
from houban.divisions import words
from houban.divisions.models.divisions import Division

VALID = Q(withdrawn_at__isnull=True)
BOTH_OR_NEITHER = Q(withdrawn_at__isnull=True, withdrawn_by_name="") | Q(withdrawn_at__isnull=False) & ~Q(
    withdrawn_by_name=""
)


class BoundarySet(models.Model):
    """The boundaries of one file, taken in together; they are withdrawn together."""

    name = models.CharField("文件", max_length=120)
    sha256 = models.CharField("文件摘要", max_length=64)
    day = models.DateField("生效日")
    system = models.CharField("坐标系", max_length=40)
    source = models.CharField("来源", max_length=200, blank=True)
    licence = models.CharField("许可或审图号", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_name = models.CharField("登记人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "界线批次"
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sha256", "day"], condition=VALID, name="boundary_set_once"),
            models.CheckConstraint(condition=BOTH_OR_NEITHER, name="boundary_set_withdrawn_by_somebody"),
        ]

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """The line around a division from a day until a day; what was wrong is withdrawn and never altered."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="boundaries")
    during = DateRangeField("有效期")
    geometry = models.BinaryField("界线")  # WKB of a polygon or multipolygon in CGCS2000, longitude first
    area = models.BigIntegerField("面积（平方米）")
    set = models.ForeignKey(BoundarySet, models.PROTECT, verbose_name="批次", related_name="boundaries")
    written_by = models.ForeignKey(BoundarySet, models.PROTECT, verbose_name="写入者", related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)
    replaced_by = models.ForeignKey(
        BoundarySet, models.PROTECT, verbose_name="接替者", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "界线"
        constraints = [
            not_empty("boundary_has_a_day"),
            no_overlap("boundary_one_a_day", "division", live=VALID),
            models.CheckConstraint(condition=Q(area__gt=0), name="boundary_encloses_something"),
            models.CheckConstraint(condition=BOTH_OR_NEITHER, name="boundary_withdrawn_by_somebody"),
        ]
        indexes = [models.Index(fields=["division"], condition=VALID, name="boundary_live")]

    def __str__(self) -> str:
        return f"{self.division_id} {self.during}"


class Seat(models.Model):
    """Where the office of a division is, from a day until a day; what was wrong is withdrawn and never altered."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="seats")
    during = DateRangeField("有效期")
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6)
    accuracy = models.PositiveIntegerField("精度（米）", default=0)
    given = models.CharField("来源坐标", max_length=8, choices=words.Datum, default="cgcs2000")
    address = models.CharField("地址", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_name = models.CharField("登记人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "驻地"
        constraints = [
            not_empty("seat_of_a_division_has_a_day"),
            no_overlap("seat_of_a_division_one_a_day", "division", live=VALID),
            models.CheckConstraint(
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90)), name="seat_on_the_globe"
            ),
            models.CheckConstraint(condition=Q(given__in=words.Datum.values), name="seat_datum_known"),
            models.CheckConstraint(condition=BOTH_OR_NEITHER, name="seat_withdrawn_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.longitude}, {self.latitude}"
