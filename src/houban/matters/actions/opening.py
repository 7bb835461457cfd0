"""Open a matter: reported, routed, its clock set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from houban.core import ids
from houban.matters import office, routing
from houban.matters.actions import parties, writing
from houban.matters.actions.writing import Said
from houban.matters.hands import Hand
from houban.matters.models import Evidence, Matter, Order
from houban.matters.refusals import refused
from houban.matters.rules import guards, outcome, table
from houban.matters.rules.outcome import Given, Stand
from houban.matters.rules.table import Row
from houban.matters.words import Channel, Duty, Grade, Level, State, Verb, Who

SUPERVISION, RECTIFICATION = ORDERED = ("supervision", "rectification")


@dataclass(frozen=True)
class Report:
    """What somebody reports; `id` is made by the device, so that sending it twice opens one matter."""

    kind: str
    title: str
    unit: int
    text: str = ""
    channel: str = Channel.GRID
    type: int | None = None
    level: int = Level.VILLAGE
    place: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    accuracy: int | None = None
    urgent: bool = False
    confidential: bool = False
    source: str = ""
    parent: UUID | None = None
    holder: int | None = None
    due: datetime | None = None
    id: UUID | None = None
    grade: str = Grade.ORDINARY
    basis: str = ""
    people: tuple[parties.Named, ...] = ()


@transaction.atomic
def open_matter(
    report: Report, hand: Hand, *, happened_at: datetime, at: datetime, evidence: Sequence[Evidence] = ()
) -> Matter:
    """Take in a report: who receives it is looked up, the clock of its filing starts; the same one twice is one.

    `happened_at` is the device's moment, `at` the server's; the earlier of the two counts. Raises `RefusedError`,
    `NobodyAnswersError`, `NotOnTheMapError` or `TypeGoneError`.
    """
    if report.id and _is_known(report.id):
        return Matter.objects.get(pk=report.id)
    happened_at = min(happened_at, at)
    row = table.kind(report.kind).by_verb[Verb.REPORT]
    body = _in_whose_name(row, report, hand)
    matter = _draft(report, hand, happened_at=happened_at, at=at)
    matter.save(force_insert=True)
    if report.kind in ORDERED:
        Order.objects.create(matter=matter, grade=report.grade, basis=report.basis, demand=report.text[:500])
    if report.people:
        parties.seal(matter, report.people, at=at)
    given = _given(report, body, happened_at)
    stand = outcome.after(Verb.REPORT, Stand(), given, at=happened_at, office=office.current())
    said = Said(Verb.REPORT, (row.to or State.REPORTED).value, body, happened_at, text=report.text[:500])
    writing.write(matter, said, stand, hand, at=at, evidence=evidence)
    return matter


def open_once(report: Report, hand: Hand, *, happened_at: datetime, at: datetime) -> Matter:
    """Take in a report that a device sends; of the same one sent twice at once, the second returns the first's."""
    try:
        return open_matter(report, hand, happened_at=happened_at, at=at)
    except IntegrityError:
        if report.id is None or not _is_known(report.id):
            raise
    return Matter.objects.get(pk=report.id)


def _is_known(pk: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM matters_matter WHERE id = %s)", [pk])
        return bool(cursor.fetchone()[0])


def _in_whose_name(row: Row, report: Report, hand: Hand) -> int | None:
    """Return the organisation in whose name somebody reports; refuse who may not, and what lacks something."""
    facts = guards.Facts(report.kind, State.DRAFT, report.level)
    body = guards.as_what(row, facts, hand.over(report.unit))
    if isinstance(body, str):
        raise refused("who", verb=Verb.REPORT, who="、".join(str(Who(who).label) for who in row.who))
    for need in row.needs:
        if not getattr(report, need, None):
            raise refused(need, verb=Verb.REPORT)
    return body


def _given(report: Report, body: int | None, at: datetime) -> Given:
    """Look up who receives a report; what is issued to a holder is received by its issuer."""
    receiver, level = body, report.level
    if report.holder is None:
        found = routing.route(report.unit, report.type, Duty.RECEIVE, level=report.level, on=at.date())
        if not found.knows_type:
            raise routing.TypeGoneError(report.type)
        receiver, level = found.organisation, found.level
    limit = table.kind(report.kind).filing
    return Given(type=report.type, level=level, receiver=receiver, holder=report.holder, due=report.due, limit=limit)


def _draft(report: Report, hand: Hand, *, happened_at: datetime, at: datetime) -> Matter:
    return Matter(
        id=report.id or ids.new_id(at),
        kind=report.kind,
        title=report.title,
        text=report.text,
        channel=report.channel,
        source=report.source,
        urgent=report.urgent,
        confidential=report.confidential or table.kind(report.kind).confidential,
        unit_id=report.unit,
        place=report.place,
        longitude=report.longitude,
        latitude=report.latitude,
        accuracy=report.accuracy,
        reporter_id=hand.person,
        parent_id=report.parent,
        reported_at=happened_at,
        recorded_at=at,
    )
