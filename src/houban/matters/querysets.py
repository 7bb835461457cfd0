"""What can be asked of matters, types and rules, as words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from houban.matters.words import OPEN

if TYPE_CHECKING:
    from houban.matters.models import Matter  # noqa: F401

Row = TypeVar("Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[Row]):
    """Rows with a period."""

    def on(self, day: date) -> Self:
        """Keep what is in force on a day."""
        return self.filter(during__contains=day)


class MatterQuerySet(models.QuerySet["Matter"]):
    """Matters."""

    def open(self) -> Self:
        """Keep what is not ended yet."""
        return self.filter(state__in=OPEN)

    def overdue(self, at: datetime) -> Self:
        """Keep what is open, not paused, and past its due time."""
        return self.open().filter(due__lt=at, paused_at__isnull=True)

    def held_by(self, *bodies: int) -> Self:
        """Keep what some organisations receive or handle."""
        return self.filter(Q(holder__in=bodies) | Q(receiver__in=bodies))
