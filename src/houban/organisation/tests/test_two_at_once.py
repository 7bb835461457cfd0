"""Two people at once, in transactions that commit."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from houban.organisation.actions import appointments
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Appointment
from houban.organisation.powers import PostKind
from houban.organisation.refusals import Refused
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, START, TODAY, VILLAGE


@pytest.mark.usefixtures("committed")
def test_two_at_once_for_one_seat_one_wins_and_the_other_reads_why(tmp_path: Path) -> None:
    world = make.world(tmp_path)
    post = world.post(PostKind.TOWN_HEAD)
    persons = [world.person(name) for name in "甲乙"]
    outcome: list[str] = []
    gate = threading.Barrier(2)

    def take(number: int) -> None:
        gate.wait()
        try:
            appointments.appoint(persons[number], post, Terms(start=START), by=CLERK, at=NOON)
            outcome.append("won")
        except Refused as why:
            outcome.append(str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome, key=len)[0] == "won"
    assert "都有人" in sorted(outcome, key=len)[1]
    assert Appointment.objects.on(TODAY).filter(post=post).count() == 1


@pytest.mark.usefixtures("committed")
def test_two_at_once_for_posts_that_exclude_each_other_one_is_refused(tmp_path: Path) -> None:
    world = make.world(tmp_path)
    person = world.person()
    posts = [world.post(kind, VILLAGE) for kind in (PostKind.DIRECTOR, PostKind.SUPERVISION_HEAD)]
    outcome: list[str] = []
    gate = threading.Barrier(2)

    def take(number: int) -> None:
        gate.wait()
        try:
            appointments.appoint(person, posts[number], Terms(start=START), by=CLERK, at=NOON)
            outcome.append("won")
        except Refused as why:
            outcome.append(str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome, key=len)[0] == "won"
    assert "第三十二条" in sorted(outcome, key=len)[1]
    assert Appointment.objects.on(TODAY).filter(person=person).count() == 1
