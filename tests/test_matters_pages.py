"""The pages of matters over the demonstration: queue, matter, verbs, and a new report."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from houban.matters.models import DutyRule, Evidence, FilingRule, Matter
from houban.matters.words import State

pytestmark = pytest.mark.usefixtures("daan")


def at(name: str, *args: Any) -> str:
    return reverse(f"matters:{name}", args=args)


def test_the_queue_shows_what_waits_soonest_due_first(signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("罗强").get(at("queue"), {"tab": "all"})

    rows = [one for one, _face, _place in shown.context["rows"]]
    assert len(rows) > 5
    assert [one.due for one in rows] == sorted(one.due for one in rows)
    assert {one.state for one in rows}.isdisjoint({State.CLOSED, State.REJECTED})
    counted = {tab.key: n for tab, n in shown.context["tabs"]}
    assert counted["all"] == shown.context["matters"].paginator.count


def test_a_town_sees_its_own_matters_alone(signed_in: Callable[[str], Client]) -> None:
    town = signed_in("罗强").get(at("queue"), {"tab": "all"}).context["matters"].paginator.count
    county = signed_in("宋可").get(at("queue"), {"tab": "all"}).context["matters"].paginator.count

    assert 0 < town < county


def test_the_page_takes_few_queries(
    signed_in: Callable[[str], Client], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = signed_in("宋可")
    client.get(at("queue"), {"tab": "all"})

    with django_assert_max_num_queries(22):
        client.get(at("queue"), {"tab": "all"})


@pytest.mark.parametrize(
    "tab", ["all", "mine", "reported", "filed", "handling", "returned", "verifying", "paused", "overdue", "ended"]
)
def test_every_tab_holds_as_many_as_it_says(tab: str, signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("宋可").get(at("queue"), {"tab": tab, "q": ""})
    counted = {one.key: n for one, n in shown.context["tabs"]}

    page = shown.context["matters"]
    assert len(page.object_list) == min(counted[tab], 50)


def test_filters_live_in_the_address_and_nonsense_is_left_out(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("宋可")
    rule = FilingRule.objects.filter(type__name="暴露垃圾").get()

    shown = client.get(at("queue"), {"tab": "ended", "type": str(rule.type_id), "channel": "grid", "q": "垃圾"})
    rows = [one for one, _face, _place in shown.context["rows"]]
    assert rows
    assert {one.type_id for one in rows} == {rule.type_id}
    assert (
        client.get(at("queue"), {"tab": "x", "unit": "x", "type": "9" * 40, "channel": "x", "page": "x"}).status_code
        == 200
    )


def test_a_report_is_taken_in_routed_and_timed(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")
    village = Matter.objects.filter(level=2, receiver__name="牛佛镇人民政府").first().unit_id  # type: ignore[union-attr]

    answer = client.post(
        at("new"),
        {"title": "井盖坏了", "unit": village, "kind": "event", "channel": "phone", "text": "在路口"},
        follow=True,
    )

    made = Matter.objects.get(title="井盖坏了")
    assert "已登记" in answer.content.decode()
    assert made.state == State.REPORTED
    assert made.receiver == DutyRule.objects.get(division=village, duty="receive").organisation
    assert made.due is not None
    assert made.due.date() >= made.reported_at.date()


def test_a_report_without_a_place_is_refused_with_a_sentence(signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("罗强").post(at("new"), {"title": "", "unit": ""})

    assert answer.status_code == 422
    assert "请填写这一项" in answer.content.decode()


def test_verbs_go_by_their_pages_and_two_at_once_do_not_both_win(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")
    matter = Matter.objects.filter(kind="event", state=State.FILED, receiver__name="牛佛镇人民政府").first()
    assert matter is not None
    page = client.get(at("step", matter.pk, "dispatch"))
    seen = page.context["form"].initial["seen"]

    first = client.post(at("step", matter.pk, "dispatch"), {"seen": seen, "holder": "", "text": ""})
    second = client.post(at("step", matter.pk, "dispatch"), {"seen": seen, "holder": "", "text": ""})

    assert first.status_code == 302
    assert second.status_code == 422
    said = second.content.decode()
    assert "罗强已先办了" in said
    assert "您的没有登记" in said
    matter.refresh_from_db()
    assert matter.state == State.DISPATCHED
    assert matter.holder is not None


def test_who_may_not_reads_who_may(signed_in: Callable[[str], Client]) -> None:
    matter = Matter.objects.filter(kind="event", state=State.FILED).first()
    assert matter is not None

    answer = signed_in("周敏").post(at("step", matter.pk, "dispatch"), {"seen": matter.steps_taken})

    assert answer.status_code == 422
    assert "受理机构的调度" in answer.content.decode()


def test_several_are_dispatched_at_once(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")
    chosen = list(Matter.objects.filter(kind="event", state=State.FILED, receiver__name="牛佛镇人民政府"))
    other = Matter.objects.filter(state=State.HANDLING).exclude(receiver__name="牛佛镇人民政府").first()
    assert chosen
    assert other is not None

    answer = client.post(
        at("bulk"), {"verb": "dispatch", "matter": [*(one.pk for one in chosen), other.pk, "x"]}, follow=True
    )

    assert f"已办 {len(chosen)} 件" in answer.content.decode()
    assert {one.state for one in Matter.objects.filter(pk__in=[one.pk for one in chosen])} == {State.DISPATCHED}


def test_there_is_no_page_for_a_verb_that_is_none(signed_in: Callable[[str], Client]) -> None:
    matter = Matter.objects.first()
    assert matter is not None

    assert signed_in("罗强").get(at("step", matter.pk, "explode")).status_code == 404


def test_a_photo_comes_with_a_step_and_is_seen_by_those_who_see_the_matter(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "olive").save(picture, "JPEG")
    village = Matter.objects.filter(receiver__name="牛佛镇人民政府").values_list("unit", flat=True)[0]

    client.post(
        at("new"),
        {
            "title": "有照片的", "unit": village, "kind": "event", "channel": "phone",
            "photos": [SimpleUploadedFile("一.jpg", picture.getvalue()),
                       SimpleUploadedFile("二.pdf", b"%PDF-1.7 startxref %%EOF")],
        },
    )  # fmt: skip

    made = Matter.objects.get(title="有照片的")
    first, second = Evidence.objects.filter(step__matter=made).order_by("number")
    small = client.get(at("photo", first.pk), {"small": ""})
    assert b"".join(small.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    assert "sandbox" in small["Content-Security-Policy"]
    assert client.get(at("photo", second.pk))["Content-Disposition"].startswith("attachment")
    assert signed_in("晏坪").get(at("photo", first.pk)).status_code == 200
    assert Client().get(at("photo", first.pk)).status_code == 302


def test_a_file_that_is_none_is_refused_and_nothing_is_opened(signed_in: Callable[[str], Client]) -> None:
    village = Matter.objects.filter(receiver__name="牛佛镇人民政府").values_list("unit", flat=True)[0]

    answer = signed_in("罗强").post(
        at("new"),
        {
            "title": "坏照片",
            "unit": village,
            "kind": "event",
            "channel": "phone",
            "photos": SimpleUploadedFile("一.jpg", b"<html>"),
        },
    )

    assert answer.status_code == 422
    assert "不是照片" in answer.content.decode()
    assert not Matter.objects.filter(title="坏照片").exists()
