"""Supervision orders: what a leader demands of an organisation, beside the matter that carries its clock and steps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from houban.matters.models.matters import Matter
from houban.matters.words import Grade


class Order(models.Model):
    """What an order says; whom it goes to, by when, and how it stands, its matter says."""

    matter = models.OneToOneField(Matter, models.PROTECT, verbose_name="事项", primary_key=True, related_name="order")
    grade = models.CharField("级别", max_length=12, choices=Grade, default=Grade.ORDINARY)
    basis = models.CharField("依据", max_length=200, blank=True)
    demand = models.CharField("要求", max_length=500)

    class Meta:
        verbose_name = "督办单"
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="order_grade_known"),
            models.CheckConstraint(condition=~Q(demand=""), name="order_demands_something"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.grade}"
