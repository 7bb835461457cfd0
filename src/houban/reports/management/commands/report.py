"""`houban report build`: the Word report of a day."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from houban.core import clock
from houban.core.record import COMMAND_LINE
from houban.reports import actions
from houban.reports.word.filling import TemplateFaulty


class Command(BaseCommand):
    """Reports from the command line."""

    help = "报告：build --on DAY --out FILE.docx [--template FILE.docx]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the word and its options."""
        parser.add_argument("word", choices=["build"])
        parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="DAY", help="截至哪一天，默认今天")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪个 .docx")
        parser.add_argument("--template", type=Path, default=None, metavar="FILE", help="用自己的模板")
        parser.add_argument("--url", default=settings.HOUBAN_URL, help="数据点链接指向的网址")

    def handle(self, *_args: Any, on: date | None, out: Path, template: Path | None, **options: Any) -> None:
        """Build, keep, and write the file."""
        try:
            report = actions.build(
                on or clock.today(),
                address=options["url"],
                by=COMMAND_LINE,
                at=clock.now(),
                template=template.read_bytes() if template else None,
                template_name=template.name if template else actions.STANDARD_NAME,
            )
            with report.file.open("rb") as made:
                out.write_bytes(made.read())
        except TemplateFaulty as faults:
            raise CommandError("\n".join(faults.sentences)) from None
        except OSError as error:
            raise CommandError(f"文件“{error.filename}”读写不了：{error.strerror}。换一个位置再试。") from None
        missing = report.figures.filter(value=None).count()
        told = f"，其中 {missing} 个没有数" if missing else ""
        self.stdout.write(f"已生成 {out}：{report.figures.count()} 个数据点{told}。")
