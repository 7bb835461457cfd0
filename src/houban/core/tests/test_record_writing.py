"""Writing the record: chained in its transaction, journalled on commit, right through savepoints and threads."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from houban.core import ids
from houban.core.models import RecordEntry
from houban.core.record import COMMAND_LINE, record
from houban.core.tests import make
from houban.core.tests.make import NOON

NOT_ANCHORED = ["还没有锚定：删去的整串只能靠头日志发现。请运行 houban record anchor。"]


def assert_whole(*, rows: int | None = None) -> None:
    found = make.verified()

    assert found.faults == []
    assert found.remarks == NOT_ANCHORED
    assert found.rows == (RecordEntry.objects.count() if rows is None else rows)


def lines(settings: LazySettings) -> list[str]:
    return [line for path in settings.RECORD_FOLDER.glob("heads-*.log") for line in path.read_text().splitlines()]


@pytest.mark.django_db
def test_an_entry_names_post_and_unit(owner: None) -> None:
    entry = make.act(by=replace(make.CLERK, unit=12))

    entry.refresh_from_db()
    assert (entry.post, entry.unit, entry.actor_id) == ("专班 · 文书", 12, 7)


@pytest.mark.django_db
def test_what_is_returned_is_what_is_stored() -> None:
    entry = make.act(n=1)

    entry.refresh_from_db()
    assert RecordEntry.objects.get() == entry
    assert (entry.at, entry.after) == (NOON, {"n": 1})


@pytest.mark.django_db
def test_a_command_acts_in_no_post_over_everything() -> None:
    record("test", "subject", by=COMMAND_LINE, at=NOON)

    entry = RecordEntry.objects.get()
    assert (entry.post, entry.unit, entry.actor_id) == ("", 0, None)


@pytest.mark.django_db
def test_the_entries_of_a_transaction_are_one_strand() -> None:
    first, second = make.act(), make.act()

    assert (first.strand, first.position, second.position) == (second.strand, 1, 2)
    assert ids.moment_of(first.strand) == NOON  # type: ignore[arg-type]


@pytest.mark.django_db
def test_an_act_takes_two_statements() -> None:
    make.act()

    with CaptureQueriesContext(connection) as queries:
        make.act()

    assert len(queries) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("TRUNCATE core_recordentry", "append-only"),
        ("INSERT INTO core_recordentry (at, actor_name, post, unit, address, verb, subject_type, subject_id,"
         " subject_label) VALUES (now(), '', '', 0, '', '', '', '', '')", "record_is_chained"),
        ("INSERT INTO core_recordentry (at, actor_name, post, unit, address, verb, subject_type, subject_id,"
         " subject_label, strand, position, digest) VALUES (now(), '', '', 0, '', '', '', '', '',"
         " gen_random_uuid(), 1, 'short')", "record_is_chained"),
        ("INSERT INTO core_recordentry (at, actor_name, post, unit, address, verb, subject_type, subject_id,"
         " subject_label, strand, position, digest) SELECT at, actor_name, post, unit, address, verb, subject_type,"
         " subject_id, subject_label, strand, position, digest FROM core_recordentry", "record_position_is_taken_once"),
    ],
)  # fmt: skip
def test_even_the_owner_is_kept_from(statement: str, why: str) -> None:
    make.act()

    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("committing")
def test_a_committed_strand_gets_one_line_outside_the_database(settings: LazySettings) -> None:
    last = make.strand(3)[-1]

    assert last.strand is not None
    assert last.digest is not None
    assert [path.name for path in settings.RECORD_FOLDER.glob("*")] == ["heads-2021-06.log"]
    expected = f"2021-06-30T04:00:00.123456Z {last.strand.hex} 3 {bytes(last.digest).hex()}"
    assert lines(settings) == [expected]


@pytest.mark.usefixtures("committing")
def test_what_is_rolled_back_leaves_no_line(settings: LazySettings) -> None:
    with transaction.atomic():
        make.act()
        transaction.set_rollback(True)

    assert lines(settings) == []


@pytest.mark.usefixtures("committing")
def test_the_journal_is_written_into_the_copy_too(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOUBAN_RECORD_COPY = str(tmp_path / "share")

    make.strand()

    copies = list((tmp_path / "share").glob("*/heads-2021-06.log"))
    assert [path.read_text() for path in copies] == [(settings.RECORD_FOLDER / "heads-2021-06.log").read_text()]


@pytest.mark.usefixtures("committing")
def test_an_act_succeeds_when_the_copy_is_out_of_reach(
    settings: LazySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "share").write_text("not a folder")
    settings.HOUBAN_RECORD_COPY = str(tmp_path / "share")

    make.strand()

    assert "was not written" in caplog.text
    assert_whole(rows=3)


@pytest.mark.usefixtures("committing")
def test_a_savepoint_rolled_back_leaves_a_whole_chain() -> None:
    with transaction.atomic():
        make.act()
        with transaction.atomic():
            make.act()
            transaction.set_rollback(True)
        make.act()

    assert_whole(rows=2)


@pytest.mark.usefixtures("committing")
def test_a_savepoint_that_held_the_first_entry_and_is_rolled_back_begins_another_strand() -> None:
    with transaction.atomic():
        with transaction.atomic():
            make.act()
            transaction.set_rollback(True)
        make.act()

    assert RecordEntry.objects.get().position == 1
    assert_whole(rows=1)


type_of_act = st.just("act")
acts = st.recursive(
    type_of_act,
    lambda inner: st.tuples(st.sampled_from(["keep", "roll back", "manual"]), st.lists(inner, max_size=3)),
    max_leaves=8,
)
transactions = st.lists(
    st.tuples(st.sampled_from(["keep", "keep", "roll back"]), st.lists(acts, max_size=4)), max_size=3
)


def perform(steps: Sequence[Any]) -> None:
    for step in steps:
        if step == "act":
            make.act()
        elif step[0] == "manual":
            savepoint = transaction.savepoint()
            perform(step[1])
            transaction.savepoint_rollback(savepoint)
        else:
            with transaction.atomic():
                perform(step[1])
                transaction.set_rollback(step[0] == "roll back")


@pytest.mark.usefixtures("committing")
@given(transactions)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_is_recorded_and_rolled_back_verifies(steps: list[Any]) -> None:
    make.clear_record()

    perform(steps)

    assert_whole()


numbers = st.one_of(st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=10,
)


@pytest.mark.usefixtures("committing")
@given(st.lists(st.dictionaries(texts, values, max_size=4), min_size=1, max_size=4))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_changed_verifies(changed: list[dict[str, Any]]) -> None:
    make.clear_record()

    with transaction.atomic():
        for after in changed:
            record("test", "\x1f|\n甲", by=make.CLERK, at=NOON, after=after)

    assert_whole(rows=len(changed))


@pytest.mark.usefixtures("committing")
@pytest.mark.parametrize(
    "after",
    [
        None,
        {},
        {"x": 1e22},
        {"x": 1.0, "y": -0.0, "z": 5e-324},
        {"x": None, "y": [None, {"z": []}]},
        {"名": "龙\u2028😀\t"},
    ],
    ids=str,
)
def test_the_corners_of_json_verify(after: dict[str, Any] | None) -> None:
    with transaction.atomic():
        record("test", "subject", by=make.CLERK, at=NOON, before=after, after=after)

    assert_whole(rows=1)


@pytest.mark.usefixtures("committing")
def test_two_writers_at_once_verify(settings: LazySettings) -> None:
    def write() -> None:
        for length in range(20):
            make.strand(length % 3 + 1)
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(lines(settings)) == 40
    assert all(re.fullmatch(r"\S{27} [0-9a-f]{32} [123] [0-9a-f]{64}", line) for line in lines(settings))
    assert_whole(rows=78)
