"""`houban county CODE NAME`: which county this installation serves."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from houban.core import actions, clock
from houban.core.models import Installation
from houban.core.record import COMMAND_LINE


class Command(BaseCommand):
    """The county from the command line."""

    help = "本县：不带参数查看，带六位代码和名称设定"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare code and name."""
        parser.add_argument("code", nargs="?", metavar="CODE", help="县级代码，六位")
        parser.add_argument("name", nargs="?", metavar="NAME", help="页面和报告上写的县名，如 自贡市大安区")

    def handle(self, *_args: Any, code: str | None, name: str | None, **_options: Any) -> None:
        """Show, or set."""
        if code is None:
            current = Installation.current()
            self.stdout.write(f"{current.county_code} {current.county_name}" if current else "还没有设定本县。")
            return
        if not re.fullmatch(r"[0-9]{6}", code) or not name:
            raise CommandError("写成：houban county 510304 自贡市大安区（代码六位数字）。")
        try:
            actions.set_county(code, name=name, by=COMMAND_LINE, at=clock.now())
        except actions.ServesDemonstrationError:
            raise CommandError("这里装的是示范数据。自己的县请另设 HOUBAN_DATA，用空库。") from None
        self.stdout.write(f"本县是 {code} {name}。")
