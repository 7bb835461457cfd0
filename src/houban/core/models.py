"""What the installation is, the record of who did what, and the county's own calendar."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import connection, models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import Exact

DIGEST_BYTES = 32


class Installation(models.Model):
    """The county this installation serves; one row at most."""

    id = models.PositiveSmallIntegerField("编号", primary_key=True, default=1)
    county_name = models.CharField("县名", max_length=60)
    county_code = models.CharField("县级代码", max_length=6)
    demonstration = models.BooleanField("示范数据", default=False)
    today = models.DateField("固定的今天", null=True, blank=True)
    made_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "安装"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="installation_is_one"),
            models.CheckConstraint(condition=Q(county_code__regex=r"^\d{6}$"), name="installation_code_is_six_digits"),
        ]

    def __str__(self) -> str:
        return self.county_name

    @classmethod
    def current(cls) -> Self | None:
        """Return the installation, or None before one is made."""
        return cls.objects.first()

    @classmethod
    def fixed_today(cls) -> date | None:
        """Return the day the demonstration stands still on, if it does; every request asks, in plain SQL."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT today FROM core_installation")
            found = cursor.fetchone()
        return found[0] if found else None


class RecordEntry(models.Model):
    """One act: who did what to what; written by `record` in the act's transaction and never changed.

    The entries of a transaction are a strand, chained by their digests; those older than the chain have none.
    """

    at = models.DateTimeField("时间", db_index=True)
    actor_id = models.BigIntegerField("账号编号", null=True)
    actor_name = models.CharField("经办人", max_length=60)
    post = models.CharField("岗位", max_length=120, blank=True)
    unit = models.BigIntegerField("区划编号", default=0)
    address = models.CharField("来源地址", max_length=64, blank=True)
    verb = models.CharField("行为", max_length=60)
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=64, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    before = models.JSONField("之前", null=True)
    after = models.JSONField("之后", null=True)
    strand = models.UUIDField("链串", null=True)
    position = models.PositiveIntegerField("位次", null=True)
    digest = models.BinaryField("摘要", null=True)

    class Meta:
        verbose_name = "留痕"
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"]), models.Index(fields=["unit", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["strand", "position"], name="record_position_is_taken_once"),
            models.CheckConstraint(
                condition=Q(strand__isnull=False, position__gte=1, digest__isnull=False)
                & Q(Exact(Func(F("digest"), function="octet_length", output_field=IntegerField()), DIGEST_BYTES)),
                name="record_is_chained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.subject_label}"


class CalendarDay(models.Model):
    """A day the county's own calendar names: off, or worked in exchange; it goes before the published one."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=60, blank=True)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = "日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'班' if self.is_working else '休'} {self.name}".rstrip()
