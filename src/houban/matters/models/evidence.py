"""Photos and files of a step; a file belongs to its step and can't be swapped."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.matters.models.matters import Step


class Evidence(models.Model):
    """A file as it was taken in, named by the digest of its bytes."""

    step = models.ForeignKey(Step, models.PROTECT, verbose_name="环节", related_name="evidence")
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("摘要", max_length=64)
    width = models.PositiveIntegerField("宽", null=True)
    height = models.PositiveIntegerField("高", null=True)
    taken_at = models.DateTimeField("拍摄时间", null=True)

    class Meta:
        verbose_name = "佐证材料"
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="evidence_number_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_has_its_digest"),
        ]

    def __str__(self) -> str:
        return self.name
