"""What is told outside these pages: to whom, in which words, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import localtime

from houban.core import claims
from houban.matters import actions, notices
from houban.matters.models import Delivery, Matter, Notification, Subscription
from houban.matters.notifying import delivering, queueing
from houban.matters.notifying.adapters import Message, NotSentError, UncertainError
from houban.matters.notifying.delivering import Sent
from houban.matters.tests.make import Loop, loop
from houban.matters.words import State
from houban.organisation.actions import personal
from houban.organisation.tests.make import CLERK, TODAY

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC) + timedelta(hours=12)  # no claim for it ends while the tests run
MINUTE = timedelta(minutes=1)
MAIL, SMS, WECOM = "mail", "sms", "wecom"


@dataclass
class Recorder:
    """A way out that keeps what it is given, or fails as it is told."""

    failing: Exception | None = None
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.failing:
            raise self.failing
        self.sent.append(message)


@pytest.fixture(autouse=True)
def _addresses(settings: LazySettings) -> None:
    settings.HOUBAN_QUIET_FROM = settings.HOUBAN_QUIET_UNTIL = 0  # the tests run at whatever hour
    settings.HOUBAN_MAIL_TO, settings.HOUBAN_URL = "{username}@daan.example", "https://houban.example/"


def as_service() -> None:
    claims.enter(claims.service("test"), at=datetime.now(UTC))


def subscribe(
    made: Loop, name: str, often: str = "at_once", channel: str = MAIL, *, at: datetime = NOW - MINUTE
) -> None:
    hand = made.hand(name)
    actions.subscribe(made.people[name].pk, often=often, channel=channel, by=hand.actor, at=at)


def opened(made: Loop, **more: Any) -> Matter:
    return made.open(**({"at": NOW} | more))


def run(way: Recorder, channel: str = MAIL, *, at: datetime = NOW + MINUTE) -> Sent:
    as_service()
    queueing.at_once([channel], at=at)
    return send(way, at, channel)


def send(way: Recorder, at: datetime, channel: str = MAIL) -> Sent:
    return delivering.run({channel: way}, now=lambda: at)


def test_whoever_asked_for_it_is_told_at_once_and_once(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    subscribe(made, "村书记")
    matter = opened(made)

    assert run(way).sent == 1
    assert run(way).sent == 0

    (message,) = way.sent
    account = made.people["村书记"].account
    assert account is not None
    assert matter.due is not None
    assert message.to == f"{account.username}@daan.example"
    assert message.text == (
        f"{matter.number} 网格事件，待立案，{localtime(matter.due):%Y-%m-%d %H:%M} 到期\nhttps://houban.example/matters/{matter.pk}/"
    )


def test_a_message_says_nothing_of_people_and_nothing_of_what_a_matter_says(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    subscribe(made, "村书记")
    opened(made, title="王某的秘密", text="住在三组的王某", place="三组 8 号", confidential=True)

    run(way)

    (message,) = way.sent
    for word in ("王某", "三组", "秘密", "网格员", "村书记"):
        assert word not in message.subject + message.text


@pytest.mark.parametrize("seen", ["read", "settled", "ended"])
def test_what_was_read_or_dealt_with_meanwhile_is_not_sent(seen: str, tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    subscribe(made, "村书记")
    matter = opened(made)
    as_service()
    assert queueing.at_once([MAIL], at=NOW + MINUTE) == 1
    if seen == "read":
        made.hand("村书记")
        notices.read(made.people["村书记"].pk, at=NOW, matter=matter.pk)
    elif seen == "settled":
        made.take(matter, "escalate", "村书记", text="办不了", at=NOW)
    else:
        made.take(matter, "resolve", "村书记", text="办好了", at=NOW)

    run(way)

    assert way.sent == []
    assert Delivery.objects.get(notification__body=made.bodies["村委会"]).problem == "已经看过或办过"


def test_who_asked_for_nothing_or_later_is_not_told(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    opened(made)
    subscribe(made, "村书记", "never", "")
    assert run(way) == Sent()
    subscribe(made, "村书记", at=NOW + MINUTE)
    assert run(way) == Sent()


def test_the_next_event_of_a_matter_is_told_again(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    subscribe(made, "村书记")
    matter = opened(made)
    run(way)

    actions.comment(matter, "急", made.hand("网格员"), happened_at=NOW, at=NOW + MINUTE)
    run(way, at=NOW + 2 * MINUTE)

    assert len(way.sent) == 2


def test_a_text_message_goes_to_the_number_that_is_sealed(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOUBAN_DATA = tmp_path / "data"
    made, way = loop(tmp_path), Recorder()
    as_service()
    personal.put(made.people["村书记"], "people.person.mobile", "13800001234", on=TODAY, by=CLERK, at=NOW)
    for name in ("村书记", "镇调度"):
        subscribe(made, name, channel=SMS)
    matter = opened(made)
    run(way, SMS)
    made.take(matter, "escalate", "村书记", text="办不了", at=NOW)
    run(way, SMS)

    assert [message.to for message in way.sent] == ["13800001234"]
    assert Delivery.objects.get(person=made.people["镇调度"]).problem == "没有地址"


def test_a_group_is_told_once_for_all_who_chose_it_and_never_of_confidential_matters(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    as_service()
    made.join("村主任", "director", "村委会", "510304104205")
    for name in ("村书记", "村主任"):
        subscribe(made, name, channel=WECOM)
    opened(made)
    opened(made, confidential=True)

    run(way, WECOM)

    assert [message.to for message in way.sent] == [""]
    assert list(Delivery.objects.values_list("person", flat=True)) == [None]


def test_a_digest_gathers_what_is_unread_soonest_due_first(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    for name in ("村书记", "镇调度"):
        subscribe(made, name, "daily")
    first, second = opened(made), opened(made, at=NOW - 30 * MINUTE)
    as_service()
    day = date(2021, 7, 1)

    assert queueing.digests([MAIL, WECOM], day, at=NOW) == 2
    assert queueing.digests([MAIL, WECOM], day, at=NOW) == 0
    delivering.run({MAIL: way}, now=lambda: NOW)

    (message,) = way.sent  # the dispatcher has nothing to read
    lines = message.text.splitlines()
    assert lines[0] == "您有 2 件未读的事项提醒。"
    soonest = sorted((first, second), key=lambda one: (str(one.due), one.pk))
    assert [line.split()[0] for line in lines[1:3]] == [one.number for one in soonest]
    assert lines[-1] == "https://houban.example/matters/notices/"


def test_what_was_not_sent_is_tried_again_after_growing_pauses_and_then_dropped(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder(failing=NotSentError("HTTP 503"))
    subscribe(made, "村书记")
    opened(made)
    at, pauses = NOW + MINUTE, []
    run(way, at=at)
    for _ in range(5):
        due = Delivery.objects.get().due_at
        pauses.append(round((due - at) / MINUTE))
        assert send(way, due - MINUTE / 2) == Sent()
        assert send(way, due).refused == 1
        at = due

    found = Delivery.objects.get()
    assert pauses == [1, 4, 16, 64, 256]
    assert (found.tries, found.dropped_at, found.problem) == (6, at, "HTTP 503")


def test_after_the_gateway_is_back_it_goes(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder(failing=NotSentError("HTTP 503"))
    subscribe(made, "村书记")
    opened(made)
    run(way)
    way.failing = None

    assert delivering.run({MAIL: way}, now=lambda: NOW + 2 * MINUTE).sent == 1
    assert Delivery.objects.get().sent_at == NOW + 2 * MINUTE


@pytest.mark.parametrize("error", [UncertainError("没有回音"), KeyboardInterrupt()], ids=["uncertain", "killed"])
def test_what_nobody_knows_of_is_not_sent_again(error: Any, tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder(failing=error)
    subscribe(made, "村书记")
    opened(made)
    try:
        run(way)
    except KeyboardInterrupt:
        as_service()
    way.failing = None

    assert run(way, at=NOW + timedelta(days=1)) == Sent()
    assert way.sent == []
    assert Delivery.objects.get().taken_at is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(taken_at=None),
        lambda rows: rows.update(taken_at=None, tries=1),
        lambda rows: rows.update(taken_at=NOW + MINUTE),
    ],
    ids=["put back", "put back without a reason", "taken again"],
)
def test_the_database_lets_nothing_be_taken_twice(change: Callable[[Any], int], tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = opened(made)
    as_service()
    line = Notification.objects.filter(matter=matter).get()
    Delivery.objects.create(notification=line, channel=WECOM, made_at=NOW, due_at=NOW, taken_at=NOW)

    with pytest.raises(IntegrityError, match="not sent twice"), transaction.atomic():
        change(Delivery.objects.all())
    Delivery.objects.update(sent_at=NOW)
    with pytest.raises(IntegrityError, match="not sent twice"), transaction.atomic():
        Delivery.objects.update(problem="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Delivery.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    ("row", "promise"),
    [
        ({"channel": "fax"}, "delivery_channel_known"),
        ({"channel": MAIL, "notification": None}, "delivery_of_a_line_or_a_day"),
        ({"channel": MAIL, "sent_at": NOW}, "delivery_taken_before_sent"),
        ({"channel": MAIL, "taken_at": NOW, "sent_at": NOW, "dropped_at": NOW}, "delivery_sent_or_dropped"),
        ({"channel": WECOM}, "delivery_once"),
    ],
    ids=["channel", "subject", "taken", "ended", "once"],
)
def test_a_delivery_keeps_its_promises(row: dict[str, Any], promise: str, tmp_path: Path) -> None:
    made = loop(tmp_path)
    opened(made)
    as_service()
    given = {"notification": Notification.objects.get(), "made_at": NOW, "due_at": NOW}
    Delivery.objects.create(channel=WECOM, **given)

    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        Delivery.objects.create(**(given | row))


@pytest.mark.parametrize(
    ("often", "channel", "promise"),
    [
        ("often", MAIL, "subscription_often_known"),
        ("never", MAIL, "subscription_has_its_channel"),
        ("at_once", "", "subscription_has_its_channel"),
        ("daily", WECOM, "subscription_no_digest_for_a_group"),
    ],
)
def test_a_subscription_keeps_its_promises(often: str, channel: str, promise: str, tmp_path: Path) -> None:
    made = loop(tmp_path)

    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        Subscription.objects.create(person=made.people["网格员"], often=often, channel=channel, since=NOW)


def test_nobody_chooses_or_sends_for_another(tmp_path: Path) -> None:
    made = loop(tmp_path)
    opened(made)
    subscribe(made, "村书记")
    made.hand("网格员")

    assert not Subscription.objects.exists()
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Subscription.objects.create(person=made.people["镇调度"], often="never", channel="", since=NOW)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Delivery.objects.create(day=TODAY, person=made.people["网格员"], channel=MAIL, made_at=NOW, due_at=NOW)


def test_the_state_of_a_matter_is_that_of_the_moment_it_is_sent(tmp_path: Path) -> None:
    made, way = loop(tmp_path), Recorder()
    subscribe(made, "执法员")
    matter = made.take(opened(made), "escalate", "村书记", text="办不了", at=NOW)
    made.take(matter, "file", "镇调度", rule=made.rule.pk, at=NOW)
    made.take(matter, "dispatch", "镇调度", at=NOW)

    run(way)

    assert Matter.objects.get(pk=matter.pk).state == State.DISPATCHED
    assert "，待接办，" in way.sent[0].text


@pytest.mark.parametrize(
    ("begins", "ends", "said", "awake"),
    [
        (22, 7, "2021-06-30 21:59", "2021-06-30 21:59"),
        (22, 7, "2021-06-30 22:00", "2021-07-01 07:00"),
        (22, 7, "2021-07-01 06:59", "2021-07-01 07:00"),
        (22, 7, "2021-07-01 07:00", "2021-07-01 07:00"),
        (12, 14, "2021-07-01 12:30", "2021-07-01 14:00"),
        (0, 0, "2021-07-01 03:00", "2021-07-01 03:00"),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(
    settings: LazySettings, begins: int, ends: int, said: str, awake: str
) -> None:
    settings.HOUBAN_QUIET_FROM, settings.HOUBAN_QUIET_UNTIL = begins, ends
    zone = ZoneInfo("Asia/Shanghai")
    given, wanted = (datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone) for text in (said, awake))

    assert queueing.awake(given) == wanted


def test_only_what_is_urgent_wakes_people(tmp_path: Path, settings: LazySettings) -> None:
    made, way = loop(tmp_path), Recorder()
    subscribe(made, "村书记")
    opened(made)
    pressing = opened(made, title="燃气泄漏", urgent=True)
    hour = localtime(NOW).hour
    settings.HOUBAN_QUIET_FROM, settings.HOUBAN_QUIET_UNTIL = hour, (hour + 2) % 24

    run(way)
    assert [pressing.number in one.text for one in way.sent] == [True]
    assert send(way, NOW + timedelta(hours=3)).sent == 1
