"""The month of matters over the demonstration: by organisation, type and town, and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.core.spreadsheets import read_table

pytestmark = pytest.mark.usefixtures("daan")
PAGE = "/matters/statistics/"


@pytest.fixture
def county() -> Client:
    client = Client()
    client.force_login(User.objects.get(name="宋可"))
    return client


@pytest.mark.parametrize("asked", [{"by": "organisation"}, {"by": "type"}, {"by": "division"},
                                   {"by": "division", "map": "then"}])  # fmt: skip
def test_lines_add_up_to_the_total(county: Client, asked: dict[str, str]) -> None:
    shown = county.get(PAGE, asked | {"month": "2021-06"})

    lines = [line for line, _shown in shown.context["lines"]]
    total = int(shown.context["total"][0].replace(",", ""))
    assert len(lines) > 3
    assert sum(line.reported for line in lines) == total > 500
    assert "说不清" not in shown.content.decode()


def test_nonsense_in_the_address_shows_this_month(county: Client) -> None:
    shown = county.get(PAGE, {"month": "x", "by": "x", "map": "x"})

    assert shown.status_code == 200
    assert str(shown.context["asked"].first) == "2021-06-01"
    assert county.get(PAGE, {"month": "9999-12"}).status_code == 200


def test_a_month_without_matters_says_so(county: Client) -> None:
    text = county.get(PAGE, {"month": "2001-01", "by": "type"}).content.decode()

    assert "—" in text or "这个月没有事项" in text


def test_a_town_counts_its_own(county: Client) -> None:
    town = Client()
    town.force_login(User.objects.get(name="罗强"))

    def reported(client: Client) -> int:
        return int(client.get(PAGE, {"month": "2021-06"}).context["total"][0].replace(",", ""))

    assert 0 < reported(town) < reported(county)


def test_the_workbook_says_how_it_is_counted(county: Client) -> None:
    answer = county.get(reverse("matters:statistics-export"), {"month": "2021-06", "by": "type"})

    figures, how = read_table(io.BytesIO(answer.content), name="统计.xlsx")
    assert figures.rows[-1].cells["名称"] == "合计"
    assert float(figures.rows[-1].cells["按时办结率（%）"]) > 0
    assert "按时办结率" in {row.cells["指标"] for row in how.rows}


def test_the_page_takes_few_queries(county: Client, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    county.get(PAGE, {"by": "division"})

    with django_assert_max_num_queries(24):
        county.get(PAGE, {"by": "division"})
