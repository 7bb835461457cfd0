"""Supervision orders: issued alone or about a matter, replied to, judged by whoever issued them, kept as they were."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from houban.core.spreadsheets import read_table
from houban.matters import actions, orders
from houban.matters.actions import Report
from houban.matters.models import Matter, Notification, Order
from houban.matters.refusals import RefusedError
from houban.matters.tests.make import NOW, Loop, loop
from houban.matters.words import State
from houban.organisation.tests.make import COUNTY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def made(tmp_path: Path) -> Loop:
    return loop(tmp_path)


def issue(made: Loop, title: str = "清淤", **more: Any) -> Matter:
    report = Report(
        "supervision", title, made.world.place(COUNTY), text="汛前清完", channel="internal", level=3,
        holder=made.bodies["住建局"].pk, due=NOW + DAY, **more,
    )  # fmt: skip
    return actions.open_matter(report, made.hand("县领导"), happened_at=NOW, at=NOW)


def signed_in(client: Client, made: Loop, name: str) -> Client:
    client.force_login(made.people[name].account)  # type: ignore[arg-type]
    return client


def test_a_leader_issues_an_order_and_judges_the_reply(made: Loop) -> None:
    matter = issue(made, grade="urgent", basis="县委常委会纪要")
    made.take(matter, "accept", "局科员")
    made.take(matter, "submit", "局科员", text="已清完三处")

    made.hand("县领导")
    assert Notification.objects.filter(matter=matter, person=made.people["县领导"], reason="submit").exists()
    made.take(matter, "send_back", "县领导", text="还差一处")
    made.take(matter, "submit", "局科员", text="四处清完", at=NOW + DAY / 2)
    made.take(matter, "verify", "县领导", at=NOW + DAY / 2)

    matter.refresh_from_db()
    assert (matter.state, matter.order.grade, matter.order.demand) == (State.CLOSED, "urgent", "汛前清完")
    assert orders.reply(matter).text == "四处清完"  # type: ignore[union-attr]
    assert orders.checked(matter).verb == "verify"  # type: ignore[union-attr]


def test_supervising_a_matter_opens_an_order_about_it(made: Loop) -> None:
    matter = made.open()

    made.take(matter, "supervise", "县领导", text="三天内修好", grade="important", basis="批示", due=NOW + DAY)

    order = Order.objects.get(matter__parent=matter)
    assert (order.grade, order.basis, order.demand) == ("important", "批示", "三天内修好")


def test_only_the_issuer_puts_an_order_right_and_only_until_it_is_accepted(made: Loop) -> None:
    matter = issue(made)
    said = {"grade": "important", "basis": "", "demand": "汛前清完，附照片"}

    with pytest.raises(RefusedError, match="报告人"):
        actions.correct(matter.pk, by=made.hand("局科员"), at=NOW, **said)
    assert actions.correct(matter.pk, by=made.hand("县领导"), at=NOW, **said).demand == "汛前清完，附照片"
    made.take(matter, "accept", "局科员")
    with pytest.raises(RefusedError, match="已经接办"):
        actions.correct(matter.pk, by=made.hand("县领导"), at=NOW, **said)


def test_the_database_keeps_an_accepted_order_and_lets_nobody_else_write_one(made: Loop) -> None:
    matter = issue(made)
    made.hand("局科员")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matters_order SET demand = '不用清' WHERE matter_id = %s", [matter.pk])
        assert cursor.rowcount == 0
    made.take(matter, "accept", "局科员")
    made.hand("县领导")
    for statement in (
        "UPDATE matters_order SET demand = '不用清' WHERE matter_id = %s",
        "DELETE FROM matters_order WHERE matter_id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [matter.pk])


def test_the_issuer_withdraws_an_order_and_nobody_else(made: Loop) -> None:
    matter = issue(made)

    with pytest.raises(RefusedError, match="不能撤销"):
        made.take(matter, "withdraw", "局科员", text="不办")
    made.take(matter, "withdraw", "县领导", text="情况有变")

    matter.refresh_from_db()
    assert matter.state == State.CLOSED


def test_the_list_tells_open_late_replied_and_ended_apart(made: Loop) -> None:
    late, replied, ended = issue(made, "甲"), issue(made, "乙"), issue(made, "丙")
    made.take(replied, "accept", "局科员")
    made.take(replied, "submit", "局科员", text="办了")
    made.take(ended, "withdraw", "县领导", text="不办了")
    person, later = made.people["县领导"].pk, NOW + 2 * DAY
    made.hand("县领导")

    shown = {tab: {one.pk for one in orders.rows(orders.Asked(tab), person=person, now=later)} for tab in orders.TABS}

    assert shown == {
        "open": {late.pk, replied.pk}, "late": {late.pk}, "replied": {replied.pk}, "ended": {ended.pk},
        "issued": {late.pk, replied.pk, ended.pk},
    }  # fmt: skip
    assert orders.counts(person=person, now=later) == {tab: len(keys) for tab, keys in shown.items()}


def test_pages_issue_list_show_correct_and_export(client: Client, made: Loop) -> None:
    leader = signed_in(client, made, "县领导")
    assert "没有在办的督办单" in leader.get("/matters/orders/").content.decode()
    sent = {
        "kind": "supervision", "title": "清淤", "holder": made.bodies["住建局"].pk, "holder_text": "住建局",
        "unit": made.world.place(COUNTY), "grade": "urgent", "basis": "纪要", "demand": "清完",
        "due": "2099-01-01T09:00",
    }  # fmt: skip

    assert leader.post("/matters/orders/new/", sent | {"due": "2001-01-01T09:00"}).status_code == 422
    answer = leader.post("/matters/orders/new/", sent)

    assert answer.status_code == 302, answer.content.decode()
    paper = leader.get(answer["Location"]).content.decode()
    assert all(words in paper for words in ("督 办 单", "清完", "承办机构（签收）", "还没有回复"))
    said = {"grade": "important", "basis": "", "demand": "全部清完"}
    assert leader.post(f"{answer['Location']}edit/", said | {"demand": ""}).status_code == 422
    assert leader.post(f"{answer['Location']}edit/", said).status_code == 302
    assert "清淤" in leader.get("/matters/orders/").content.decode()
    assert "没有符合条件的督办单" in leader.get("/matters/orders/?grade=urgent").content.decode()
    book = read_table(io.BytesIO(leader.get("/matters/orders/orders.xlsx").content), name="a.xlsx")
    assert [(row.cells["级别"], row.cells["要求"]) for row in book[0].rows] == [("重要", "全部清完")]


def test_a_rectification_is_issued_and_printed_as_an_order_is(made: Loop, client: Client) -> None:
    leader = signed_in(client, made, "县领导")
    said = {
        "kind": "rectification", "title": "消防通道堵塞", "unit": made.world.place(COUNTY), "grade": "important",
        "holder_text": "住建局", "demand": "三日内腾空", "due": "2099-01-01T18:00",
    }  # fmt: skip
    answer = leader.post(reverse("matters:new-order"), said)
    assert answer.status_code == 302, answer.content.decode()
    made.hand("县领导")
    matter = Matter.objects.get(kind="rectification")

    assert (matter.number[0], matter.order.demand, matter.state) == ("Z", "三日内腾空", State.DISPATCHED)
    assert "整 改 通 知" in leader.get(reverse("matters:order", args=[matter.pk])).content.decode()
    assert "消防通道堵塞" in leader.get(reverse("matters:orders")).content.decode()
    bare = Matter(id=UUID(int=matter.pk.int + 1), kind="rectification", title="无", unit_id=matter.unit_id)
    bare.reported_at, bare.recorded_at, bare.reporter_id, bare.channel = NOW, NOW, matter.reporter_id, "internal"
    made.hand("县领导")
    with pytest.raises(IntegrityError, match="demands nothing"), transaction.atomic():
        written_now(bare)


def written_now(matter: Matter) -> None:
    matter.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
