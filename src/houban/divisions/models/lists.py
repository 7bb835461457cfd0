"""Official lists as they were published, and where the register differs from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.divisions import words
from houban.divisions.models.changes import Change


class OfficialList(models.Model):
    """A list of codes as somebody published it for a day; kept as it came."""

    name = models.CharField("名称", max_length=120)
    source = models.CharField("来源", max_length=200, blank=True)
    scheme = models.CharField("代码体系", max_length=8, choices=words.Scheme)
    as_of = models.DateField("名录截至")
    extract = models.BooleanField("只是摘录", default=False)
    sha256 = models.CharField("文件摘要", max_length=64)
    imported_at = models.DateTimeField("导入时间")
    imported_by_name = models.CharField("导入人", max_length=60)
    comparison = models.ForeignKey(
        Change, models.PROTECT, verbose_name="比对出的草稿", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "官方名录"
        ordering = ["as_of", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "as_of", "sha256"], name="official_list_once")]

    def __str__(self) -> str:
        return self.name


class ListEntry(models.Model):
    """One row of an official list."""

    list = models.ForeignKey(OfficialList, models.CASCADE, verbose_name="名录", related_name="entries")
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=80)
    level = models.CharField("层级", max_length=10, choices=words.Level)
    parent_code = models.CharField("上级代码", max_length=20, blank=True)

    class Meta:
        verbose_name = "名录条目"
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="list_entry_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ListDifference(models.Model):
    """Where the register and an official list disagree on the list's day; signed when explained."""

    list = models.ForeignKey(OfficialList, models.CASCADE, verbose_name="名录", related_name="differences")
    code = models.CharField("代码", max_length=20)
    kind = models.CharField(
        "差异",
        max_length=10,
        choices=[
            ("missing", "登记没有"),
            ("extra", "名录没有"),
            ("name", "名称不同"),
            ("parent", "上级不同"),
            ("code", "代码不同"),
        ],
    )
    ours = models.CharField("登记", max_length=120, blank=True)
    theirs = models.CharField("名录", max_length=120, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    signed_by_name = models.CharField("签认人", max_length=60, blank=True)
    signed_at = models.DateTimeField("签认时间", null=True, blank=True)

    class Meta:
        verbose_name = "名录差异"
        constraints = [
            models.UniqueConstraint(fields=["list", "code", "kind"], name="list_difference_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by_name="")
                | Q(signed_at__isnull=False) & ~Q(signed_by_name="") & ~Q(reason=""),
                name="list_difference_signed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_kind_display()}"
