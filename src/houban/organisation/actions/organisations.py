"""Found and close organisations and posts, allot quotas, join groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from houban.core.identifiers import credit_problem
from houban.core.periods import between, since
from houban.core.record import Actor, record
from houban.divisions.models import Division
from houban.organisation.actions.ending import ended
from houban.organisation.models import Membership, Organisation, Post, Quota
from houban.organisation.refusals import Refused, explained


@transaction.atomic
def found(
    name: str,
    kind: str,
    *,
    start: date,
    division: Division | int | None,
    parent: Organisation | None = None,
    credit_code: str = "",
    basis: str = "",
    follows: Organisation | None = None,
    differentiated: bool = False,
    headcount: int | None = None,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Set an organisation up from a day on."""
    if credit_code and (wrong := credit_problem(credit_code)):
        raise Refused(wrong)
    organisation = Organisation(
        name=name,
        kind=kind,
        parent=parent,
        division_id=division.pk if isinstance(division, Division) else division,
        credit_code=credit_code,
        basis=basis,
        follows=follows,
        differentiated=differentiated,
        headcount=headcount,
        during=since(start),
    )
    with explained():
        organisation.save()
    record("organisation.founded", organisation, by=by, at=at, after={"kind": kind, "from": start, "basis": basis})
    return organisation


@dataclass(frozen=True)
class Details:
    """What of an organisation can be corrected."""

    name: str
    kind: str
    parent: Organisation | None
    credit_code: str
    basis: str
    differentiated: bool
    headcount: int | None


@transaction.atomic
def correct(organisation: Organisation, details: Details, *, by: Actor, at: datetime) -> Organisation:
    """Correct how an organisation was entered; a real change of name founds a successor instead."""
    if details.credit_code and (wrong := credit_problem(details.credit_code)):
        raise Refused(wrong)
    before = {field: getattr(organisation, field) for field in ("name", "kind", "credit_code", "basis", "headcount")}
    before["parent"] = organisation.parent_id
    for field, value in vars(details).items():
        setattr(organisation, field, value)
    after = {field: getattr(organisation, field) for field in before if field != "parent"}
    with explained():
        organisation.save()
    record(
        "organisation.corrected", organisation, by=by, at=at, before=before,
        after=after | {"parent": organisation.parent_id},
    )  # fmt: skip
    return organisation


@transaction.atomic
def close(organisation: Organisation, *, on: date, basis: str, by: Actor, at: datetime) -> Organisation:
    """End an organisation with everything that hangs on it: posts, appointments, quotas, memberships."""
    from houban.organisation.actions import appointments

    held = appointments.of_organisation(organisation, on)
    if on <= organisation.during.lower:
        raise Refused(_("撤销日要晚于设立日 %(day)s。") % {"day": organisation.during.lower})
    with explained():
        for appointment in held:
            appointments.cut(appointment, on=on, basis=basis)
        for rows in (organisation.posts, organisation.quotas, organisation.places, organisation.terms):
            _cut(rows, on)
        _cut(Membership.objects.filter(group=organisation), on)
        _cut(Membership.objects.filter(member=organisation), on)
        organisation.during = ended(organisation.during, on)
        organisation.end_basis = basis
        organisation.save(update_fields=["during", "end_basis"])
    record("organisation.closed", organisation, by=by, at=at, after={"on": on, "basis": basis, "ended": len(held)})
    return organisation


def _cut(rows: object, on: date) -> None:
    """End the rows that go beyond a day; what would only begin then never was."""
    open_rows = rows.filter(during__overlap=since(on))  # type: ignore[attr-defined]
    open_rows.filter(during__startswith__gte=on).delete()
    open_rows.update(during=Func(Func(F("during"), function="lower"), Value(on), function="daterange"))


@transaction.atomic
def establish_post(
    organisation: Organisation,
    kind: str,
    *,
    title: str,
    seats: int = 1,
    start: date,
    division: int | None = None,
    by: Actor,
    at: datetime,
) -> Post:
    """Set a post up; without a division of its own it lies over the organisation's."""
    post = Post(
        organisation=organisation,
        kind=kind,
        title=title,
        seats=seats,
        division_id=division if division is not None else organisation.division_id,
        during=between(start, organisation.during.upper),
    )
    with explained():
        post.save()
    record("organisation.post.established", post, by=by, at=at, after={"kind": kind, "seats": seats, "from": start})
    return post


