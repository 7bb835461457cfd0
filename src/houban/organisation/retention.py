"""Until when the personal values of people are kept: their posts and quota places tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import DateField, F, Func, Max
from django.utils import timezone

from houban.organisation.models import Appointment, Person, PersonalValue, QuotaPlace
from houban.organisation.rules import personal

LAST = Max(Func(F("during"), function="upper", output_field=DateField()))


@dataclass(frozen=True)
class Ends:
    """When the last post and quota place of each person ends, of those that have any; None has no end."""

    last: dict[int, date | None]

    def until(self, value: PersonalValue) -> date | None:
        """Return the first day on which a value is not kept; it is never counted from before its own entry."""
        entered = value.entered_at.astimezone(timezone.get_default_timezone()).date()
        end = self.last.get(value.person_id, entered)
        return personal.keep_until(value.kind, in_post_until=end and max(end, entered))


def ends(people: Iterable[int]) -> Ends:
    """Return when the posts and quota places of people end."""
    chosen, last = list(people), dict[int, date | None]()
    for rows in (Appointment.objects.standing(), QuotaPlace.objects.all()):
        held = rows.filter(person__in=chosen).values_list("person")
        for person, is_open, day in held.order_by().annotate(is_open=BoolOr("during__upper_inf"), last_day=LAST):
            end = None if is_open else day
            known = last.get(person, end)
            last[person] = max(known, end) if known and end else None
    return Ends(last)


@dataclass(frozen=True)
class Due:
    """A person some of whose values are not kept any more."""

    person: Person
    values: tuple[PersonalValue, ...]
    until: date

    @property
    def labels(self) -> list[str]:
        """Return what is due, in words."""
        return [str(value.kind.label) for value in self.values]


def due_for_erasure(on: date) -> list[Due]:
    """Return who has values whose time is over on a day, the longest overdue first."""
    values = list(PersonalValue.objects.select_related("person").order_by("person__name", "person_id", "field"))
    known = ends({value.person_id for value in values})
    due: dict[int, list[tuple[date, PersonalValue]]] = {}
    for value in values:
        until = known.until(value)
        if until is not None and until <= on:
            due.setdefault(value.person_id, []).append((until, value))
    found = [
        Due(rows[0][1].person, tuple(value for _until, value in rows), min(until for until, _value in rows))
        for rows in due.values()
    ]
    return sorted(found, key=lambda one: one.until)


def refresh() -> int:
    """Write how long each value is kept beside it, where that has changed; return how many."""
    values = list(PersonalValue.objects.all())
    known, changed = ends({value.person_id for value in values}), []
    for value in values:
        until = known.until(value)
        if value.keep_until != until:
            value.keep_until = until
            changed.append(value)
    return PersonalValue.objects.bulk_update(changed, ["keep_until"], batch_size=500)
