"""Lines follow the post: who is told, by what, until when; and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from houban.core import claims
from houban.core.periods import between
from houban.matters import actions, notices, office
from houban.matters.models import Matter, Notification, ReadMark
from houban.matters.tests.make import NOW, Loop, loop
from houban.organisation.models import Appointment
from houban.organisation.powers import PostKind
from houban.organisation.tests.make import START, TODAY, VILLAGE, appoint

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def told(made: Loop, name: str) -> list[str]:
    """Return what is new to somebody: the reason of the last event of each matter."""
    made.hand(name)
    shown = notices.page(None, unread=True)
    return [line.last.reason for line in notices.lines(shown, office.current(), now=NOW)]


def as_service() -> None:
    claims.enter(claims.service("test"), at=datetime.now(UTC))


def test_each_step_tells_whoever_may_act_next_and_settles_what_was_told(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    assert told(made, "村书记") == ["report"]
    assert told(made, "镇调度") == told(made, "执法员") == told(made, "网格员") == []

    made.take(matter, "escalate", "村书记", text="办不了")
    assert told(made, "村书记") == []
    assert told(made, "镇调度") == ["escalate"]
    made.take(matter, "file", "镇调度", rule=made.rule.pk)
    made.take(matter, "dispatch", "镇调度")
    assert told(made, "镇调度") == []
    assert told(made, "执法员") == ["dispatch"]
    made.take(matter, "accept", "执法员")
    assert told(made, "执法员") == []
    made.take(matter, "ask", "执法员", wish="extension", text="下雨")
    assert told(made, "镇调度") == ["ask"]
    made.take(matter, "submit", "执法员", text="好了")
    assert told(made, "镇调度") == ["submit"]
    made.take(matter, "verify", "镇调度")
    assert told(made, "镇调度") == told(made, "执法员") == []
    assert told(made, "网格员") == ["verify"]  # who reported it reads that it is done


def test_a_matter_has_one_line_and_a_later_event_counts_on(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    for minute in (1, 2):
        at = NOW + minute * MINUTE
        actions.comment(matter, "再看看", made.hand("网格员"), happened_at=at, at=at)

    made.hand("村书记")
    (line,) = notices.lines(notices.page(None, unread=True), office.current(), now=NOW)
    assert (line.fresh, line.last.reason, line.last.at) == (3, "comment", NOW + 2 * MINUTE)
    assert notices.unread_count() == 1


def test_reading_is_each_persons_own_and_ends_with_the_next_event(tmp_path: Path) -> None:
    made = loop(tmp_path)
    made.join("村主任", PostKind.DIRECTOR, "村委会", VILLAGE)
    matter = made.open()

    hand = made.hand("村书记")
    assert hand.person is not None
    notices.read(hand.person, at=NOW, matter=matter.pk)
    assert told(made, "村书记") == []
    assert told(made, "村主任") == ["report"]

    actions.comment(matter, "急", made.hand("网格员"), happened_at=NOW, at=NOW)
    assert told(made, "村书记") == ["comment"]
    made.hand("村书记")
    notices.read(made.people["村书记"].pk, at=NOW)
    assert notices.unread_count() == 0
    assert len(notices.page(None, unread=False)) == 1


def test_what_one_did_oneself_is_not_new(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    made.take(matter, "file", "村书记", rule=made.rule.pk)
    made.take(matter, "dispatch", "村书记", holder=made.bodies["村委会"].pk)

    assert told(made, "村书记") == []
    assert told(made, "网格员") == ["dispatch"]


def test_a_line_goes_to_the_successor_when_the_appointment_ends(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    secretary = Appointment.objects.get(person=made.people["村书记"])
    said = made.hand("网格员")
    actions.comment(matter, "请看", said, mentioned=[secretary.pk], happened_at=NOW, at=NOW)

    as_service()
    Appointment.objects.filter(pk=secretary.pk).update(during=between(START, TODAY))
    heir = made.world.person("新书记", account=True)
    made.people["新书记"] = heir
    appoint(heir, secretary.post, start=TODAY)

    assert told(made, "村书记") == []
    assert len(told(made, "新书记")) == 1
    assert {one.reason for one in Notification.objects.all()} == {"comment", "mention"}


def test_a_mention_is_for_one_of_several_in_a_post(tmp_path: Path) -> None:
    made = loop(tmp_path)
    worker = Appointment.objects.get(person=made.people["网格员"])
    as_service()
    worker.post.seats = 2
    worker.post.save(update_fields=["seats"])
    other = made.world.person("另一网格员", account=True)
    appoint(other, worker.post)
    made.people["另一网格员"] = other
    matter = made.open("另一网格员")

    actions.comment(matter, "请去看", made.hand("村书记"), mentioned=[worker.pk], happened_at=NOW, at=NOW)

    assert told(made, "网格员") == ["mention"]
    assert told(made, "另一网格员") == []


def test_the_function_says_of_everybody_what_the_policy_shows(tmp_path: Path) -> None:
    made = loop(tmp_path)
    for confidential in (False, True):
        matter = made.open(confidential=confidential)
        held = Appointment.objects.get(person=made.people["网格员"])
        actions.comment(matter, "x", made.hand("村书记"), mentioned=[held.pk], happened_at=NOW, at=NOW)
        made.take(matter, "escalate", "村书记", text="x")
    as_service()
    keys = list(Notification.objects.values_list("pk", flat=True))
    assert len(keys) >= 6

    for name, person in made.people.items():
        made.hand(name)
        shown = set(Notification.objects.values_list("pk", flat=True))
        as_service()
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM matters_notification n WHERE houban.told(n, %s)", [person.pk])
            assert {row[0] for row in cursor.fetchall()} == shown, name


def test_nobody_writes_lines_or_reads_for_another(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    made.hand("村书记")
    line = Notification.objects.get()

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Notification.objects.create(
            matter=matter, body=made.bodies["村委会"], power="handle", reason="x", at=NOW, recorded_at=NOW
        )
    assert Notification.objects.update(count=9) == 0
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ReadMark.objects.create(notification=line, person=made.people["网格员"], count=1, at=NOW)


@pytest.mark.parametrize(
    ("row", "promise"),
    [
        ({"power": "handle"}, "notification_is_for_somebody"),
        ({"body": True, "power": ""}, "notification_is_for_somebody"),
        ({"body": True, "power": "handle", "person": True}, "notification_is_for_somebody"),
        ({"body": True, "power": "handle", "count": 0}, "notification_counts_from_one"),
        ({"body": True, "power": "dispatch"}, "notification_once"),
    ],
    ids=str,
)
def test_a_line_is_for_somebody_and_once(row: dict[str, object], promise: str, tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    as_service()
    given = dict(row)
    if given.pop("body", None):
        given["body"] = made.bodies["村委会"]
    if given.pop("person", None):
        given["person"] = made.people["网格员"]

    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        Notification.objects.create(matter=matter, reason="x", at=NOW, recorded_at=NOW, **given)


def test_every_line_belongs_to_a_matter_one_sees(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open(confidential=True)
    made.take(matter, "escalate", "村书记", text="办不了")

    made.hand("村书记")
    assert not Matter.objects.filter(pk=matter.pk).exists()
    assert not Notification.objects.exists()
