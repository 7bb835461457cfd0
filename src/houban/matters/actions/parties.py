"""Seal, uncover, correct and forget the parties of a dispute; the record holds who looked and why, never a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from houban.core import ids, seals
from houban.core.keyring import Keyring
from houban.core.record import record
from houban.matters.hands import SERVICE, Hand
from houban.matters.models import Matter, Party, PartyKey
from houban.matters.refusals import not_for_you, refused
from houban.matters.words import ENDED, Verb
from houban.organisation import keys
from houban.organisation.actions import personal

NAME, PHONE = "matters.party.name", "matters.party.phone"
KEPT = timedelta(days=90)  # after the end: the time in which parties come back, or to court
A_BATCH = 500


@dataclass(frozen=True, slots=True)
class Named:
    """A party in plain; a telephone number may be missing."""

    name: str
    phone: str = ""


@sensitive_variables("people")
def seal(matter: Matter, people: Sequence[Named], *, at: datetime) -> None:
    """Seal the parties of a new dispute under a key of its own."""
    ring = keys.ring_to_seal()
    key = PartyKey(matter=matter, **_fresh(matter, ring, at))
    key.save(force_insert=True)
    Party.objects.bulk_create(_sealed(matter, key, people, ring, at))


@sensitive_variables("people")
@transaction.atomic
def correct(matter: Matter, people: Sequence[Named], hand: Hand, *, at: datetime) -> None:
    """Put others in place of the parties; the former key goes, and what it sealed. Raises `RefusedError`."""
    if not people:
        raise refused("people", verb=Verb.REPORT)
    ring = keys.ring_to_seal()
    key = PartyKey.objects.select_for_update().filter(matter=matter.pk).first()
    if key is None:
        raise not_for_you()
    if key.key is not None:
        PartyKey.objects.filter(pk=key.pk).update(key=None, master=None, destroyed_at=at)
    for name, value in _fresh(matter, ring, at).items():
        setattr(key, name, value)
    key.save()
    Party.objects.bulk_create(_sealed(matter, key, people, ring, at))
    record("matters.parties.corrected", matter, by=hand.actor, at=at, after={"parties": len(people)})


@transaction.atomic
def uncover(matter: Matter, *, reason: str, by: Hand, at: datetime) -> list[Named]:
    """Return the parties in plain, after it has been recorded who asked for them and why.

    Raises `RefusedError`, and `Refused` without a reason.
    """
    personal.require_reason(reason)
    found = list(Party.objects.filter(matter=matter.pk))
    key = PartyKey.objects.filter(matter=matter.pk).first()
    if key is None or not found:
        raise not_for_you()
    record("matters.parties.uncovered", matter, by=by.actor, at=at, after={"reason": reason.strip()})
    ring = keys.ring()
    return [Named(_opened(one.name, NAME, key, ring), _opened(one.phone, PHONE, key, ring)) for one in found]


def forget_old(*, now: datetime, at: datetime) -> int:
    """Destroy the keys of disputes that ended long enough ago, and their parties with them; return how many."""
    due = PartyKey.objects.filter(key__isnull=False, matter__state__in=ENDED, matter__ended_at__lt=now - KEPT)
    done = 0
    for key in due.select_related("matter").order_by("pk")[:A_BATCH]:
        with transaction.atomic():
            gone = PartyKey.objects.filter(pk=key.pk, key=key.key).update(key=None, master=None, destroyed_at=at)
            if gone:
                record("matters.parties.forgotten", key.matter, by=SERVICE.actor, at=at)
            done += gone
    return done


def _fresh(matter: Matter, ring: Keyring, at: datetime) -> dict[str, object]:
    key = seals.new_key(person=matter.pk, keyring=ring)
    return {"key": key, "master": ring.newest, "made_at": at, "destroyed_at": None}


def _sealed(matter: Matter, key: PartyKey, people: Sequence[Named], ring: Keyring, at: datetime) -> list[Party]:
    def under(text: str, field: str) -> bytes:
        return seals.seal(text, key=key.wrapped, person=matter.pk, field=field, keyring=ring)

    return [
        Party(
            id=ids.new_id(at),
            matter=matter,
            number=number,
            name=under(one.name, NAME),
            phone=under(one.phone, PHONE) if one.phone else None,
            entered_at=at,
        )
        for number, one in enumerate(people, start=1)
    ]


def _opened(sealed: bytes | memoryview | None, field: str, key: PartyKey, ring: Keyring) -> str:
    if sealed is None:
        return ""
    return seals.open_sealed(bytes(sealed), key=key.wrapped, person=key.matter_id, field=field, keyring=ring)
