"""Personal values end: with their time, on request, and again after a backup was restored; keys rotate."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from houban.core import identifiers, keyring, seals
from houban.core.models import RecordEntry
from houban.core.spreadsheets import read_table
from houban.organisation import erasures, keys, retention, tasks
from houban.organisation.actions import appointments, erasure, people, personal, rotation
from houban.organisation.erasures import Erasure
from houban.organisation.models import Person, PersonalValue, PersonKey
from houban.organisation.powers import PostKind
from houban.organisation.refusals import Refused
from houban.organisation.rules.personal import FIELDS, keep_until, months_later
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, START, TODAY, World
from houban.organisation.words import OrganisationKind, QuotaNature

pytestmark = pytest.mark.django_db

MOBILE, IDENTITY, HOME = "people.person.mobile", "people.person.identity", "people.person.home_phone"
NUMBER, LANDLINE = "13800001234", "0813-2200000"
CITIZEN = "51030419900307001" + identifiers.identity_check("51030419900307001")
LATER = NOON + timedelta(days=1)
ACTS: dict[str, Any] = {"by": CLERK, "at": LATER}
LEFT = date(2020, 12, 1)
SOMEBODY = UUID(int=7)


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    settings.HOUBAN_DATA = tmp_path / "data"
    return make.world(tmp_path)


def put(person: Person, field: str = MOBILE, text: str = NUMBER) -> PersonalValue:
    return personal.put(person, field, text, on=TODAY, by=CLERK, at=NOON)


def leaver(world: World, until: date | None = LEFT, name: str = "甲") -> Person:
    """Return somebody whose number was entered long ago and whose post ended."""
    person = world.person(name)
    make.appoint(person, world.post(PostKind.STAFF, body=world.body(name=f"{name}所在机构")), until=until)
    value = put(person)
    value.entered_at = NOON - timedelta(days=500)
    value.save()
    return person


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = months_later(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(st.sampled_from(sorted(FIELDS)), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_nothing_is_kept_half_a_year_after_the_last_post(field: str, end: date) -> None:
    until = keep_until(FIELDS[field], in_post_until=end)

    assert until
    assert end <= until <= end + timedelta(days=185)


def test_a_value_is_kept_while_there_is_a_post_without_end(world: World) -> None:
    leaver(world, until=None)

    assert retention.due_for_erasure(date(2099, 1, 1)) == []


def test_a_value_is_due_so_many_months_after_the_last_post(world: World) -> None:
    person = leaver(world)

    assert retention.due_for_erasure(date(2021, 2, 28)) == []
    due = retention.due_for_erasure(date(2021, 3, 1))
    assert [(one.person, one.labels, one.until) for one in due] == [(person, ["手机号码"], date(2021, 3, 1))]


def test_another_post_or_a_quota_place_keeps_it(world: World) -> None:
    posted, placed = leaver(world, name="甲"), leaver(world, name="乙")
    make.appoint(posted, world.post(PostKind.TOWN_HEAD))
    body = world.body(kind=OrganisationKind.GOVERNMENT, name="某局")
    people.occupy(placed, body, QuotaNature.ADMINISTRATIVE, start=START, by=CLERK, at=NOON)

    assert retention.due_for_erasure(date(2099, 1, 1)) == []


def test_a_post_withdrawn_as_a_mistake_does_not_count(world: World) -> None:
    person = leaver(world)
    held = make.appoint(person, world.post(PostKind.TOWN_HEAD))

    appointments.withdraw(held, because="登记错了", by=CLERK, at=NOON)

    assert [one.person for one in retention.due_for_erasure(TODAY)] == [person]


def test_a_sweep_removes_what_is_due_and_then_the_key(world: World) -> None:
    person, stays = leaver(world), leaver(world, until=None, name="乙")

    done = erasure.sweep(on=TODAY, **ACTS)

    assert (done.people, done.keys) == (1, 1)
    assert PersonKey.objects.get(person=person).key is None
    assert list(PersonalValue.objects.values_list("person", flat=True)) == [stays.pk]
    entry = RecordEntry.objects.get(verb="organisation.personal.expired")
    assert entry.after == {"fields": [MOBILE], "until": "2021-03-01", "key_destroyed": True}


def test_a_second_sweep_finds_nothing(world: World) -> None:
    leaver(world)
    erasure.sweep(on=TODAY, **ACTS)
    entries = RecordEntry.objects.count()

    assert erasure.sweep(on=TODAY, **ACTS) == erasure.Swept()
    assert RecordEntry.objects.count() == entries


def test_what_is_kept_longer_keeps_the_key(world: World) -> None:
    person = leaver(world)
    value = put(person, IDENTITY, CITIZEN)
    value.entered_at = NOON - timedelta(days=500)
    value.save()

    erasure.sweep(on=date(2021, 3, 1), **ACTS)
    assert personal.uncover(PersonalValue.objects.get(), reason="核对", **ACTS) == CITIZEN

    erasure.sweep(on=date(2021, 6, 1), **ACTS)
    assert PersonKey.objects.get(person=person).key is None


def test_the_nightly_job_acts_for_the_installation(world: World) -> None:
    person = leaver(world)

    tasks.expire_personal(0)

    assert PersonKey.objects.get(person=person).key is None
    assert RecordEntry.objects.get(verb="organisation.personal.expired").actor_name == "夜间任务"


def test_a_sweep_writes_how_long_the_others_are_kept(world: World) -> None:
    person = leaver(world, until=date(2021, 5, 1))

    erasure.sweep(on=TODAY, **ACTS)

    assert PersonalValue.objects.get(person=person).keep_until == date(2021, 8, 1)


def test_an_erased_person_keeps_name_and_posts_and_nothing_sealed_opens(world: World) -> None:
    person = leaver(world)
    sealed = bytes.fromhex(RecordEntry.objects.get(verb="organisation.personal.put").after["sealed"])  # type: ignore[index]

    assert erasure.erase(person, reason="本人申请", **ACTS)

    key = PersonKey.objects.get(person=person)
    assert not PersonalValue.objects.exists()
    assert person.appointments.count() == 1
    with pytest.raises(seals.DestroyedKeyError):
        seals.open_sealed(sealed, key=key.wrapped, person=person.uid, field=MOBILE, keyring=keys.ring())


def test_an_erasure_needs_a_reason_and_is_done_once(world: World) -> None:
    person = leaver(world)

    with pytest.raises(Refused, match="写明"):
        erasure.erase(person, reason="", **ACTS)

    assert erasure.erase(person, reason="本人申请", **ACTS)
    assert not erasure.erase(person, reason="本人申请", **ACTS)
    assert RecordEntry.objects.filter(verb="organisation.personal.erased").count() == 1


def test_the_list_outside_learns_of_erasures_after_the_commit(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    person = leaver(world)

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, reason="本人申请", **ACTS)
        assert not erasures.place().exists()

    assert erasures.read(erasures.place()) == [Erasure(person.uid, LATER)]
    assert person.name not in erasures.place().read_text()
    assert erasures.place().stat().st_mode & 0o077 == 0


def test_what_a_power_cut_kept_from_the_list_comes_the_next_night(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    person = leaver(world)
    erasure.erase(person, reason="本人申请", **ACTS)

    for _night in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            erasure.sweep(on=TODAY, **ACTS)

    assert erasures.read(erasures.place()) == [Erasure(person.uid, LATER)]


def test_a_restored_backup_is_erased_again(world: World) -> None:
    person, other = leaver(world), leaver(world, name="乙")
    put(other, HOME, LANDLINE)
    listed = [Erasure(person.uid, LATER), Erasure(other.uid, LATER, HOME), Erasure(world.person("丙").uid, LATER)]

    assert erasure.erase_again(listed, by=CLERK, at=LATER + timedelta(days=9)) == 2
    assert erasure.erase_again(listed, by=CLERK, at=LATER + timedelta(days=9)) == 0

    assert PersonKey.objects.get(person=person).destroyed_at == LATER
    assert list(PersonalValue.objects.values_list("person", "field")) == [(other.pk, MOBILE)]


def test_what_was_entered_after_an_erasure_stays(world: World) -> None:
    person = leaver(world)

    assert erasure.erase_again([Erasure(person.uid, NOON - timedelta(days=1))], **ACTS) == 0
    assert PersonKey.objects.get(person=person).key is not None


@given(
    st.lists(st.builds(Erasure, st.uuids(), st.just(LATER), st.sampled_from(["", HOME]))),
    st.sampled_from(["", '{"person": "01']),
)
@trying(deadline=None)  # it waits for the disk
def test_a_list_is_read_as_it_was_written_also_after_a_power_cut(
    tmp_path_factory: pytest.TempPathFactory, written: list[Erasure], half: str
) -> None:
    with override_settings(HOUBAN_DATA=tmp_path_factory.mktemp("data")):
        erasures.append(written)
        if written:
            with erasures.place().open("a") as file:
                file.write(half)
        erasures.append([last := Erasure(SOMEBODY, LATER)])

        assert erasures.read(erasures.place()) == [*written, last]


def test_a_line_that_was_changed_is_told(tmp_path: Path) -> None:
    (tmp_path / "erased.jsonl").write_text('{"person": "nobody"}\n')

    with pytest.raises(erasures.BadListError, match="第 1 行"):
        erasures.read(tmp_path / "erased.jsonl")


def test_rotation_wraps_every_key_anew_and_touches_no_value(world: World) -> None:
    held = [leaver(world, name=name) for name in "甲乙丙"]
    before = dict(PersonalValue.objects.values_list("pk", "sealed"))

    done = rotation.rotate(**ACTS)

    assert (done.version, done.moved, done.broken) == (2, 3, [])
    assert {seals.master_version(key.wrapped or b"") for key in PersonKey.objects.all()} == {2}
    assert dict(PersonalValue.objects.values_list("pk", "sealed")) == before
    assert [personal.uncover(value, reason="核对", **ACTS) for value in PersonalValue.objects.all()] == [NUMBER] * 3
    assert len(held) == 3


def test_an_interrupted_rotation_is_finished_without_another_version(world: World) -> None:
    for name in "甲乙丙":
        leaver(world, name=name)
    version = rotation.begin(**ACTS)
    first = list(PersonKey.objects.order_by("pk").values_list("pk", flat=True))[:1]
    rotation.rewrap(first, **ACTS)
    assert rotation.counts() == {1: 2, 2: 1}

    done = rotation.rotate(**ACTS)

    assert (version, done.version, done.moved) == (2, 2, 2)
    assert rotation.counts() == {2: 3}
    assert rotation.rewrap(first, **ACTS)[1] == []


def test_rotating_twice_harms_nothing_and_idle_versions_are_retired(world: World, tmp_path: Path) -> None:
    leaver(world)
    rotation.rotate(**ACTS)
    rotation.rotate(**ACTS)

    assert rotation.retire(**ACTS) == [1, 2]
    assert rotation.retire(**ACTS) == []
    assert personal.uncover(PersonalValue.objects.get(), reason="核对", **ACTS) == NUMBER
    assert set(keyring.load(tmp_path / "data", cipher="aes").masters) == {3}


def test_a_key_that_does_not_open_is_told_and_its_master_is_not_retired(world: World) -> None:
    person = leaver(world)
    key = PersonKey.objects.get(person=person)
    key.key = (key.wrapped or b"")[:-1] + b"\x00"
    key.save()

    done = rotation.rotate(**ACTS)

    assert done.broken == [str(person.pk)]
    assert rotation.retire(**ACTS) == []


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("personal", *words, stdout=out)
    return out.getvalue()


def test_the_command_exports_everything_of_a_person(world: World, tmp_path: Path) -> None:
    person = leaver(world)

    run("export", "甲", str(tmp_path / "甲.json"), "--reason", "本人申请查阅")
    run("export", str(person.uid), str(tmp_path / "甲.xlsx"), "--reason", "本人申请查阅")

    told = json.loads((tmp_path / "甲.json").read_text())
    assert told["个人信息"][0]["内容"] == NUMBER
    assert told["任职"][0]["止"] == "2020-12-01"
    assert {"范围": "关于本人", "行为": "organisation.personal.exported", "条数": 1} in told["留痕条数"]
    sheets = {sheet.name: sheet for sheet in read_table(tmp_path / "甲.xlsx", name="甲.xlsx")}
    assert sheets["个人信息"].rows[0].cells["内容"] == NUMBER
    assert (tmp_path / "甲.json").stat().st_mode & 0o077 == 0
    reasons = RecordEntry.objects.filter(verb="organisation.personal.exported").values_list("after", flat=True)
    assert [entry and entry["reason"] for entry in reasons] == ["本人申请查阅"] * 2


def test_an_export_without_a_file_leaves_no_entry(world: World, tmp_path: Path) -> None:
    leaver(world)

    for file, said in (("甲.txt", "结尾"), ("no/甲.json", "写不进去")):
        with pytest.raises(CommandError, match=said):
            run("export", "甲", str(tmp_path / file), "--reason", "本人申请查阅")

    assert not RecordEntry.objects.filter(verb="organisation.personal.exported").exists()


def test_the_command_asks_which_of_two_namesakes(world: World, tmp_path: Path) -> None:
    first, second = world.person("甲"), world.person("甲")

    with pytest.raises(CommandError, match=f"{first.uid}.*{second.uid}"):
        run("erase", "甲", "--reason", "本人申请")
    with pytest.raises(CommandError, match="没有“丁”这个人"):
        run("erase", "丁", "--reason", "本人申请")


def test_the_command_erases_again_from_the_list(world: World, tmp_path: Path) -> None:
    person = leaver(world)
    erasures.append([Erasure(person.uid, LATER)])

    assert "这次销毁 1 条" in run("erase", "--again")
    assert "这次销毁 0 条" in run("erase", "--again", "--list", str(erasures.place()))
    with pytest.raises(CommandError, match="找不到销毁清单"):
        run("erase", "--again", "--list", str(tmp_path / "none.jsonl"))


def test_the_command_erases_rotates_and_sweeps(world: World) -> None:
    leaver(world, until=None)

    assert "现用第 2 版主密钥，换包 1 把" in run("rotate", "--retire")
    assert "到期清除 0 人" in run("sweep")
    assert "已销毁 甲 的密钥" in run("erase", "甲", "--reason", "本人申请")
    assert "没有改动" in run("erase", "甲", "--reason", "本人申请")
