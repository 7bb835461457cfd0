"""Enter and withdraw reported and stated values; produce a report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation

from houban.core.record import Actor, record
from houban.reports import wording
from houban.reports.models import Report, ReportedValue, ReportFigure, StatedValue
from houban.reports.word.filling import write
from houban.reports.word.template import STANDARD
from houban.warehouse import figures
from houban.warehouse.figures import Basis
from houban.warehouse.measures import Measured, measure

STANDARD_NAME = "标准模板"
REPLACED = "由新的填报取代"


class NotReportedError(ValueError):
    """The figure is computed, so nobody reports it."""


class AlreadyWithdrawnError(ValueError):
    """Somebody else withdrew the value before."""


@transaction.atomic
def report_value(figure: str, *, value: Decimal, as_of: date, source: str, by: Actor, at: datetime) -> ReportedValue:
    """Enter what a unit reported for a day; a value entered before for that day is withdrawn."""
    if figures.get(figure).basis != Basis.REPORTED:
        raise NotReportedError(figure)
    for old in ReportedValue.objects.select_for_update().filter(figure=figure, as_of=as_of, withdrawn_at=None):
        withdraw(old, because=REPLACED, by=by, at=at)
    entered = ReportedValue.objects.create(
        figure=figure, value=value, as_of=as_of, source=source, entered_at=at, entered_by_name=by.name
    )
    record("reports.value.reported", entered, by=by, at=at, after={"value": value, "as_of": as_of, "source": source})
    return entered


@transaction.atomic
def state_value(figure: str, *, value: Decimal, as_of: date, source: str, by: Actor, at: datetime) -> StatedValue:
    """Note what a document states, to be held against what is computed."""
    figures.get(figure)
    for old in StatedValue.objects.select_for_update().filter(
        figure=figure, as_of=as_of, source=source, withdrawn_at=None
    ):
        withdraw(old, because=REPLACED, by=by, at=at)
    noted = StatedValue.objects.create(
        figure=figure, value=value, as_of=as_of, source=source, entered_at=at, entered_by_name=by.name
    )
    record("reports.value.stated", noted, by=by, at=at, after={"value": value, "as_of": as_of, "source": source})
    return noted


@transaction.atomic
def withdraw(entered: ReportedValue | StatedValue, *, because: str, by: Actor, at: datetime) -> None:
    """Take a value back; it stays on record with the reason."""
    entered.refresh_from_db()
    if entered.withdrawn_at is not None:
        raise AlreadyWithdrawnError(str(entered))
    entered.withdrawn_at, entered.withdrawn_by_name, entered.withdrawn_because = at, by.name, because
    entered.save(update_fields=["withdrawn_at", "withdrawn_by_name", "withdrawn_because"])
    record("reports.value.withdrawn", entered, by=by, at=at, after={"because": because})


def build(
    on: date,
    *,
    address: str,
    by: Actor,
    at: datetime,
    template: bytes | None = None,
    template_name: str = STANDARD_NAME,
) -> Report:
    """Produce the report of a day: measure every figure, fill the template, keep both.

    `address` is where the figures' links lead. Raises `TemplateFaulty` with a sentence for each fault.
    """
    with translation.override("zh-hans"):
        measured = [measure(figure, on) for figure in figures.figures()]
        fillings = wording.fillings(measured, on=on, address=address)
        filled = write(template or STANDARD.read_bytes(), fillings, name=template_name, at=at)
        return _keep(filled, measured, on=on, template=template_name, by=by, at=at)


@transaction.atomic
def _keep(filled: bytes, measured: Iterable[Measured], *, on: date, template: str, by: Actor, at: datetime) -> Report:
    title = wording.title()
    report = Report(title=title, on=on, template=template, made_at=at, made_by_name=by.name)
    report.sha256 = hashlib.sha256(filled).hexdigest()
    report.file.save(f"{title}-{on.isoformat()}.docx", ContentFile(filled), save=False)
    try:
        report.save(force_insert=True)
        ReportFigure.objects.bulk_create([_row(report, one) for one in measured])
        record("reports.report.made", report, by=by, at=at, after={"on": on, "sha256": report.sha256})
    except BaseException:
        report.file.storage.delete(report.file.name or "")
        raise
    return report


def _row(report: Report, one: Measured) -> ReportFigure:
    return ReportFigure(
        report=report,
        figure=one.figure.id,
        label=str(one.figure.label),
        value=one.value,
        text=one.text,
        unit=str(one.figure.unit),
        basis=one.figure.basis.value,
        day=one.day,
        rows=one.rows,
        hash=one.hash,
        definition=str(one.figure.definition),
        version=one.figure.version,
        note=str(one.note)[:300],
    )