@transaction.atomic
def change_post(post: Post, *, title: str, seats: int, by: Actor, at: datetime) -> Post:
    """Rename a post, or change how many may hold it."""
    before = {"title": post.title, "seats": post.seats}
    post.title, post.seats = title, seats
    with explained():
        post.save(update_fields=["title", "seats"])
    record("organisation.post.changed", post, by=by, at=at, before=before, after={"title": title, "seats": seats})
    return post


@transaction.atomic
def abolish_post(post: Post, *, on: date, by: Actor, at: datetime) -> Post:
    """End a post; whoever still holds it must be ended first."""
    held = post.appointments.standing().filter(during__overlap=since(on)).select_related("person").first()
    if held is not None:
        raise Refused(_("%(name)s那天还在这个岗位上。请先免职或交接，再撤销岗位。") % {"name": held.person.name})
    post.during = ended(post.during, on)
    with explained():
        post.save(update_fields=["during"])
    record("organisation.post.abolished", post, by=by, at=at, after={"on": on})
    return post


@transaction.atomic
def allot(
    organisation: Organisation, nature: str, number: int, *, document: str, start: date, by: Actor, at: datetime
) -> Quota:
    """Allot quota places from a day on; what was allotted before ends there."""
    before = organisation.quotas.filter(nature=nature, during__contains=start).first()
    quota = Quota(
        organisation=organisation,
        nature=nature,
        number=number,
        document=document,
        during=between(start, organisation.during.upper),
    )
    with explained():
        _supersede(organisation, nature, start)
        quota.save()
    record(
        "organisation.quota.allotted",
        quota,
        by=by,
        at=at,
        before={"number": before.number} if before else None,
        after={"number": number, "nature": nature, "document": document, "from": start},
    )
    return quota


def _supersede(organisation: Organisation, nature: str, start: date) -> None:
    later = organisation.quotas.filter(nature=nature, during__startswith__gt=start)
    if later.exists():
        raise Refused(_("那天之后已另有核定。请从最近一次核定之后改起。"))
    same_day = organisation.quotas.filter(nature=nature, during__startswith=start)
    same_day.delete()
    for quota in organisation.quotas.filter(nature=nature, during__contains=start):
        quota.during = between(quota.during.lower, start)
        quota.save(update_fields=["during"])


@transaction.atomic
def move_quota(
    source: Organisation,
    target: Organisation,
    nature: str,
    number: int,
    *,
    document: str,
    start: date,
    by: Actor,
    at: datetime,
) -> tuple[Quota, Quota]:
    """Move quota places from one organisation to another with a document (减区补镇); totals stay."""
    having = {one.pk: one.quotas.filter(nature=nature, during__contains=start).first() for one in (source, target)}
    left, right = having[source.pk], having[target.pk]
    if left is None or left.number < number:
        raise Refused(_("%(name)s当天没有这么多可划的编制。") % {"name": source.name})
    fewer = allot(source, nature, left.number - number, document=document, start=start, by=by, at=at)
    more = allot(target, nature, (right.number if right else 0) + number, document=document, start=start, by=by, at=at)
    return fewer, more


@transaction.atomic
def join(
    group: Organisation, member: Organisation, *, start: date, basis: str = "", by: Actor, at: datetime
) -> Membership:
    """Make an organisation a member of a group."""
    membership = Membership(group=group, member=member, during=since(start), basis=basis)
    with explained():
        membership.save()
    record("organisation.joined", group, by=by, at=at, after={"member": member.name, "from": start})
    return membership


@transaction.atomic
def leave(membership: Membership, *, on: date, by: Actor, at: datetime) -> Membership:
    """End a membership: the day is the first one without it."""
    membership.during = ended(membership.during, on)
    with explained():
        membership.save(update_fields=["during"])
    record("organisation.left", membership.group, by=by, at=at, after={"member": membership.member.name, "until": on})
    return membership
