"""What can be asked of versions and codes, as words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from houban.divisions.models import Change, Division, DivisionCode, DivisionVersion  # noqa: F401


BELOW = """
WITH RECURSIVE below AS (
    SELECT %s::bigint AS division_id
    UNION ALL
    SELECT v.division_id FROM below JOIN divisions_divisionversion v
        ON v.parent_id = below.division_id AND v.retracted_at IS NULL AND v.during @> %s::date
)
SELECT division_id FROM below
"""


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

    def below(self, root: int, day: date) -> Self:
        """Keep the divisions at and below one on a day."""
        return self.filter(division__in=RawSQL(BELOW, (root, day)))  # noqa: S611 - constant text, bound values

    def with_parent_name(self, day: date) -> Self:
        """Add the name of the division right above as `parent_name`, and the one above that as `upper_name`."""
        versions = self.model._default_manager.all().on(day)
        parent = versions.filter(division=models.OuterRef("parent_id"))
        upper = versions.filter(division=models.OuterRef("upper_id"))
        return self.annotate(
            parent_name=models.Subquery(parent.values("name")[:1]),
            upper_id=models.Subquery(parent.values("parent_id")[:1]),
            upper_name=models.Subquery(upper.values("name")[:1]),
        )

    def with_end(self) -> Self:
        """Add the day the division ended as `ended_on`; empty while it goes on."""
        own = self.model._default_manager.all().live().filter(division=models.OuterRef("division_id"))
        last = own.annotate(ended=models.Func("during", function="upper", output_field=models.DateField()))
        return self.annotate(ended_on=models.Subquery(last.order_by("-during").values("ended")[:1]))

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
        """Keep the changes that are still being prepared for the register itself, not those of a what-if."""
        return self.filter(status="draft", branch=None)

    def of_the_register(self) -> Self:
        """Leave out what is only tried out on a branch."""
        return self.exclude(status="draft", branch__isnull=False)

    def in_order(self) -> Self:
        """Sort by the order in which they take effect."""
        return self.order_by("effective_on", "sequence", "pk")
