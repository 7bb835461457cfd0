"""Identities: all else about them has a date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.divisions import words


class Division(models.Model):
    """An identity and its level; everything else about it has a date."""

    level = models.CharField("层级", max_length=10, choices=words.Level)

    class Meta:
        verbose_name = "行政区划单位"
        constraints = [models.CheckConstraint(condition=Q(level__in=words.Level.values), name="division_level_known")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.pk}"
