"""Disputes: parties sealed under a key of their own, open to those who deal with them, and forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from houban.core import claims, clock, keyring
from houban.core.models import RecordEntry
from houban.core.record import Actor
from houban.matters import forms, tasks
from houban.matters.actions import parties
from houban.matters.actions.parties import Named
from houban.matters.models import Matter, Party, PartyKey
from houban.matters.refusals import RefusedError
from houban.matters.tests.make import NOW, Loop, loop
from houban.matters.words import State, Verb
from houban.organisation.actions import rotation
from houban.organisation.refusals import Refused

pytestmark = pytest.mark.django_db
PEOPLE = (Named("示范甲", "13800000001"), Named("示范乙"))
DAY = timedelta(days=1)


@pytest.fixture
def made(tmp_path: Path, settings: pytest.FixtureRequest) -> Loop:
    settings.HOUBAN_DATA = tmp_path / "data"  # type: ignore[attr-defined]
    return loop(tmp_path)


def dispute(made: Loop, name: str = "网格员") -> Matter:
    return made.open(name, kind="dispute", title="两家为地界争执", text="田坎", type=None, people=PEOPLE)


def test_only_those_who_receive_or_handle_it_read_the_names(made: Loop) -> None:
    matter = dispute(made)
    for name in ("镇调度", "县调度", "县领导", "局科员"):
        hand = made.hand(name)
        assert not Party.objects.exists()
        assert not PartyKey.objects.exists()
        with pytest.raises(RefusedError, match="受理和承办"):
            parties.uncover(matter, reason="想看看", by=hand, at=NOW)

    hand = made.hand("村书记")
    assert parties.uncover(matter, reason="约时间调解", by=hand, at=NOW) == list(PEOPLE)
    with pytest.raises(Refused, match="为什么要看"):
        parties.uncover(matter, reason=" ", by=hand, at=NOW)


def test_the_reporter_and_services_read_nothing_though_they_write(made: Loop) -> None:
    """Who reported it at the desk has no more to do with it."""
    matter = dispute(made, "县调度")
    made.hand("县调度")
    assert not Party.objects.exists()
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    assert not Party.objects.exists()

    made.hand("镇调度")
    with pytest.raises(DatabaseError), transaction.atomic():
        Party.objects.create(id=matter.pk, matter=matter, number=9, name=b"x", entered_at=NOW)


def test_neither_rows_nor_record_hold_a_name(made: Loop) -> None:
    matter = dispute(made)
    hand = made.hand("村书记")
    parties.uncover(matter, reason="约时间调解", by=hand, at=NOW)
    claims.enter(claims.service("test"), at=datetime.now(UTC))

    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute(
            "SELECT string_agg(encode(name, 'escape') || coalesce(encode(phone, 'escape'), ''), '') FROM matters_party"
        )
        rows = cursor.fetchone()[0]
    told = str(list(RecordEntry.objects.values()))
    for secret in ("示范甲", "示范乙", "13800000001"):
        assert secret not in rows
        assert secret not in told
    assert "约时间调解" in told


def test_a_dispute_is_confidential_and_has_parties(made: Loop) -> None:
    matter = dispute(made)
    assert matter.confidential
    made.hand("镇调度")
    assert not Matter.objects.filter(pk=matter.pk).exists()
    with pytest.raises(RefusedError, match="当事人"):
        made.open(kind="dispute", title="没有人", text="无", type=None)
    made.hand("网格员")
    bare = Matter(id=UUID(int=matter.pk.int + 1), kind="dispute", title="无", unit_id=matter.unit_id, channel="grid")
    bare.confidential, bare.reported_at, bare.recorded_at, bare.reporter_id = True, NOW, NOW, made.people["网格员"].pk
    with pytest.raises(IntegrityError, match="between nobody"), transaction.atomic():
        written_now(bare)
    bare.confidential = False
    with pytest.raises(IntegrityError, match="matter_dispute_is_confidential"), transaction.atomic():
        written_now(bare)


def written_now(matter: Matter) -> None:
    matter.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_mediation_ends_with_its_result_within_a_month(made: Loop) -> None:
    matter = dispute(made)
    made.take(matter, Verb.FILE, "村书记")
    matter.refresh_from_db()
    assert matter.due is not None
    assert (matter.due - NOW).days == 30
    made.take(matter, Verb.DISPATCH, "村书记", holder=made.bodies["执法队"].pk)
    made.hand("执法员")
    assert Party.objects.count() == 2  # whoever handles it has to know
    made.take(matter, Verb.ACCEPT, "执法员")
    with pytest.raises(RefusedError, match="调解结果"):
        made.take(matter, Verb.SUBMIT, "执法员", text="谈妥")
    made.take(matter, Verb.SUBMIT, "执法员", text="谈妥", result="agreed")
    assert matter.steps.get(verb="submit").result == "agreed"


def test_corrected_parties_replace_the_former_ones_and_their_key(made: Loop) -> None:
    matter = dispute(made)
    hand = made.hand("村书记")
    former = PartyKey.objects.get().wrapped
    parties.correct(matter, [Named("示范丙")], hand, at=NOW)

    assert parties.uncover(matter, reason="核对", by=hand, at=NOW) == [Named("示范丙")]
    assert PartyKey.objects.get().wrapped != former
    with pytest.raises(RefusedError):
        parties.correct(matter, [Named("示范丁")], made.hand("镇调度"), at=NOW)


def test_who_was_in_it_is_forgotten_ninety_days_after_the_end(made: Loop) -> None:
    matter = dispute(made)
    made.take(matter, Verb.REJECT, "村书记", text="已自行和好")
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    assert parties.forget_old(now=NOW + 89 * DAY, at=NOW) == 0
    assert parties.forget_old(now=NOW + 91 * DAY, at=NOW) == 1
    assert parties.forget_old(now=NOW + 91 * DAY, at=NOW) == 0

    hand = made.hand("村书记")
    assert Matter.objects.get(pk=matter.pk).state == State.REJECTED
    assert not Party.objects.exists()
    with pytest.raises(RefusedError, match="销毁"):
        parties.uncover(matter, reason="想起来了", by=hand, at=NOW)
    with pytest.raises(IntegrityError, match="no key"), transaction.atomic():
        Party.objects.bulk_create([Party(id=matter.pk, matter=matter, number=1, name=b"x", entered_at=NOW)])


def test_each_night_goes_by_the_day_of_the_pages(made: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = dispute(made)
    made.take(matter, Verb.REJECT, "村书记", text="已自行和好")
    for days, left in ((1, 2), (91, 0)):
        monkeypatch.setattr(clock, "moment", lambda _day, days=days: NOW + days * DAY)
        tasks.forget(timestamp=0)
        made.hand("村书记")
        assert Party.objects.count() == left


def test_a_rotation_wraps_the_keys_of_disputes_too(made: Loop, tmp_path: Path) -> None:
    matter = dispute(made)
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    rotation.rotate(by=Actor(0, "安全管理员"), at=NOW)

    ring = keyring.load(tmp_path / "data", cipher="aes")
    assert PartyKey.objects.get().master == ring.newest
    assert rotation.counts() == {ring.newest: 1}
    assert parties.uncover(matter, reason="轮换后核对", by=made.hand("村书记"), at=NOW) == list(PEOPLE)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("示范甲 1380000", "第 1 行"),
        ("示范甲\n13800000001", "第 2 行"),
        ("示" * 41, "第 1 行"),
        ("甲\n" * 21, "至多写 20 人"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_its_line(written: str, why: str) -> None:
    form = forms.PartiesForm({"people": written})

    assert why in form.errors["people"][0]


def test_names_are_read_with_and_without_a_number() -> None:
    form = forms.PartiesForm({"people": "示范甲，138-0000-0001\n\n示范乙"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["people"] == PEOPLE
