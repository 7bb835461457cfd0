"""What the policies read: the table of powers, and what has become part of what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models

from houban.core.periods import no_overlap, not_empty
from houban.divisions.models import Division


class PostPower(models.Model):
    """A kind of post gives a power; copied from `powers` by every migration, written by nobody else."""

    kind = models.CharField("岗位类型", max_length=24)
    power = models.CharField("职权", max_length=24)

    class Meta:
        verbose_name = "职权"
        constraints = [models.UniqueConstraint(fields=["kind", "power"], name="power_once")]
        indexes = [models.Index(fields=["power", "kind"], name="power_kinds")]

    def __str__(self) -> str:
        return f"{self.kind} {self.power}"


class Incompatible(models.Model):
    """Two kinds of post that one person may not hold together; copied from `rules.incompatible`."""

    one = models.CharField("岗位类型", max_length=24)
    other = models.CharField("不得兼任", max_length=24)
    same_division = models.BooleanField("限同一区划")
    kin = models.BooleanField("近亲属也不得担任")
    article = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "不得兼任"
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="incompatible_once")]

    def __str__(self) -> str:
        return f"{self.one} {self.other}"


class Reach(models.Model):
    """The divisions, past ones included, that count as part of a division while the map stays as it is."""

    division = models.ForeignKey(Division, models.CASCADE, verbose_name="区划", related_name="+")
    during = DateRangeField("区划不变的期间")
    units = ArrayField(models.BigIntegerField(), verbose_name="范围")

    class Meta:
        verbose_name = "管辖范围"
        constraints = [not_empty("reach_has_a_day"), no_overlap("reach_one_a_day", "division")]

    def __str__(self) -> str:
        return f"{self.division_id} {self.during}"


class Heir(models.Model):
    """A clerk has settled which successor the rows of a division that was split up belong to."""

    former = models.OneToOneField(Division, models.PROTECT, verbose_name="原单位", related_name="settled_heir")
    heir = models.ForeignKey(Division, models.PROTECT, verbose_name="承接单位", related_name="+")
    reason = models.CharField("依据", max_length=200)
    settled_at = models.DateTimeField("认定时间")
    settled_by_name = models.CharField("认定人", max_length=60)

    class Meta:
        verbose_name = "承接认定"
        constraints = [
            models.CheckConstraint(condition=~models.Q(former=models.F("heir")), name="heir_is_another"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="heir_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.former_id} → {self.heir_id}"
