"""The API against its own description, and what it does when something is sent twice or goes wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from houban.config.api import api
from houban.core.models import RecordEntry
from houban.organisation.models import Appointment, Person
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import TODAY, TOWN, World

pytestmark = pytest.mark.django_db
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
OPERATIONS: list[Any] = [operation.ok() for operation in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
EXAMPLES = 40
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


@pytest.fixture
def personnel(world: World, client: Client) -> Client:
    person = world.holder(PostKind.TOWN_PERSONNEL, TOWN)
    assert person.account is not None
    client.force_login(person.account)
    return client


def send(client: Client, case: schemathesis.Case[Any]) -> schemathesis.Response:
    """Send a generated case through Django's client; an error of the application would be raised here."""
    path = case.formatted_path + (f"?{urlencode(case.query, doseq=True)}" if case.query else "")
    body = (
        case.body if isinstance(case.body, bytes) else json.dumps(None if isinstance(case.body, NotSet) else case.body)
    )
    body = "" if isinstance(case.body, NotSet) else body
    answer = client.generic(case.method, path, data=body, content_type="application/json")
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    asked = requests.Request(case.method, f"http://testserver{case.formatted_path}").prepare()
    return schemathesis.Response(answer.status_code, headers, answer.content, asked, elapsed=0.0, verify=False)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.label))
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_every_answer_is_as_described(personnel: Client, operation: Any, mode: GenerationMode) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case[Any]) -> None:
        case.validate_response(send(personnel, case), checks=CHECKS)

    holds()


def body(world: World, person: Person, post: int, **more: object) -> dict[str, object]:
    return {"uid": str(uuid4()), "person": person.pk, "post": post, "since": "2021-01-01"} | more


def post(client: Client, url: str, given: dict[str, object]) -> Any:
    return client.post(f"/api/v1{url}", json.dumps(given), content_type="application/json")


def test_sent_again_it_changes_nothing(personnel: Client, world: World) -> None:
    sent = body(world, world.person("乙"), world.post(PostKind.STAFF, TOWN).pk)

    first, again = post(personnel, "/appointments", sent), post(personnel, "/appointments", sent)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Appointment.objects.filter(uid=str(sent["uid"])).count() == 1


def test_an_identifier_that_is_taken_gets_a_plain_answer(personnel: Client, world: World) -> None:
    place = world.post(PostKind.STAFF, TOWN, seats=2).pk
    sent = body(world, world.person("乙"), place)
    post(personnel, "/appointments", sent)

    other = post(personnel, "/appointments", sent | {"person": world.person("丙").pk})

    assert other.status_code == 409
    assert "请换一个编号" in other.json()["detail"]


def test_days_the_wrong_way_round_are_refused(personnel: Client, world: World) -> None:
    place = world.post(PostKind.STAFF, TOWN)
    sent = body(world, world.person("乙"), place.pk, since="2021-03-01", until="2021-02-01")

    answer = post(personnel, "/appointments", sent)

    assert (answer.status_code, answer.json()["detail"][:8]) == (409, "日期前后不对：止")


def test_another_towns_post_is_out_of_reach_and_nothing_is_left_behind(personnel: Client, world: World) -> None:
    other = world.post(PostKind.STAFF, "510304105")
    before = RecordEntry.objects.count()

    response = post(personnel, "/appointments", body(world, world.person("乙"), other.pk))

    assert response.status_code == 403
    assert Appointment.objects.filter(post=other).count() == 0
    assert RecordEntry.objects.filter(verb="organisation.appointed").count() <= before


def test_a_refusal_after_a_write_leaves_nothing_behind(personnel: Client, world: World) -> None:
    held = make.appoint(world.person("乙"), world.post(PostKind.STAFF, TOWN))

    response = post(personnel, f"/appointments/{held.uid}/end", {"on": str(held.during.lower)})

    held.refresh_from_db()
    assert (response.status_code, held.during.upper) == (409, None)
    ended = post(personnel, f"/appointments/{held.uid}/end", {"on": str(TODAY)})
    assert (ended.status_code, ended.json()["until"]) == (200, str(TODAY))


def test_a_reader_appoints_nobody(client: Client, world: World) -> None:
    reader = world.holder(PostKind.STAFF, TOWN)
    assert reader.account is not None
    client.force_login(reader.account)

    response = post(client, "/appointments", body(world, world.person("乙"), world.post(PostKind.STAFF, TOWN).pk))

    assert response.status_code == 403


def test_nobody_gets_in_without_signing_in_or_without_a_token(world: World) -> None:
    person = world.holder(PostKind.TOWN_PERSONNEL, TOWN)
    client = Client(enforce_csrf_checks=True)
    assert client.get("/api/v1/me").status_code == 401
    assert person.account is not None
    client.force_login(person.account)

    assert client.get("/api/v1/me").json()["posts"][0]["powers"] == ["appoint", "personal", "read"]
    assert post(client, "/appointments", {}).status_code == 403


def test_yesterday_is_answered_as_of_yesterday(personnel: Client, world: World) -> None:
    held = make.appoint(world.person("乙"), world.post(PostKind.STAFF, TOWN), start=TODAY)

    day = TODAY - timedelta(days=1)
    then = personnel.get("/api/v1/appointments", {"on": str(day), "post": str(held.post_id)}).json()
    now = personnel.get("/api/v1/appointments", {"post": str(held.post_id)}).json()

    assert (then["count"], now["count"]) == (0, 1)
