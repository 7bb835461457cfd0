"""What a clerk did while settling the questions of a comparison, gesture by gesture, so that the last can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.divisions.models.changes import Change


class Gesture(models.Model):
    """One gesture: the rows of the draft as they were before it."""

    change = models.ForeignKey(Change, models.CASCADE, verbose_name="区划调整", related_name="gestures")
    said = models.CharField("做了什么", max_length=200)
    before = models.JSONField("之前的行")
    rows = models.JSONField("涉及的行号")
    by_name = models.CharField("经办人", max_length=60)
    at = models.DateTimeField("时间")
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    undone_by_name = models.CharField("撤回人", max_length=60, blank=True)

    class Meta:
        verbose_name = "核定经过"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by_name="")
                | Q(undone_at__isnull=False) & ~Q(undone_by_name=""),
                name="gesture_undone_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.said
