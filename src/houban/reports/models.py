"""What people report and state, and what reports were made of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.warehouse import figures

LIVE = Q(withdrawn_at__isnull=True)


def withdrawn_with_reason(name: str) -> models.CheckConstraint:
    """Demand that what is withdrawn says when, by whom and why."""
    gone = Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by_name="") & ~Q(withdrawn_because="")
    return models.CheckConstraint(condition=Q(withdrawn_at__isnull=True, withdrawn_because="") | gone, name=name)


def _label(figure: str) -> str:
    try:
        return str(figures.get(figure).label)
    except figures.FigureUnknown:
        return figure


class Entered(models.Model):
    """A number that somebody entered, with its day and source; withdrawn rather than changed."""

    figure = models.CharField("数据点", max_length=60)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    as_of = models.DateField("所属日")
    source = models.CharField("来源", max_length=200)
    entered_at = models.DateTimeField("填报时间")
    entered_by_name = models.CharField("填报人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{_label(self.figure)} {self.as_of} {self.value}"


class ReportedValue(Entered):
    """A figure's value as a unit reported it for a day."""

    class Meta:
        verbose_name = "填报数"
        constraints = [
            models.UniqueConstraint(fields=["figure", "as_of"], condition=LIVE, name="reported_once_a_day"),
            models.CheckConstraint(condition=~Q(source=""), name="reported_with_source"),
            withdrawn_with_reason("reported_withdrawn_with_reason"),
        ]


class StatedValue(Entered):
    """A figure's value as a document states it, to be held against what we compute."""

    class Meta:
        verbose_name = "别处写的数"
        constraints = [
            models.UniqueConstraint(fields=["figure", "as_of", "source"], condition=LIVE, name="stated_once_a_source"),
            models.CheckConstraint(condition=~Q(source=""), name="stated_with_source"),
            withdrawn_with_reason("stated_withdrawn_with_reason"),
        ]


class Report(models.Model):
    """A Word report as it was produced for a day; a later one never changes it."""

    title = models.CharField("标题", max_length=120)
    on = models.DateField("截至")
    file = models.FileField("文件", upload_to="reports/")
    sha256 = models.CharField("文件摘要", max_length=64)
    template = models.CharField("模板", max_length=120)
    made_at = models.DateTimeField("生成时间")
    made_by_name = models.CharField("生成人", max_length=60)

    class Meta:
        verbose_name = "报告"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.on}"


class ReportFigure(models.Model):
    """A figure as it stood in a report: value, day, number of rows and their hash."""

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="报告", related_name="figures")
    figure = models.CharField("数据点", max_length=60)
    label = models.CharField("名称", max_length=80)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4, null=True)
    text = models.CharField("报告里的写法", max_length=40, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    basis = models.CharField("依据", max_length=10)
    day = models.DateField("所在日")
    rows = models.PositiveIntegerField("行数")
    hash = models.CharField("各行摘要", max_length=64)
    definition = models.TextField("定义")
    version = models.PositiveSmallIntegerField("定义版次")
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "报告数据点"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "figure"], name="report_figure_once")]
        indexes = [models.Index(fields=["figure", "day"])]

    def __str__(self) -> str:
        return f"{self.label} {self.text}"
