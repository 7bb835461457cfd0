"""Personal values when several act at once, in transactions that commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from houban.core import keyring
from houban.organisation.actions import erasure, personal, rotation
from houban.organisation.models import Person, PersonalValue, PersonKey
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, TODAY, World

MOBILE, HOME = "people.person.mobile", "people.person.home_phone"
ACTS: dict[str, Any] = {"by": CLERK, "at": NOON}


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings, committed: None) -> World:
    settings.HOUBAN_DATA = tmp_path / "data"
    return make.world(tmp_path)


def at_once(*acts: Callable[[], object]) -> None:
    """Run acts in threads that begin together; what one raises is raised here."""
    gate, raised = threading.Barrier(len(acts)), list[Exception]()

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - raised again below
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in raised:
        raise error


def put(person: Person, field: str = MOBILE, text: str = "13800001234") -> PersonalValue:
    return personal.put(person, field, text, on=TODAY, by=CLERK, at=NOON)


def test_the_first_values_of_a_person_lie_under_one_key(world: World) -> None:
    person = world.person()

    at_once(lambda: put(person), lambda: put(person), lambda: put(person, HOME, "0813-2200000"))

    shown = {value.field: personal.uncover(value, reason="核对", **ACTS) for value in PersonalValue.objects.all()}
    assert shown == {MOBILE: "13800001234", HOME: "0813-2200000"}
    assert PersonKey.objects.count() == 1


def test_a_value_put_while_its_key_is_destroyed_opens_or_is_gone(world: World) -> None:
    person = world.person()
    put(person)

    at_once(lambda: put(person, HOME, "0813-2200000"), lambda: erasure.erase(person, reason="本人申请", **ACTS))

    key = PersonKey.objects.get(person=person)
    for value in PersonalValue.objects.all():
        assert personal.uncover(value, reason="核对", **ACTS) == "0813-2200000"
    assert (key.key is None) == (not PersonalValue.objects.exists())


def test_what_is_put_while_keys_are_rotated_opens_after_old_versions_are_retired(world: World, tmp_path: Path) -> None:
    people = [world.person(name) for name in "甲乙丙丁"]
    put(people[0])

    def rotate() -> None:
        rotation.rotate(**ACTS)
        rotation.retire(**ACTS)

    at_once(rotate, rotate, *(lambda one=one: put(one) for one in people[1:]))

    rotation.rotate(**ACTS)
    rotation.retire(**ACTS)
    values = PersonalValue.objects.all()
    assert [personal.uncover(value, reason="核对", **ACTS) for value in values] == ["13800001234"] * 4
    assert len(keyring.load(tmp_path / "data", cipher="aes").masters) == 1
