"""Verifying the record: whatever is edited, removed, inserted, reordered or cut off is found and named."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection, connections, transaction

from houban.core.models import RecordEntry
from houban.core.record import anchors, chain
from houban.core.tests import make
from houban.core.tests.make import NOON

pytestmark = pytest.mark.usefixtures("committing")

CLEAN = {
    "at": "at + interval '1 microsecond'", "actor_id": "8", "actor_name": "'李四'", "post": "'另一岗位'", "unit": "13",
    "address": "'10.0.0.9'", "verb": "'test.other'", "subject_type": "'other'", "subject_id": "'1'",
    "subject_label": "'他'", "before": "NULL", "after": """'{"state": "新 "}'""",
    "digest": "decode(repeat('ab', 32), 'hex')",
}  # fmt: skip
MOVED = {"id": "id + 1000000", "position": "position + 5", "strand": "gen_random_uuid()"}


def faults() -> list[str]:
    return make.verified().faults


def named(entry: RecordEntry) -> str:
    return f"链串 {entry.strand} 第 {entry.position} 行（编号 {entry.pk}，2021-06-30 12:00:00）"


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("column", CLEAN)
def test_an_edited_column_is_found_and_its_entry_named(column: str, which: int) -> None:
    make.strand()
    entry = make.strand()[which]

    make.forge(f"UPDATE core_recordentry SET {column} = {CLEAN[column]} WHERE id = %s", [entry.pk])

    found = faults()
    assert len(found) == 1
    assert found[0].startswith(f"链串 {entry.strand} 第 {entry.position} 行（编号 {entry.pk}，")
    assert found[0].endswith("内容与摘要不符，被改过，或是插进来的。")


@pytest.mark.parametrize("column", MOVED)
def test_an_entry_moved_elsewhere_is_found(column: str) -> None:
    entry = make.strand()[1]

    make.forge(f"UPDATE core_recordentry SET {column} = {MOVED[column]} WHERE id = %s", [entry.pk])

    assert any(f"链串 {entry.strand}" in fault for fault in faults())


def test_every_column_is_covered() -> None:
    assert {field.column for field in RecordEntry._meta.concrete_fields} == {*CLEAN, *MOVED}


@pytest.mark.parametrize(
    ("which", "said"),
    [(0, "缺第 1 行，被删去"), (1, "缺第 2 行，被删去"), (2, "末尾缺第 3 行，被删去；头日志记着 3 行，库里只有 2 行")],
)
def test_a_removed_entry_is_found(which: int, said: str) -> None:
    entry = make.strand()[which]

    make.forge("DELETE FROM core_recordentry WHERE id = %s", [entry.pk])

    found = faults()
    assert len(found) == 1
    assert f"链串 {entry.strand}（2021-06-30 12:00:00 开始）" in found[0]
    assert said in found[0]


def test_a_removed_strand_is_found() -> None:
    make.strand()
    removed = make.strand(at=NOON + timedelta(seconds=1))[0].strand
    make.strand(at=NOON + timedelta(seconds=2))

    make.forge("DELETE FROM core_recordentry WHERE strand = %s", [removed])

    assert faults() == [
        f"链串 {removed}（2021-06-30 12:00:01 开始）：整串 3 行都不在库里，被删去；头日志记着它。"
    ]  # fmt: skip


def test_the_newest_strands_cut_off_are_found() -> None:
    kept = make.strand()[-1]
    make.strand(at=NOON + timedelta(seconds=1))
    make.strand(at=NOON + timedelta(seconds=2))

    make.forge("DELETE FROM core_recordentry WHERE id > %s", [kept.pk])

    assert len(faults()) == 2


def test_swapped_entries_are_found() -> None:
    first, second, _third = make.strand()

    make.forge("UPDATE core_recordentry SET position = 9 WHERE id = %s", [first.pk])
    make.forge("UPDATE core_recordentry SET position = 1 WHERE id = %s", [second.pk])
    make.forge("UPDATE core_recordentry SET position = 2 WHERE id = %s", [first.pk])

    found = faults()
    assert any(f"编号 {first.pk}，" in fault for fault in found)
    assert any(f"编号 {second.pk}，" in fault for fault in found)


FORGED = """
INSERT INTO core_recordentry (at, actor_name, post, unit, address, verb, subject_type, subject_id, subject_label,
    strand, position, digest)
SELECT at, actor_name, post, unit, address, 'test.forged', subject_type, subject_id, subject_label,
    %s, %s, digest FROM core_recordentry WHERE id = %s
