"""Anchors: one digest a day over the whole record, chained, outside the database."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from houban.core import tasks
from houban.core.record import anchors
from houban.core.record.anchors import Anchor, Membership
from houban.core.tests import make
from houban.core.tests.make import NOON

committing = pytest.mark.usefixtures("committing")
DAY = timedelta(days=1)


def anchor(**changes: Any) -> Anchor:
    usual: dict[str, Any] = {"day": "2021-06-30", "at": "", "strands": 1, "rows": 1, "through": 1, "open": ()}
    return Anchor(**usual | {"previous": "", "digest": "0123456789abcdef" * 4} | changes)


def file(settings: LazySettings) -> Path:
    return Path(settings.RECORD_FOLDER) / "anchors.jsonl"


def test_the_printed_code_is_the_day_with_sixteen_digits_in_fours() -> None:
    assert str(anchor()) == "2021-06-30　0123 4567 89ab cdef"


@pytest.mark.parametrize(("first", "place"), [(1, 0), (10, 0), (7, 1), (8, 2), (11, 1), (20, 1), (21, 2), (31, 3)])
def test_a_strand_belongs_to_the_first_anchor_that_did_not_wait_for_it(first: int, place: int) -> None:
    known = [anchor(through=10, open=((7, 8),)), anchor(through=20, open=((8, 8),)), anchor(through=30)]

    assert Membership(known).of(first) == place


@committing
def test_an_anchor_counts_everything_up_to_then(settings: LazySettings) -> None:
    make.strand(3)
    first = anchors.make(at=NOON)
    make.strand(2)

    second = anchors.make(at=NOON + DAY)

    assert (first.day, first.strands, first.rows, first.previous) == ("2021-06-30", 1, 3, "")
    assert (second.day, second.strands, second.rows, second.previous) == ("2021-07-01", 2, 5, first.digest)
    assert anchors.latest() == second
    assert [json.loads(line)["digest"] for line in file(settings).read_text().splitlines()] == [
        first.digest,
        second.digest,
    ]


@committing
def test_an_empty_record_can_be_anchored() -> None:
    anchors.make(at=NOON)
    make.strand()

    found = make.verified()

    assert (found.faults, found.remarks) == ([], [])


@committing
def test_a_second_anchor_of_a_day_is_the_first(settings: LazySettings) -> None:
    make.strand()
    first = anchors.make(at=NOON)
    make.strand()

    again = anchors.make(at=NOON + timedelta(hours=1))

    assert again == first
    assert len(file(settings).read_text().splitlines()) == 1


@committing
def test_a_transaction_that_outlasts_an_anchor_belongs_to_the_next() -> None:
    begun, anchored = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            make.act()
            begun.set()
            anchored.wait(10)
            make.act()
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    begun.wait(10)
    make.strand()
    first = anchors.make(at=NOON)
    anchored.set()
    writer.join()

    second = anchors.make(at=NOON + DAY)

    found = make.verified()
    assert [(anchor.strands, anchor.rows) for anchor in (first, second)] == [(1, 3), (2, 5)]
    assert (found.faults, found.remarks) == ([], [])


@committing
@pytest.mark.parametrize("which", [0, 1])
def test_a_strand_removed_together_with_its_journal_is_found(settings: LazySettings, which: int) -> None:
    strands = []
    for number in range(2):
        strands.append(make.strand()[0].strand)
        anchors.make(at=NOON + number * DAY)
    make.strand()

    make.forge("DELETE FROM core_recordentry WHERE strand = %s", [strands[which]])
    (settings.RECORD_FOLDER / "heads-2021-06.log").unlink()

    (fault,) = make.verified().faults
    assert fault.startswith(f"锚定 {anchors.read()[which]}：对不上。应有 1 串 3 行，现有 0 串 0 行")


@committing
@pytest.mark.parametrize("which", [0, 1])
def test_an_edited_anchor_is_found(settings: LazySettings, which: int) -> None:
    for number in range(3):
        make.strand()
        anchors.make(at=NOON + number * DAY)
    lines = file(settings).read_text().splitlines()
    lines[which] = re.sub(r'"rows": \d+', '"rows": 99', lines[which])
    file(settings).write_text("\n".join(lines) + "\n")

    assert any("对不上" in fault for fault in make.verified().faults)


@committing
def test_an_anchor_removed_from_between_is_found(settings: LazySettings) -> None:
    for number in range(3):
        make.strand()
        anchors.make(at=NOON + number * DAY)
    lines = file(settings).read_text().splitlines()
    file(settings).write_text(f"{lines[0]}\n{lines[2]}\n")

    assert any("接不上" in fault for fault in make.verified().faults)


@committing
def test_anchors_cut_off_are_found_by_the_code_on_paper(settings: LazySettings) -> None:
    make.strand()
    printed = anchors.make(at=NOON).code
    assert make.verified(printed=printed).faults == []
    file(settings).unlink()

    assert "不在锚定文件里" in make.verified(printed=printed).faults[0]


@committing
def test_anchors_cut_off_here_are_known_from_the_copy(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOUBAN_RECORD_COPY = str(tmp_path / "share")
    make.strand()
    made = anchors.make(at=NOON)

    file(settings).unlink()

    assert anchors.latest() == made
    assert make.verified().faults == []


@committing
def test_an_anchor_that_can_not_be_written_is_an_error(settings: LazySettings) -> None:
    make.strand()
    file(settings).mkdir()

    with pytest.raises((anchors.NotWrittenError, OSError)):
        anchors.make(at=NOON)


@committing
def test_the_worker_anchors_at_night() -> None:
    make.strand()

    tasks.anchor_record(0)

    made = anchors.latest()
    assert made is not None
    assert made.rows == 3
