"""Half-open periods: `[from, until)`; an empty end means still going."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, Value
from psycopg.types.range import DateRange

LIVE = Q(retracted_at__isnull=True)


def since(day: date) -> DateRange:
    """Return the period that starts on a day and is still going."""
    return DateRange(day, None, "[)")


def between(start: date | None, until: date | None) -> DateRange:
    """Return the period from `start` until, and without, `until`."""
    return DateRange(start, until, "[)")


class SelfRange(Func):
    """Turn a bigint into the range of itself alone, since equality has no GiST class without contrib."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, expression: str) -> None:
        super().__init__(F(expression), F(expression))


class TextKey(Func):
    """Turn texts into one bigint, so that a code can take part in an exclusion constraint."""

    function = "hashtextextended"
    output_field = models.BigIntegerField()

    def __init__(self, expression: object) -> None:
        super().__init__(expression, Value(0))


def no_overlap(name: str, *keys: str, during: str = "during", live: Q | None = None) -> ExclusionConstraint:
    """Forbid two rows with equal integer `keys` whose periods share a day."""
    same = [(SelfRange(key), RangeOperators.EQUAL) for key in keys]
    return ExclusionConstraint(
        name=name,
        expressions=[*same, (during, RangeOperators.OVERLAPS)],
        condition=live,
    )


def not_empty(name: str, during: str = "during") -> CheckConstraint:
    """Forbid a period without a day in it."""
    return CheckConstraint(condition=Q(**{f"{during}__isempty": False}), name=name)
