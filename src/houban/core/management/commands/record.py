"""`houban record`: verify the chain, anchor it, write some days to a file."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from houban.core import clock
from houban.core.problems import Problems
from houban.core.record import anchors, export, verification
from houban.core.record.findings import Findings

MOST_PROCESSES = 64
USUAL_PROCESSES = 4
QUIET_SECONDS = 2


class Command(BaseCommand):
    """The record from the command line."""

    help = "留痕：核对、锚定、导出"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        words = parser.add_subparsers(dest="word", required=True)
        verified = words.add_parser("verify", help="核对每一行、每一串和每次锚定；有不对的，退出码是 1")
        verified.add_argument("--processes", type=int, default=_usual_processes(), help="用几个进程，默认是处理器数")
        verified.add_argument("--printed", default="", metavar="CODE", help="通报上印出的锚定码，也一并核对")
        words.add_parser("anchor", help="锚定今天的留痕，显示可以印出的锚定码")
        exported = words.add_parser("export", help="导出一段日期的留痕")
        exported.add_argument("file", type=Path, metavar="FILE", help="写入的文件，.jsonl 或 .xlsx")
        exported.add_argument("--since", type=date.fromisoformat, required=True, metavar="DAY", help="从这一天起")
        exported.add_argument(
            "--until", type=date.fromisoformat, required=True, metavar="DAY", help="到这一天止，含当天"
        )

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Run one subcommand."""
        match word:
            case "verify":
                self._verify(options["processes"], printed=options["printed"])
            case "anchor":
                self._anchor()
            case _:
                self._export(options["file"], since=options["since"], until=options["until"])

    def _verify(self, processes: int, *, printed: str) -> None:
        if not 1 <= processes <= MOST_PROCESSES:
            raise CommandError(f"--processes 应在 1 到 {MOST_PROCESSES} 之间，现为 {processes}。")
        progress = _Progress(self)
        found = verification.verify(processes=processes, tell=progress.tell, printed=printed)
        for sentence in found.faults:
            self.stdout.write(f"不对：{sentence}")
        for sentence in found.remarks:
            self.stdout.write(f"未核对：{sentence}")
        self.stdout.write(_conclusion(found))
        if found.faulty:
            sys.exit(1)

    def _anchor(self) -> None:
        try:
            anchor = anchors.make(at=clock.now())
        except (OSError, anchors.NotWrittenError) as error:
            raise CommandError(f"锚定没有写成：{error}。请看磁盘空间和文件夹权限。") from None
        self.stdout.write(f"{anchor}（{anchor.strands} 串 {anchor.rows} 行）")

    def _export(self, file: Path, *, since: date, until: date) -> None:
        if until < since:
            raise CommandError(f"--until {until} 早于 --since {since}。")
        try:
            count = export.write(file, since=since, until=until + timedelta(days=1))
        except Problems as problems:
            raise CommandError(str(problems)) from None
        except OSError as error:
            raise CommandError(f"没有导出。文件“{error.filename}”写不了，请核对路径和权限。") from None
        self.stdout.write(f"已导出 {count} 行到 {file}。")


class _Progress:
    """Tell how far a long run is, every few seconds."""

    def __init__(self, command: BaseCommand) -> None:
        self.command = command
        self.told_at = time.monotonic()

    def tell(self, rows: int) -> None:
        if time.monotonic() - self.told_at >= QUIET_SECONDS:
            self.told_at = time.monotonic()
            self.command.stderr.write(f"已核对 {rows:,} 行……")


def _usual_processes() -> int:
    return min(os.cpu_count() or 1, USUAL_PROCESSES)


def _conclusion(found: Findings) -> str:
    counted = f"核对了 {found.strands} 串 {found.rows} 行"
    if not found.faulty:
        return f"{counted}，没有发现改动。" if not found.remarks else f"{counted}，能核对的没有发现改动。"
    more = f"，上面列出前 {len(found.faults)} 处" if found.faulty > len(found.faults) else ""
    return f"{counted}，有 {found.faulty} 处不对{more}。"
