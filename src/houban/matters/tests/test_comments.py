"""What is said about a matter: in one's own name, for those who see it, to those who may; never changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from houban.matters import actions, mentions, pages
from houban.matters.models import Comment, Matter, Mention, Notification
from houban.matters.refusals import RefusedError
from houban.matters.tests.make import NOW, Loop, loop
from houban.organisation.models import Appointment, Person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def say(made: Loop, matter: Matter, name: str, text: str = "路已封好", mentioned: list[str] | None = None) -> Comment:
    hand = made.hand(name)
    held = Appointment.objects.filter(person__name__in=mentioned or []).values_list("pk", flat=True)
    return actions.comment(matter, text, hand, mentioned=list(held), happened_at=NOW + MINUTE, at=NOW + MINUTE)


def test_a_comment_is_said_in_ones_name_and_post(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()

    said = say(made, matter, "村书记", "  路已封好 ", ["网格员"])

    assert (said.text, said.person, said.post) == ("路已封好", made.people["村书记"], "村委会 村（社区）党组织书记")
    assert [one.label for one in said.mentions.all()] == ["村委会 网格员 网格员"]


def test_comments_stand_among_the_steps_in_their_time(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    say(made, matter, "村书记")
    made.take(matter, "escalate", "村书记", text="办不了", at=NOW + 2 * MINUTE)

    shown = pages.of(matter, made.hand("村书记"), NOW)["entries"]

    assert [one.step.verb if one.step else "comment" for one in shown] == ["report", "comment", "escalate"]


@pytest.mark.parametrize("text", ["", "  ", "字" * 501])
def test_nothing_and_too_much_are_refused(text: str, tmp_path: Path) -> None:
    made = loop(tmp_path)

    with pytest.raises(RefusedError, match="至多 500 字"):
        say(made, made.open(), "村书记", text)


def test_who_sees_a_matter_by_the_function_is_who_sees_it_by_the_policy(tmp_path: Path) -> None:
    made = loop(tmp_path)
    for confidential in (False, True):
        matter = made.open(confidential=confidential)
        seen, said = {}, {}
        for name, person in made.people.items():
            with connection.cursor() as cursor:
                cursor.execute("SET ROLE NONE")
                cursor.execute("SELECT houban.sees(m, %s) FROM matters_matter m WHERE id = %s", [person.pk, matter.pk])
                said[name] = cursor.fetchone()[0]
                cursor.execute(f'SET ROLE "{connection.settings_dict["OPTIONS"]["options"].rpartition("=")[2]}"')
            made.hand(name)
            seen[name] = Matter.objects.filter(pk=matter.pk).exists()

        assert seen == said
        assert set(seen.values()) == ({True, False} if confidential else {True})


def test_who_may_not_see_a_matter_can_not_be_mentioned(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open(confidential=True)
    matter = made.take(matter, "escalate", "村书记", text="办不了")

    hand = made.hand("镇调度")
    assert {one.person for one in mentions.candidates(matter.pk)} == {made.people["网格员"].pk}  # who reported it
    with pytest.raises(RefusedError, match="无权看这件事项"):
        actions.comment(
            matter, "请看", hand, happened_at=NOW, at=NOW,
            mentioned=[Appointment.objects.get(person=made.people["村书记"]).pk],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "why"), [("村书记", "may not see"), ("局科员", "has nothing to do with"), ("网格员", "does not hold post")]
)
def test_the_database_refuses_a_mention_of_somebody_else(name: str, why: str, tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.take(made.open(confidential=True), "escalate", "村书记", text="办不了")
    said = say(made, matter, "镇调度")
    person: Person = made.people[name]
    held = Appointment.objects.get(person=made.people["村书记"] if name == "网格员" else person)

    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        Mention.objects.create(comment=said, post=held.post, person=person, label="x")


def test_nobody_speaks_in_another_name_or_of_what_they_do_not_see(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open(confidential=True)
    row = {"matter_id": matter.pk, "text": "x", "at": NOW, "recorded_at": NOW}

    for name, other in (("镇调度", "镇调度"), ("村书记", "网格员")):
        made.hand(name)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Comment.objects.create(person=made.people[other], **row)
    made.hand("村书记")
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Comment.objects.create(person=made.people["村书记"], body=made.bodies["县平台"], **row)


@pytest.mark.usefixtures("owner")
def test_what_was_said_stays(tmp_path: Path) -> None:
    made = loop(tmp_path)
    said = say(made, made.open(), "村书记", mentioned=["网格员"])

    for rows in (Comment.objects.filter(pk=said.pk), Mention.objects.filter(comment=said)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(id=99)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")


def test_a_comment_tells_the_organisations_on_the_matter_and_whom_it_mentions(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()

    say(made, matter, "村书记", mentioned=["网格员"])

    made.hand("网格员")
    assert set(Notification.objects.values_list("reason", flat=True)) == {"mention"}
    made.hand("村书记")
    assert Notification.objects.get().count == 2  # the report and the comment
