"""The day "before" means."""

from __future__ import annotations

from django.db import models

from houban.divisions import words


class Baseline(models.Model):
    """The day "before the change" means when a measure is compared with then."""

    measure = models.CharField("比较对象", max_length=20, unique=True, choices=words.Counted)
    day = models.DateField("调整前口径日")
    reason = models.CharField("为什么取这一天", max_length=200)
    set_by_name = models.CharField("设定人", max_length=60)
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = "调整前口径"

    def __str__(self) -> str:
        return f"{self.label} {self.day}"

    @property
    def label(self) -> str:
        """Return what is compared, in the reader's language."""
        return str(words.Counted(self.measure).label)
