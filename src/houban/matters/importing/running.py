"""A file on its way in, from its columns to its matters: tried dry, then written, both in batches and as jobs.

Both can be started anew at any time: what is there already is found by its number. `now` is the server's clock, by
which claims and the record go; `moment` is what the pages call now, by which the rows are judged and clocks begin.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core import claims
from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.core.spreadsheets import Row, Sheet
from houban.matters.importing import files, values, world
from houban.matters.importing.checking import Checker, Ready
from houban.matters.importing.world import World
from houban.matters.importing.writing import Writer, outcome_of
from houban.matters.models import Intake, Stage

A_BATCH = 2000
MOST_REFUSED, MOST_WORDS = 20_000, 200
SERVICE = "matters.intake"
Now = Callable[[], datetime]
Tell = Callable[[int, int], object]  # rows done, rows in all
Take = Callable[[list[Ready], datetime], Counter[str]]  # within the batch's transaction: how many rows came to what
BROKEN = gettext_lazy("程序出错，没有走完。已写入的都在，可以重新试导入；再出错，请告诉管理员。")
logger = logging.getLogger(__name__)


def silence(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


class GoneOnError(Exception):
    """The file is no longer where the job expects it: given up, or already done."""


@dataclass
class Found:
    """What a try came to."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, list[str]]] = field(default_factory=list)
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)

    def refuse(self, line: int, sentences: list[str]) -> None:
        """Note a row that can't be taken over."""
        self.counts["refused"] += 1
        if len(self.refused) < MOST_REFUSED:
            self.refused.append((line, sentences))


def check(pk: int, attempt: int, *, now: Now, moment: datetime, tell: Tell = silence) -> Found:
    """Try a file dry: nothing is written but what it would come to. Raises `Problems` and `GoneOnError`."""
    intake = _begin(pk, attempt, Stage.CHECKING, now())
    with _failing(intake, now):
        sheet, checker = _opened(intake, now(), moment)

        def tried(ready: list[Ready], _at: datetime) -> Counter[str]:
            known = world.already(one.source for one in ready)
            return Counter(outcome_of(one, known.get(one.source)) for one in ready)

        return _pass(intake, sheet, checker, tried, ends=Stage.CHECKED, now=now, tell=tell)


def write(pk: int, attempt: int, *, by: Actor, now: Now, moment: datetime, tell: Tell = silence) -> Found:
    """Take a file's rows over, a batch in one transaction with its entry in the record; raises as `check` does."""
    intake = _begin(pk, attempt, Stage.WRITING, now())
    with _failing(intake, now):
        sheet, checker = _opened(intake, now(), moment)
        writer = Writer(checker.world, intake.platform.name, moment)

        def written(ready: list[Ready], at: datetime) -> Counter[str]:
            counts = writer.write(ready, at=at)
            if counts["new"] or counts["moved"]:
                said = {"file": intake.name, "sha256": intake.sha256, "platform": intake.platform.name}
                lines = {"first": ready[0].line, "last": ready[-1].line}
                record("matters.intake", intake, by=by, at=at, after=said | lines | dict(counts))
            return counts

        return _pass(intake, sheet, checker, written, ends=Stage.DONE, now=now, tell=tell)


def _pass(intake: Intake, sheet: Sheet, checker: Checker, take: Take, *, ends: Stage, now: Now, tell: Tell) -> Found:
    """Read the rows and do with those that are ready what is to be done, a batch in one transaction."""
    found = Found()
    for first in range(0, len(sheet.rows), A_BATCH):
        batch = sheet.rows[first : first + A_BATCH]
        ready, at = _read(checker, batch, found), now()
        with claims.acting(claims.service(SERVICE), at=at):
            found.counts.update(take(ready, at))
            _keep(intake, beat_at=at, done=first + len(batch))
        tell(first + len(batch), len(sheet.rows))
    found.unknown = {part: dict(words.most_common(MOST_WORDS)) for part, words in checker.unknown.items()}
    _end(intake, ends, found, now())
    return found


@contextmanager
def _failing(intake: Intake, now: Now) -> Iterator[None]:
    """Let the intake say why a job did not come to its end."""
    try:
        yield
    except GoneOnError:
        raise
    except Problems as problems:
        _fail(intake, str(problems.shown[0]), now())
        raise
    except Exception:
        logger.exception("the job of intake %s did not come to its end", intake.pk)
        _fail(intake, str(BROKEN), now())
        raise


def _begin(pk: int, attempt: int, stage: Stage, at: datetime) -> Intake:
    with claims.acting(claims.service(SERVICE), at=at):
        intake = Intake.objects.select_for_update(of=("self",)).select_related("platform").get(pk=pk)
        if (intake.stage, intake.attempt) != (stage, attempt):
            raise GoneOnError(intake.stage)
        intake.done, intake.beat_at, intake.problem = 0, at, ""
        intake.save(update_fields=["done", "beat_at", "problem"])
    return intake


def _opened(intake: Intake, at: datetime, moment: datetime) -> tuple[Sheet, Checker]:
    sheet = files.read(intake)
    platform, zone = intake.platform, timezone.get_default_timezone()
    lost = [column for column in platform.columns.values() if column not in sheet.header]
    if lost:
        what = _("没有“%(column)s”这一列") % {"column": lost[0]}
        raise Problems([Problem(what=what, mend=_("请重新对列"), file=intake.name, sheet=sheet.name)])
    with claims.acting(claims.service(SERVICE), at=at):
        today = moment.astimezone(zone).date()
        if not world.answers(today):
            mend = _("请先在“事项规则”的权责清单里指定")
            raise Problems([Problem(what=_("全县还没有兜底的受理机构和办理机构"), mend=mend)])
        checker = Checker(World(today=today), platform.columns, platform.words, platform.name, zone, moment)
        intake.total, intake.beat_at = len(sheet.rows), at
        intake.save(update_fields=["total", "beat_at"])
    return sheet, checker


def _read(checker: Checker, batch: Sequence[Row], found: Found) -> list[Ready]:
    """Read a batch; what is refused is noted in one place."""
    ready = []
    for row in batch:
        one, refusals = checker.read(row)
        if one is not None:
            ready.append(one)
        else:
            found.refuse(row.number, [values.masked(str(refusal)) for refusal in refusals])
    return ready


def _end(intake: Intake, stage: Stage, found: Found, at: datetime) -> None:
    ended_at = at if stage == Stage.DONE else None
    said = {"counts": dict(found.counts), "refused": found.refused, "unknown": found.unknown}
    with claims.acting(claims.service(SERVICE), at=at):
        _keep(intake, stage=stage, beat_at=at, ended_at=ended_at, **said)


def _fail(intake: Intake, problem: str, at: datetime) -> None:
    with claims.acting(claims.service(SERVICE), at=at):
        _keep(intake, stage=Stage.FAILED, beat_at=at, problem=problem[:500])


def _keep(intake: Intake, **said: Any) -> None:
    """Keep something of an attempt, unless the file has gone on without it."""
    mine = Intake.objects.filter(pk=intake.pk, stage=intake.stage, attempt=intake.attempt)
    if not mine.update(**said):
        raise GoneOnError(intake.stage)
