"""The API of matters: sent twice is one, two at once is one, refusals are sentences, few statements, nothing hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houban.core.models import Installation
from houban.matters.models import Matter, Step
from houban.matters.tests.make import Loop, loop
from houban.organisation.tests.make import TOWN, VILLAGE

pytestmark = pytest.mark.django_db
API = "/api/v1/matters"
AROUND = ("SAVEPOINT", "RELEASE", "SET CONSTRAINTS")
OF_THE_SESSION = ("houban.enter", "houban.claim", "django_session", "accounts_user", "core_installation")


@pytest.fixture
def made(tmp_path: Path) -> Loop:
    made = loop(tmp_path)
    Installation.objects.update_or_create(pk=1, defaults={"today": "2021-06-30"})
    return made


def client(made: Loop, name: str) -> Client:
    signed_in = Client()
    signed_in.force_login(made.people[name].account)  # type: ignore[arg-type]
    return signed_in


def send(to: Client, path: str, said: dict[str, Any]) -> Any:
    return to.post(f"{API}{path}", json.dumps(said, default=str), content_type="application/json")


def report(made: Loop, **more: Any) -> dict[str, Any]:
    said = {"id": str(uuid4()), "title": "井盖破损", "unit": made.world.place(VILLAGE), "type": made.rule.type_id}
    return said | more


def counted(context: CaptureQueriesContext) -> list[str]:
    """Return the statements besides transaction, session and claim."""
    said = [one["sql"] for one in context.captured_queries]
    return [sql for sql in said if not sql.startswith(AROUND) and not any(one in sql for one in OF_THE_SESSION)]


def test_a_report_sent_twice_opens_one_matter(made: Loop) -> None:
    worker, said = client(made, "网格员"), report(made, longitude=104.7654321, latitude=29.3)

    first, again = send(worker, "", said), send(worker, "", said)

    assert (first.status_code, again.status_code) == (201, 200), first.content.decode()
    assert first.json() == again.json()
    assert first.json()["longitude"] == 104.765432
    assert (Matter.objects.count(), Step.objects.count()) == (1, 1)
    other = send(worker, "", said | {"title": "另一件"})
    assert (other.status_code, other.json()["detail"]) == (409, "这个编号已登记过另一件事项。请换一个编号重发。")


@pytest.mark.parametrize(
    ("wrong", "status", "piece"),
    [
        ({"unit": 2**31 - 1}, 409, "岗位"),
        ({"type": 2**31 - 1}, 422, "没有这个事项类型"),
        ({"longitude": 104.7}, 422, "经度和纬度"),
        ({"title": "  "}, 422, "title"),
        ({"longitude": 500, "latitude": 1}, 422, "longitude"),
        ({"happened_at": "2021-06-30T10:00:00"}, 422, "happened_at"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_stays(
    made: Loop, wrong: dict[str, Any], status: int, piece: str
) -> None:
    answer = send(client(made, "网格员"), "", report(made, **wrong))

    assert answer.status_code == status, answer.content.decode()
    assert piece in answer.json()["detail"]
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("said", ["1970-01-01T00:00:00+08:00", "2199-01-01T00:00:00+08:00"])
def test_a_device_with_a_wrong_clock_is_not_believed(made: Loop, said: str) -> None:
    answer = send(client(made, "网格员"), "", report(made, happened_at=said))

    assert answer.json()["reported_at"].startswith("2021-06-30")


def test_a_number_of_another_platform_is_taken_once(made: Loop) -> None:
    worker = client(made, "网格员")
    said = {"channel": "platform", "source": "A-1"}
    assert send(worker, "", report(made, **said)).status_code == 201

    again = send(worker, "", report(made, **said))

    assert (again.status_code, again.json()["detail"]) == (409, "这个来源的这个编号已经登记过。")


def test_the_loop_is_played_to_its_end_and_who_comes_second_is_told(made: Loop) -> None:
    opened = send(client(made, "网格员"), "", report(made)).json()
    path = f"/{opened['id']}/steps"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("村书记", {"verb": "escalate", "text": "办不了"}),
        ("镇调度", {"verb": "file", "rule": made.rule.pk}),
        ("镇调度", {"verb": "dispatch"}),
        ("执法员", {"verb": "accept"}),
        ("执法员", {"verb": "submit", "text": "换了新井盖"}),
        ("网格员", {"verb": "verify"}),
    ]
    for seen, (name, said) in enumerate(steps, start=1):
        answer = send(client(made, name), path, said | {"seen": seen})
        assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["state"] == "closed"

    late = send(client(made, "镇调度"), path, {"verb": "dispatch", "seen": 2})
    assert late.status_code == 409
    shown = client(made, "村书记").get(f"{API}/{opened['id']}").json()
    assert [one["verb"] for one in shown["steps"]] == ["report", *(said["verb"] for _name, said in steps)]
    assert "verify" not in shown["verbs"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"verb": "file", "rule": 2**31 - 1}, 422),
        ({"verb": "dispatch", "holder": 2**31 - 1}, 422),
        ({"verb": "merge", "twin": str(uuid4())}, 422),
        ({"verb": "report"}, 409),
        ({"verb": "verify"}, 409),
        ({"verb": "fly"}, 422),
    ],
)
def test_a_step_that_can_not_be_is_refused(made: Loop, said: dict[str, Any], status: int) -> None:
    opened = send(client(made, "网格员"), "", report(made)).json()

    answer = send(client(made, "村书记"), f"/{opened['id']}/steps", said | {"seen": 1})

    assert answer.status_code == status, answer.content.decode()
    assert Step.objects.count() == 1


def test_the_queue_and_the_map_hide_what_is_confidential(made: Loop) -> None:
    worker = client(made, "网格员")
    point = {"longitude": 104.7, "latitude": 29.3}
    send(worker, "", report(made, title="邻里纠纷", confidential=True, **point))
    send(worker, "", report(made, **point))
    clerk = client(made, "局科员")

    assert [one["title"] for one in clerk.get(API, {"tab": "all"}).json()["items"]] == ["井盖破损"]
    marks = clerk.get(f"{API}/map", {"tab": "all"}).json()
    assert len(marks["features"]) == 1
    assert set(marks["features"][0]["properties"]) == {"number", "state", "paused", "late"}
    assert len(worker.get(f"{API}/map", {"tab": "all"}).json()["features"]) == 2
    assert clerk.get(API, {"tab": "x"}).status_code == 422


def test_a_comment_is_added_and_shown(made: Loop) -> None:
    opened = send(client(made, "网格员"), "", report(made)).json()
    path = f"/{opened['id']}/comments"

    said = send(client(made, "村书记"), path, {"text": "先看现场"})
    assert (said.status_code, said.json()["text"]) == (201, "先看现场")
    assert send(client(made, "村书记"), path, {"text": " "}).status_code == 409
    assert send(client(made, "村书记"), path, {"text": "@", "mentioned": [2**31 - 1]}).status_code == 409
    shown = client(made, "网格员").get(f"{API}/{opened['id']}").json()
    assert [one["text"] for one in shown["comments"]] == ["先看现场"]


def test_few_statements_are_needed(made: Loop) -> None:
    worker, dispatcher = client(made, "网格员"), client(made, "镇调度")
    send(worker, "", report(made))

    with CaptureQueriesContext(connection) as reporting:
        opened = send(worker, "", report(made)).json()
    send(client(made, "村书记"), f"/{opened['id']}/steps", {"verb": "escalate", "text": "办不了", "seen": 1})
    with CaptureQueriesContext(connection) as filing:
        send(dispatcher, f"/{opened['id']}/steps", {"verb": "file", "rule": made.rule.pk, "seen": 2})
    asked: dict[str, Any] = {"tab": "all", "type": made.rule.type_id, "channel": "grid", "q": "井盖"}
    asked |= {"unit": made.world.place(TOWN), "holder": made.bodies["执法队"].pk}
    with CaptureQueriesContext(connection) as listing:
        dispatcher.get(API, asked)

    assert len(counted(reporting)) <= 12, counted(reporting)
    assert len(counted(filing)) <= 15, counted(filing)
    assert len(counted(listing)) <= 4, counted(listing)
