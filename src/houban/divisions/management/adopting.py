"""`houban divisions adopt`: registers of others, read by their adapters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import Progress

from houban.core.postgres import owning
from houban.core.record import COMMAND_LINE
from houban.divisions.actions import adopting, towns
from houban.divisions.actions.adopting import Adopted
from houban.divisions.adapters import areacodes, events, swiss
from houban.divisions.adapters import towns as townlists

KINDS = {
    "areacodes": "县级以上区划代码历年变动",
    "events": "乡级区划调整（已公布的逐条）",
    "towns": "全国乡级名录",
    "swiss": "瑞士市镇登记",
}


def arguments(words: Any) -> None:
    """Declare the subcommand."""
    adopt = words.add_parser("adopt", help="收入外来的区划历史：areacodes 文件夹、events 表、towns 表、swiss 表")
    adopt.add_argument("kind", choices=list(KINDS))
    adopt.add_argument("path", type=Path)


def adopt(*, kind: str, path: Path, at: datetime, tell: Callable[[str], Any], **_options: Any) -> None:
    """Read, write, and say what came of it; twice changes nothing."""
    if not path.exists():
        raise CommandError(f"没有收入。找不到“{path}”，请核对路径。")
    try:
        done = _adopt(kind, path, at=at)
    except areacodes.GrammarError as error:
        raise CommandError(f"没有收入。看不懂“{error}”，请核对文件。") from None
    if done.again:
        tell(f"{KINDS[kind]}已经收入过，没有改动。")
        return
    counted = "份名录" if kind == "towns" else "次调整"
    tell(f"已收入{KINDS[kind]}：{done.acts} {counted}，{done.rows} 行。")
    if kind == "events":
        tell("都存为草稿，没有生效；没有公布承接单位的标为不详。")


def _adopt(kind: str, path: Path, *, at: datetime) -> Adopted:
    if kind == "events":
        return adopting.adopt_events(events.read(path), by=COMMAND_LINE, at=at)
    if kind == "swiss":
        return adopting.adopt_swiss(swiss.read(path), by=COMMAND_LINE, at=at)
    if kind == "towns":
        return _towns(path, at=at)
    tables, differences = areacodes.read_folder(path)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(tables))
        return adopting.adopt_lists(
            tables, differences, by=COMMAND_LINE, at=at,
            tell=lambda title: progress.update(task, description=title, advance=1),
        )  # fmt: skip


def _towns(path: Path, *, at: datetime) -> Adopted:
    lists = townlists.read(path)
    with Progress(console=Console(stderr=True)) as progress, owning.as_owner():
        task = progress.add_task("", total=len(lists))
        return towns.adopt_towns(
            lists, by=COMMAND_LINE, at=at, tell=lambda day: progress.update(task, description=day, advance=1)
        )
