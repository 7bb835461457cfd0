"""Figures, measures and the hash of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from houban.core.models import RecordEntry
from houban.core.record import Actor, record
from houban.warehouse import figures
from houban.warehouse.figures import AsOfRule, Basis, Figure, FigureDeclaredTwice, FigureUnknown, Outcome
from houban.warehouse.measures import count, fixed, part, ratio, reduction, rounded
from houban.warehouse.rows import Column, Rows, digest

DAY = date(2021, 6, 30)


def figure(name: str = "sample", number: int = 9001, decimals: int = 2) -> Figure:
    return Figure(
        id=name,
        number=number,
        label="样本",
        section="测试",
        unit="个",
        decimals=decimals,
        basis=Basis.COMPUTED,
        as_of=AsOfRule.DAY,
        definition="测试",
        compute=lambda on: Outcome(Decimal(1), on),
    )


@pytest.fixture
def declared() -> Iterator[Figure]:
    yield figures.declare(figure())
    figures._declared.pop("sample")


def test_a_declared_figure_is_found_and_comes_in_the_order_of_the_report(declared: Figure) -> None:
    assert figures.get("sample") is declared
    assert figures.figures()[-1] is declared


@pytest.mark.parametrize("again", [figure(), figure(name="other")], ids=["same name", "same place"])
def test_a_name_and_a_place_are_declared_once(declared: Figure, again: Figure) -> None:
    with pytest.raises(FigureDeclaredTwice):
        figures.declare(again)


def test_an_unknown_figure_is_said_to_be_unknown() -> None:
    with pytest.raises(FigureUnknown):
        figures.get("nothing")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [("18.234", 2, "18.23"), ("0.125", 2, "0.13"), ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("53.2", 1, "53.2")],
)
def test_values_are_rounded_half_up(value: str, decimals: int, text: str) -> None:
    assert str(rounded(Decimal(value), decimals=decimals)) == text


def test_a_reduction_is_a_share_of_what_there_was_before() -> None:
    before = part(Outcome(Decimal(149), date(2019, 10, 31)), label="前", unit="个")
    after = part(Outcome(Decimal(87), DAY), label="后", unit="个")

    outcome = reduction(before, after)

    assert rounded(outcome.value, decimals=2) == Decimal("41.61")


@pytest.mark.parametrize(("before", "after"), [(None, Decimal(1)), (Decimal(1), None), (Decimal(0), Decimal(1))])
def test_there_is_no_reduction_without_both_numbers(before: Decimal | None, after: Decimal | None) -> None:
    parts = [part(Outcome(value, DAY), label="", unit="") for value in (before, after)]

    assert reduction(*parts).value is None
    assert ratio(parts[1], parts[0]).value is None


@pytest.mark.django_db
def test_the_hash_changes_with_a_cell_and_not_with_reading_again() -> None:
    for name in ("甲", "乙"):
        record("v", "t", by=Actor(None, name), at=timezone.now())
    rows = Rows(RecordEntry.objects.order_by("pk"), (Column("actor_name", "经办人"),))
    fewer = Rows(RecordEntry.objects.filter(actor_name="甲").order_by("pk"), rows.columns)

    first, again, other = (digest((one,)) for one in (rows, rows, fewer))

    assert first == again
    assert (first.rows, other.rows) == (2, 1)
    assert first.hash != other.hash
    assert len(first.hash) == 64


@pytest.mark.django_db
def test_a_measured_figure_carries_value_rows_and_hash() -> None:
    rows = Rows(RecordEntry.objects.order_by("pk"), (Column("actor_name", "经办人"),))

    measured = fixed(figure(decimals=0), count(rows, day=DAY))

    assert (measured.text, measured.rows, measured.day) == ("0", 0, DAY)
