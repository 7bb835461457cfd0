"""The page of who may do what, and settling successors on a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from houban.divisions.changefile import DraftChange
from houban.divisions.tests import make as maps
from houban.organisation.models import Heir, Person
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import VILLAGE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def signed_in(client: Client, person: Person) -> Client:
    assert person.account is not None
    client.force_login(person.account)
    return client


def test_who_could_is_answered_with_the_post(client: Client, world: World) -> None:
    world.holder(PostKind.TOWN_HEAD, name="罗乡长")
    signed_in(client, world.holder(PostKind.STAFF, "510304", "何某"))

    page = client.get("/organisation/powers/", {"place": "龙凼村", "power": "appoint"}).content.decode()

    assert "罗乡长" in page
    assert "1 人" in page


def test_an_unknown_place_is_said(client: Client, world: World) -> None:
    signed_in(client, world.holder(PostKind.STAFF, "510304"))

    response = client.get("/organisation/powers/", {"place": "无此村", "power": "appoint"})

    assert response.status_code == 422
    assert "没有找到“无此村”" in response.content.decode()


@pytest.fixture
def split(world: World) -> int:
    former = world.place(VILLAGE, on=make.START)
    half = {"part": "share", "shares": {"population": "0.5"}}
    rows = [
        maps.row(n, "104205", code, name, **half)  # type: ignore[arg-type]
        for n, code, name in ((2, "104220", "龙一村"), (3, "104221", "龙二村"))
    ]
    maps.enacted(DraftChange(maps.LATER, "析置", document="大府发〔2020〕4号", entries=rows))
    return former


def test_successors_are_settled_and_unsettled_on_a_page(client: Client, world: World, split: int) -> None:
    signed_in(client, world.holder(PostKind.REGISTER_CLERK, "510304"))
    heir = world.place("510304104220")
    assert "龙凼村" in client.get("/organisation/successors/").content.decode()

    client.post(f"/organisation/successors/{split}/", {"heir": heir, "reason": "户籍底册"})
    assert Heir.objects.get().heir_id == heir

    client.post(f"/organisation/successors/{split}/removal/")
    assert Heir.objects.count() == 0


def test_settling_takes_a_successor_a_reason_and_the_power(client: Client, world: World, split: int) -> None:
    signed_in(client, world.holder(PostKind.REGISTER_CLERK, "510304"))
    heir = world.place("510304104220")

    no_reason = client.post(f"/organisation/successors/{split}/", {"heir": heir, "reason": ""})
    not_a_successor = client.post(f"/organisation/successors/{split}/", {"heir": world.county, "reason": "x"})
    signed_in(client, world.holder(PostKind.STAFF, "510304", "乙"))
    no_power = client.post(f"/organisation/successors/{split}/", {"heir": heir, "reason": "x"})

    assert [r.status_code for r in (no_reason, not_a_successor, no_power)] == [422, 422, 403]
    assert Heir.objects.count() == 0
