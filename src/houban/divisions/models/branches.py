"""A what-if: draft changes on the map of a day that nobody else sees the map by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.divisions import words


class Branch(models.Model):
    """A plan that is tried out: its drafts never count for the register until the whole of it is enacted."""

    name = models.CharField("名称", max_length=60)
    purpose = models.CharField("要解决什么", max_length=200, blank=True)
    day = models.DateField("推演所在日")
    status = models.CharField("状态", max_length=10, choices=words.BranchStatus, default="open")
    made_at = models.DateTimeField("建立时间")
    made_by_name = models.CharField("建立人", max_length=60)
    settled_at = models.DateTimeField("了结时间", null=True, blank=True)
    settled_by_name = models.CharField("了结人", max_length=60, blank=True)
    because = models.CharField("放弃原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "推演方案"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=words.BranchStatus.values), name="branch_status_known"),
            models.CheckConstraint(condition=~Q(name=""), name="branch_has_a_name"),
            models.CheckConstraint(
                condition=Q(status="open", settled_at__isnull=True, settled_by_name="")
                | ~Q(status="open") & Q(settled_at__isnull=False) & ~Q(settled_by_name=""),
                name="branch_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="discarded") | ~Q(because=""), name="branch_discarded_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name
