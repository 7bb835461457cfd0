"""A dispute on pages: taken in at a desk, its parties shown once to those who deal with it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from houban.core.models import RecordEntry
from houban.divisions.models import DivisionVersion
from houban.matters.models import Matter

pytestmark = pytest.mark.usefixtures("daan")
GIVEN = {
    "kind": "dispute", "title": "两家为田坎争执", "channel": "visit", "text": "灌溉用水",
    "people": "示范甲 13800000001\n示范乙",
}  # fmt: skip


def at(name: str, pk: UUID) -> str:
    return reverse(f"matters:{name}", args=[pk])


def taken_in(client: Client) -> Matter:
    village = DivisionVersion.objects.filter(name="张寺村", during__endswith=None).get().division_id
    answer = client.post(reverse("matters:new"), GIVEN | {"unit": village})
    assert answer.status_code == 302, answer.content.decode()
    return Matter.objects.get(title=GIVEN["title"])


def test_the_village_sees_the_names_once_for_a_reason(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("曾田")
    matter = taken_in(client)
    page = client.get(at("matter", matter.pk)).content.decode()
    assert "当事人 2 人（封存）" in page
    assert "示范甲" not in page

    refused = client.post(at("parties", matter.pk), {"reason": ""})
    assert (refused.status_code, "示范甲" in refused.content.decode()) == (422, False)
    shown = client.post(at("parties", matter.pk), {"reason": "约时间调解"})
    assert "示范甲" in shown.content.decode()
    assert "13800000001" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert "示范甲" not in client.get(at("parties", matter.pk)).content.decode()
    assert RecordEntry.objects.filter(verb="matters.parties.uncovered").exists()

    wrong = client.post(at("correct-parties", matter.pk), {"people": "示范丙 123"})
    assert "第 1 行" in wrong.content.decode()
    client.post(at("correct-parties", matter.pk), {"people": "示范丙"})
    assert "示范丙" in client.post(at("parties", matter.pk), {"reason": "核对"}).content.decode()


def test_whoever_reported_it_at_the_town_does_not_see_the_names(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")
    matter = taken_in(client)

    assert "只有受理和承办的人能看" in client.get(at("matter", matter.pk)).content.decode()
    assert client.post(at("parties", matter.pk), {"reason": "看看"}).status_code == 422
    assert signed_in("何远").get(at("matter", matter.pk)).status_code == 404


def test_names_go_with_disputes_only(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("曾田")
    village = DivisionVersion.objects.filter(name="张寺村", during__endswith=None).get().division_id

    event = client.post(reverse("matters:new"), GIVEN | {"unit": village, "kind": "event"})
    nobody = client.post(reverse("matters:new"), GIVEN | {"unit": village, "people": ""})

    assert "只有矛盾纠纷才登记当事人" in event.content.decode()
    assert "请写明当事人" in nobody.content.decode()
    assert event["Cache-Control"] == "no-store"
