"""What a person does with another platform's file: upload it, match columns, settle words, confirm, give up."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.core.spreadsheets import Sheet, read_table
from houban.matters.importing import files, values
from houban.matters.importing.checking import missing
from houban.matters.importing.fields import BY_KEY, WORDED, is_personal
from houban.matters.models import Intake, Platform, Stage
from houban.matters.models.imports import OVER

EXAMPLE = 24
KEPT_FOR, STRAY_FOR = timedelta(days=30), timedelta(days=1)


@transaction.atomic
def upload(name: str, content: bytes, platform: str, *, by: Actor, at: datetime) -> Intake:
    """Keep a file under a platform, known or new; raise `Problems` where it can't be read as a list."""
    sheet = files.longest(read_table(io.BytesIO(content), name=name), name=name)
    found, _new = Platform.objects.get_or_create(name=platform, defaults={"changed_at": at})
    stored = files.store(content)
    intake = Intake.objects.create(
        platform=found, name=name[-120:], token=stored.token, sha256=stored.sha256, size=stored.size,
        by_id=by.id, by_name=by.name, at=at, total=len(sheet.rows), header=_header(sheet),
    )  # fmt: skip
    record("matters.intake.upload", intake, by=by, at=at, after={"file": intake.name, "sha256": stored.sha256})
    return intake


def _header(sheet: Sheet) -> list[list[str]]:
    """Return every column with what its first filled cell says; of residents nothing is kept."""
    found = []
    for column in filter(None, sheet.header):
        cells = () if is_personal(column) else (row.cells.get(column, "") for row in sheet.rows[:50])
        found.append([column, values.masked(next(filter(None, cells), ""))[:EXAMPLE]])
    return found


@transaction.atomic
def match(intake: Intake, columns: Mapping[str, str], *, by: Actor, at: datetime, job: bool = True) -> Intake:
    """Keep which column fills which field, for this platform, and let a job, or the caller, try the file dry."""
    header = [column for column, _example in intake.header]
    chosen = {key: column for key, column in columns.items() if key in BY_KEY and column in header}
    if lacking := missing(chosen):
        raise Problems(
            [Problem(what=_("还没有对上：%(fields)s") % {"fields": "、".join(lacking)}, mend=_("请各选一列"))]
        )
    if personal := [column for column in chosen.values() if is_personal(column)]:
        what = _("“%(column)s”含个人信息") % {"column": personal[0]}
        raise Problems([Problem(what=what, mend=_("不转入，请换一列"))])
    before = dict(intake.platform.columns)
    intake.platform.columns, intake.platform.changed_at = chosen, at
    intake.platform.save()
    record("matters.intake.match", intake.platform, by=by, at=at, before=before, after=chosen)
    return _start(intake, Stage.CHECKING, (Stage.MATCHING, Stage.CHECKED, Stage.FAILED), at, job=job)


@transaction.atomic
def settle(intake: Intake, words: Mapping[str, Mapping[str, str]], *, by: Actor, at: datetime) -> Intake:
    """Keep what a platform's words mean here, and try the file dry again."""
    platform = intake.platform
    before = {part: dict(said) for part, said in platform.words.items()}
    for part in WORDED:
        platform.words[part] = {**platform.words.get(part, {}), **words.get(part, {})}
    platform.changed_at = at
    platform.save()
    record("matters.intake.settle", platform, by=by, at=at, before=before, after=platform.words)
    return _start(intake, Stage.CHECKING, (Stage.CHECKED, Stage.FAILED), at)


def confirm(intake: Intake, *, at: datetime, job: bool = True) -> Intake:
    """Let what was tried dry be written, by a job or the caller."""
    return _start(intake, Stage.WRITING, (Stage.CHECKED,), at, job=job)


def resume(intake: Intake, *, at: datetime) -> Intake:
    """Start a job anew that was lost with its server; what it had written is found again."""
    if not intake.is_lost(at):
        raise Problems([Problem(what=_("还在进行，不用重新开始"))])
    return _start(intake, Stage(intake.stage), (Stage(intake.stage),), at)


@transaction.atomic
def _start(intake: Intake, stage: Stage, begins: tuple[Stage, ...], at: datetime, *, job: bool = True) -> Intake:
    """Begin an attempt, unless somebody else has just done so."""
    from houban.matters import tasks

    now = Intake.objects.select_for_update().get(pk=intake.pk)
    if now.stage not in begins:
        what = _("这份文件现在是“%(stage)s”") % {"stage": now.get_stage_display()}
        raise Problems([Problem(what=what, mend=_("请刷新页面再看"))])
    intake.stage, intake.attempt, intake.done, intake.beat_at = stage, now.attempt + 1, 0, at
    intake.save(update_fields=["stage", "attempt", "done", "beat_at"])
    if job:
        task = tasks.check_intake if stage == Stage.CHECKING else tasks.write_intake
        task.defer(intake=intake.pk, attempt=intake.attempt)
    return intake


@transaction.atomic
def drop(intake: Intake, *, by: Actor, at: datetime) -> None:
    """Give a file up, or let what is left of it go: it is deleted; matters that came from it stay."""
    now = Intake.objects.select_for_update().get(pk=intake.pk)
    files.drop(now.token)
    now.token, now.header = "", [[column, ""] for column, _example in now.header]
    if now.stage not in OVER:
        now.stage, now.ended_at = Stage.DROPPED, at
    now.attempt += 1
    now.save(update_fields=["token", "header", "stage", "ended_at", "attempt"])
    record("matters.intake.drop", now, by=by, at=at, after={"file": now.name})


def forget_old(*, by: Actor, at: datetime) -> int:
    """Delete files that have lain for thirty days, and what no intake knows; return how many had lain."""
    kept = Intake.objects.exclude(token="")
    old = kept.filter(at__lt=at - KEPT_FOR)
    for intake in old:
        drop(intake, by=by, at=at)
    files.drop_strays(set(kept.values_list("token", flat=True)), before=at - STRAY_FOR)
    return len(old)
