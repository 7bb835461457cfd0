"""The record on its pages: who may open it, what is found, and that nobody writes in another's name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from houban.core import claims, clock
from houban.core.models import RecordEntry
from houban.core.record import Actor, record, words
from houban.organisation.models import Person
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import NOON, VILLAGE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


@pytest.fixture
def auditor(client: Client, world: World) -> Client:
    person = world.holder(PostKind.AUDIT_ADMINISTRATOR, "510304", "审计员")
    assert person.account is not None
    client.force_login(person.account)
    return client


def acts(who: str, n: int, unit: int = 0, verb: str = "organisation.appointed") -> None:
    for _ in range(n):
        record(verb, "organisation.appointment", by=Actor(None, who, unit=unit), at=NOON, after={"seat": 1})


def test_the_record_is_searched_by_person_act_and_day(auditor: Client) -> None:
    acts("罗强", 2)
    acts("周敏", 1, verb="divisions.change.enacted")

    by_name = auditor.get("/record/", {"who": "罗强"}).content.decode()
    by_verb = auditor.get("/record/", {"verb": "divisions.change.enacted"}).content.decode()
    by_day = auditor.get("/record/", {"since": "2021-07-01", "who": "罗强"}).content.decode()

    assert (by_name.count("罗强</td>"), by_name.count("周敏</td>")) == (2, 0)
    assert "区划调整生效" in by_verb
    assert "没有符合条件的留痕" in by_day


def test_days_in_the_wrong_order_are_said(auditor: Client) -> None:
    response = auditor.get("/record/", {"since": "2021-07-01", "until": "2021-06-01"})

    assert response.status_code == 422
    assert "止日早于起日" in response.content.decode()


def test_a_long_record_goes_on_page_by_page(auditor: Client) -> None:
    acts("罗强", 60)

    first = auditor.get("/record/", {"who": "罗强"}).content.decode()
    last = RecordEntry.objects.filter(actor_name="罗强").order_by("-pk")[49].pk
    second = auditor.get("/record/", {"who": "罗强", "before": str(last)}).content.decode()

    assert (first.count("罗强</td>"), second.count("罗强</td>")) == (50, 10)


def test_an_entry_opens_to_what_it_changed(auditor: Client, world: World) -> None:
    entry = RecordEntry.objects.filter(verb="organisation.post.established").latest("pk")

    page = auditor.get(f"/record/{entry.pk}/").content.decode()

    assert "设立岗位" in page
    assert "audit_administrator" in page
    assert auditor.get("/record/999999999/").status_code == 404


def test_an_export_is_itself_on_record(auditor: Client) -> None:
    assert auditor.get("/record/export/", {"who": "罗强"}).headers["Content-Type"].endswith("sheet")

    assert RecordEntry.objects.latest("pk").verb == "organisation.record.exported"


def test_who_does_not_audit_reads_nothing_even_by_sql(world: World, client: Client) -> None:
    head = world.holder(PostKind.TASK_FORCE_HEAD, "510304")
    acts("罗强", 1)
    assert head.account is not None
    client.force_login(head.account)

    assert client.get("/record/").status_code == 403
    assert seen_by(head) == 0


def test_an_auditor_sees_the_scope_of_the_post(world: World) -> None:
    village = world.place(VILLAGE)
    acts("罗强", 3, unit=village)
    acts("别处", 2, unit=world.place("510304105"))
    town = world.holder(PostKind.AUDIT_ADMINISTRATOR, make.TOWN)

    assert seen_by(town) == 3


def seen_by(person: Person) -> int:
    assert person.account_id is not None
    with claims.acting(claims.account(person.account_id), at=clock.now()):
        return RecordEntry.objects.filter(verb="organisation.appointed", actor_name__in=("罗强", "别处")).count()


def test_nobody_writes_in_anothers_name(world: World) -> None:
    one, other = world.holder(PostKind.STAFF, name="甲"), world.holder(PostKind.STAFF, VILLAGE, "乙")
    assert one.account_id is not None

    with claims.acting(claims.account(one.account_id), at=clock.now()):
        record("accounts.signed_in", "x", by=Actor(one.account_id, "甲"), at=NOON)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            record("accounts.signed_in", "x", by=Actor(other.account_id, "乙"), at=NOON)


def test_without_a_claim_the_record_raises() -> None:
    acts("罗强", 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('houban.claim', '', true)")
        with pytest.raises(DatabaseError, match="no claim"), transaction.atomic():
            RecordEntry.objects.count()
        transaction.set_rollback(True)


def test_every_act_has_a_name(root: Path) -> None:
    used = {
        call.args[0].value
        for path in (root / "src" / "houban").rglob("*.py")
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record" and call.args
        if isinstance(call.args[0], ast.Constant)
    }

    assert len(used) > 30
    assert used - set(words.verbs()) == set()
