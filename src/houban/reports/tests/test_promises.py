"""What reports promise, tried by SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from houban.core.record import Actor
from houban.reports import actions
from houban.reports.models import Report, ReportFigure

pytestmark = pytest.mark.django_db

CLERK = Actor(None, "周敏")
NOON = datetime(2021, 6, 30, 4, tzinfo=UTC)


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def report() -> Report:
    made = Report.objects.create(title="报告", on=date(2021, 6, 30), file="x.docx", made_at=NOON, made_by_name="周敏")
    ReportFigure.objects.create(
        report=made, figure="villages", label="行政村", value=87, basis="computed", day=made.on, rows=87, version=1
    )
    return made


def value() -> None:
    day = date(2020, 12, 31)
    actions.report_value("area", value=Decimal("397.5"), as_of=day, source="公报", by=CLERK, at=NOON)
    actions.state_value("villages", value=Decimal(87), as_of=day, source="报告", by=CLERK, at=NOON)


@pytest.mark.parametrize("role", ["application", "owner"])
@pytest.mark.parametrize("table", ["reports_report", "reports_reportfigure"])
def test_a_produced_report_stays_as_it_is(role: str, table: str, request: pytest.FixtureRequest) -> None:
    report()
    if role == "owner":
        request.getfixturevalue("owner")

    refused(f"DELETE FROM {table}", "append-only|permission denied")
    refused(f"UPDATE {table} SET id = id", "append-only|permission denied")


def test_a_report_names_each_figure_once() -> None:
    report()
    columns = "report_id, figure, label, value, text, unit, basis, day, rows, hash, definition, version, note"

    refused(
        f"INSERT INTO reports_reportfigure ({columns}) SELECT {columns} FROM reports_reportfigure", "report_figure_once"
    )


@pytest.mark.parametrize("table", ["reports_reportedvalue", "reports_statedvalue"])
def test_an_entered_value_is_only_withdrawn_with_who_and_why(table: str) -> None:
    value()

    refused(f"DELETE FROM {table}", "append-only")
    refused(f"UPDATE {table} SET value = 1", "can only be withdrawn")
    refused(f"UPDATE {table} SET withdrawn_at = now()", "withdrawn_with_reason")
    refused(f"UPDATE {table} SET withdrawn_at = now(), withdrawn_by_name = '周敏'", "withdrawn_with_reason")


@pytest.mark.parametrize(
    ("table", "why"),
    [("reports_reportedvalue", "reported_once_a_day"), ("reports_statedvalue", "stated_once_a_source")],
)
def test_a_value_stands_once(table: str, why: str) -> None:
    value()
    columns = "figure, value, as_of, source, entered_at, entered_by_name, withdrawn_by_name, withdrawn_because"

    refused(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}", why)
    blank = columns.replace("source,", "'',")
    refused(f"INSERT INTO {table} ({columns}) SELECT {blank} FROM {table}", "with_source")
