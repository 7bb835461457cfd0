"""`houban demo`: load the demonstration county, or say whether it is loaded."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from houban.core import clock
from houban.core.models import Installation
from houban.demo import actions


class Command(BaseCommand):
    """The demonstration from the command line."""

    help = "示范数据：load 装入，status 查看"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the word."""
        parser.add_argument("word", choices=["load", "status"])

    def handle(self, *_args: Any, word: str, **_options: Any) -> None:
        """Load, or tell."""
        if word == "status":
            installation = Installation.current()
            kind = "示范数据" if installation and installation.demonstration else "正式数据"
            self.stdout.write(f"{installation}，{kind}。" if installation else "还没有装入任何县。")
            return
        try:
            actions.load(at=clock.now())
        except actions.AlreadyLoadedError:
            raise CommandError("库里已有一个县，没有改动。示范数据只装入空库。") from None
        self.stdout.write("已装入示范数据：自贡市大安区，今天按 2021-06-30。")
