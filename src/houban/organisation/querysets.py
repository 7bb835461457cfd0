"""What can be asked of organisations, posts and appointments, as words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from houban.organisation.models import Appointment, Organisation, Person, Post  # noqa: F401

Row = TypeVar("Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[Row]):
    """Rows with a period."""

    def on(self, day: date) -> Self:
        """Keep what is in force on a day."""
        return self.filter(during__contains=day)


class OrganisationQuerySet(DatedQuerySet["Organisation"]):
    """Organisations."""

    def of_kind(self, *kinds: str) -> Self:
        """Keep some kinds."""
        return self.filter(kind__in=kinds)


class PostQuerySet(DatedQuerySet["Post"]):
    """Posts."""

    def of_kind(self, *kinds: str) -> Self:
        """Keep some kinds."""
        return self.filter(kind__in=kinds)


class AppointmentQuerySet(DatedQuerySet["Appointment"]):
    """Appointments."""

    def standing(self) -> Self:
        """Leave out what was entered by mistake and withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def on(self, day: date) -> Self:
        """Keep what is in force on a day."""
        return super().on(day).standing()

    def of_kind(self, *kinds: str) -> Self:
        """Keep the appointments to some kinds of post."""
        return self.filter(post__kind__in=kinds)

    def seated(self) -> Self:
        """Leave out those who only act for somebody."""
        return self.filter(seat__isnull=False)


class PersonQuerySet(models.QuerySet["Person"]):
    """People."""

    def holding(self, day: date, *kinds: str) -> Self:
        """Keep the people who hold a post on a day, of some kinds if any are named."""
        from houban.organisation.models import Appointment

        held = Appointment.objects.on(day)
        held = held.of_kind(*kinds) if kinds else held
        return self.filter(pk__in=held.values("person"))
