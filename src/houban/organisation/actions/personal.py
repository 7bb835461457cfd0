"""Put, uncover, find by and remove personal values; the record holds who, whose, which and why, never a value."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from houban.core import seals
from houban.core.keyring import Keyring
from houban.core.record import Actor, record
from houban.organisation import authority, erasures, keys
from houban.organisation.erasures import Erasure
from houban.organisation.models import Person, PersonalValue, PersonKey
from houban.organisation.powers import Power
from houban.organisation.refusals import OutsideJurisdiction, Refused, explained
from houban.organisation.retention import ends
from houban.organisation.rules import personal

SHORTEST_REASON = 2


@sensitive_variables("text")
@transaction.atomic
def put(person: Person, field: str, text: str, *, on: date, by: Actor, at: datetime) -> PersonalValue:
    """Seal a value of a person's; what stood in the field before is gone."""
    kind = personal.FIELDS[field]
    if wrong := kind.problem(text, on):
        raise Refused(wrong)
    require(person, Power.PERSONAL)
    keys.one_at_a_time(person.pk)
    ring = keys.ring_to_seal()
    with explained():
        key = _living_key(person, ring, at)
        sealed = _sealed(person, key, kind, kind.normal(text), ring)
        sealed.entered_at, sealed.entered_by_name = at, by.name
        sealed.keep_until = ends([person.pk]).until(sealed)
        known = PersonalValue.objects.filter(person=person, field=field).first()
        sealed.pk = known.pk if known else None
        sealed.save()
    record(
        "organisation.personal.put",
        person,
        by=by,
        at=at,
        before={"field": field, "entered_at": known.entered_at} if known else None,
        after={"field": field, "purpose": sealed.purpose, "sealed": bytes(sealed.sealed).hex()},
    )
    return sealed


def _living_key(person: Person, ring: Keyring, at: datetime) -> PersonKey:
    """Return a person's key; a new one where there is none, or where the former one was destroyed."""
    key = PersonKey.objects.filter(person=person).first() or PersonKey(person=person)
    if key.key is None:
        key.key = seals.new_key(person=person.uid, keyring=ring)
        key.master, key.made_at, key.destroyed_at = ring.newest, at, None
        key.save()
    return key


@sensitive_variables("text")
def _sealed(person: Person, key: PersonKey, kind: personal.Field, text: str, ring: Keyring) -> PersonalValue:
    return PersonalValue(
        person=person,
        unit_id=person.unit_id,
        field=kind.name,
        sealed=seals.seal(text, key=key.wrapped, person=person.uid, field=kind.name, keyring=ring),
        blind_index=seals.blind_index(text, field=kind.name, keyring=ring) if kind.is_found_by else None,
        purpose=_in_chinese(kind.purpose),
    )


def _in_chinese(words: str | Promise) -> str:
    """Return words as they are kept, whatever language the page of the one who enters them is in."""
    with translation.override("zh-hans"):
        return str(words)


@transaction.atomic
def uncover(value: PersonalValue, *, reason: str, by: Actor, at: datetime) -> str:
    """Return one value in plain, after it has been recorded who asked for it and why."""
    require_reason(reason)
    require(value.person, Power.PERSONAL)
    record(
        "organisation.personal.uncovered",
        value.person,
        by=by,
        at=at,
        after={"field": value.field, "reason": reason.strip()},
    )
    return opened(value, keys.ring())


def opened(value: PersonalValue, ring: Keyring) -> str:
    """Open a value, for those who show it masked or export it; `uncover` is for people."""
    key = PersonKey.objects.filter(person=value.person_id).first()
    return seals.open_sealed(
        bytes(value.sealed),
        key=key.wrapped if key else None,
        person=value.person.uid,
        field=value.field,
        keyring=ring,
    )


@sensitive_variables("text")
@transaction.atomic
def find(field: str, text: str, *, reason: str, on: date, by: Actor, at: datetime) -> list[Person]:
    """Return the people within reach who have a value; that somebody looked is recorded, the value is not."""
    kind = personal.FIELDS[field]
    require_reason(reason)
    if not kind.is_found_by:
        raise Refused(_("“%(field)s”没有建索引，不能按它找人。") % {"field": kind.label})
    if wrong := kind.problem(text, on):
        raise Refused(wrong)
    indexes = seals.blind_indexes(kind.normal(text), field=field, keyring=keys.ring_to_seal())
    found = Person.objects.filter(personal_values__field=field, personal_values__blind_index__in=indexes)
    people = [one for one in found.order_by("name", "pk") if authority.covers(one.unit_id or 0, Power.PERSONAL)]
    record(
        "organisation.personal.sought",
        "organisation.person",
        by=by,
        at=at,
        after={"field": field, "reason": reason.strip(), "found": [person.pk for person in people]},
    )
    return people


@transaction.atomic
def remove(value: PersonalValue, *, by: Actor, at: datetime) -> None:
    """Remove one value; the person's key goes with the last one, so that the record can't be read either."""
    person = value.person
    require(person, Power.PERSONAL)
    keys.one_at_a_time(person.pk)
    with explained():
        forget(person, [value], at=at)
    record("organisation.personal.removed", person, by=by, at=at, before={"field": value.field})


def forget(person: Person, values: list[PersonalValue], *, at: datetime) -> None:
    """Remove values, and the key when none is left; the list outside the database learns of it after the commit."""
    PersonalValue.objects.filter(pk__in=[value.pk for value in values]).delete()
    if not PersonalValue.objects.filter(person=person).exists():
        destroy(person, at=at)
        return
    gone = [Erasure(person.uid, at, value.field) for value in values]
    transaction.on_commit(lambda: erasures.append(gone))


def destroy(person: Person, *, at: datetime) -> bool:
    """Destroy a person's key; the database removes the values with it. Tell whether there was one."""
    living = PersonKey.objects.filter(person=person, key__isnull=False)
    if not living.update(key=None, master=None, destroyed_at=at):
        return False
    transaction.on_commit(lambda: erasures.append([Erasure(person.uid, at)]))
    return True


def require_reason(reason: str) -> None:
    """Refuse to go on without a reason."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("请写明为什么要看，例如“通知本人参加会议”。"))


def require(person: Person, power: Power) -> None:
    """Refuse whoever has no such power over the person's unit; row security would, without a word."""
    if not authority.covers(person.unit_id or 0, power):
        raise OutsideJurisdiction(
            _("“%(name)s”不在您岗位的范围内，没有改动，也没有显示。请找其所在单位的组织人事岗。")
            % {"name": person.name}
        )
