"""The pages of comments and notices over the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.matters.models import Comment, Matter, Subscription
from houban.matters.words import State

pytestmark = pytest.mark.usefixtures("daan")


def at(name: str, *args: Any) -> str:
    return reverse(f"matters:{name}", args=args)


def waiting() -> Matter:
    matter = Matter.objects.filter(kind="event", state=State.FILED, receiver__name="牛佛镇人民政府").first()
    assert matter is not None
    return matter


def test_a_comment_stands_on_the_page_with_whom_it_mentions(signed_in: Callable[[str], Client]) -> None:
    client, matter = signed_in("罗强"), waiting()
    candidates = client.get(at("matter", matter.pk)).context["candidates"]

    answer = client.post(
        at("comment", matter.pk), {"text": "请先封路", "mention": [candidates[0].appointment]}, follow=True
    )

    shown = answer.content.decode()
    assert "请先封路" in shown
    assert f"@{candidates[0].label}" in shown
    assert 'data-key="c"' in shown


def test_beside_the_queue_the_panel_comes_back(signed_in: Callable[[str], Client]) -> None:
    client, matter = signed_in("罗强"), waiting()

    answer = client.post(at("comment", matter.pk), {"text": "请先封路"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.templates[0].name == "matters/panel.html"
    assert "请先封路" in answer.content.decode()


@pytest.mark.parametrize("sent", [{"text": " "}, {"text": "x", "mention": ["999999999"]}], ids=str)
def test_a_comment_that_can_not_be_is_refused_and_kept_in_the_field(
    sent: dict[str, Any], signed_in: Callable[[str], Client]
) -> None:
    answer = signed_in("罗强").post(at("comment", waiting().pk), sent)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Comment.objects.exists()


def test_nobody_comments_on_what_they_do_not_see(signed_in: Callable[[str], Client]) -> None:
    unknown = UUID("00000000-0000-7000-8000-000000000000")

    assert signed_in("罗强").post(at("comment", unknown), {"text": "x"}).status_code == 404
    assert signed_in("罗强").get(at("comment", waiting().pk)).status_code == 302


def test_another_day_has_no_form(signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("罗强").get(at("matter", waiting().pk), {"on": "2021-06-01"}).content.decode()

    assert "data-comment" not in shown


def test_the_bell_counts_what_is_new_and_opening_a_matter_reads_it(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")
    page = client.get(at("notices"))
    before = page.context["unread"]
    assert before > 0
    assert 'class="bell"' in page.content.decode()
    assert page.context["notices"].paginator.count == before

    first = page.context["lines"][0].matter
    client.get(at("matter", first.pk))

    again = client.get(at("notices"))
    assert again.context["unread"] == before - 1
    assert first.pk not in [line.matter.pk for line in again.context["lines"]]


def test_all_is_read_at_once_and_stays_under_all(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")

    shown = client.post(at("notices-read"), follow=True)

    assert shown.context["unread"] == 0
    assert "没有未读的提醒" in shown.content.decode()
    everything = client.get(at("notices"), {"tab": "all"})
    assert len(everything.context["lines"]) > 0
    assert client.get(at("notices"), {"tab": "all", "page": "x"}).status_code == 200
    assert client.get(at("notices-read")).status_code == 302


def test_the_list_takes_few_queries(
    signed_in: Callable[[str], Client], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = signed_in("罗强")
    client.get(at("notices"), {"tab": "all"})

    with django_assert_max_num_queries(20):
        client.get(at("notices"), {"tab": "all"})


def test_who_holds_no_post_hears_no_bell(daan: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("nopost", name="无职"))

    assert 'class="bell"' not in client.get(reverse("home")).content.decode()


def test_without_a_way_out_the_page_says_so(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("罗强")

    assert "还没有接通邮件、短信或群" in client.get(at("subscription")).content.decode()
    assert client.post(at("subscription"), {"often": "at_once", "channel": "mail"}).status_code == 422
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"often": "at_once", "channel": ""}, "请选用什么方式通知"),
        ({"often": "daily", "channel": "wecom"}, "每天一次只能用邮件或短信"),
        ({"often": "x", "channel": "sms"}, "x"),
    ],
    ids=str,
)
def test_a_choice_that_can_not_be_is_refused(
    sent: dict[str, str], said: str, signed_in: Callable[[str], Client], settings: LazySettings
) -> None:
    settings.HOUBAN_MAIL_SERVER = settings.HOUBAN_WECOM_WEBHOOK = "https://x"

    answer = signed_in("罗强").post(at("subscription"), sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_one_chooses_how_to_be_told_and_changes_it(signed_in: Callable[[str], Client], settings: LazySettings) -> None:
    settings.HOUBAN_MAIL_SERVER = "smtp://x"
    client = signed_in("罗强")

    shown = client.post(at("subscription"), {"often": "daily", "channel": "mail"}, follow=True)
    assert "已改提醒方式" in shown.content.decode()
    client.post(at("subscription"), {"often": "never", "channel": "mail"})

    known = Subscription.objects.get(person__name="罗强")
    assert (known.often, known.channel) == ("never", "")
