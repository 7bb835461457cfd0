"""The queue as a workbook: what the address asks for, whole, and nothing that one may not read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.test import Client

from houban.core.spreadsheets import read_table
from houban.matters import tables
from houban.matters.tests.make import Loop, loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path: Path) -> Loop:
    return loop(tmp_path)


def sheet(client: Client, made: Loop, name: str, **asked: str) -> list[dict[str, str]]:
    """Return the rows somebody is sent."""
    client.force_login(made.people[name].account)  # type: ignore[arg-type]
    answer = client.get("/matters/matters.xlsx", asked)
    assert answer.status_code == 200
    return [row.cells for row in read_table(io.BytesIO(answer.content), name="a.xlsx")[0].rows]


def test_the_workbook_holds_what_the_address_asks_for(client: Client, made: Loop) -> None:
    lid = made.open(title="井盖破损")
    made.open(title="=1+1")
    made.take(lid, "escalate", "村书记", text="办不了")

    rows = sheet(client, made, "县调度", tab="all")
    assert {row["标题"] for row in rows} == {"井盖破损", "=1+1"}
    found = next(row for row in rows if row["标题"] == "井盖破损")
    assert (found["编号"], found["受理机构"], found["层级"]) == (lid.number, "镇政府", "乡镇（街道）")
    assert found["报告时间"] == "2021-06-30 10:00"
    assert [row["标题"] for row in sheet(client, made, "县调度", tab="all", q="井盖")] == ["井盖破损"]
    assert sheet(client, made, "县调度", tab="ended") == []


def test_what_is_confidential_is_not_sent_to_others(client: Client, made: Loop) -> None:
    made.open(title="邻里纠纷", confidential=True)

    assert [row["标题"] for row in sheet(client, made, "村书记", tab="all")] == ["邻里纠纷"]
    assert sheet(client, made, "局科员", tab="all") == []


def test_too_many_are_refused_with_a_sentence(client: Client, made: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    made.open()
    made.open()
    monkeypatch.setattr(tables, "MOST", 1)
    client.force_login(made.people["县调度"].account)  # type: ignore[arg-type]

    answer = client.get("/matters/matters.xlsx", {"tab": "all"}, follow=True)

    assert answer.redirect_chain == [("/matters/?tab=all", 302)]
    assert "超过 1 件，一次导不完" in answer.content.decode()
