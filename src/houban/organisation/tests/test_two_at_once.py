"""Two people at once, in transactions that commit."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from houban.organisation.actions import appointments
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Appointment, Person, Post
from houban.organisation.powers import PostKind
from houban.organisation.refusals import Refused
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, START, TODAY, VILLAGE


def both(person: tuple[Person, Person], post: tuple[Post, Post]) -> list[str]:
    """Let two requests appoint at once; return what each was told, the winner's first."""
    told: list[str] = []
    gate = threading.Barrier(2)

    def take(number: int) -> None:
        gate.wait()
        try:
            appointments.appoint(person[number], post[number], Terms(start=START), by=CLERK, at=NOON)
            told.append("won")
        except Refused as why:
            told.append(str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told, key=len)


@pytest.mark.usefixtures("committed")
def test_two_at_once_for_one_seat_one_wins_and_the_other_reads_why(tmp_path: Path) -> None:
    world = make.world(tmp_path)
    post = world.post(PostKind.TOWN_HEAD)

    told = both((world.person("甲"), world.person("乙")), (post, post))

    assert told[0] == "won"
    assert "都有人" in told[1]
    assert Appointment.objects.on(TODAY).filter(post=post).count() == 1


@pytest.mark.usefixtures("committed")
def test_two_at_once_for_posts_that_exclude_each_other_one_is_refused(tmp_path: Path) -> None:
    world = make.world(tmp_path)
    person = world.person()
    posts = world.post(PostKind.DIRECTOR, VILLAGE), world.post(PostKind.SUPERVISION_HEAD, VILLAGE)

    told = both((person, person), posts)

    assert told[0] == "won"
    assert "第三十二条" in told[1]
    assert Appointment.objects.on(TODAY).filter(person=person).count() == 1
