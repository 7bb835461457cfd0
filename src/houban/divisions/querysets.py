"""What can be asked of versions and codes, as words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from houban.divisions.models import Change, Division, DivisionCode, DivisionVersion  # noqa: F401


class VersionQuerySet(models.QuerySet["DivisionVersion"]):
    """Versions of divisions."""

    def live(self) -> Self:
        """Keep what we believe today, without what was retracted."""
        return self.filter(retracted_at__isnull=True)

    def on(self, day: date) -> Self:
        """Keep the versions in force on a day."""
        return self.live().filter(during__contains=day)

    def of_form(self, *forms: str) -> Self:
        """Keep some forms, such as villages without communities."""
        return self.filter(form__in=forms)

    def with_code(self, scheme: str, day: date) -> Self:
        """Add the code under a scheme on a day as `code`; groups have only codes of the county's own."""
        from houban.divisions.models import DivisionCode

        own = models.Q(scheme="local", division__level="group")
        codes = DivisionCode.objects.on(day).filter(division=models.OuterRef("division_id"))
        return self.annotate(code=models.Subquery(codes.filter(models.Q(scheme=scheme) | own).values("code")[:1]))


class CodeQuerySet(models.QuerySet["DivisionCode"]):
    """Codes of divisions."""

    def live(self) -> Self:
        """Keep what we believe today, without what was retracted."""
        return self.filter(retracted_at__isnull=True)

    def on(self, day: date) -> Self:
        """Keep the codes in force on a day."""
        return self.live().filter(during__contains=day)


class ChangeQuerySet(models.QuerySet["Change"]):
    """Changes of the map."""

    def enacted(self) -> Self:
        """Keep the changes that count."""
        return self.filter(status="enacted")

    def drafts(self) -> Self:
        """Keep the changes that are still being prepared."""
        return self.filter(status="draft")

    def in_order(self) -> Self:
        """Sort by the order in which they take effect."""
        return self.order_by("effective_on", "sequence", "pk")
