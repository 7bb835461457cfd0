"""What a division was called, to whom it belonged, and which codes it bore, from a day until a day."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat

from houban.core.periods import LIVE, TextKey, no_overlap, not_empty
from houban.divisions import words
from houban.divisions.models.changes import Change
from houban.divisions.models.divisions import Division
from houban.divisions.querysets import CodeQuerySet, VersionQuerySet


class DivisionVersion(models.Model):
    """What a division was called and to whom it belonged, from a day until a day."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="versions")
    name = models.CharField("名称", max_length=60)
    official_name = models.CharField("全称", max_length=80)
    form = models.CharField("形式", max_length=16, choices=words.Form)
    parent = models.ForeignKey(
        Division, models.PROTECT, verbose_name="上级", related_name="child_versions", null=True, blank=True
    )
    during = DateRangeField("有效期")
    change = models.ForeignKey(Change, models.PROTECT, verbose_name="来自", related_name="versions")
    recorded_at = models.DateTimeField("登记时间")
    written_by = models.ForeignKey(Change, models.PROTECT, verbose_name="写入者", related_name="+")
    retracted_at = models.DateTimeField("收回时间", null=True, blank=True)
    retracted_by = models.ForeignKey(Change, models.PROTECT, verbose_name="收回者", related_name="+", null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "区划版本"
        constraints = [
            not_empty("version_has_a_day"),
            no_overlap("version_one_a_day", "division", live=LIVE),
            models.CheckConstraint(condition=Q(form__in=words.Form.values), name="version_form_known"),
            models.CheckConstraint(condition=~Q(name=""), name="version_has_a_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("division")), name="version_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["parent"], condition=LIVE, name="version_children"),
            models.Index(fields=["parent", "form"], include=["during"], condition=LIVE, name="version_counted"),
            models.Index(fields=["name"], condition=LIVE, name="version_name"),
            models.Index(fields=["change"], name="version_change"),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionCode(models.Model):
    """A code a division bore under a scheme, from a day until a day; codes are reused, so never a key."""

    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划", related_name="codes")
    scheme = models.CharField("代码体系", max_length=8, choices=words.Scheme)
    code = models.CharField("代码", max_length=20)
    during = DateRangeField("有效期")
    change = models.ForeignKey(Change, models.PROTECT, verbose_name="来自", related_name="codes")
    recorded_at = models.DateTimeField("登记时间")
    written_by = models.ForeignKey(Change, models.PROTECT, verbose_name="写入者", related_name="+")
    retracted_at = models.DateTimeField("收回时间", null=True, blank=True)
    retracted_by = models.ForeignKey(Change, models.PROTECT, verbose_name="收回者", related_name="+", null=True)
    code_key = models.GeneratedField(
        verbose_name="代码键",
        expression=TextKey(Concat("scheme", "code")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    scheme_key = models.GeneratedField(
        verbose_name="体系键",
        expression=TextKey(Concat("scheme", models.functions.Cast("division", models.TextField()))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = "区划代码"
        constraints = [
            not_empty("code_has_a_day"),
            no_overlap("code_one_division_a_day", "code_key", live=LIVE),
            no_overlap("code_one_a_division_a_day", "scheme_key", live=LIVE),
            models.CheckConstraint(condition=Q(scheme__in=words.Scheme.values), name="code_scheme_known"),
            models.CheckConstraint(condition=~Q(code=""), name="code_not_blank"),
        ]
        indexes = [
            models.Index(fields=["code", "scheme"], condition=LIVE, name="code_lookup"),
            models.Index(fields=["division"], condition=LIVE, name="code_division"),
        ]

    def __str__(self) -> str:
        return self.code
