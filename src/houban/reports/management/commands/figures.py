"""`houban figures`: every figure on a day, for people or for programs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from houban.core import clock
from houban.warehouse.figures import figures
from houban.warehouse.measures import Measured, measure


class Command(BaseCommand):
    """The figures from the command line."""

    help = "数据点：--on DAY 取哪一天（默认今天），--format table 或 json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="DAY")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, on: date | None, **options: Any) -> None:
        """Measure and print."""
        measured = [measure(figure, on or clock.today()) for figure in figures()]
        if options["format"] == "json":
            rows = [_row(one, at=clock.now()) for one in measured]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        table = Table("数据点", "名称", "数值", "单位", "所在日", "行数", "说明")
        for one in measured:
            texts = [one.figure.id, one.figure.label, one.text or "—", one.figure.unit, one.day, one.rows, one.note]
            table.add_row(*(str(text) for text in texts))
        Console(file=cast("IO[str]", self.stdout)).print(table)


def _row(one: Measured, *, at: datetime) -> dict[str, object]:
    number = None if one.value is None else float(one.value)
    return {
        "id": one.figure.id,
        "label": str(one.figure.label),
        "value": int(number) if number is not None and one.figure.decimals == 0 else number,
        "unit": str(one.figure.unit),
        "basis": one.figure.basis.value,
        "rows": one.rows,
        "computed_at": at.isoformat(),
        "day": one.day.isoformat(),
        "note": str(one.note),
    }
