"""`houban roster`: rosters in and out."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from houban.core import clock
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE
from houban.core.spreadsheets import write_xlsx
from houban.organisation.actions import rosters
from houban.organisation.rosters import export, reading
from houban.organisation.rosters.plan import Plan


class Command(BaseCommand):
    """Rosters from the command line."""

    help = "花名册：导入、预览、导出机构、岗位、编制、人员、任职"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        words = parser.add_subparsers(dest="word", required=True)
        taking = words.add_parser("import", help="导入花名册，整份写入或整份不动")
        taking.add_argument("file", type=Path)
        taking.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
        giving = words.add_parser("export", help="导出某日的花名册")
        giving.add_argument("file", type=Path)
        giving.add_argument("--on", type=date.fromisoformat, help="查看时点，默认今天")

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Run one subcommand; what is wrong with a file goes to the person in Chinese."""
        try:
            if word == "import":
                self._import(options["file"], dry_run=options["dry_run"])
            else:
                self._export(options["file"], on=options["on"] or clock.today())
        except Problems as problems:
            raise CommandError(str(problems)) from None
        except OSError as error:
            raise CommandError(f"打不开文件“{error.filename}”，请核对路径。") from None

    def _import(self, file: Path, *, dry_run: bool) -> None:
        plan = reading.plan(file, name=file.name, on=clock.today())
        if not dry_run:
            rosters.apply(plan, by=COMMAND_LINE, at=clock.now())
        self._tell(plan)
        if dry_run:
            self.stdout.write("只是预览，没有写入。")
        elif plan.does_nothing:
            self.stdout.write("与登记逐行相符，没有改动。")

    def _tell(self, plan: Plan) -> None:
        for one in plan.counts:
            self.stdout.write(f"{one.sheet}：新增 {one.new}，改动 {one.changed}，没有改动 {one.unchanged}")

    def _export(self, file: Path, *, on: date) -> None:
        tables = export.tables(on)
        file.write_bytes(write_xlsx(tables))
        rows = "，".join(f"{table.name} {len(list(table.rows))}" for table in tables[1:])
        self.stdout.write(f"已导出 {on} 的花名册：{rows}")
