"""Rotate the master key: add a version, wrap every person's key anew, retire the versions nothing rests on any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
    broken: list[str] = field(default_factory=list)


def rotate(*, by: Actor, at: datetime) -> Rotation:
    """Rotate, or finish a rotation that was interrupted; the values are not touched."""
    done = Rotation(begin(by=by, at=at))
    for store in keys.STORES:
        old = store.living().exclude(master=done.version)
        for some in _parts(list(old.order_by("pk").values_list("pk", flat=True))):
            moved, broken = rewrap(some, by=by, at=at, store=store)
            done.moved += moved
            done.broken += broken
    return done


def _parts(pks: list[Any]) -> list[list[Any]]:
    return [pks[start : start + BATCH] for start in range(0, len(pks), BATCH)]


@transaction.atomic
def begin(*, by: Actor, at: datetime) -> int:
    """Add a master version and return it; the newest there is, while keys still lie under an older one."""
    _require_everywhere()
    ring = keys.ring_to_change()
    is_unfinished = any(store.living().exclude(master=ring.newest).exists() for store in keys.STORES)
    if is_unfinished or settings.HOUBAN_MASTER_KEY:
        return ring.newest
    version = keyring.add_version(settings.HOUBAN_DATA, after=ring.newest)
    record("organisation.personal.rotation_begun", "organisation.personkey", by=by, at=at, after={"version": version})
    return version


@transaction.atomic
def rewrap(pks: Sequence[Any], *, by: Actor, at: datetime, store: keys.Store | None = None) -> tuple[int, list[str]]:
    """Wrap some keys anew; return how many, and whose could not be opened."""
    store = store or keys.store_of(PersonKey)
    ring, moved, broken = keys.ring_to_seal(), 0, list[str]()
    for key in store.living().filter(pk__in=pks):
        try:
            fresh = seals.rewrap(key.wrapped, person=store.owner(key), keyring=ring)
        except (SealError, KeyringError):
            broken.append(str(key))
            continue
        same = store.model._default_manager.filter(pk=key.pk, key=key.key)  # not one that was destroyed meanwhile
        moved += same.update(key=fresh, master=ring.newest)
    after = {"version": ring.newest, "keys": moved, "broken": broken}
    record("organisation.personal.rewrapped", store.model._meta.label_lower, by=by, at=at, after=after)
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
    found: Counter[int] = Counter()
    for store in keys.STORES:
        for version, n in store.living().order_by("master").values_list("master").annotate(Count("pk")):
            found[version] += n
    return dict(found)


def _require_everywhere() -> None:
    """A rotation is of the whole county: whoever sees only a part would leave keys behind."""
    if not authority.covers(0, Power.PROTECT):
        raise OutsideJurisdiction(_("轮换主密钥涉及全县，请由管辖全县的安全管理员办理。"))
