"""The register through the API, on Da'an."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from houban.accounts.models import User

V1 = "/api/v1"
DAYS = {"start": "2019-10-31", "end": "2021-06-30"}


@pytest.fixture
def clerk(daan: None, client: Client) -> Client:
    client.force_login(User.objects.get(username="zhoumin"))
    return client


def get(client: Client, address: str, **query: Any) -> Any:
    answer = client.get(V1 + address, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_divisions_are_listed_as_of_a_day(clerk: Client) -> None:
    town = get(clerk, "/divisions", on="2020-06-30", code="510304104")["items"][0]
    villages = get(clerk, "/divisions", on="2020-06-30", parent=town["id"], level="village")

    assert town["name"] == "何市镇"
    assert villages["count"] == 14
    assert {one["form"] for one in villages["items"]} == {"village", "community"}


def test_lineage_and_codes_of_another_scheme_are_told(clerk: Client) -> None:
    town = get(clerk, "/divisions", code="510304104")["items"][0]

    came = get(clerk, f"/divisions/{town['id']}/lineage")["predecessors"]
    code = get(clerk, "/codes", code="510304204", on="2018-10-31")

    assert "永嘉乡" in {flow["source_name"] for flow in came}
    assert code["code"] == "510304201"


def test_restated_and_lost_values_add_up_to_what_was_sent(clerk: Client) -> None:
    rows = [{"code": "510304103202", "value": 700}, {"code": "510304104201", "value": 33}, {"code": "9", "value": 1}]

    answer = clerk.post(
        f"{V1}/restatements", json.dumps({**DAYS, "rows": rows}), content_type="application/json"
    ).json()

    assert sum(row["value"] for row in answer["rows"]) == 733
    assert answer["lost"] == [{"code": "9", "value": 1, "why": "not_there"}]


def test_the_shares_of_each_source_add_up_to_one(clerk: Client) -> None:
    pairs = get(clerk, "/crosswalk", **DAYS, level="village")

    total: dict[str, float] = {}
    for pair in pairs:
        total[pair["source"]] = total.get(pair["source"], 0) + pair["share"]
    assert len(total) > 180
    assert {round(one, 9) for one in total.values()} == {1.0}