"""


@pytest.mark.parametrize("position", [4, 1])
def test_an_inserted_entry_is_found(position: int) -> None:
    entry = make.strand()[-1]
    strand = entry.strand if position == 4 else uuid4()

    make.forge(FORGED, [strand, position, entry.pk])

    forged = RecordEntry.objects.get(verb="test.forged")
    entries = [fault for fault in faults() if f"第 {position} 行（编号 {forged.pk}，" in fault]
    assert len(entries) == 1


def test_an_entry_without_a_strand_younger_than_the_chain_is_found() -> None:
    entry = make.strand()[-1]

    make.forge_unchained(
        "UPDATE core_recordentry SET strand = NULL, position = NULL, digest = NULL WHERE id = %s", [entry.pk]
    )

    found = faults()
    assert any(f"编号 {entry.pk}（" in fault and "没有链串" in fault for fault in found)


def test_a_digest_of_another_length_is_found() -> None:
    entry = make.strand()[1]

    make.forge_unchained("UPDATE core_recordentry SET digest = digest || '\\x00' WHERE id = %s", [entry.pk])

    assert faults() == [f"{named(entry)}：内容与摘要不符，被改过，或是插进来的。"]


def test_entries_of_before_the_chain_are_said_to_be_unchecked() -> None:
    make.forge_unchained(
        "INSERT INTO core_recordentry (at, actor_name, post, unit, address, verb, subject_type, subject_id,"
        " subject_label) VALUES (now(), '旧', '', 0, '', 'old', 't', '', '')"
    )
    make.strand()
    anchors.make(at=NOON)

    found = make.verified()

    assert (found.faults, found.remarks) == ([], ["1 行是有链以前写的，没有摘要，没有核对。"])


def test_a_line_the_journal_missed_is_no_fault(settings: LazySettings) -> None:
    make.strand()
    path = settings.RECORD_FOLDER / "heads-2021-06.log"
    kept = path.read_text()
    missed = make.strand()[0].strand
    path.write_text(kept)

    found = make.verified()

    assert found.faults == []
    assert f"链串 {missed}（2021-06-30 12:00:00 开始）：没有记入头日志" in found.remarks[1]


def test_a_lost_journal_is_said_to_be_lost(settings: LazySettings) -> None:
    make.strand()
    (settings.RECORD_FOLDER / "heads-2021-06.log").unlink()

    found = make.verified()

    assert found.faults == []
    assert "2021-06 的头日志不在：1 串只核对了链" in found.remarks[1]


def test_a_line_cut_short_is_no_fault(settings: LazySettings) -> None:
    make.strand()
    path = settings.RECORD_FOLDER / "heads-2021-06.log"
    path.write_text(path.read_text()[:-20])

    found = make.verified()

    assert found.faults == []
    assert "头日志有 1 行读不出来" in found.remarks[-1]


def test_a_strand_added_to_after_its_transaction_is_found() -> None:
    entry = make.strand(1)[0]
    assert entry.digest is not None
    tail = f"{entry.strand} 1 {bytes(entry.digest).hex()}"

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('houban.strand', %s, true)", [tail])
        make.act()

    assert faults() == [
        f"链串 {entry.strand}（2021-06-30 12:00:00 开始）：头日志记着 1 行，库里有 2 行，是事后添的。"
    ]  # fmt: skip


def test_a_strand_written_anew_with_the_key_is_found() -> None:
    entry = make.strand(1)[0]
    previous, edit = chain.START, "UPDATE core_recordentry SET verb = 'test.other' WHERE id = %s"
    make.forge(edit, [entry.pk])

    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT {chain.PAYLOAD} FROM core_recordentry AS r")
        digest = chain.digest(cursor.fetchone()[0], previous=previous)
    make.forge("UPDATE core_recordentry SET digest = %s", [digest])

    assert faults() == [
        f"链串 {entry.strand}（2021-06-30 12:00:00 开始）：链是完整的，却与头日志记的不同，"
        "是用密钥重写过的，或头日志被改过。"
    ]


def test_another_key_fits_nothing(settings: LazySettings) -> None:
    make.strand()

    settings.HOUBAN_RECORD_KEY = "another key of more than thirty-two characters"

    found = make.verified()
    assert found.faulty == 3
    assert "密钥" in found.remarks[0]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes are forked")
def test_two_processes_find_what_one_finds() -> None:
    strands = [make.strand(at=NOON + timedelta(seconds=number)) for number in range(40)]
    anchors.make(at=NOON)
    whole = make.verified(processes=2)
    make.forge("UPDATE core_recordentry SET verb = 'x' WHERE id IN (%s, %s)", [strands[3][1].pk, strands[30][2].pk])

    found = make.verified(processes=2)

    assert (whole.faults, whole.remarks, whole.rows, whole.strands) == ([], [], 120, 40)
    assert found.faults == make.verified().faults
    assert len(found.faults) == 2
