"""What goes wrong on the way in: a job that is lost or breaks off, a file nobody knows or comes back to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from houban.core import claims, clock
from houban.core.models import RecordEntry
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE
from houban.matters.importing import acts, files, running
from houban.matters.importing.checking import Ready
from houban.matters.importing.writing import Writer
from houban.matters.models import Intake, Matter, Stage
from houban.matters.tests.lists import AT, COLUMNS, HEADER, book, closed, row, taken
from houban.matters.tests.make import Loop, loop


@pytest.fixture
def made(tmp_path: Path, committed: str, settings: Any) -> Loop:
    settings.HOUBAN_DATA = tmp_path / "data"
    with claims.acting(claims.service("test"), at=clock.now()):
        return loop(tmp_path)


def confirmed(intake: Intake) -> Intake:
    """Let what was tried dry be written; the job is the test's to do."""
    return acts.confirm(intake, at=clock.now())


def run(intake: Intake, *, attempt: int | None = None) -> Counter[str]:
    """Do what the worker would."""
    found = running.write(intake.pk, attempt or intake.attempt, by=COMMAND_LINE, now=clock.now, moment=AT)
    intake.refresh_from_db()
    return found.counts


def sources() -> set[str]:
    """Return the numbers of what is taken over, as the platform gave them."""
    return {source.partition(":")[2] for source in Matter.objects.values_list("source", flat=True)}


def test_a_lost_job_goes_on_and_the_dead_one_that_comes_back_stops(made: Loop) -> None:
    intake = confirmed(taken(book(*(row(f"A{n}") for n in range(5)))))
    dead = intake.attempt
    with pytest.raises(Problems, match="还在进行"):
        acts.resume(intake, at=clock.now() + timedelta(minutes=1))
    acts.resume(intake, at=clock.now() + timedelta(minutes=3))
    with pytest.raises(running.GoneOnError):
        run(intake, attempt=dead)
    assert run(intake) == {"new": 5}
    assert Matter.objects.count() == 5


@pytest.fixture
def broken(made: Loop, monkeypatch: pytest.MonkeyPatch) -> Intake:
    """Return a file of seven rows whose third batch of two broke off after it was written."""
    monkeypatch.setattr(running, "A_BATCH", 2)
    intake = confirmed(taken(book(*(closed(f"A{n}") for n in range(7)))))
    write, batches = Writer.write, []

    def breaks(self: Writer, rows: Sequence[Ready], *, at: datetime) -> Counter[str]:
        batches.append(write(self, rows, at=at))
        if len(batches) == 3:
            raise RuntimeError("no room is left on the disk")
        return batches[-1]

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", breaks)
        with pytest.raises(RuntimeError):
            run(intake)
    intake.refresh_from_db()
    return intake


def test_of_a_job_that_breaks_off_the_batches_before_stay_whole(
    broken: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    assert sources() == {"A0", "A1", "A2", "A3"}
    assert not Matter.objects.exclude(state="closed").exists()
    assert RecordEntry.objects.filter(verb="matters.intake").count() == 2
    assert (broken.stage, broken.problem) == (Stage.FAILED, str(running.BROKEN))
    (logged,) = caplog.get_records("setup")
    assert logged.exc_info
    assert str(logged.exc_info[1]) == "no room is left on the disk"


def test_what_a_broken_job_had_written_is_the_same_the_next_time_and_the_rest_is_new(broken: Intake) -> None:
    acts.match(broken, COLUMNS, by=COMMAND_LINE, at=clock.now())
    tried = running.check(broken.pk, broken.attempt, now=clock.now, moment=AT).counts
    broken.refresh_from_db()
    written = run(confirmed(broken))
    assert tried == written == {"same": 4, "new": 3}
    assert sources() == {f"A{n}" for n in range(7)}
    assert (broken.stage, broken.problem) == (Stage.DONE, "")


@pytest.mark.parametrize("breaks", [False, True], ids=["ends", "breaks off"])
def test_a_file_given_up_under_its_job_stays_given_up(made: Loop, *, breaks: bool) -> None:
    intake = confirmed(taken(book(row("A1"))))

    def tell(_done: int, _total: int) -> None:
        acts.drop(Intake.objects.get(pk=intake.pk), by=COMMAND_LINE, at=clock.now())
        if breaks:
            raise RuntimeError("no room is left on the disk")

    with pytest.raises(running.GoneOnError):
        running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=AT, tell=tell)
    intake.refresh_from_db()
    assert (intake.stage, intake.problem, intake.token) == (Stage.DROPPED, "", "")


def test_a_file_given_up_is_deleted_with_what_its_cells_said(made: Loop) -> None:
    intake = taken(book(row("A1")))
    assert files.is_there(intake)
    assert ["事发地址", "村口"] in intake.header
    acts.drop(intake, by=COMMAND_LINE, at=clock.now())
    intake.refresh_from_db()
    assert (intake.stage, files.is_there(intake)) == (Stage.DROPPED, False)
    assert intake.header == [[column, ""] for column in HEADER]


def test_an_old_file_is_forgotten(made: Loop) -> None:
    intake = taken(book(row("A1")))
    assert acts.forget_old(by=COMMAND_LINE, at=clock.now() + timedelta(days=29)) == 0
    assert acts.forget_old(by=COMMAND_LINE, at=clock.now() + timedelta(days=31)) == 1
    assert not files.is_there(intake)


def test_a_file_no_intake_knows_is_deleted_after_a_day_and_a_known_one_kept(made: Loop) -> None:
    intake = taken(book(row("A1")))
    stray = files.store(book(row("A2")))
    folder = Path(settings.HOUBAN_DATA) / "intakes"
    acts.forget_old(by=COMMAND_LINE, at=clock.now())
    assert {path.name for path in folder.iterdir()} == {intake.token, stray.token}
    acts.forget_old(by=COMMAND_LINE, at=clock.now() + timedelta(days=2))
    assert {path.name for path in folder.iterdir()} == {intake.token}
