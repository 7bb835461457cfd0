"""Rotate the master key: add a version, wrap every person's key anew, retire the versions nothing rests on any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from houban.core import keyring, seals
from houban.core.keyring import KeyringError
from houban.core.record import Actor, record
from houban.core.seals import SealError
from houban.organisation import authority, keys
from houban.organisation.models import PersonKey
from houban.organisation.powers import Power
from houban.organisation.refusals import OutsideJurisdiction

BATCH = 500


@dataclass
class Rotation:
    """What a rotation did: the version that wraps now, how many keys moved, and whose could not be opened."""

    version: int
    moved: int = 0
    broken: list[int] = field(default_factory=list)


def rotate(*, by: Actor, at: datetime) -> Rotation:
    """Rotate, or finish a rotation that was interrupted; the values are not touched."""
    done = Rotation(begin(by=by, at=at))
    old = PersonKey.objects.filter(key__isnull=False).exclude(master=done.version)
    for some in _parts(list(old.order_by("pk").values_list("pk", flat=True))):
        moved, broken = rewrap(some, by=by, at=at)
        done.moved += moved
        done.broken += broken
    return done


def _parts(pks: list[int]) -> list[list[int]]:
    return [pks[start : start + BATCH] for start in range(0, len(pks), BATCH)]


@transaction.atomic
def begin(*, by: Actor, at: datetime) -> int:
    """Add a master version and return it; the newest there is, while keys still lie under an older one."""
    _require_everywhere()
    ring = keys.ring_to_change()
    is_unfinished = PersonKey.objects.filter(key__isnull=False).exclude(master=ring.newest).exists()
    if is_unfinished or settings.HOUBAN_MASTER_KEY:
        return ring.newest
    version = keyring.add_version(settings.HOUBAN_DATA, after=ring.newest)
    record("organisation.personal.rotation_begun", "organisation.personkey", by=by, at=at, after={"version": version})
    return version


@transaction.atomic
def rewrap(pks: Sequence[int], *, by: Actor, at: datetime) -> tuple[int, list[int]]:
    """Wrap some people's keys anew; return how many, and the people whose keys could not be opened."""
    ring, moved, broken = keys.ring_to_seal(), 0, list[int]()
    for key in PersonKey.objects.filter(pk__in=pks, key__isnull=False).select_related("person"):
        try:
            fresh = seals.rewrap(key.wrapped, person=key.person.uid, keyring=ring)
        except (SealError, KeyringError):
            broken.append(key.person_id)
            continue
        same = PersonKey.objects.filter(pk=key.pk, key=key.key)  # not one that was destroyed meanwhile
        moved += same.update(key=fresh, master=ring.newest)
    after = {"version": ring.newest, "keys": moved, "broken": broken}
    record("organisation.personal.rewrapped", "organisation.personkey", by=by, at=at, after=after)
    return moved, broken


@transaction.atomic
def retire(*, by: Actor, at: datetime) -> list[int]:
    """Delete the master versions that no key lies under; backups from before can't be opened any more."""
    _require_everywhere()
    ring = keys.ring_to_change()
    idle = sorted(set(ring.masters) - set(counts()) - {ring.newest})
    if settings.HOUBAN_MASTER_KEY:
        return []
    for version in idle:
        keyring.retire(settings.HOUBAN_DATA, version)
    if idle:
        after = {"versions": idle}
        record("organisation.personal.masters_retired", "organisation.personkey", by=by, at=at, after=after)
    return idle


def counts() -> dict[int, int]:
    """Return how many keys lie under each master version."""
    living = PersonKey.objects.filter(key__isnull=False).order_by("master")
    return {version: n for version, n in living.values_list("master").annotate(Count("pk")) if version is not None}


def _require_everywhere() -> None:
    """A rotation is of the whole county: whoever sees only a part would leave keys behind."""
    if not authority.covers(0, Power.PROTECT):
        raise OutsideJurisdiction(_("轮换主密钥涉及全县，请由管辖全县的安全管理员办理。"))
