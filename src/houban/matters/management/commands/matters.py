"""`houban matters`: what another platform lists, taken over from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from houban.core import clock
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE
from houban.core.spreadsheets import write_xlsx
from houban.matters.importing import acts, fields, report, running
from houban.matters.importing.running import Found, Tell
from houban.matters.models import Intake


class Command(BaseCommand):
    """Matters from the command line."""

    help = "事项：转入外部平台的事项"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommand."""
        words = parser.add_subparsers(dest="word", required=True)
        taking = words.add_parser("import", help="转入外部平台的事项；同一编号只转入一次")
        taking.add_argument("file", type=Path)
        taking.add_argument("--platform", required=True, help="平台名称，如 12345热线")
        taking.add_argument("--column", action="append", default=[], help="指定一列，如 state=办理状态")
        taking.add_argument("--dry-run", action="store_true", help="只试，不写入")
        taking.add_argument("--refused", type=Path, help="把不能转入的行连同原因写到这个 .xlsx")

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        """Take a file in; what is wrong with it goes to the person in Chinese."""
        try:
            self._import(file, **options)
        except Problems as problems:
            raise CommandError(str(problems)) from None
        except OSError as error:
            raise CommandError(f"打不开文件“{error.filename}”，请核对路径。") from None

    def _import(
        self, file: Path, *, platform: str, column: list[str], dry_run: bool, refused: Path | None, **_options: Any
    ) -> None:
        intake = acts.upload(file.name, file.read_bytes(), platform, by=COMMAND_LINE, at=clock.now())
        try:
            found = self._run(intake, dict(one.partition("=")[::2] for one in column), dry_run=dry_run)
            self._tell(found, dry_run=dry_run)
            if refused is not None and found.counts["refused"]:
                intake.refresh_from_db()
                refused.write_bytes(write_xlsx([report.refused(intake)]))
                self.stdout.write(f"不能转入的行写在 {refused}。")
        finally:
            acts.drop(intake, by=COMMAND_LINE, at=clock.now())

    def _run(self, intake: Intake, columns: dict[str, str], *, dry_run: bool) -> Found:
        header = [name for name, _example in intake.header]
        guessed = fields.guess(header, intake.platform.columns) | columns
        acts.match(intake, guessed, by=COMMAND_LINE, at=clock.now(), job=False)
        moment = clock.moment(clock.today())
        with _bar("试") as tell:
            found = running.check(intake.pk, intake.attempt, now=clock.now, moment=moment, tell=tell)
        if dry_run:
            return found
        intake.refresh_from_db()
        acts.confirm(intake, at=clock.now(), job=False)
        with _bar("写入") as tell:
            return running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=moment, tell=tell)

    def _tell(self, found: Found, *, dry_run: bool) -> None:
        self.stdout.write("，".join(f"{label} {found.counts[key]:,} 件" for key, label in report.counted()))
        for _part, label, words in report.unknown(found.unknown):
            self.stdout.write(f"认不出的{label}：{'、'.join(f'{word}（{n}）' for word, n in words[:10])}")
        for reason, n in report.reasons(found.refused)[:10]:
            self.stdout.write(f"  {n:,} 行：{reason}")
        if dry_run:
            self.stdout.write("只是试导入，没有写入。")


@contextmanager
def _bar(what: str) -> Iterator[Tell]:
    """Show how far it is on the terminal's error side, so that what is told can be piped."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
