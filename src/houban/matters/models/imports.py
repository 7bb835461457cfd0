"""Other platforms whose matters are taken over: how their lists are read, and every file that was taken in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houban.accounts.models import User

LOST_AFTER = timedelta(minutes=2)


class Platform(models.Model):
    """Another platform; its name stands before its numbers and never changes."""

    name = models.CharField("平台", max_length=20, unique=True)
    columns = models.JSONField("列", default=dict)
    words = models.JSONField("写法", default=dict)
    changed_at = models.DateTimeField("最近改动")

    class Meta:
        verbose_name = "外部平台"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"^[^:：\s]+$"), name="platform_has_a_plain_name")
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.TextChoices):
    """How far a file has come."""

    MATCHING = "matching", _("待对列")
    CHECKING = "checking", _("试导入中")
    CHECKED = "checked", _("待确认")
    WRITING = "writing", _("导入中")
    DONE = "done", _("已导入")
    DROPPED = "dropped", _("已放弃")
    FAILED = "failed", _("没有导成")


RUNNING = (Stage.CHECKING, Stage.WRITING)
OVER = (Stage.DONE, Stage.DROPPED)


class Intake(models.Model):
    """A file of another platform on its way in; kept of it are its header with an example, lines and sentences.

    A job works on behalf of an attempt: one that was given up for dead and comes back finds another attempt and stops.
    """

    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="平台", related_name="intakes")
    name = models.CharField("文件", max_length=120)
    token = models.CharField("存放名", max_length=40, blank=True)
    sha256 = models.CharField("摘要", max_length=64)
    size = models.BigIntegerField("字节")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="经办人", related_name="+", null=True)
    by_name = models.CharField("经办人姓名", max_length=120)
    at = models.DateTimeField("上传时间")
    header = models.JSONField("表头", default=list)
    attempt = models.PositiveIntegerField("第几次", default=0)
    stage = models.CharField("进度", max_length=12, choices=Stage, default=Stage.MATCHING)
    total = models.PositiveIntegerField("行数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    beat_at = models.DateTimeField("最近有动静", null=True)
    counts = models.JSONField("件数", default=dict)
    refused = models.JSONField("不能导入的行", default=list)
    unknown = models.JSONField("认不出的写法", default=dict)
    problem = models.CharField("没有导成的原因", max_length=500, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "移入的文件"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="intake_stage_known"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="intake_no_more_than_all"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.name}"

    @property
    def is_running(self) -> bool:
        """Tell whether a job is at work on it."""
        return self.stage in RUNNING

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens to it."""
        return self.stage in OVER

    def is_lost(self, now: datetime) -> bool:
        """Tell whether its job has not been heard of for two minutes: the server was stopped under it."""
        return self.is_running and self.beat_at is not None and now - self.beat_at > LOST_AFTER
