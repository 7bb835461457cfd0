"""`houban calendar`: import the days a notice names, look at a year."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from houban.core import calendar, clock
from houban.core.calendar import WorkingCalendar
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE

WEEKDAYS = "一二三四五六日"
EARLIEST, LATEST = 1949, 9998


class Command(BaseCommand):
    """The working calendar from the command line."""

    help = "工作日历：导入放假安排、查看一年"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        words = parser.add_subparsers(dest="word", required=True)
        taken = words.add_parser("import", help="导入放假安排：日期、类型（休/班）、名称 三列")
        taken.add_argument("file", type=Path)
        taken.add_argument("--source", default="", help="出处，如通知的文号；默认是文件名")
        shown = words.add_parser("show", help="查看一年的放假和调休上班")
        shown.add_argument("year", type=int)

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Run one subcommand; what is wrong with a file goes to the person in Chinese."""
        try:
            if word == "import":
                self._import(options["file"], source=options["source"])
            else:
                self._show(options["year"])
        except Problems as problems:
            raise CommandError(str(problems)) from None
        except OSError as error:
            raise CommandError(f"没有导入。文件“{error.filename}”打不开，请核对路径和权限。") from None

    def _import(self, file: Path, *, source: str) -> None:
        done = calendar.import_days(file, by=COMMAND_LINE, at=clock.now(), source=source)
        self.stdout.write(f"已导入：新增 {done.added} 天，更改 {done.changed} 天，未变 {done.unchanged} 天。")
        for year in done.provisional_years:
            self.stdout.write(f"{year} 年还没有 10 月 1 日，放假安排不全，仍是暂定。")

    def _show(self, year: int) -> None:
        if not EARLIEST <= year <= LATEST:
            raise CommandError(f"年份应在 {EARLIEST} 到 {LATEST} 之间，现为 {year}。")
        days = WorkingCalendar.current()
        for named in days.named_days(year):
            self.stdout.write(f"{named.day} 周{WEEKDAYS[named.day.weekday()]} {named}　{named.source}")
        self.stdout.write(f"{year} 年共 {days.working_days_in(year)} 个工作日。")
        if days.is_provisional(year):
            self.stdout.write("放假安排还没有公布或没有导入，暂按周末休息计算。请用 houban calendar import 导入。")
