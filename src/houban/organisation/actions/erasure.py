"""Erase personal values: one person's on request, everybody's whose time is over, and again after a restored backup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from houban.core.record import Actor, record
from houban.organisation import erasures, keys, retention
from houban.organisation.actions import personal
from houban.organisation.erasures import Erasure
from houban.organisation.models import Person, PersonalValue, PersonKey
from houban.organisation.powers import Power
from houban.organisation.refusals import explained
from houban.organisation.retention import Due


@dataclass(frozen=True)
class Swept:
    """What a sweep did: so many people's values, of whom so many lost their key."""

    people: int = 0
    keys: int = 0


@transaction.atomic
def erase(person: Person, *, reason: str, by: Actor, at: datetime) -> bool:
    """Destroy everything sealed of a person; name and posts stay, they are public. Tell whether there was anything."""
    personal.require_reason(reason)
    personal.require(person, Power.PROTECT)
    keys.one_at_a_time(person.pk)
    fields = sorted(PersonalValue.objects.filter(person=person).values_list("field", flat=True))
    with explained():
        is_done = personal.destroy(person, at=at)
    if is_done:
        after = {"fields": fields, "reason": reason.strip()}
        record("organisation.personal.erased", person, by=by, at=at, after=after)
    return is_done


def sweep(*, on: date, by: Actor, at: datetime) -> Swept:
    """Remove what is not kept any more on a day, each person in one transaction; a second run finds nothing."""
    with transaction.atomic():
        retention.refresh()
    due = retention.due_for_erasure(on)
    destroyed = [_expire(one, by=by, at=at) for one in due]
    with transaction.atomic():
        complete()
    return Swept(len(due), sum(destroyed))


@transaction.atomic
def _expire(due: Due, *, by: Actor, at: datetime) -> bool:
    keys.one_at_a_time(due.person.pk)
    with explained():
        personal.forget(due.person, list(due.values), at=at)
    is_destroyed = not PersonKey.objects.filter(person=due.person, key__isnull=False).exists()
    after = {"fields": [value.field for value in due.values], "until": due.until, "key_destroyed": is_destroyed}
    record("organisation.personal.expired", due.person, by=by, at=at, after=after)
    return is_destroyed


def complete() -> int:
    """Add to the list outside the database what a power cut kept from it; return how many."""
    listed = {(one.person, one.at) for one in _listed() if not one.field}
    gone = PersonKey.objects.filter(key__isnull=True).values_list("person__uid", "destroyed_at")
    missing = [Erasure(uid, at) for uid, at in gone if at and (uid, at) not in listed]
    transaction.on_commit(lambda: erasures.append(missing))
    return len(missing)


def _listed() -> list[Erasure]:
    path = erasures.place()
    return erasures.read(path) if path.exists() else []


def erase_again(listed: Sequence[Erasure], *, by: Actor, at: datetime) -> int:
    """Repeat the erasures of a list on a restored database; what was entered after an erasure stays."""
    people = Person.objects.in_bulk({one.person for one in listed}, field_name="uid")
    return sum(_again(one, people[one.person], by=by, at=at) for one in listed if one.person in people)


@transaction.atomic
def _again(erasure: Erasure, person: Person, *, by: Actor, at: datetime) -> bool:
    keys.one_at_a_time(person.pk)
    with explained():
        is_done = _field_again(erasure, person) if erasure.field else _person_again(erasure, person)
    if is_done:
        after = {"erased_at": erasure.at, "fields": [erasure.field] if erasure.field else "all"}
        record("organisation.personal.erased_again", person, by=by, at=at, after=after)
    return is_done


def _person_again(erasure: Erasure, person: Person) -> bool:
    living = PersonKey.objects.filter(person=person, key__isnull=False, made_at__lte=erasure.at)
    return bool(living.update(key=None, master=None, destroyed_at=erasure.at))


def _field_again(erasure: Erasure, person: Person) -> bool:
    stale = PersonalValue.objects.filter(person=person, field=erasure.field, entered_at__lte=erasure.at)
    return bool(stale.delete()[0])
